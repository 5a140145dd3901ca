// Sorts a stream of samples by school and hands them over in chunks, for ReadingStore.scan.
import { SampleBuilder } from "./sample-columns.ts";
import type { SampleColumns, SeriesKey } from "./store.ts";

export type Take = (schoolId: string, samples: SampleColumns) => void;

/** Samples of a school that are handed over at once. */
const CHUNK_SAMPLES = 65_536;

interface Chunk {
  series: SeriesKey[];
  index: Map<number | string, number>;
  samples: SampleBuilder;
}

export class SchoolChunks {
  readonly #take: Take;
  readonly #bySchool = new Map<string, Chunk>();

  constructor(take: Take) {
    this.#take = take;
  }

  /** @param series what the store calls the series; the same for equal keys of one school */
  add(schoolId: string, series: number | string, key: SeriesKey, atMs: number, value: number): void {
    let chunk = this.#bySchool.get(schoolId);
    if (chunk === undefined) {
      chunk = { series: [], index: new Map(), samples: new SampleBuilder() };
      this.#bySchool.set(schoolId, chunk);
    }
    let index = chunk.index.get(series);
    if (index === undefined) {
      index = chunk.series.push(key) - 1;
      chunk.index.set(series, index);
    }
    chunk.samples.add(index, atMs, value);
    if (chunk.samples.length < CHUNK_SAMPLES) return;
    this.#bySchool.delete(schoolId);
    this.#take(schoolId, chunk.samples.columns(chunk.series));
  }

  /** Hands over what is left. */
  finish(): void {
    for (const [schoolId, { series, samples }] of this.#bySchool) this.#take(schoolId, samples.columns(series));
    this.#bySchool.clear();
  }
}
