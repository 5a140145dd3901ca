// Puts a collector together: store, inventory, evidence, application; and takes it apart again in order.
import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import type { FastifyBaseLogger } from "fastify";
import { clockOf } from "../contract/clock-rule.ts";
import { buildApp } from "./app.ts";
import { Board } from "./board.ts";
import type { CollectorConfig } from "./config.ts";
import { Fleet } from "./fleet.ts";
import { createIngest } from "./ingest/ingest.ts";
import { loadInventoryFiles } from "./inventory/folder.ts";
import { readInventory } from "./inventory/read.ts";
import { loadRegions } from "./inventory/regions.ts";
import { EVIDENCE_METRICS, Evidence } from "./score/evidence.ts";
import { openStore } from "./store/open.ts";
import type { ReadingStore } from "./store/store.ts";

export interface RunOptions {
  settings: CollectorConfig;
  log: FastifyBaseLogger;
  /** Folder of the built page; absent serves the API alone. */
  pageDir: string | undefined;
}

export interface RunningCollector {
  url: string;
  /** Answers what it has accepted, then closes the store. */
  stop(): Promise<void>;
}

/** Twenty teaching days, a long break before them, and the days of a freeze: what a verdict can look back on. */
const EVIDENCE_DAYS = 120;
const DAY_MS = 86_400_000;

/** @throws CampusError when the store, the inventory or the port cannot be had; nothing is left open then. */
export async function startCollector({ settings, log, pageDir }: RunOptions): Promise<RunningCollector> {
  const { listen, dataDir } = settings;
  const clock = clockOf(settings.clock);
  if (clock.kind === "school")
    log.warn({ shows: settings.clock?.school.shows }, "running on a school clock: this is a demo");
  const inventoryDir = resolve(dataDir, "inventory");
  const regions = loadRegions();
  await mkdir(dataDir, { recursive: true });
  const files = await loadInventoryFiles(inventoryDir);
  const inventory = files && readInventory(files, regions);
  const store = await openStore(settings.store);
  try {
    const evidence = new Evidence();
    const fleet = new Fleet();
    await restore(store, evidence, fleet, clock.nowMs());
    const board = new Board({ regions, inventory, evidence, fleet });
    const ingest = createIngest({
      store,
      schoolOfAgent: (agentId) => board.inventory?.schoolOfAgent(agentId)?.id,
      nowMs: () => clock.nowMs(),
      lateAcceptMs: settings.lateAcceptMs,
      onStored: (schoolId, samples, info) => board.take(schoolId, samples, info),
    });
    const app = await buildApp({ services: { store, ingest, board, clock, inventoryDir }, log, pageDir });
    const forgetting = setInterval(() => evidence.forgetBefore(clock.nowMs() - EVIDENCE_DAYS * DAY_MS), 3_600_000);
    const url = await app.listen(listen);
    log.info({ url, schools: inventory?.schools.length ?? 0 }, "collector listening");
    return {
      url,
      stop: async () => {
        clearInterval(forgetting);
        await app.close();
        await store.close();
        log.info("collector stopped");
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** What verdicts stand on, read back from what is stored. */
async function restore(store: ReadingStore, evidence: Evidence, fleet: Fleet, nowMs: number): Promise<void> {
  const toMs = nowMs + DAY_MS; // agents' clocks may be a little ahead
  fleet.restore(await store.agents());
  await store.scan(EVIDENCE_METRICS, nowMs - EVIDENCE_DAYS * DAY_MS, toMs, (schoolId, samples) => {
    evidence.take(schoolId, samples);
    fleet.take(samples);
  });
}
