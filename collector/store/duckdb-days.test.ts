// What a DuckDB store does with finished days: Parquet files, their bounds, and kills while they are made.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FROM_SOURCES } from "../../scripts/from-sources.ts";
import { type DuckDbStore, openDuckDbStore } from "./duckdb.ts";
import { FOR_EVER, SAMPLES } from "./duckdb-child-suite.ts";
import { eachSample } from "./sample-columns.ts";
import { batchOf, clients, END, type Row, SCHOOL, T0 } from "./store-suite.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let folder: string;
let path: string;
let store: DuckDbStore | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "campanile-days-"));
  path = join(folder, "it's.duckdb");
});
afterEach(async () => {
  await store?.close();
  store = undefined;
  await rm(folder, { recursive: true, force: true });
});

const files = async (): Promise<string[]> => (await readdir(join(folder, "it's-days")).catch(() => [])).sort();
const at = (receivedAtMs: number, value: number, device = "ap-1") =>
  batchOf([[clients(device), T0, value]], { receivedAtMs });
const value = async (of: DuckDbStore) => (await of.series(SCHOOL, clients("ap-1"), 0, END)).map((one) => one.value);

/** Rows of the tables in the store's own file, which must be closed. */
async function inFile(sql: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  const rows = (await connection.runAndReadAll(sql)).getRowsJson();
  connection.closeSync();
  instance.closeSync();
  return rows;
}

describe("a finished day", () => {
  it("is put in order two hours after it ended, not before", async () => {
    store = await openDuckDbStore({ path });
    await store.write(at(T0, 1));
    const midnight = T0 + 16 * HOUR_MS;
    await store.maintain(midnight + 2 * HOUR_MS - 1, FOR_EVER);
    await expect(files()).resolves.toEqual([]);
    await store.maintain(midnight + 2 * HOUR_MS, FOR_EVER);
    await expect(files()).resolves.toEqual(["2026-03-02-1-1.parquet"]);
    await expect(value(store)).resolves.toEqual([1]);
  });

  it("keeps the last delivered of a series and time, within it and against days before and after", async () => {
    store = await openDuckDbStore({ path });
    for (const [day, first] of [1, 4, 7].entries()) {
      for (const v of [first, first + 1, first + 2]) await store.write(at(T0 + day * DAY_MS, v));
      await expect(value(store)).resolves.toEqual([first + 2]);
      await store.maintain(T0 + (day + 1) * DAY_MS, FOR_EVER);
      await expect(value(store)).resolves.toEqual([first + 2]);
    }
    await expect(files()).resolves.toHaveLength(3);
    await store.close();
    await expect(inFile("SELECT rows, first_ms, last_ms FROM day_file")).resolves.toEqual(
      Array.from({ length: 3 }, () => ["1", `${T0}`, `${T0}`]),
    );
  });

  it("is told by a clock that was set back, and by one that was ahead", async () => {
    store = await openDuckDbStore({ path });
    await store.write(at(T0 + 400 * DAY_MS, 1)); // a year ahead
    await store.write(at(T0, 2));
    await store.maintain(T0 + 1, FOR_EVER);
    await expect(files()).resolves.toEqual(["2027-04-06-1-1.parquet"]);
    await store.write(at(T0 - DAY_MS, 3));
    await store.write(at(T0 - DAY_MS, 4));
    await store.maintain(T0, FOR_EVER);
    await expect(value(store)).resolves.toEqual([4]);
    await store.write(at(T0, 5));
    await store.maintain(T0 + 2 * DAY_MS, FOR_EVER);
    await expect(value(store)).resolves.toEqual([5]);
  });

  it("has one table for what arrives around midnight in either order", async () => {
    store = await openDuckDbStore({ path });
    const midnight = T0 + 16 * HOUR_MS;
    for (const ms of [-2, 1, -1, 2, -1]) await store.write(at(midnight + ms, ms));
    await store.maintain(midnight + 3 * HOUR_MS, FOR_EVER);
    await expect(files()).resolves.toHaveLength(1);
    await store.close();
    await expect(inFile("SELECT generation FROM day_table")).resolves.toEqual([[2]]);
  });

  it("is in files that say their own checksums, and what is no file of the store goes away at open", async () => {
    store = await openDuckDbStore({ path });
    await store.write(at(T0, 1));
    await store.maintain(T0 + 2 * DAY_MS, FOR_EVER);
    await store.close();
    const [name] = await files();
    const parquet = await readFile(join(folder, "it's-days", name ?? ""));
    const sha256 = createHash("sha256").update(parquet).digest("hex");
    await expect(inFile("SELECT path, bytes, sha256 FROM day_file")).resolves.toEqual([
      [`it's-days/${name}`, `${parquet.length}`, sha256],
    ]);
    await inFile("CREATE TABLE reading_77 (a INTEGER)");
    await writeFile(join(folder, "it's-days", "2026-03-03-9-1.parquet.part"), "half");
    await writeFile(join(folder, "it's-days", "2026-03-03-9-1.parquet"), "not listed");
    store = await openDuckDbStore({ path });
    await expect(files()).resolves.toEqual([name]);
    await expect(value(store)).resolves.toEqual([1]);
    await store.close();
    await expect(inFile("SELECT table_name FROM duckdb_tables() WHERE table_name LIKE 'reading%'")).resolves.toEqual(
      [],
    );
  });

  it("goes away whole when its newest sample is too old, also while somebody reads it", async () => {
    store = await openDuckDbStore({ path });
    const of = store;
    await of.write(at(T0, 1));
    await of.write(batchOf([[clients("ap-1"), T0 + DAY_MS, 2]], { receivedAtMs: T0 + DAY_MS }));
    await of.maintain(T0 + 3 * DAY_MS, FOR_EVER);
    await expect(files()).resolves.toHaveLength(2);
    const reading = Promise.all(Array.from({ length: 20 }, () => of.series(SCHOOL, clients("ap-1"), 0, Infinity)));
    await of.maintain(T0 + 3 * DAY_MS, { ...FOR_EVER, rawMs: 2 * DAY_MS });
    expect((await reading).map((samples) => samples.length).filter((length) => length < 1)).toEqual([]);
    await expect(files()).resolves.toHaveLength(1);
    await expect(of.series(SCHOOL, clients("ap-1"), 0, Infinity)).resolves.toEqual([{ atMs: T0 + DAY_MS, value: 2 }]);
  });

  it("leaves room for the next ones: the store's own file does not grow from day to day", async () => {
    store = await openDuckDbStore({ path, memoryLimit: "128MB" });
    const sizes: number[] = [];
    for (let day = 0; day < 8; day++) {
      for (let batch = 0; batch < 4; batch++) {
        const received = T0 + day * DAY_MS + batch;
        const rows = Array.from({ length: 50_000 }, (_, i): Row => [clients("ap-1"), received + i, Math.random()]);
        await store.write(batchOf(rows, { receivedAtMs: received }));
      }
      await store.maintain(T0 + day * DAY_MS + 1, { ...FOR_EVER, rawMs: 3 * DAY_MS });
      sizes.push((await stat(path)).size);
    }
    expect(sizes[7]).toBeLessThanOrEqual(2 * (sizes[2] ?? 0));
    expect((await files()).length).toBeLessThanOrEqual(4);
  });
});

const root = fileURLToPath(new URL("../../", import.meta.url));
const child = fileURLToPath(new URL("./duckdb-child-suite.ts", import.meta.url));

/** Lets a process write, roll up and put days in order, kills it after some batches, and gives back what it said was stored. */
async function useUntilKilled(
  first: number,
  batchesBeforeKill: number,
): Promise<{ batches: number[]; windows: number[] }> {
  const user = spawn(process.execPath, [...FROM_SOURCES, child, path, String(first), "days"], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const batches: number[] = [];
  const windows: number[] = [];
  for await (const line of createInterface({ input: user.stdout })) {
    if (line.startsWith("rolled ")) windows.push(Number(line.slice(7)));
    else if (line !== "open") batches.push(Number(line));
    if (batches.length === batchesBeforeKill) user.kill("SIGKILL");
  }
  return { batches, windows };
}

describe("a store that is killed while it puts days in order and rolls up", () => {
  it("has lost nothing, doubled nothing, and left nothing lying about", { timeout: 240_000 }, async () => {
    const batches: number[] = [];
    const windows: number[] = [];
    for (const [round, kill] of [60, 133, 41, 170, 75].entries()) {
      const told = await useUntilKilled(1 + round * 1000, kill);
      batches.push(...told.batches);
      windows.push(...told.windows);
    }
    store = await openDuckDbStore({ path });
    await store.maintain(20_000 * 2 * HOUR_MS, FOR_EVER);
    const counts = new Map<number, number>();
    await store.scan(["wifi_clients"], 0, Infinity, (_, samples) => {
      for (const one of eachSample(samples)) counts.set(one.value, (counts.get(one.value) ?? 0) + 1);
    });
    expect(batches.filter((sequence) => counts.get(sequence) !== SAMPLES)).toEqual([]);
    expect([...counts.values()].filter((count) => count !== SAMPLES)).toEqual([]);
    await expect(store.agents()).resolves.toMatchObject([{ batches: counts.size }]);

    const rolled = new Map<number, number>();
    await store.scanRollups("school", "5m", 0, Infinity, (found) => {
      for (const { rollup } of found) rolled.set(rollup.startMs, (rolled.get(rollup.startMs) ?? 0) + 1);
    });
    expect(windows.filter((window) => rolled.get(window) !== SAMPLES)).toEqual([]);
    expect([...rolled.values()].filter((count) => count !== SAMPLES)).toEqual([]);

    await store.close();
    const listed = await inFile("SELECT path, rows FROM day_file ORDER BY path");
    expect(listed.length).toBeGreaterThan(10);
    expect(listed.reduce((sum, [, rows]) => sum + Number(rows), 0)).toBe(counts.size * SAMPLES);
    await expect(files()).resolves.toEqual(listed.map(([name]) => String(name).replace("it's-days/", "")).sort());
    await expect(
      inFile("SELECT count(*) FROM duckdb_tables() WHERE table_name LIKE 'reading\\_%' ESCAPE '\\'"),
    ).resolves.toEqual(await inFile("SELECT count(*) FROM day_table"));
  });
});
