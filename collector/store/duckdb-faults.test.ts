// What a DuckDB store survives: kill -9, a full disk, a second process, a file that is not its own.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
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
import type { ReadingStore } from "./store.ts";
import { batchOf, clients, type Row, SCHOOL, T0 } from "./store-suite.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "campanile-duckdb-"));
  path = join(folder, "readings.duckdb");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const root = fileURLToPath(new URL("../../", import.meta.url));
const child = fileURLToPath(new URL("./duckdb-child-suite.ts", import.meta.url));

function startWriter(first: number) {
  const writer = spawn(process.execPath, [...FROM_SOURCES, child, path, String(first)], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  });
  return { writer, lines: createInterface({ input: writer.stdout }) };
}

/** Starts a writer, kills it after some acks, and gives back every sequence it acknowledged. */
async function writeUntilKilled(first: number, acksBeforeKill: number): Promise<number[]> {
  const { writer, lines } = startWriter(first);
  const acked: number[] = [];
  for await (const line of lines) {
    if (line !== "open") acked.push(Number(line));
    if (acked.length === acksBeforeKill) writer.kill("SIGKILL");
  }
  return acked;
}

/** How many samples of each batch are stored: the value of a sample is its batch's sequence. */
async function samplesBySequence(store: ReadingStore): Promise<Map<number, number>> {
  const counts = new Map<number, number>();
  await store.scan(["wifi_clients"], 0, Infinity, (_, samples) => {
    for (const { value } of eachSample(samples)) counts.set(value, (counts.get(value) ?? 0) + 1);
  });
  return counts;
}

describe("a DuckDB store whose process is killed again and again", () => {
  it("has everything it acknowledged, once and whole, and no part of anything else", { timeout: 120_000 }, async () => {
    const acked: number[] = [];
    for (const [round, acksBeforeKill] of [1, 37, 150, 400].entries()) {
      acked.push(...(await writeUntilKilled(1 + round * 100_000, acksBeforeKill)));
    }
    expect(acked.length).toBeGreaterThanOrEqual(588);
    const store = await openDuckDbStore({ path });
    try {
      const counts = await samplesBySequence(store);
      expect(acked.filter((sequence) => counts.get(sequence) !== SAMPLES)).toEqual([]);
      expect([...counts.values()].filter((count) => count !== SAMPLES)).toEqual([]);
      // Each batch with samples is in the ledger, and each in the ledger has its samples: what is sent again is known.
      const [agent] = await store.agents();
      expect(agent?.batches).toBe(counts.size);
      const repeat = batchOf([], { agentId: "agent-1", session: "s1", sequence: acked[0] ?? 0 });
      await expect(store.write(repeat)).resolves.toMatchObject({ repeated: true, first: { lines: SAMPLES } });
    } finally {
      await store.close();
    }
  });
});

describe("opening a DuckDB store", () => {
  it("that another process holds names that process", { timeout: 60_000 }, async () => {
    const { writer, lines } = startWriter(1);
    try {
      await once(lines, "line");
      const opening = openDuckDbStore({ path });
      await expect(opening).rejects.toMatchObject({ code: "STORE_UNAVAILABLE", retryable: true });
      await expect(opening).rejects.toThrow(`held by another process (PID ${writer.pid}`);
    } finally {
      const ended = once(writer, "exit");
      writer.kill("SIGKILL");
      await ended;
    }
  });

  it("of another schema version refuses and leaves it as it is", async () => {
    await (await openDuckDbStore({ path })).close();
    await inFile("UPDATE schema_version SET version = 99");
    const opening = openDuckDbStore({ path });
    await expect(opening).rejects.toMatchObject({ code: "STORE_REJECTED", retryable: false });
    await expect(opening).rejects.toThrow("schema version 99, expected 2");
  });

  it("refuses a DuckDB file of something else", async () => {
    await inFile("CREATE TABLE other (a INTEGER)");
    await expect(openDuckDbStore({ path })).rejects.toMatchObject({ code: "STORE_REJECTED" });
  });

  it("refuses a file that is no DuckDB file", async () => {
    await writeFile(path, "schools,devices\n".repeat(1000));
    await expect(openDuckDbStore({ path })).rejects.toMatchObject({ code: "STORE_REJECTED" });
  });

  async function inFile(sql: string): Promise<void> {
    const instance = await DuckDBInstance.create(path);
    const connection = await instance.connect();
    await connection.run(sql);
    connection.closeSync();
    instance.closeSync();
  }
});

describe("one impossible batch among others that wait", () => {
  it("fails alone", async () => {
    const store = await openDuckDbStore({ path });
    try {
      const impossible = batchOf([[clients("ap-x"), T0, 1]]);
      impossible.samples.seriesIndex[0] = 7; // no such series
      const results = await Promise.allSettled(
        [
          batchOf([[clients("first"), T0, 1]]),
          batchOf([[clients("ap-1"), T0, 1]]),
          impossible,
          batchOf([[clients("ap-2"), T0, 1]]),
        ].map((batch) => store.write(batch)),
      );
      expect(results.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
      expect(results[2]).toMatchObject({ reason: { code: "STORE_REJECTED" } });
      await expect(store.latest(SCHOOL, 0)).resolves.toHaveLength(3);
    } finally {
      await store.close();
    }
  });
});

const mountProblem = tryMount();

describe(`a DuckDB store on a full disk${mountProblem === undefined ? "" : ` (skipped: ${mountProblem})`}`, () => {
  // 6 MB fill the write-ahead log; 24 MB are full at a checkpoint, after which DuckDB takes no statement until reopened.
  it.skipIf(mountProblem !== undefined).each(["6m", "24m"])(
    "of %s says so, keeps what it acknowledged, and works again when there is room",
    { timeout: 60_000 },
    async (size) => {
      execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", folder]);
      let store: ReadingStore | undefined;
      try {
        const ballast = join(folder, "ballast");
        await writeFile(ballast, Buffer.alloc(3 << 20));
        store = await openDuckDbStore({ path });
        let acked = 0;
        let failed: unknown;
        let lost = noisyBatch(0);
        while (failed === undefined) {
          lost = noisyBatch(acked);
          await store.write(lost).then(
            () => acked++,
            (error: unknown) => {
              failed = error;
            },
          );
        }
        expect(failed).toMatchObject({ code: "STORE_UNAVAILABLE", retryable: true });
        const count = async () => (await store?.series(SCHOOL, clients("marker"), 0, Infinity))?.length;
        // The last one may be durable though it was not acknowledged, when only the checkpoint after it failed.
        expect([acked, acked + 1]).toContain(await count());
        await rm(ballast);
        await expect(store.write(lost)).resolves.toBeDefined();
        await expect(store.write(noisyBatch(acked + 1))).resolves.toEqual({ repeated: false });
        await expect(store.ready()).resolves.toBeUndefined();
        expect(await count()).toBe(acked + 2);
        await store.close();
        store = await openDuckDbStore({ path });
        expect(await count()).toBe(acked + 2);
      } finally {
        await store?.close();
        execFileSync("umount", [folder]);
      }
    },
  );
});

describe(`putting days in order on a full disk${mountProblem === undefined ? "" : ` (skipped: ${mountProblem})`}`, () => {
  it.skipIf(mountProblem !== undefined)("says so, loses nothing, and is done when there is room", async () => {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64m", "tmpfs", folder]);
    let store: DuckDbStore | undefined;
    try {
      store = await openDuckDbStore({ path });
      for (let n = 0; n < 40; n++) await store.write(noisyBatch(n));
      const free = Number(execFileSync("stat", ["-f", "-c", "%a", folder]).toString()) * 4096;
      await writeFile(join(folder, "ballast"), Buffer.alloc(free - 300_000));
      const later = T0 + 2 * 86_400_000;
      await expect(store.maintain(later, FOR_EVER)).rejects.toMatchObject({
        code: "STORE_UNAVAILABLE",
        retryable: true,
      });
      await expect(store.series(SCHOOL, clients("marker"), 0, Infinity)).resolves.toHaveLength(40);
      expect(await readdir(join(folder, "readings-days"))).toEqual([]);
      await rm(join(folder, "ballast"));
      await store.maintain(later, FOR_EVER);
      expect(await readdir(join(folder, "readings-days"))).toHaveLength(1);
      await expect(store.series(SCHOOL, clients("marker"), 0, Infinity)).resolves.toHaveLength(40);
    } finally {
      await store?.close();
      execFileSync("umount", [folder]);
    }
  });
});

/** A batch that does not compress, with one sample that is easy to count. */
function noisyBatch(n: number) {
  const noise = Array.from(
    { length: 3000 },
    (_, i): Row => [clients(`ap-${i % 100}`), T0 + n * 1000 + i, Math.random()],
  );
  return batchOf([[clients("marker"), T0 + n, n], ...noise]);
}

/** Why a small file system cannot be mounted here; `undefined` when it can. */
function tryMount(): string | undefined {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "only root can mount a small disk";
  const place = execFileSync("mktemp", ["-d"]).toString().trim();
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", place], { stdio: "pipe" });
    execFileSync("umount", [place]);
    return undefined;
  } catch {
    return "mount is not allowed";
  } finally {
    execFileSync("rmdir", [place]);
  }
}
