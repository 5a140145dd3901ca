// A school that is cut off for a day, on a clock on which that day is a minute: what its spool keeps, and how it drains while
// the other schools go on.
//
// Four schools: one that is cut and whose spool holds the day; one that is cut and whose spool is too small for it; two that
// are never cut. The clock goes slowly while everything starts, then a day and more in a minute during which the two links
// are down, then at a pace at which a slot of five minutes is a few seconds, so that lateness of the others can be seen.
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { DuckDBInstance } from "@duckdb/node-api";
import { readState } from "../agent/spool/state.ts";
import { agentOf, startCampus } from "./campus.ts";
import { Cast } from "./cast.ts";
import { clocksFrom } from "./clocks.ts";
import { endAndFind } from "./find.ts";
import { type Account, closeLedger, type LedgerInput } from "./ledger.ts";
import { agentId, DEADLINE_MS, FLUSH_MS } from "./settings.ts";
import { drained, startAll } from "./stage.ts";

/** Numbers of the schools. */
export const CUT = 0;
export const CUT_AND_SMALL = 1;
export const LIVE = [2, 3] as const;

const SIZES = [60, 90, 6, 6];
const INTERVAL = "150s";
/** Small enough for a day of its devices to be too much; the least there may be. */
export const SMALL_SPOOL_BYTES = 1_000_000;

const SLOW = 60;
const FAST = 1_500;
const BEFORE_SECONDS = 15;
const DAY_SECONDS = 60;
const AFTER_MS = 6_000;
const DRAIN_MS = 120_000;
const WATCH_EVERY_MS = 10;

/** A batch as the collector's ledger has it, by the school clock. */
export interface LedgerRow {
  agent: string;
  session: string;
  lane: string;
  sequence: number;
  receivedMs: number;
  /** Time of its newest sample; absent when it has none. */
  lastMs?: number;
}

export interface DayCut extends Account {
  /** How long the links were down, and when they came back, by the school clock. */
  cutMs: number;
  healedAtMs: number;
  /** Whether nothing of the cut schools waited at the end. */
  isDrained: boolean;
  /** Most bytes that segment files of the small spool ever had together. */
  mostSpoolBytes: number;
  /** Batches that the small spool says it dropped. */
  droppedBatches: number;
  /** Serials of the small school that are nowhere, by device, in order. */
  missing: ReadonlyMap<string, readonly number[]>;
  /** In the order in which the collector took them. */
  batches: readonly LedgerRow[];
}

export interface DayCutOptions {
  /** An empty folder that everything of the run is put into. */
  folder: string;
  signal: AbortSignal;
}

export async function dayCut({ folder, signal }: DayCutOptions): Promise<DayCut> {
  const startedAtMs = Date.now();
  const clocks = clocksFrom(startedAtMs, 0, [
    { forSeconds: BEFORE_SECONDS, speed: SLOW },
    { forSeconds: DAY_SECONDS, speed: FAST },
    { forSeconds: 1, speed: SLOW },
  ]);
  const shownMs = () => clocks.showsMs(Date.now(), 0);
  const campus = await startCampus(SIZES);
  const agents = SIZES.map((_, i) => ({ interval: INTERVAL, ...(i === CUT_AND_SMALL && { maxBytes: "1MB" }) }));
  const cast = await Cast.prepare({ folder, store: "duckdb", campus, agents, clocks });
  const links = [CUT, CUT_AND_SMALL].flatMap((agent) => cast.agents[agent]?.link ?? []);
  const smallSpool = cast.agents[CUT_AND_SMALL]?.spoolDir ?? "";
  try {
    await startAll(cast, campus, SIZES, signal);
    const watch = watchSpool(smallSpool);
    await delay(startedAtMs + BEFORE_SECONDS * 1_000 - Date.now(), undefined, { signal });
    for (const link of links) link.cut();
    const cutAtMs = shownMs();
    await delay(startedAtMs + (BEFORE_SECONDS + DAY_SECONDS) * 1_000 - Date.now(), undefined, { signal });
    for (const link of links) link.heal();
    const healedAtMs = shownMs();
    await delay(AFTER_MS, undefined, { signal });
    campus.hush();
    await delay(2 * (DEADLINE_MS + FLUSH_MS), undefined, { signal });
    const isDrained = await drained(cast, DRAIN_MS, signal);
    const { input } = await endAndFind(cast, campus, clocks);
    const mostSpoolBytes = await watch.end();
    return {
      ...closeLedger({ ...input, given: input.given.filter(({ device }) => agentOf(device) !== CUT_AND_SMALL) }),
      ...{ cutMs: healedAtMs - cutAtMs, healedAtMs, isDrained, mostSpoolBytes },
      droppedBatches: (await readState(join(smallSpool, "state")))?.droppedTotal ?? 0,
      missing: missingOf(input, CUT_AND_SMALL),
      batches: await readBatches(join(cast.dataDir, "campanile.duckdb")),
    };
  } finally {
    await cast.close();
    await campus.close();
  }
}

/** Looks at a spool's segment files again and again. */
function watchSpool(dir: string): { end(): Promise<number> } {
  let most = 0;
  let isOver = false;
  const looking = (async () => {
    while (!isOver) {
      most = Math.max(most, await segmentBytes(dir));
      await delay(WATCH_EVERY_MS);
    }
  })();
  return {
    end: async () => {
      isOver = true;
      await looking;
      return most;
    },
  };
}

async function segmentBytes(dir: string): Promise<number> {
  const names = (await readdir(dir)).filter((name) => name.endsWith(".seg"));
  // One that is deleted between two looks takes no room any more.
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(dir, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Serials of an agent's devices that are neither stored nor refused nor spooled. */
function missingOf({ given, stored, refused, spooled }: LedgerInput, agent: number): Map<string, number[]> {
  const found = new Set(
    [stored, refused, spooled].flatMap(({ serials }) => serials.map(({ device, serial }) => `${device} ${serial}`)),
  );
  const missing = new Map<string, number[]>();
  for (const { device, serial } of given) {
    if (agentOf(device) !== agent || found.has(`${device} ${serial}`)) continue;
    missing.set(device, [...(missing.get(device) ?? []), serial]);
  }
  return missing;
}

async function readBatches(path: string): Promise<LedgerRow[]> {
  const instance = await DuckDBInstance.create(path, { access_mode: "READ_ONLY" });
  try {
    const connection = await instance.connect();
    const rows = await connection.runAndReadAll(
      "SELECT agent, session, lane, sequence, received_ms, last_ms FROM ledger ORDER BY ordinal",
    );
    connection.closeSync();
    return rows.getRows().map(([agent, session, lane, sequence, received, last]) => ({
      ...{ agent: String(agent), session: String(session), lane: String(lane), sequence: Number(sequence) },
      receivedMs: Number(received),
      ...(last !== null && { lastMs: Number(last) }),
    }));
  } finally {
    instance.closeSync();
  }
}

export const CUT_AGENT = agentId(CUT);
export const LIVE_AGENTS: readonly string[] = LIVE.map(agentId);
