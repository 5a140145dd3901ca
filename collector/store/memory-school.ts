// What a store in memory keeps of one school.
import type { CampusEvent, Fact, FactName } from "../../contract/reading.ts";
import { eachSample, seriesText } from "./sample-columns.ts";
import {
  RESOLUTIONS,
  type Resolution,
  type Retention,
  type Rollup,
  type Sample,
  type SeriesKey,
  type SeriesRollup,
  type StoreBatch,
} from "./store.ts";

interface StoredSeries {
  key: SeriesKey;
  values: Map<number, number>;
}

interface RolledSeries {
  key: SeriesKey;
  /** By the window's begin. */
  windows: Map<number, Rollup>;
}

export class MemorySchool {
  readonly series = new Map<string, StoredSeries>();
  /** By device, then by name. */
  readonly #facts = new Map<string, Map<FactName, { atMs: number; text: string }>>();
  /** By device, kind and time. */
  readonly #events = new Map<string, CampusEvent>();
  readonly #rollups: Record<Resolution, Map<string, RolledSeries>> = {
    "5m": new Map(),
    "1h": new Map(),
    "1d": new Map(),
  };

  put({ samples, facts, events }: Pick<StoreBatch, "samples" | "facts" | "events">): void {
    for (const { key, atMs, value } of eachSample(samples)) {
      const text = seriesText(key);
      let series = this.series.get(text);
      if (series === undefined) {
        series = { key, values: new Map() };
        this.series.set(text, series);
      }
      series.values.set(atMs, value);
    }
    for (const fact of facts) this.#putFact(fact);
    for (const event of events) {
      this.#events.set(JSON.stringify([event.device, event.kind, event.atMs]), event);
    }
  }

  /** An older text that comes late does not replace a newer one. */
  #putFact({ device, atMs, texts }: Fact): void {
    let known = this.#facts.get(device);
    if (known === undefined) {
      known = new Map();
      this.#facts.set(device, known);
    }
    // Object.entries forgets the key type of our own record.
    for (const [name, text] of Object.entries(texts) as [FactName, string][]) {
      if ((known.get(name)?.atMs ?? Number.NEGATIVE_INFINITY) <= atMs) known.set(name, { atMs, text });
    }
  }

  facts(): Map<string, Fact["texts"]> {
    return new Map(
      [...this.#facts].map(([device, texts]): [string, Fact["texts"]] => [
        device,
        Object.fromEntries([...texts].map(([name, { text }]) => [name, text])),
      ]),
    );
  }

  datedFacts(): Fact[] {
    return [...this.#facts].flatMap(([device, texts]) =>
      [...texts].map(([name, { atMs, text }]): Fact => ({ device, atMs, texts: { [name]: text } })),
    );
  }

  /** In no order. */
  events(): CampusEvent[] {
    return [...this.#events.values()];
  }

  putRollups(resolution: Resolution, rollups: readonly SeriesRollup[]): void {
    for (const { key, rollup } of rollups) {
      const text = seriesText(key);
      const windows = this.#rollups[resolution].get(text)?.windows ?? new Map<number, Rollup>();
      this.#rollups[resolution].set(text, { key, windows: windows.set(rollup.startMs, { ...rollup }) });
    }
  }

  /** Of one series, or of all; in no order. */
  rollups(resolution: Resolution, fromMs: number, toMs: number, key?: SeriesKey): SeriesRollup[] {
    const all = this.#rollups[resolution];
    const rolled = key === undefined ? [...all.values()] : [all.get(seriesText(key)) ?? { key, windows: new Map() }];
    return rolled.flatMap(({ key, windows }) =>
      [...windows.values()]
        .filter(({ startMs }) => startMs >= fromMs && startMs < toMs)
        .map((rollup) => ({ key, rollup: { ...rollup } })),
    );
  }

  forget(nowMs: number, { rawMs, rollupMs, eventsMs }: Retention): void {
    for (const { values } of this.series.values()) {
      for (const atMs of values.keys()) if (atMs < nowMs - rawMs) values.delete(atMs);
    }
    for (const [name, { atMs }] of this.#events) if (atMs < nowMs - eventsMs) this.#events.delete(name);
    for (const resolution of Object.keys(RESOLUTIONS) as Resolution[]) {
      // the keys of our own constant
      for (const { windows } of this.#rollups[resolution].values()) {
        for (const startMs of windows.keys()) if (startMs < nowMs - rollupMs[resolution]) windows.delete(startMs);
      }
    }
  }
}

export function samplesIn({ values }: StoredSeries, fromMs: number, toMs: number): Sample[] {
  return [...values]
    .filter(([atMs]) => atMs >= fromMs && atMs < toMs)
    .map(([atMs, value]): Sample => ({ atMs, value }))
    .sort((a, b) => a.atMs - b.atMs);
}

export function newestIn({ values }: StoredSeries): Sample | undefined {
  let sample: Sample | undefined;
  for (const [atMs, value] of values) if (sample === undefined || atMs > sample.atMs) sample = { atMs, value };
  return sample;
}
