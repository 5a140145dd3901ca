// Backup of a running collector and restore into an empty or a replaced data folder.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HEADER } from "../../contract/batch.ts";
import type { CollectorConfig } from "../config.ts";
import { filesWith, SCHOOL } from "../inventory/files-suite.ts";
import { saveInventory } from "../inventory/folder.ts";
import { type RunningCollector, startCollector } from "../run.ts";
import { openDuckDbStore } from "../store/duckdb.ts";
import { FOR_EVER } from "../store/duckdb-child-suite.ts";
import { batchOf, clients } from "../store/store-suite.ts";
import { fetchBackup } from "./fetch.ts";
import { restoreBackup } from "./restore.ts";

const DAY_MS = 86_400_000;

let folder: string;
let dataDir: string;
let file: string;
let collector: RunningCollector | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "campanile-backup-"));
  dataDir = join(folder, "data");
  file = join(folder, "backup.tar");
});
afterEach(async () => {
  await stop();
  await rm(folder, { recursive: true, force: true });
});

const databaseIn = (dir: string) => join(dir, "campanile.duckdb");

async function start(
  dir = dataDir,
  store: CollectorConfig["store"] = { kind: "duckdb", path: databaseIn(dir), memoryLimit: "128MB" },
) {
  collector = await startCollector({
    settings: {
      listen: { host: "127.0.0.1", port: 0 },
      dataDir: dir,
      store,
      agents: { unsigned: true },
      minFreeBytes: 0,
      lateAcceptMs: 7 * DAY_MS,
      retention: {
        rawMs: 120 * DAY_MS,
        rollupMs: { "5m": 400 * DAY_MS, "1h": 400 * DAY_MS, "1d": 400 * DAY_MS },
        eventsMs: DAY_MS,
      },
      clock: undefined,
      logLevel: "error",
    },
    log: pino({ level: "silent" }),
    pageDir: undefined,
    residentBytes: () => 1e8,
  });
  return collector;
}

async function stop(): Promise<void> {
  const running = collector;
  collector = undefined;
  await running?.stop();
}

const nowMs = Date.now();

/** Batch n brings one sample, the value n. @returns how many lines were stored and repeated */
async function deliver(url: string, n: number): Promise<{ stored: number; repeated: number }> {
  const response = await fetch(`${url}/v1/batches`, {
    method: "POST",
    headers: {
      "content-type": "text/plain",
      "content-encoding": "gzip",
      [HEADER.agent]: "gw-1",
      [HEADER.session]: "s1",
      [HEADER.sequence]: String(n),
      [HEADER.sentAt]: String(Date.now()),
    },
    body: gzipSync(`device,device=ap-1 wifi_clients=${n} ${nowMs - 100_000 + n}`),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as { stored: number; repeated: number }; // what AckSchema says
}

/** Values of the samples in a data folder that nobody uses. */
async function valuesIn(dir: string): Promise<number[]> {
  const store = await openDuckDbStore({ path: databaseIn(dir) });
  try {
    const values: number[] = [];
    await store.scan(["wifi_clients"], 0, Infinity, (_, { length, value }) =>
      values.push(...value.subarray(0, length)),
    );
    return values.sort((a, b) => a - b);
  } finally {
    await store.close();
  }
}

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

/** A data folder with an inventory, and a finished day in Parquet. */
async function prepare(): Promise<void> {
  await saveInventory(join(dataDir, "inventory"), filesWith({}));
  const store = await openDuckDbStore({ path: databaseIn(dataDir) });
  const old = nowMs - 3 * DAY_MS;
  await store.write(batchOf([[clients("old"), old, 0]], { receivedAtMs: old }));
  await store.maintain(nowMs, FOR_EVER);
  await store.close();
}

describe("a backup of a running collector", () => {
  it("has everything acknowledged before it began, and what is sent again counts once", {
    timeout: 60_000,
  }, async () => {
    await prepare();
    const { url } = await start();
    for (const n of upTo(20)) await deliver(url, n);
    let last = 20;
    let ended = false;
    const making = fetchBackup(url, file).finally(() => {
      ended = true;
    });
    while (!ended) await deliver(url, ++last);
    const manifest = await making;
    expect(manifest.parts.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["state.duckdb", "inventory/00000001/schools.csv", "campanile.duckdb"]),
    );
    expect(manifest.parts.filter(({ name }) => name.endsWith(".parquet"))).toHaveLength(1);
    expect(manifest.counts.batches).toBeGreaterThanOrEqual(21);
    await stop();
    expect((await readdir(dataDir)).filter((name) => name.startsWith("backup"))).toEqual([]);

    const elsewhere = join(folder, "elsewhere");
    const restored = await restoreBackup({ file, dataDir: elsewhere, store: "duckdb", replace: false, nowMs });
    expect(restored).toEqual({ manifest });
    const [zero, ...there] = await valuesIn(elsewhere);
    expect(zero).toBe(0); // the finished day
    expect(there.length).toBeGreaterThanOrEqual(20);
    expect(there).toEqual(upTo(there.length));

    const again = await start(elsewhere);
    for (const n of upTo(last)) {
      const { stored, repeated } = await deliver(again.url, n);
      expect([n, stored, repeated]).toEqual(n <= there.length ? [n, 0, 1] : [n, 1, 0]);
    }
    const schools = await fetch(`${again.url}/v1/schools`);
    expect(await schools.text()).toContain(SCHOOL);
    await stop();
    await expect(valuesIn(elsewhere)).resolves.toEqual([0, ...upTo(last)]);
  });

  it("is a tar archive for everybody, with the checksums of its files, and for its owner only", async () => {
    await prepare();
    const manifest = await fetchBackup((await start()).url, file);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const out = join(folder, "out");
    await mkdir(out);
    execFileSync("tar", ["-xf", file, "-C", out]);
    for (const { name, bytes, sha256 } of manifest.parts) {
      const content = await readFile(join(out, name));
      expect([content.length, createHash("sha256").update(content).digest("hex")]).toEqual([bytes, sha256]);
    }
    expect(JSON.parse(await readFile(join(out, "manifest.json"), "utf8"))).toEqual(manifest);
  });

  it("does not write over a file, and leaves none that is not whole", async () => {
    await writeFile(file, "an older one");
    const { url } = await start();
    await expect(fetchBackup(url, file)).rejects.toMatchObject({ code: "BACKUP_EXISTS" });
    await expect(readFile(file, "utf8")).resolves.toBe("an older one");

    const cut = createServer((_, response) => {
      response.write(Buffer.alloc(2048, 1));
      setImmediate(() => response.destroy());
    });
    await new Promise<void>((resolve) => cut.listen(0, "127.0.0.1", resolve));
    const address = cut.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const other = join(folder, "other.tar");
    await expect(fetchBackup(`http://127.0.0.1:${port}`, other)).rejects.toMatchObject({
      code: "COLLECTOR_UNREACHABLE",
    });
    cut.close();
    expect(await readdir(folder)).not.toContain("other.tar");
    expect(await readdir(folder)).not.toContain("other.tar.part");
  });

  it("of a store that is not embedded is refused with what to do", async () => {
    const { url } = await start(dataDir, { kind: "memory" });
    await expect(fetchBackup(url, file)).rejects.toMatchObject({ code: "BACKUP_STORE" });
    expect(await readdir(folder)).toEqual(["data"]);
  });

  it("can be made only from the collector's own machine", async () => {
    const { url } = await start();
    const answer = await fetch(`${url}/v1/backup`, { method: "POST", headers: { "x-forwarded-for": "10.0.0.9" } });
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ code: "FORBIDDEN" });
  });
});

describe("a restore", () => {
  const restore = (replace: boolean, store = "duckdb") => restoreBackup({ file, dataDir, store, replace, nowMs });

  beforeEach(async () => {
    await prepare();
    const { url } = await start();
    await deliver(url, 1);
    await fetchBackup(url, file);
    await deliver(url, 2);
  });

  it("refuses a folder that is not empty, unless what is there may be moved aside", async () => {
    await stop();
    await expect(restore(false)).rejects.toMatchObject({ code: "RESTORE_NOT_EMPTY" });
    const { movedTo = "" } = await restore(true);
    await expect(valuesIn(dataDir)).resolves.toEqual([0, 1]);
    await expect(valuesIn(movedTo)).resolves.toEqual([0, 1, 2]);
  });

  it("refuses while a collector uses the folder", async () => {
    await expect(restore(true)).rejects.toMatchObject({ code: "RESTORE_RUNNING" });
    expect((await readdir(dataDir)).filter((name) => name.startsWith("before"))).toEqual([]);
  });

  it("refuses a damaged backup, and one of another kind of store, before it touches anything", async () => {
    await stop();
    const before = await readdir(dataDir);
    await expect(restore(true, "influx")).rejects.toMatchObject({ code: "RESTORE_STORE" });
    const bytes = await readFile(file);
    const whole = Buffer.from(bytes);
    for (const at of [700, Math.floor(bytes.length / 2)]) {
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      await writeFile(file, bytes);
      await expect(restore(true)).rejects.toMatchObject({ code: "BACKUP_DAMAGED" });
      whole.copy(bytes);
    }
    await writeFile(file, whole.subarray(0, whole.length - 3000));
    await expect(restore(true)).rejects.toMatchObject({ code: "BACKUP_TAR" });
    await expect(readdir(dataDir)).resolves.toEqual(before);
    await expect(valuesIn(dataDir)).resolves.toEqual([0, 1, 2]);
  });
});
