import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type DuckDbStore, openDuckDbStore } from "../store/duckdb.ts";
import {
  RESOLUTIONS,
  type ReadingStore,
  type Resolution,
  type Rollup,
  type Sample,
  type SeriesKey,
  StoreError,
} from "../store/store.ts";
import { batchOf, type Row } from "../store/store-suite.ts";
import { coarser } from "./coarser.ts";
import { rollUp } from "./fold.ts";
import { HOUR, inBytes, MINUTE, T0, temperature } from "./rolled-suite.ts";
import { Roller } from "./roller.ts";
import { give, RAW_MS, rolled } from "./roller-suite.ts";
import { LONGER, windowStart } from "./windows.ts";

const SCHOOL = "3633000001";
const OTHER = "3633000002";
const KEYS: SeriesKey[] = [
  temperature,
  { ...temperature, instance: "outlet" },
  inBytes,
  { ...inBytes, device: "sw2" },
  { metric: "uptime_seconds", device: "sw1" },
];
const SPAN_MS = 30 * HOUR;
const FROM_MS = windowStart("1d", T0);
const TO_MS = FROM_MS + 3 * RESOLUTIONS["1d"];

/** Fractions, counters that go back, times that come twice or are close to each other. */
const reading = fc.record({
  key: fc.integer({ min: 0, max: KEYS.length - 1 }),
  ms: fc.oneof(
    fc.integer({ min: 0, max: 20 }).map((n) => n * MINUTE),
    fc.integer({ min: 0, max: 600_000 }),
    fc.integer({ min: 0, max: SPAN_MS }),
  ),
  value: fc.oneof(fc.integer({ min: 0, max: 1e15 }), fc.double({ min: 0, max: 1e6, noNaN: true })),
});
const batches = fc.array(fc.array(reading, { minLength: 1, maxLength: 60 }), { minLength: 1, maxLength: 5 });

describe("rolling up within DuckDB", () => {
  let folder: string;
  let store: DuckDbStore;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "campanile-in-store-"));
    store = await openDuckDbStore({ path: join(folder, "campanile.duckdb") });
  });
  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  const stored = (key: SeriesKey, resolution: Resolution, schoolId = SCHOOL) =>
    store.rollups(schoolId, key, resolution, FROM_MS, TO_MS);

  it("gives what folding gives: all figures the same, sums of fractions but for the last digits", async () => {
    let school = 0;
    await fc.assert(
      fc.asyncProperty(batches, async (parts) => {
        const schoolId = `36330${String(++school).padStart(5, "0")}`;
        for (const part of parts) {
          const rows = part.map(({ key, ms, value }): Row => [KEYS[key] ?? temperature, T0 + ms, value]);
          await store.write(batchOf(rows, { schoolId }));
          // Some windows are there already when the next part comes.
          await store.rollUp("5m", FROM_MS, TO_MS, [schoolId]);
        }
        await store.rollUp("1h", FROM_MS, TO_MS, [schoolId]);
        await store.rollUp("1d", FROM_MS, TO_MS, [schoolId]);
        for (const key of KEYS) {
          const samples = await store.series(schoolId, key, FROM_MS, TO_MS);
          const figures = folded(key, samples);
          for (const resolution of ["5m", "1h", "1d"] as const) {
            expectSame(await stored(key, resolution, schoolId), figures[resolution], samples);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it("takes readings out of finished days and out of the day that is not", async () => {
    await store.write(batchOf([[inBytes, T0, 5]], { schoolId: SCHOOL, receivedAtMs: T0 }));
    await store.write(batchOf([[inBytes, T0 + 1, 3]], { schoolId: SCHOOL, receivedAtMs: T0 + 24 * HOUR }));
    const kept = { rawMs: RAW_MS, rollupMs: { "5m": RAW_MS, "1h": RAW_MS, "1d": RAW_MS }, eventsMs: RAW_MS };
    await store.maintain(T0 + 24 * HOUR, kept);
    await store.write(batchOf([[inBytes, T0, 4]], { schoolId: SCHOOL, receivedAtMs: T0 + 24 * HOUR }));
    await store.rollUp("5m", T0, T0 + 5 * MINUTE);
    await expect(stored(inBytes, "5m")).resolves.toEqual([
      {
        ...{ startMs: T0, count: 2, sum: 7, min: 3, max: 4, first: 4, last: 3 },
        ...{ firstMs: T0, lastMs: T0 + 1, increase: 3 },
      },
    ]);
  });

  it("touches no other window, no other school, and no window that has no readings any more", async () => {
    const key = temperature;
    const old = { ...{ startMs: T0, count: 9, sum: 9, min: 1, max: 1 }, first: 1, last: 1, firstMs: T0, lastMs: T0 };
    await store.write(batchOf([[inBytes, T0, 1]], { schoolId: SCHOOL }));
    for (const schoolId of [SCHOOL, OTHER]) await store.writeRollups(schoolId, "5m", [{ key, rollup: old }]);
    await store.write(batchOf([[key, T0 + 5 * MINUTE, 1]], { schoolId: SCHOOL }));
    await store.write(batchOf([[key, T0, 1]], { schoolId: OTHER }));
    await store.rollUp("5m", T0, T0 + 5 * MINUTE, [SCHOOL]);
    await expect(stored(key, "5m")).resolves.toEqual([old]);
    await expect(stored(key, "5m", OTHER)).resolves.toEqual([old]);
    await store.rollUp("5m", T0, T0 + 5 * MINUTE);
    await expect(stored(key, "5m", OTHER)).resolves.toMatchObject([{ count: 1 }]);
    await store.rollUp("5m", T0, T0 + 5 * MINUTE, ["3633000009"]);
    await expect(stored(key, "5m")).resolves.toEqual([old]);
  });

  it("leaves everything for the next round when the store fails half-way, and then has it all", async () => {
    let isFailing = true;
    const failing = new Proxy<ReadingStore>(store, {
      get: (_, name: keyof DuckDbStore) => {
        if (name === "rollUp" && isFailing) return () => Promise.reject(new StoreError(true, "the disk is full"));
        const call = store[name];
        return typeof call === "function" ? call.bind(store) : call;
      },
    });
    const roller = new Roller({ store: failing, rawMs: RAW_MS });
    await roller.start(T0);
    await give(store, roller, SCHOOL, [[temperature, T0, 1]], T0);
    await give(store, roller, OTHER, [[temperature, T0 + 70 * MINUTE, 1]], T0);
    const first = await roller.roll(T0 + 40 * HOUR);
    expect(first).toMatchObject({ windows: 0, failures: 2, error: { code: "STORE_UNAVAILABLE" } });
    await expect(store.rolledUpTo()).resolves.toBeUndefined();
    isFailing = false;
    await expect(roller.roll(T0 + 40 * HOUR)).resolves.toMatchObject({ windows: 6, failures: 0 });
    for (const schoolId of [SCHOOL, OTHER]) await expect(rolled(store, schoolId)).resolves.toHaveLength(3);
  });
});

function folded(key: SeriesKey, samples: readonly Sample[]): Record<Resolution, Rollup[]> {
  const fine = rollUp(key, "5m", samples);
  const hours = coarser(LONGER["5m"], fine);
  return { "5m": fine, "1h": hours, "1d": coarser(LONGER["1h"], hours) };
}

/** Sums were added up in some order: they differ by no more than the last digits of what went through them. */
function expectSame(found: readonly Rollup[], expected: readonly Rollup[], samples: readonly Sample[]): void {
  const tolerance = 1e-13 * samples.reduce((sum, { value }) => sum + Math.abs(value), 1);
  expect(found.map(exact)).toEqual(expected.map(exact));
  for (const [i, { sum, increase = 0 }] of expected.entries()) {
    expect(Math.abs((found[i]?.sum ?? Number.NaN) - sum)).toBeLessThanOrEqual(tolerance);
    expect(Math.abs((found[i]?.increase ?? 0) - increase)).toBeLessThanOrEqual(tolerance);
  }
}

function exact({ sum, increase, ...figures }: Rollup) {
  return { ...figures, counts: increase !== undefined };
}
