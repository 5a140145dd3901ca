// What rolling up a county's readings costs an embedded store: node --import ./register.js bench/ingest/rollup-cost.ts FOLDER [store|engine]
// 300 schools with 1,932 series each and a reading a minute, for an hour; prints CPU seconds, memory and the slowest write.
import { readFileSync } from "node:fs";
import { Roller } from "../../collector/rollup/roller.ts";
import { type DuckDbStore, openDuckDbStore } from "../../collector/store/duckdb.ts";
import { SampleBuilder } from "../../collector/store/sample-columns.ts";
import type { ReadingStore, SeriesKey, StoreBatch } from "../../collector/store/store.ts";
import { SCHOOLS, schoolId } from "./county.ts";

const SERIES = 1_932;
/** As many of a school's are counters. */
const COUNTERS = 576;
const MINUTE_MS = 60_000;
const MINUTES = 65;
const FROM_MS = Date.parse("2026-03-02T08:00:00+08:00");

const [folder = "", by = "store"] = process.argv.slice(2);
const store = await openDuckDbStore({ path: `${folder}/campanile.duckdb` });
const roller = new Roller({ store: by === "store" ? store : withoutRollUp(store), rawMs: 90 * 86_400_000 });
await roller.start(FROM_MS);

const keys = Array.from({ length: SCHOOLS }, () =>
  Array.from(
    { length: SERIES },
    (_, i): SeriesKey => ({
      metric: i < COUNTERS ? "if_in_bytes_total" : "cpu_busy_ratio",
      device: `d${i % 150}`,
      instance: `${Math.floor(i / 150)}`,
    }),
  ),
);
let slowestMs = 0;
const written = { seconds: 0, samples: 0 };
const rolled: { windows: number; cpuSeconds: number; seconds: number }[] = [];

for (let minute = 0; minute <= MINUTES; minute++) {
  const atMs = FROM_MS + minute * MINUTE_MS;
  const cpu = cpuSeconds();
  await writeMinute(atMs, minute);
  written.seconds += cpuSeconds() - cpu;
  written.samples += SCHOOLS * SERIES;
  if (minute % 5 !== 1 || minute < 5) continue;
  const [cpuBefore, before] = [cpuSeconds(), performance.now()];
  const { windows, failures } = await roller.roll(atMs);
  if (failures > 0) throw new Error(`${failures} failures`);
  rolled.push({ windows, cpuSeconds: cpuSeconds() - cpuBefore, seconds: (performance.now() - before) / 1_000 });
}
// Beside a roll: what a writer waits then.
const alone = slowestMs;
slowestMs = 0;
await writeMinute(FROM_MS + (MINUTES + 1) * MINUTE_MS, MINUTES + 1);
const rolling = roller.roll(FROM_MS + (MINUTES + 6) * MINUTE_MS);
for (let minute = MINUTES + 2; minute < MINUTES + 6; minute++) await writeMinute(FROM_MS + minute * MINUTE_MS, minute);
await rolling;
await store.close();

const round = (value: number) => Math.round(value * 100) / 100;
process.stdout.write(
  `${JSON.stringify(
    {
      by,
      millionSamplesWrittenPerCpuSecond: round(written.samples / written.seconds / 1e6),
      rolled: rolled.map((one) => [one.windows, round(one.cpuSeconds), round(one.seconds)].join(" ")),
      slowestWriteMs: { alone: Math.round(alone), besideRolling: Math.round(slowestMs) },
      residentMegabytesAtMost: Math.round(
        Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]) / 1e3,
      ),
    },
    undefined,
    1,
  )}\n`,
);

async function writeMinute(atMs: number, minute: number): Promise<void> {
  // As many as are under way at once in a collector.
  for (let first = 0; first < SCHOOLS; first += 10) {
    await Promise.all(
      Array.from({ length: 10 }, async (_, i) => {
        const batch = batchOf(first + i, atMs, minute);
        const before = performance.now();
        await store.write(batch);
        slowestMs = Math.max(slowestMs, performance.now() - before);
        roller.take(batch.schoolId, batch.samples, batch.receivedAtMs);
      }),
    );
  }
}

function batchOf(school: number, atMs: number, minute: number): StoreBatch {
  const samples = new SampleBuilder(SERIES);
  for (let i = 0; i < SERIES; i++) {
    const value = i < COUNTERS ? minute * 1e6 * (1 + (i % 7)) + school * 13 : Math.round(Math.random() * 100) / 100;
    samples.add(i, atMs + (i % 150) * 397, value);
  }
  return {
    agentId: `${schoolId(school)}-1`,
    session: "bench",
    sequence: minute + 1,
    schoolId: schoolId(school),
    lane: "backlog",
    receivedAtMs: atMs,
    digest: "0000000000000000",
    lines: 380,
    firstMs: atMs,
    lastMs: atMs + 150 * 397,
    samples: samples.columns(keys[school] ?? []),
    facts: [],
    events: [],
  };
}

/** Of this process and all its threads. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** The same store as one that cannot roll up by itself. */
function withoutRollUp(whole: DuckDbStore): ReadingStore {
  return new Proxy<ReadingStore>(whole, {
    get: (_, name: keyof DuckDbStore) => {
      const call = whole[name];
      return name === "rollUp" || typeof call !== "function" ? undefined : call.bind(whole);
    },
  });
}
