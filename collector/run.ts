// Puts a collector together: store, inventory, evidence, application; and takes it apart again in order.
import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { FastifyBaseLogger } from "fastify";
import { clockOf } from "../contract/clock-rule.ts";
import { CampusError, ConfigError, messageOf } from "../contract/errors.ts";
import { type App, buildApp } from "./app.ts";
import { Board } from "./board.ts";
import type { CollectorConfig } from "./config.ts";
import { DiskWatch } from "./disk.ts";
import { openConfigs } from "./fleet/config/configs.ts";
import { secretKey } from "./fleet/config/secret-key.ts";
import { configurationView } from "./fleet/config/view.ts";
import { Fleet } from "./fleet/heard.ts";
import { type Identity, openIdentity } from "./fleet/identity.ts";
import { IngestCounts } from "./ingest/counts.ts";
import { createIngest, type IngestOptions } from "./ingest/ingest.ts";
import { loadInventoryFiles } from "./inventory/folder.ts";
import type { Inventory } from "./inventory/inventory.ts";
import { readInventory } from "./inventory/read.ts";
import { loadRegions, type Regions } from "./inventory/regions.ts";
import { recall } from "./recall.ts";
import { Charts } from "./rollup/charts.ts";
import { Housekeeper } from "./rollup/housekeeper.ts";
import { Roller } from "./rollup/roller.ts";
import { Evidence } from "./score/evidence.ts";
import { openState, type State } from "./state/state.ts";
import { openStore } from "./store/open.ts";
import type { ReadingStore } from "./store/store.ts";
import { readTls } from "./tls.ts";
import { openTokens } from "./write/tokens.ts";
import { Writer } from "./write/writer.ts";

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

/** Twenty teaching days, a long break before them, and the days of a freeze: what a verdict can look back on. */
const EVIDENCE_DAYS = 120;
const DAY_MS = 86_400_000;
const STOP_GRACE_MS = 10_000;
const DISK_LOOK_EVERY_MS = 5_000;
const HOUSEKEEPING_EVERY_MS = 60_000;
const FORGET_EVERY_MS = 3_600_000;

/** @throws CampusError when the data folder, the store, the inventory or the port cannot be had; nothing is left open then. */
export async function startCollector({ settings, log, pageDir, residentBytes }: RunOptions): Promise<RunningCollector> {
  const { listen, dataDir } = settings;
  const tls = listen.tls && readTls(listen.tls);
  const clock = clockOf(settings.clock);
  if (clock.kind === "school")
    log.warn({ shows: settings.clock?.school.shows }, "running on a school clock: this is a demo");
  await makeDataDir(dataDir);
  const inventoryDir = resolve(dataDir, "inventory");
  const regions = loadRegions();
  const inventory = await savedInventory(inventoryDir, regions);
  const store = await openStore(settings.store);
  const stop = new AbortController();
  const parts: Parts = { app: undefined, state: undefined, identity: undefined, housekeeper: undefined, store, stop };
  try {
    const state = await openState(resolve(dataDir, "state.duckdb"));
    parts.state = state;
    const nowMs = () => clock.nowMs();
    const identity = await openIdentity({
      state,
      ledger: store,
      inventory: () => board.inventory,
      clockOffsetMs: (agentId) => board.fleet.clockOffsetMs(agentId),
      unsigned: settings.agents.unsigned,
      nowMs,
      log,
    });
    parts.identity = identity;
    const evidence = new Evidence();
    const enrolled = identity.registry;
    const board: Board = new Board({ regions, inventory, evidence, fleet: new Fleet(), enrolled });
    await recall({ store, board, nowMs, spanMs: EVIDENCE_DAYS * DAY_MS, log, sleep }, stop.signal);
    const { retention } = settings;
    const roller = new Roller({ store, rawMs: retention.rawMs });
    const counts = new IngestCounts();
    const { speakers } = identity;
    const isForeign = (schoolId: string, device: string) => board.inventory?.isForeign(schoolId, device) ?? false;
    const onStored: IngestOptions["onStored"] = (schoolId, samples, info) => {
      board.take(schoolId, samples, info);
      roller.take(schoolId, samples, info.receivedAtMs);
    };
    const ingest = createIngest({
      store,
      speakers,
      isForeign,
      inventory: () => board.inventory,
      nowMs,
      lateAcceptMs: settings.lateAcceptMs,
      onStored,
      counts,
    });
    const writes = {
      writer: new Writer({ store, nowMs, lateAcceptMs: settings.lateAcceptMs, isForeign, onStored }),
      tokens: await openTokens(state),
    };
    const configs = await openConfigs({ state, key: await secretKey(dataDir, settings.secretKey ?? {}), nowMs });
    const disk = new DiskWatch({ dir: dataDir, minFreeBytes: settings.minFreeBytes, log });
    await disk.look();
    const paused = () => disk.paused();
    const charts = new Charts({ store, roller, retention });
    const services = {
      store,
      state,
      ingest,
      writes,
      speakers,
      identity,
      configs,
      configurationOf: (agentId: string) => configurationView(configs.view(agentId)),
      paused,
      board,
      charts,
      clock,
      inventoryDir,
      counts,
      residentBytes,
    };
    const app = await buildApp({ services, log, pageDir, tls });
    parts.app = app;
    const url = await listenOn(app, listen);
    const housekeeper = new Housekeeper({ roller, store, retention, nowMs, log });
    parts.housekeeper = housekeeper;
    every(HOUSEKEEPING_EVERY_MS, stop.signal, () => housekeeper.once());
    every(DISK_LOOK_EVERY_MS, stop.signal, () => disk.look());
    every(FORGET_EVERY_MS, stop.signal, async () => evidence.forgetBefore(nowMs() - EVIDENCE_DAYS * DAY_MS));
    log.info({ url, schools: inventory?.schools.length ?? 0 }, "collector listening");
    return {
      url,
      stop: async (graceMs = STOP_GRACE_MS) => {
        await closed(parts, graceMs);
        log.info("collector stopped");
      },
    };
  } catch (error) {
    await closed(parts, 0);
    throw error;
  }
}

/** What has been opened so far. */
interface Parts {
  app: App | undefined;
  state: State | undefined;
  identity: Identity | undefined;
  housekeeper: Housekeeper | undefined;
  store: ReadingStore;
  stop: AbortController;
}

/** Until the signal, one time after the other. `work` says itself what goes wrong with it. */
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

/** The store last: requests that are being answered still need it. */
async function closed({ app, state, identity, housekeeper, store, stop }: Parts, graceMs: number): Promise<void> {
  stop.abort();
  // A server that closes no longer looks for requests that take too long: one slow sender could hold it for ever.
  const impatience = setTimeout(() => app?.server.closeAllConnections(), graceMs);
  try {
    await app?.close();
  } finally {
    clearTimeout(impatience);
    await housekeeper?.stop();
    await identity?.close();
    await state?.close();
    await store.close();
  }
}

async function makeDataDir(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true });
  } catch (cause) {
    throw new CampusError("DATA_DIR", `dataDir ${dataDir} cannot be used as a folder: ${messageOf(cause)}`, { cause });
  }
}

/** The inventory in force; `undefined` when none was ever imported. @throws CampusError naming the folder when it is damaged */
async function savedInventory(dir: string, regions: Regions): Promise<Inventory | undefined> {
  const files = await loadInventoryFiles(dir);
  try {
    return files && readInventory(files, regions);
  } catch (error) {
    // What was imported was right, so somebody has changed the files, or this program expects something else of them.
    throw error instanceof ConfigError ? new ConfigError(`the saved inventory in ${dir}`, error.problems) : error;
  }
}

async function listenOn(app: App, { host, port }: CollectorConfig["listen"]): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    const why = code === "EADDRINUSE" ? "another program listens there already" : messageOf(cause);
    throw new CampusError("LISTEN", `cannot listen on port ${port} of ${host}: ${why}`, { cause });
  }
}
