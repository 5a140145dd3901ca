// How rollups are worked out the slow and plain way, and readings to compare the two on; for tests.
import fc from "fast-check";
import { SampleBuilder } from "../store/sample-columns.ts";
import type { Resolution, Rollup, Sample, SampleColumns, SeriesKey } from "../store/store.ts";
import { windowStart } from "./windows.ts";

/** Monday, a quarter of an hour before midnight in Zhejiang. */
export const T0 = Date.parse("2026-03-02T23:45:00+08:00");
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

export const temperature: SeriesKey = { metric: "temperature_celsius", device: "d1", instance: "inlet" };
export const inBytes: SeriesKey = { metric: "if_in_bytes_total", device: "sw1", instance: "ge1" };

export function columnsOf(key: SeriesKey, samples: readonly Sample[]): SampleColumns {
  const columns = new SampleBuilder(samples.length);
  for (const { atMs, value } of samples) columns.add(0, atMs, value);
  return columns.columns([key]);
}

/** Whole numbers, so that sums are the same in any order. */
export function plainRollups(samples: readonly Sample[], resolution: Resolution, isCounter: boolean): Rollup[] {
  const starts = [...new Set(samples.map(({ atMs }) => windowStart(resolution, atMs)))].sort((a, b) => a - b);
  return starts.flatMap((startMs): Rollup[] => {
    const inside = samples
      .filter(({ atMs }) => windowStart(resolution, atMs) === startMs)
      .sort((a, b) => a.atMs - b.atMs);
    const values = inside.map(({ value }) => value);
    const [first, last] = [inside[0], inside.at(-1)];
    if (!first || !last) return [];
    const steps = values.slice(1).map((value, i) => {
      const before = values[i] ?? 0;
      return value < before ? value : value - before;
    });
    return [
      {
        startMs,
        count: values.length,
        sum: values.reduce((a, b) => a + b, 0),
        min: Math.min(...values),
        max: Math.max(...values),
        first: first.value,
        last: last.value,
        firstMs: first.atMs,
        lastMs: last.atMs,
        ...(isCounter && { increase: steps.reduce((a, b) => a + b, 0) }),
      },
    ];
  });
}

/** Samples of one series over some 30 hours with midnight among them, one a time, in any order. */
export const anySamples: fc.Arbitrary<Sample[]> = fc.uniqueArray(
  fc.record({
    atMs: fc.oneof(
      fc.integer({ min: T0, max: T0 + HOUR }),
      fc.integer({ min: T0, max: T0 + 30 * HOUR }),
      // Around the edges of windows.
      fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: -1, max: 1 })).map(([n, ms]) => T0 + n * HOUR + ms),
    ),
    value: fc.integer({ min: 0, max: 1000 }),
  }),
  { selector: ({ atMs }) => atMs, minLength: 1, maxLength: 60 },
);
