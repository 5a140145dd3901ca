// Measured in a process of its own: the compiled embedded store takes readings while yesterday's are re-sorted to Parquet.
// Arguments: folder, rows of yesterday. Prints one JSON object.
import { fileURLToPath, pathToFileURL } from "node:url";
import type { SampleColumns, StoreBatch } from "../../collector/store/store.ts";

const [folder = "", rowsText = ""] = process.argv.slice(2);
const DIST = fileURLToPath(new URL("../../collector/dist/collector/store/", import.meta.url));
const DAY_MS = 86_400_000;
const ROWS = 50_000;
const SERIES = 2_000;
/** How long is written alone. */
const ALONE_MS = 3_000;

const { openDuckDbStore } = (await import(pathToFileURL(`${DIST}duckdb.js`).href)) as Pick<
  typeof import("../../collector/store/duckdb.ts"),
  "openDuckDbStore"
>; // the same file, compiled
const store = await openDuckDbStore({ path: `${folder}/campanile.duckdb` });
const nowMs = Date.now();
let sequence = 0;
for (let rows = 0; rows < Number(rowsText); rows += ROWS) await store.write(batch(nowMs - DAY_MS));

const alone = await writing((passedMs) => passedMs >= ALONE_MS);
let isDone = false;
const maintaining = store
  .maintain(nowMs, {
    rawMs: 90 * DAY_MS,
    rollupMs: { "5m": 400 * DAY_MS, "1h": 400 * DAY_MS, "1d": 400 * DAY_MS },
    eventsMs: 90 * DAY_MS,
  })
  .finally(() => {
    isDone = true;
  });
const during = await writing(() => isDone);
await maintaining;
await store.close();
console.log(JSON.stringify({ alone, during }));

async function writing(isOver: (passedMs: number) => boolean) {
  const began = performance.now();
  let rows = 0;
  let longestMs = 0;
  do {
    const at = performance.now();
    await store.write(batch(nowMs));
    longestMs = Math.max(longestMs, performance.now() - at);
    rows += ROWS;
  } while (!isOver(performance.now() - began));
  const seconds = (performance.now() - began) / 1_000;
  return { perSecond: rows / seconds, longestMs, seconds };
}

function batch(receivedAtMs: number): StoreBatch {
  sequence += 1;
  return {
    agentId: "bench",
    session: "bench",
    sequence,
    schoolId: "2133000001",
    lane: "backlog",
    digest: "0".repeat(16),
    receivedAtMs,
    lines: ROWS,
    firstMs: receivedAtMs - 60_000,
    lastMs: receivedAtMs,
    samples: samples(receivedAtMs),
    facts: [],
    events: [],
  };
}

function samples(atMs: number): SampleColumns {
  const series = Array.from({ length: SERIES }, (_, i) => ({
    metric: "temperature_celsius" as const,
    device: `d${i}`,
  }));
  return {
    series,
    length: ROWS,
    seriesIndex: Int32Array.from({ length: ROWS }, (_, i) => i % SERIES),
    atMs: Float64Array.from({ length: ROWS }, (_, i) => atMs - 60_000 + Math.floor(i / SERIES) * 1_000 + sequence),
    value: Float64Array.from({ length: ROWS }, (_, i) => 20 + ((i * 7 + sequence) % 200) / 10),
  };
}
