// What was seen a short while ago: an inform is sent again until its answer arrives, and must still be one event.

const KEPT = 10_000;

export class Recent {
  readonly #realMs: () => number;
  readonly #keepMs: number;
  /** In order of time. */
  readonly #seen = new Map<string, number>();

  /** @param realMs monotonic real time in milliseconds. */
  constructor(realMs: () => number, keepMs: number) {
    this.#realMs = realMs;
    this.#keepMs = keepMs;
  }

  /** How many were noted within the time before now. */
  get size(): number {
    this.#forget();
    return this.#seen.size;
  }

  /** Whether `key` was noted within the time before now; notes it where it was not. */
  isRepeat(key: string): boolean {
    this.#forget();
    if (this.#seen.has(key)) return true;
    this.#seen.set(key, this.#realMs());
    return false;
  }

  clear(): void {
    this.#seen.clear();
  }

  #forget(): void {
    const nowMs = this.#realMs();
    for (const [oldest, atMs] of this.#seen) {
      if (nowMs - atMs < this.#keepMs && this.#seen.size <= KEPT) return;
      this.#seen.delete(oldest);
    }
  }
}
