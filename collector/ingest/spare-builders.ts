// Memory of samples that is used again. New memory for every batch would be counted by V8 as growth outside of its heap, and the
// whole heap looked through every few hundred batches to see what of it can go (docs/performance.md).
import { SampleBuilder } from "../store/sample-columns.ts";

/** As many as are in work at a time, and no large ones: a batch of 10 MB is rare. */
const MOST = 32;
const MOST_SAMPLES = 16_384;

export class SpareBuilders {
  readonly #spare: SampleBuilder[] = [];

  /** Empty, with room for so many samples if it is new. */
  take(capacity: number): SampleBuilder {
    return this.#spare.pop() ?? new SampleBuilder(capacity);
  }

  /** Nobody else may hold it, or its columns. */
  give(builder: SampleBuilder): void {
    if (this.#spare.length === MOST || builder.capacity > MOST_SAMPLES) return;
    builder.truncate(0);
    this.#spare.push(builder);
  }
}
