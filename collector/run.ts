// Runs a collector: opens its parts, listens, does from time to time what has to be done, and takes it apart again in order.
import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { FastifyBaseLogger } from "fastify";
import { CampusError, codeOf, messageOf } from "../contract/errors.ts";
import { type App, buildApp, type Services } from "./app.ts";
import { type Assembled, assemble, EVIDENCE_DAYS } from "./assemble.ts";
import { Closers } from "./closers.ts";
import type { CollectorConfig } from "./config.ts";
import { loadRegions } from "./inventory/regions.ts";
import { recall } from "./recall.ts";
import { readTls } from "./tls.ts";

export interface RunOptions {
  settings: CollectorConfig;
  log: FastifyBaseLogger;
  /** Folder of the built page; absent serves the API alone. */
  pageDir: string | undefined;
  /** Memory that the process holds, for GET /metrics. */
  residentBytes(): number;
}

export interface RunningCollector {
  url: string;
  /** Answers what it has accepted, then closes the store. Who has not sent all of a request after `graceMs` is cut off. */
  stop(graceMs?: number): Promise<void>;
}

const EVIDENCE_MS = EVIDENCE_DAYS * 86_400_000;
const STOP_GRACE_MS = 10_000;
const DISK_LOOK_EVERY_MS = 5_000;
const HOUSEKEEPING_EVERY_MS = 60_000;
const INVENTORY_EVERY_MS = 5_000;
const QUALITY_EVERY_MS = 15_000;
const RESULTS_EVERY_MS = 60_000;

/** @throws CampusError when the data folder, the store, the inventory or the port cannot be had; nothing is left open then. */
export async function startCollector({ settings, log, pageDir, residentBytes }: RunOptions): Promise<RunningCollector> {
  const { listen, dataDir } = settings;
  const tls = listen.tls && readTls(listen.tls);
  await makeDataDir(dataDir);
  const inventoryDir = resolve(dataDir, "inventory");
  const regions = loadRegions();
  const closers = new Closers();
  const stop = new AbortController();
  try {
    const parts = await assemble({ settings, regions, inventoryDir, log, residentBytes, closers });
    const { keeper } = parts;
    const { store, board, clock } = parts.services;
    if (clock.kind === "school")
      log.warn({ shows: settings.clock?.school.shows }, "running on a school clock: this is a demo");
    const { lateAcceptMs } = settings;
    const nowMs = () => clock.nowMs();
    await recall({ store, board, keeper, nowMs, spanMs: EVIDENCE_MS, lateAcceptMs, log, sleep }, stop.signal);
    await parts.disk.look();
    const app = await buildApp({ services: parts.services, log, pageDir, tls });
    let graceMs = 0;
    closers.add(app, (it) => closeApp(it, graceMs));
    const url = await listenOn(app, listen);
    repeat(parts, log, stop.signal);
    log.info({ url, schools: board.inventory?.schools.length ?? 0 }, "collector listening");
    return {
      url,
      stop: async (grace = STOP_GRACE_MS) => {
        graceMs = grace;
        stop.abort();
        await closers.closeAll();
        log.info("collector stopped");
      },
    };
  } catch (error) {
    stop.abort();
    await closers.closeAll();
    throw error;
  }
}

/** What has to be done from time to time, until the signal. */
function repeat(
  { services, keeper, housekeeper, disk, quality }: Assembled,
  log: FastifyBaseLogger,
  stop: AbortSignal,
): void {
  every(HOUSEKEEPING_EVERY_MS, stop, () => housekeeper.once());
  every(HOUSEKEEPING_EVERY_MS, stop, () => keeper.once());
  every(INVENTORY_EVERY_MS, stop, () => followInventory(services, log));
  every(DISK_LOOK_EVERY_MS, stop, () => disk.look());
  every(QUALITY_EVERY_MS, stop, () => quality.once());
  every(RESULTS_EVERY_MS, stop, async () => services.results?.once());
}

/** One time after the other. `work` says itself what goes wrong with it. */
function every(ms: number, stop: AbortSignal, work: () => Promise<void>): void {
  const loop = async () => {
    for (await sleep(ms, stop); !stop.aborted; await sleep(ms, stop)) await work();
  };
  void loop();
}

/** Resolves after so much real time, or when the signal aborts. */
function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return delay(ms, undefined, { signal, ref: false }).catch(() => undefined); // it rejects for one reason: the signal
}

/** Waits for requests that are being answered. */
async function closeApp(app: App, graceMs: number): Promise<void> {
  // A server that closes no longer looks for requests that take too long: one slow sender could hold it for ever.
  const impatience = setTimeout(() => app.server.closeAllConnections(), graceMs);
  try {
    await app.close();
  } finally {
    clearTimeout(impatience);
  }
}

async function makeDataDir(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true });
  } catch (cause) {
    throw new CampusError("DATA_DIR", `dataDir ${dataDir} cannot be used as a folder: ${messageOf(cause)}`, { cause });
  }
}

/** Puts in force a version of the inventory whose first day has come; an old one stays in force where that fails. */
async function followInventory({ inventories }: Services, log: FastifyBaseLogger): Promise<void> {
  await inventories.follow().catch((error: unknown) => {
    log.error({ err: error }, "the inventory that holds from today cannot be read: the one before stays in force");
  });
}

async function listenOn(app: App, { host, port }: CollectorConfig["listen"]): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (cause) {
    const code = codeOf(cause);
    const why = code === "EADDRINUSE" ? "another program listens there already" : messageOf(cause);
    throw new CampusError("LISTEN", `cannot listen on port ${port} of ${host}: ${why}`, { cause });
  }
}
