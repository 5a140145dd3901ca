// A collector with something in its data folder, for the tests of backup and restore.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { pino } from "pino";
import { expect } from "vitest";
import { HEADER } from "../../contract/batch.ts";
import type { CollectorConfig } from "../config.ts";
import { filesWith } from "../inventory/files-suite.ts";
import { saveInventory } from "../inventory/folder-suite.ts";
import { type RunningCollector, startCollector } from "../run.ts";
import { openDuckDbStore } from "../store/duckdb.ts";
import { FOR_EVER } from "../store/duckdb-child-suite.ts";
import { batchOf, clients } from "../store/store-suite.ts";

const DAY_MS = 86_400_000;
export const nowMs = Date.now();
const databaseIn = (dir: string) => join(dir, "campanile.duckdb");
const duckdbIn = (dir: string) => ({ kind: "duckdb", path: databaseIn(dir), memoryLimit: "128MB" }) as const;

/** A folder to work in, with a data folder that is not there yet and the name of a backup. */
export class Place {
  readonly folder: string;
  readonly dataDir: string;
  readonly file: string;
  #collector: RunningCollector | undefined;

  constructor(folder: string) {
    this.folder = folder;
    this.dataDir = join(folder, "data");
    this.file = join(folder, "backup.tar");
  }

  static async make(): Promise<Place> {
    return new Place(await mkdtemp(join(tmpdir(), "campanile-backup-")));
  }

  async start(dir = this.dataDir, store: CollectorConfig["store"] = duckdbIn(dir)): Promise<RunningCollector> {
    this.#collector = await startCollector({
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
    return this.#collector;
  }

  async stop(): Promise<void> {
    const running = this.#collector;
    this.#collector = undefined;
    await running?.stop();
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Batch n brings one sample, the value n. @returns how many lines were stored and repeated */
export async function deliver(url: string, n: number): Promise<{ stored: number; repeated: number }> {
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
export async function valuesIn(dir: string): Promise<number[]> {
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

/** A data folder with an inventory, and a finished day in Parquet. */
export async function prepare(dataDir: string): Promise<void> {
  await saveInventory(join(dataDir, "inventory"), filesWith({}));
  const store = await openDuckDbStore({ path: databaseIn(dataDir) });
  const old = nowMs - 3 * DAY_MS;
  await store.write(batchOf([[clients("old"), old, 0]], { receivedAtMs: old }));
  await store.maintain(nowMs, FOR_EVER);
  await store.close();
}
