// Finds the batch on which a collector fails again and again while it takes others: nothing behind it would ever be delivered.

/** Answers in a row by which the collector itself says that it failed on the batch, before it is given up. */
const MANY_FAILURES = 20;
/** Newer batches that it stored meanwhile: so it is neither away nor broken as a whole. */
const SOME_STORED = 3;

export class StuckBatch {
  #sequence: number | undefined;
  #failures = 0;
  #storedMeanwhile = 0;

  /** The collector failed on this batch. @returns how often in a row once it is to be given up; `undefined` before. */
  failed(sequence: number): number | undefined {
    if (sequence !== this.#sequence) this.clear();
    this.#sequence = sequence;
    this.#failures += 1;
    const isHopeless = this.#failures >= MANY_FAILURES && this.#storedMeanwhile >= SOME_STORED;
    return isHopeless ? this.#failures : undefined;
  }

  /** A newer batch was stored. */
  storedAnother(): void {
    this.#storedMeanwhile += 1;
  }

  /** The batch was taken, or the collector failed on a newer one too: then nothing is known of this one. */
  clear(): void {
    this.#sequence = undefined;
    this.#failures = 0;
    this.#storedMeanwhile = 0;
  }
}
