// What the Roller does on any store, as tests: each store's own run of them stands in roller.test.ts.
import { DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { METRICS, type MetricName } from "../../contract/metrics.ts";
import { eachSample, seriesText } from "../store/sample-columns.ts";
import { RESOLUTIONS, type ReadingStore, type Resolution, type SeriesKey, type SeriesRollup } from "../store/store.ts";
import { batchOf, type Row, type SuiteStore } from "../store/store-suite.ts";
import { isCounter } from "./fold.ts";
import { HOUR, inBytes, MINUTE, plainRollups, T0, temperature } from "./rolled-suite.ts";
import { Roller } from "./roller.ts";

export const RAW_MS = 90 * 86_400_000;
const SCHOOLS = ["3633000001", "3633000002", "3633000003"];
const KEYS: SeriesKey[] = [
  temperature,
  { ...temperature, instance: "outlet" },
  inBytes,
  { metric: "probe_ok", device: "d1" },
];
const ALL = Object.keys(METRICS) as MetricName[]; // the keys of our own dictionary
const LATER = T0 + 60 * HOUR;

/** One thing that happens. Times are in minutes since T0. */
type Step =
  | { kind: "batch"; school: number; rows: { key: number; minute: number; value: number }[]; receivedLate: number }
  | { kind: "again" }
  | { kind: "roll"; after: number }
  | { kind: "crash" };

const batch: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant("batch" as const),
  school: fc.integer({ min: 0, max: SCHOOLS.length - 1 }),
  // Few minutes, so that readings come late into rolled windows and in the place of others.
  rows: fc.array(
    fc.record({
      key: fc.integer({ min: 0, max: KEYS.length - 1 }),
      minute: fc.oneof(fc.integer({ min: 0, max: 90 }), fc.integer({ min: 0, max: 1700 })),
      value: fc.integer({ min: 0, max: 100 }),
    }),
    { minLength: 1, maxLength: 12 },
  ),
  receivedLate: fc.integer({ min: 0, max: 30 }),
});
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: batch },
    { weight: 1, arbitrary: fc.constant<Step>({ kind: "again" }) },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant("roll" as const), after: fc.integer({ min: 1, max: 200 }) }),
    },
    { weight: 1, arbitrary: fc.constant<Step>({ kind: "crash" }) },
  ),
  { minLength: 1, maxLength: 25 },
);

export function rollerSuite(name: string, open: () => Promise<SuiteStore>, numRuns: number): void {
  describe(`rolling up on ${name}`, () => {
    let suite: SuiteStore;
    let store: ReadingStore;

    const fresh = async () => {
      suite = await open();
      store = suite.store;
    };
    const done = async () => {
      await store.close();
      await suite.cleanup();
    };
    beforeEach(fresh);
    afterEach(done);

    it("gives the rollups of what is stored, whatever came late, again, in another's place or after a crash", async () => {
      await fc.assert(
        fc
          .asyncProperty(steps, async (happening) => {
            await live(store, happening);
            for (const schoolId of SCHOOLS) expect(await rolled(store, schoolId)).toEqual(await plain(store, schoolId));
          })
          .afterEach(async () => {
            await done();
            await fresh();
          }),
        { numRuns },
      );
    });

    it("gives what SQL gives for the same readings", async () => {
      const rows: Row[] = [];
      for (let minute = 0; minute < 1600; minute += 1) {
        for (const [i, key] of KEYS.entries()) {
          // Every hour one misses a quarter, and the counter begins anew every 500 minutes.
          if (minute % 60 < 15 && Math.floor(minute / 60) % KEYS.length === i) continue;
          const value = isCounter(key.metric) ? (minute % 500) * 997 : (minute * 37 + i * 11) % 101;
          rows.push([key, T0 + minute * MINUTE + i * 1_000, key.metric === "probe_ok" ? value % 2 : value]);
        }
      }
      const roller = new Roller({ store, rawMs: RAW_MS });
      await roller.start(T0);
      for (let i = 0; i < rows.length; i += 500) await give(store, roller, SCHOOLS[0] ?? "", rows.slice(i, i + 500));
      await roller.roll(LATER);
      expect(await rolled(store, SCHOOLS[0] ?? "")).toEqual(await bySql(rows));
    });
  });
}

/** Plays a story, and at its end everything is rolled up. */
async function live(store: ReadingStore, happening: readonly Step[]): Promise<void> {
  let nowMs = T0 + HOUR;
  let roller = new Roller({ store, rawMs: RAW_MS });
  await roller.start(nowMs);
  let last: Parameters<ReadingStore["write"]>[0] | undefined;
  for (const step of happening) {
    switch (step.kind) {
      case "batch": {
        const rows = step.rows.map(
          ({ key, minute, value }): Row => [
            KEYS[key] ?? temperature,
            T0 + minute * MINUTE,
            KEYS[key]?.metric === "probe_ok" ? value % 2 : value,
          ],
        );
        last = await give(store, roller, SCHOOLS[step.school] ?? "", rows, nowMs - step.receivedLate * 1_000);
        break;
      }
      case "again":
        if (last) await store.write(last);
        break;
      case "roll":
        nowMs += step.after * MINUTE;
        expect(await roller.roll(nowMs)).toMatchObject({ failures: 0 });
        break;
      case "crash":
        roller = new Roller({ store, rawMs: RAW_MS });
        await roller.start(nowMs);
        break;
    }
  }
  expect(await roller.roll(LATER)).toMatchObject({ failures: 0 });
}

/** Stores a batch as the ingest does, and tells the roller. */
export async function give(
  store: ReadingStore,
  roller: Roller,
  schoolId: string,
  rows: Row[],
  receivedAtMs = T0 + HOUR,
) {
  const times = rows.map(([, atMs]) => atMs);
  const given = batchOf(rows, { schoolId, receivedAtMs, firstMs: Math.min(...times), lastMs: Math.max(...times) });
  await store.write(given);
  roller.take(schoolId, given.samples, receivedAtMs);
  return given;
}

/** All rollups of a school, one text each, sorted. */
export async function rolled(store: ReadingStore, schoolId: string): Promise<string[]> {
  const found: string[] = [];
  for (const resolution of Object.keys(RESOLUTIONS) as Resolution[]) {
    await store.scanRollups(schoolId, resolution, 0, LATER, (some) => {
      for (const one of some) found.push(textOf(resolution, one));
    });
  }
  return found.sort();
}

async function plain(store: ReadingStore, schoolId: string): Promise<string[]> {
  const bySeries = new Map<string, { key: SeriesKey; samples: { atMs: number; value: number }[] }>();
  await store.scan(ALL, 0, LATER, (school, columns) => {
    if (school !== schoolId) return;
    for (const { key, atMs, value } of eachSample(columns)) {
      const series = bySeries.get(seriesText(key)) ?? { key, samples: [] };
      bySeries.set(seriesText(key), series);
      series.samples.push({ atMs, value });
    }
  });
  return [...bySeries.values()]
    .flatMap(({ key, samples }) =>
      (Object.keys(RESOLUTIONS) as Resolution[]).flatMap((resolution) =>
        plainRollups(samples, resolution, isCounter(key.metric)).map((rollup) => textOf(resolution, { key, rollup })),
      ),
    )
    .sort();
}

function textOf(resolution: Resolution, { key, rollup }: SeriesRollup): string {
  const { startMs, count, sum, min, max, first, last, firstMs, lastMs, increase } = rollup;
  const figures = [count, sum, min, max, first, last, firstMs - startMs, lastMs - startMs, increase ?? "-"];
  return [resolution, key.metric, key.device, key.instance ?? "-", startMs - T0, ...figures].join(" ");
}

/** The same figures by a database that knows nothing of this program. */
async function bySql(rows: readonly Row[]): Promise<string[]> {
  const instance = await DuckDBInstance.create(":memory:");
  const sql = await instance.connect();
  await sql.run(
    "CREATE TABLE r (metric VARCHAR, device VARCHAR, instance VARCHAR, ts BIGINT, v DOUBLE, counts BOOLEAN)",
  );
  const appender = await sql.createAppender("r");
  for (const [key, atMs, value] of rows) {
    appender.appendVarchar(key.metric);
    appender.appendVarchar(key.device);
    appender.appendVarchar(key.instance ?? "-");
    appender.appendBigInt(BigInt(atMs));
    appender.appendDouble(value);
    appender.appendBoolean(isCounter(key.metric));
    appender.endRow();
  }
  appender.closeSync();
  const found: string[] = [];
  for (const resolution of Object.keys(RESOLUTIONS) as Resolution[]) {
    const unit = { "5m": "5 minutes", "1h": "1 hour", "1d": "1 day" }[resolution];
    const reader = await sql.runAndReadAll(`
      WITH w AS (
        SELECT *, epoch_ms(time_bucket(INTERVAL '${unit}', make_timestamp(ts * 1000) + INTERVAL '8 hours')) - 28800000 AS s
        FROM r
      ), d AS (
        SELECT *, lag(v) OVER (PARTITION BY metric, device, instance, s ORDER BY ts) AS prior FROM w
      )
      SELECT metric, device, instance, s - ${T0}, count(*), sum(v), min(v), max(v), arg_min(v, ts), arg_max(v, ts),
        min(ts) - s, max(ts) - s,
        sum(CASE WHEN prior IS NULL THEN 0 WHEN v < prior THEN v ELSE v - prior END), any_value(counts)
      FROM d GROUP BY metric, device, instance, s`);
    for (const row of reader.getRows()) {
      const [increase, counts] = row.slice(-2);
      found.push([resolution, ...row.slice(0, -2).map(String), counts ? String(increase) : "-"].join(" "));
    }
  }
  sql.closeSync();
  instance.closeSync();
  return found.sort();
}
