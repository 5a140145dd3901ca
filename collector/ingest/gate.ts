// Bounds the bytes that ingest holds at once, so that it says "later" before memory runs out and not after.

/** A share of a budget; what it holds is given back once, however often that is asked. */
export interface Share {
  /** Whether so many more bytes were there to be had. */
  more(bytes: number): boolean;
  letGo(): void;
}

export class Budget {
  readonly #total: number;
  #used = 0;

  constructor(totalBytes: number) {
    this.#total = totalBytes;
  }

  get usedBytes(): number {
    return this.#used;
  }

  /** `undefined` when there is not so much left. What is larger than the whole budget is let in when nothing else is. */
  take(bytes: number): Share | undefined {
    if (!this.#has(bytes)) return undefined;
    let held = bytes;
    this.#used += bytes;
    return {
      more: (further) => {
        if (!this.#has(further) && this.#used > held) return false;
        held += further;
        this.#used += further;
        return true;
      },
      letGo: () => {
        this.#used -= held;
        held = 0;
      },
    };
  }

  #has(bytes: number): boolean {
    return this.#used === 0 || this.#used + bytes <= this.#total;
  }
}
