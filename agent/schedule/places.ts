// Places for runs that read: how many may decode and hold tables at a time, and who waits for one.

interface Waiting {
  isLaggard: boolean;
  give(): void;
}

/**
 * What is limited is reading: it costs processor time, memory for whole tables, and room in the socket's buffer. Waiting for a
 * first answer costs a timer and is not limited, so that no number of dead targets can keep a living one waiting.
 *
 * Those that lag (they failed or were slow the last time, though they answered) get at most half of the places, and are
 * passed by the others where that half is taken; else first come, first served.
 */
export class Places {
  readonly #count: number;
  readonly #forLaggards: number;
  readonly #waiting: Waiting[] = [];
  #taken = 0;
  #takenByLaggards = 0;

  constructor(count: number) {
    this.#count = count;
    this.#forLaggards = Math.max(1, Math.floor(count / 2));
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Resolves with the way to give the place back, which may be called again. Rejects with the signal's reason on abort. */
  take(isLaggard: boolean, signal: AbortSignal): Promise<() => void> {
    if (signal.aborted) return Promise.reject(signal.reason);
    if (this.#waiting.length === 0 && this.#isFreeFor(isLaggard)) return Promise.resolve(this.#occupy(isLaggard));
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(signal.reason);
      };
      const give = () => {
        signal.removeEventListener("abort", leave);
        resolve(this.#occupy(isLaggard));
      };
      const waiting: Waiting = { isLaggard, give };
      this.#waiting.push(waiting);
      signal.addEventListener("abort", leave, { once: true });
      this.#serve();
    });
  }

  #isFreeFor(isLaggard: boolean): boolean {
    if (this.#taken >= this.#count) return false;
    return !isLaggard || this.#takenByLaggards < this.#forLaggards;
  }

  #occupy(isLaggard: boolean): () => void {
    this.#taken += 1;
    if (isLaggard) this.#takenByLaggards += 1;
    let isGivenBack = false;
    return () => {
      if (isGivenBack) return;
      isGivenBack = true;
      this.#taken -= 1;
      if (isLaggard) this.#takenByLaggards -= 1;
      this.#serve();
    };
  }

  #serve(): void {
    for (let i = 0; i < this.#waiting.length && this.#taken < this.#count; ) {
      const waiting = this.#waiting[i];
      if (waiting && this.#isFreeFor(waiting.isLaggard)) {
        this.#waiting.splice(i, 1);
        waiting.give();
      } else i += 1;
    }
  }
}
