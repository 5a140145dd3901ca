// Samples as columns: building them without an object per sample, and naming a series by one string.
import type { SampleColumns, SeriesKey } from "./store.ts";

/** Grows by doubling. What `columns` hands over shares the memory: begin a new builder, or `clear`, only when it is used up. */
export class SampleBuilder {
  #seriesIndex: Int32Array;
  #atMs: Float64Array;
  #value: Float64Array;
  #length = 0;

  constructor(capacity = 256) {
    this.#seriesIndex = new Int32Array(capacity);
    this.#atMs = new Float64Array(capacity);
    this.#value = new Float64Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  add(seriesIndex: number, atMs: number, value: number): void {
    const i = this.#length;
    if (i === this.#value.length) this.#grow();
    this.#seriesIndex[i] = seriesIndex;
    this.#atMs[i] = atMs;
    this.#value[i] = value;
    this.#length = i + 1;
  }

  /** How many samples there is room for before it grows. */
  get capacity(): number {
    return this.#value.length;
  }

  /** Forgets all samples after the first `length`. */
  truncate(length: number): void {
    this.#length = Math.min(this.#length, length);
  }

  columns(series: readonly SeriesKey[]): SampleColumns {
    return { series, length: this.#length, seriesIndex: this.#seriesIndex, atMs: this.#atMs, value: this.#value };
  }

  #grow(): void {
    const capacity = Math.max(16, this.#value.length * 2);
    this.#seriesIndex = grown(this.#seriesIndex, new Int32Array(capacity));
    this.#atMs = grown(this.#atMs, new Float64Array(capacity));
    this.#value = grown(this.#value, new Float64Array(capacity));
  }
}

/** One object per sample; for small results and tests. */
export function* eachSample({ series, length, seriesIndex, atMs, value }: SampleColumns): Generator<{
  key: SeriesKey;
  atMs: number;
  value: number;
}> {
  for (let i = 0; i < length; i++) {
    const key = series[seriesIndex[i] ?? -1];
    const at = atMs[i];
    const v = value[i];
    if (key === undefined || at === undefined || v === undefined) {
      throw new RangeError(`sample ${i} of ${length} points outside its columns`);
    }
    yield { key, atMs: at, value: v };
  }
}

/** The same string for equal keys and for no others: an absent instance differs from every instance. */
export function seriesText({ metric, device, instance }: SeriesKey): string {
  return instance === undefined ? `${metric}\0${device}` : `${metric}\0${device}\0${instance}`;
}

/** A key without an `instance` property when there is none. */
export function seriesKey(metric: SeriesKey["metric"], device: string, instance: string | undefined): SeriesKey {
  return instance === undefined ? { metric, device } : { metric, device, instance };
}

function grown<T extends Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
