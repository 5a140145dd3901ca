// Puts a collector's parts together: store, state, identity, evidence, both doors. What listens and what repeats is run.ts's.
import { resolve } from "node:path";
import type { FastifyBaseLogger } from "fastify";
import { clockOf } from "../contract/clock-rule.ts";
import type { Services } from "./app.ts";
import { Board } from "./board.ts";
import type { Closers } from "./closers.ts";
import type { CollectorConfig } from "./config.ts";
import { openAttachments } from "./declared/attachments.ts";
import { openDeclared } from "./declared/declared.ts";
import { watchAttachments } from "./declared/watch.ts";
import { DiskWatch } from "./disk.ts";
import { openConfigs } from "./fleet/config/configs.ts";
import { secretKey } from "./fleet/config/secret-key.ts";
import { configurationView } from "./fleet/config/view.ts";
import { Fleet } from "./fleet/heard.ts";
import { openIdentity } from "./fleet/identity.ts";
import { IngestCounts } from "./ingest/counts.ts";
import { createIngest, type IngestOptions } from "./ingest/ingest.ts";
import { Inventories } from "./inventory/inventories.ts";
import type { Regions } from "./inventory/regions.ts";
import { openObjections } from "./objections/objections.ts";
import { QualityKeeper } from "./quality/keeper.ts";
import { schoolQualities } from "./quality/of-school.ts";
import { openQualityTable } from "./quality/table.ts";
import { LiveSources } from "./results/live-sources.ts";
import { openResults } from "./results/results.ts";
import { Charts } from "./rollup/charts.ts";
import { Housekeeper } from "./rollup/housekeeper.ts";
import { Roller } from "./rollup/roller.ts";
import { type EvidenceKeeper, openKeeper } from "./score/evidence/keeper.ts";
import { Evidence } from "./score/evidence.ts";
import { openState } from "./state/state.ts";
import { openStore } from "./store/open.ts";
import { openTokens } from "./write/tokens.ts";
import { Writer } from "./write/writer.ts";

export interface AssembleOptions {
  settings: CollectorConfig;
  regions: Regions;
  inventoryDir: string;
  log: FastifyBaseLogger;
  residentBytes(): number;
  /** Takes what is opened, also when a later part cannot be. */
  closers: Closers;
}

/** What routes need, and what has to be done from time to time. */
export interface Assembled {
  services: Services;
  evidence: Evidence;
  keeper: EvidenceKeeper;
  housekeeper: Housekeeper;
  disk: DiskWatch;
  quality: QualityKeeper;
}

/** Twenty teaching days, a long break before them, and the days of a freeze: what a verdict can look back on. */
export const EVIDENCE_DAYS = 120;

/** @throws CampusError when store, state or inventory cannot be had */
export async function assemble(options: AssembleOptions): Promise<Assembled> {
  const { settings, regions, inventoryDir, log, residentBytes, closers } = options;
  const { dataDir, retention } = settings;
  const clock = clockOf(settings.clock);
  const nowMs = () => clock.nowMs();
  const inventories = await Inventories.open({
    dir: inventoryDir,
    regions,
    nowMs,
    onInForce: (inventory) => {
      board.replaceInventory(inventory);
      void keeper.once(); // its calendars may look at days that are not in memory
    },
  });
  const store = closers.add(await openStore(settings.store), (it) => it.close());
  const state = closers.add(await openState(resolve(dataDir, "state.duckdb")), (it) => it.close());
  const identity = await openIdentity({
    state,
    ledger: store,
    inventory: () => board.inventory,
    clockOffsetMs: (agentId) => board.fleet.clockOffsetMs(agentId),
    unsigned: settings.agents.unsigned,
    nowMs,
    log,
  });
  closers.add(identity, (it) => it.close());
  const evidence = new Evidence({ isArchived: true });
  const fleet = new Fleet();
  const quality = new QualityKeeper({
    store,
    table: await openQualityTable(state),
    inventory: () => board.inventory,
    nowMs,
    rawMs: retention.rawMs,
    keepDays: EVIDENCE_DAYS,
    log,
  });
  closers.add(quality, (it) => it.stop());
  const inventory = inventories.inForce?.inventory;
  const board: Board = new Board({ regions, inventory, evidence, fleet, enrolled: identity.registry, quality });
  const inForce = () => board.inventory;
  const keeper = closers.add(await openKeeper({ state, evidence, inventory: inForce, nowMs, log }), (it) => it.stop());
  const roller = new Roller({ store, rawMs: retention.rawMs });
  const counts = new IngestCounts();
  const onStored: IngestOptions["onStored"] = (schoolId, samples, info) => {
    board.take(schoolId, samples, info);
    roller.take(schoolId, samples, info.receivedAtMs);
    quality.take(schoolId, samples, info.receivedAtMs);
  };
  const door = {
    store,
    isForeign: (schoolId: string, device: string) => board.inventory?.isForeign(schoolId, device) ?? false,
    nowMs,
    lateAcceptMs: settings.lateAcceptMs,
    onStored,
  };
  const { speakers } = identity;
  const configs = await openConfigs({ state, key: await secretKey(dataDir, settings.secretKey ?? {}), nowMs });
  const disk = new DiskWatch({ dir: dataDir, minFreeBytes: settings.minFreeBytes, log });
  const housekeeper = new Housekeeper({ roller, store, retention, nowMs, log });
  closers.add(housekeeper, (it) => it.stop());
  const attachments = await openAttachments(state, dataDir);
  const declared = await openDeclared({ state, attachments, nowMs, log });
  closers.add(watchAttachments(declared, log), (stop) => stop());
  const results = await openResults({
    state,
    sources: new LiveSources({ board, evidence, keeper, quality, store, declared, inventories, nowMs }),
    inventory: () => board.inventory,
    regions,
    nowMs,
    log,
  });
  closers.add(results, (it) => it.stop());
  const services: Services = {
    store,
    state,
    ingest: createIngest({ ...door, speakers, counts, inventory: () => board.inventory }),
    speakers,
    writes: { writer: new Writer(door), tokens: await openTokens(state) },
    identity,
    configs,
    configurationOf: (agentId) => configurationView(configs.view(agentId)),
    paused: () => disk.paused(),
    board,
    declared,
    attachments,
    objections: await openObjections({ state, attachments, nowMs }),
    quality: schoolQualities(quality, board),
    results,
    charts: new Charts({ store, roller, retention }),
    clock,
    inventoryDir,
    inventories,
    counts,
    housekeeping: housekeeper.counts,
    residentBytes,
  };
  return { services, evidence, keeper, housekeeper, disk, quality };
}
