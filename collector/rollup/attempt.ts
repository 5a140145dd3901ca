// Tries many things of which some may fail: what fails is counted and left for next time, too many failures end the round.

/** After so many the store is not to be had, and asking on would only take time. */
const MAX_FAILURES = 10;

export class Attempt {
  readonly #signal: AbortSignal;
  #failures = 0;
  #first: unknown;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  get failures(): number {
    return this.#failures;
  }

  /** What failed first; `undefined` when nothing did. */
  get firstError(): unknown {
    return this.#first;
  }

  /** No more is tried: too much failed, or the program stops. */
  get isOver(): boolean {
    return this.#signal.aborted || this.#failures >= MAX_FAILURES;
  }

  /** Does one thing, unless the round is over. */
  async each(work: () => Promise<void>): Promise<void> {
    if (this.isOver) return;
    try {
      await work();
    } catch (error) {
      this.#failures += 1;
      this.#first ??= error;
    }
  }
}
