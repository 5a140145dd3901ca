// Slows down who guesses codes: so many wrong ones from one address, and from all together, and no more for a while.

/** A code has 80 bits, so that this keeps the log readable more than it keeps codes safe. */
const WINDOW_MS = 10 * 60_000;
const MOST = { ofOneAddress: 10, together: 100 };

export class Guesses {
  /** Wrong codes of the window, the oldest first; never more than MOST.together. */
  readonly #wrong: { atMs: number; from: string }[] = [];
  /** Tries that were not looked at, since the process began. */
  refused = 0;

  /** Seconds until a further try will be looked at; `undefined` when that is now. */
  waitSeconds(from: string, nowMs: number): number | undefined {
    while (this.#wrong[0] !== undefined && this.#wrong[0].atMs <= nowMs - WINDOW_MS) this.#wrong.shift();
    const own = this.#wrong.filter((wrong) => wrong.from === from);
    const first = this.#wrong.length >= MOST.together ? this.#wrong[0] : own.at(-MOST.ofOneAddress);
    if (first === undefined) return undefined;
    this.refused += 1;
    return Math.max(1, Math.ceil((first.atMs + WINDOW_MS - nowMs) / 1_000));
  }

  wrong(from: string, nowMs: number): void {
    this.#wrong.push({ atMs: nowMs, from });
  }
}
