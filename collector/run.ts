// Puts a collector together: store, inventory, evidence, application; and takes it apart again in order.
import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import type { FastifyBaseLogger } from "fastify";
import { clockOf } from "../contract/clock-rule.ts";
import { CampusError, ConfigError, messageOf } from "../contract/errors.ts";
import { type App, buildApp } from "./app.ts";
import { Board } from "./board.ts";
import type { CollectorConfig } from "./config.ts";
import { Fleet } from "./fleet.ts";
import { IngestCounts } from "./ingest/counts.ts";
import { createIngest } from "./ingest/ingest.ts";
import { loadInventoryFiles } from "./inventory/folder.ts";
import type { Inventory } from "./inventory/inventory.ts";
import { readInventory } from "./inventory/read.ts";
import { loadRegions, type Regions } from "./inventory/regions.ts";
import { EVIDENCE_METRICS, Evidence } from "./score/evidence.ts";
import { openStore } from "./store/open.ts";
import type { ReadingStore } from "./store/store.ts";

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

/** @throws CampusError when the data folder, the store, the inventory or the port cannot be had; nothing is left open then. */
export async function startCollector({ settings, log, pageDir, residentBytes }: RunOptions): Promise<RunningCollector> {
  const { listen, dataDir } = settings;
  const clock = clockOf(settings.clock);
  if (clock.kind === "school")
    log.warn({ shows: settings.clock?.school.shows }, "running on a school clock: this is a demo");
  await makeDataDir(dataDir);
  const inventoryDir = resolve(dataDir, "inventory");
  const regions = loadRegions();
  const inventory = await savedInventory(inventoryDir, regions);
  const store = await openStore(settings.store);
  const evidence = new Evidence();
  const fleet = new Fleet();
  let app: App | undefined;
  try {
    await restore(store, evidence, fleet, clock.nowMs());
    const board = new Board({ regions, inventory, evidence, fleet });
    const counts = new IngestCounts();
    const ingest = createIngest({
      store,
      schoolOfAgent: (agentId) => board.inventory?.schoolOfAgent(agentId)?.id,
      nowMs: () => clock.nowMs(),
      lateAcceptMs: settings.lateAcceptMs,
      onStored: (schoolId, samples, info) => board.take(schoolId, samples, info),
      counts,
    });
    const services = { store, ingest, board, clock, inventoryDir, counts, residentBytes };
    app = await buildApp({ services, log, pageDir });
    const url = await listenOn(app, listen);
    const forgetting = setInterval(() => evidence.forgetBefore(clock.nowMs() - EVIDENCE_DAYS * DAY_MS), 3_600_000);
    log.info({ url, schools: inventory?.schools.length ?? 0 }, "collector listening");
    return {
      url,
      stop: async (graceMs = STOP_GRACE_MS) => {
        clearInterval(forgetting);
        await closed(app, store, graceMs);
        log.info("collector stopped");
      },
    };
  } catch (error) {
    await closed(app, store, 0);
    throw error;
  }
}

/** The store last: requests that are being answered still need it. */
async function closed(app: App | undefined, store: ReadingStore, graceMs: number): Promise<void> {
  // A server that closes no longer looks for requests that take too long: one slow sender could hold it for ever.
  const impatience = setTimeout(() => app?.server.closeAllConnections(), graceMs);
  try {
    await app?.close();
  } finally {
    clearTimeout(impatience);
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

/** What verdicts stand on, read back from what is stored. */
async function restore(store: ReadingStore, evidence: Evidence, fleet: Fleet, nowMs: number): Promise<void> {
  const toMs = nowMs + DAY_MS; // agents' clocks may be a little ahead
  fleet.restore(await store.agents());
  await store.scan(EVIDENCE_METRICS, nowMs - EVIDENCE_DAYS * DAY_MS, toMs, (schoolId, samples) => {
    evidence.take(schoolId, samples);
    fleet.take(schoolId, samples);
  });
}
