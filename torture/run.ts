// One torture run: starts everything, makes the plan happen, heals, lets the agents drain, ends everything, and counts.
import { setTimeout as delay } from "node:timers/promises";
import type { StoreKind } from "./arguments.ts";
import { type Campus, startCampus } from "./campus.ts";
import { Cast } from "./cast.ts";
import { type Clocks, clocksFrom } from "./clocks.ts";
import { type FaultCounts, makeHappen } from "./faults.ts";
import { endAndFind } from "./find.ts";
import { type Account, closeLedger, isClosed } from "./ledger.ts";
import { planOf } from "./plan.ts";
import { DEADLINE_MS, FLUSH_MS } from "./settings.ts";
import { drained, startAll, working } from "./stage.ts";
import { becomes } from "./wait.ts";

const AGENTS = 3;
const DEVICES_PER_AGENT = 8;
const SIZES = new Array<number>(AGENTS).fill(DEVICES_PER_AGENT);
/** Until the last batch has found its way; agents wait up to a minute between tries. */
const DRAIN_MS = 240_000;
const WARM_UP_MS = 60_000;
const HEALTHY_MS = 3_000;
const USE_UP_MS = 30_000;

export interface RunOptions {
  minutes: number;
  seed: number;
  store: StoreKind;
  /** An empty folder that everything of the run is put into. */
  folder: string;
  isRoot: boolean;
  /** Whether what is on small disks is to stay in the folder also when the ledger closes. */
  isKept: boolean;
  signal: AbortSignal;
  /** Tells people how far it is. */
  say(line: string): void;
}

export interface TortureResult extends Account {
  seed: number;
  minutes: number;
  store: StoreKind;
  /** Processes killed, clock steps included. */
  kills: number;
  /** Times a link was down, and requests that were cut. */
  cuts: number;
  faults: FaultCounts;
  /** What links did to requests, by kind. */
  requests: Record<string, number>;
  /** Answers of the collector to batches, by status. */
  answers: Record<string, number>;
  /** Refused lines by code. */
  refusals: Record<string, number>;
  endedByThemselves: Readonly<Record<string, number>>;
  /** From healing until nothing waited any more. */
  drainSeconds: number;
  notes: readonly string[];
}

export async function torture(options: RunOptions): Promise<TortureResult> {
  const { minutes, store, folder, isRoot } = options;
  const clocks = clocksFrom(Date.now(), minutes * 60_000 + DRAIN_MS + 2 * WARM_UP_MS);
  const campus = await startCampus(SIZES);
  try {
    const cast = await Cast.prepare({ folder, store, campus, agents: SIZES.map(() => ({})), clocks, isRoot });
    let isKept = true;
    try {
      const result = await run(options, cast, campus, clocks);
      isKept = options.isKept || !isClosed(result);
      return result;
    } finally {
      await cast.close();
      await cast.unmount(isKept);
    }
  } finally {
    await campus.close();
  }
}

async function run(options: RunOptions, cast: Cast, campus: Campus, clocks: Clocks): Promise<TortureResult> {
  const { seed, minutes, store, signal, say } = options;
  await startAll(cast, campus, SIZES, signal);
  const plan = planOf({ seed, minutes, store, agents: AGENTS, devicesPerAgent: DEVICES_PER_AGENT });
  say(`${plan.length} faults in ${minutes} min, seed ${seed}, store ${store}`);
  const faults = await makeHappen(plan, { cast, campus, clocks, signal });
  signal.throwIfAborted();
  say("healing; waiting for the agents to drain");
  const healedAtMs = Date.now();
  await heal(cast, campus, signal);
  const isDrained = await drained(cast, DRAIN_MS, signal);
  const drainSeconds = (Date.now() - healedAtMs) / 1_000;
  say("counting");
  const { input, refusals } = await endAndFind(cast, campus, clocks);
  const account = closeLedger(input);
  const links = cast.agents.map(({ link }) => link.counts);
  const notes = [...cast.notes, ...(isDrained ? [] : [`agents had not drained after ${DRAIN_MS / 1_000} s`])];
  return {
    ...account,
    ...{ seed, minutes, store, faults, drainSeconds, notes, refusals: total(refusals) },
    kills: KILLS.reduce((sum, kind) => sum + (faults[kind] ?? 0), 0),
    cuts: links.reduce(
      (sum, { done, downs }) => sum + downs + CUTS.reduce((all, kind) => all + (done[kind] ?? 0), 0),
      0,
    ),
    requests: total(links.map(({ done }) => done)),
    answers: total(links.map(({ answers }) => answers)),
    endedByThemselves: cast.endedByThemselves,
  };
}

const KILLS = ["kill-agent", "kill-collector", "kill-store", "clock-step", "clock-wrong"] as const;
const CUTS = ["cut-before", "cut-within", "cut-after"] as const;

/** Everything is as it should be, and goes on so for a moment; then the devices fall silent. */
async function heal(cast: Cast, campus: Campus, signal: AbortSignal): Promise<void> {
  // The batches that the last planned faults are for; on a slow machine there may be fewer than were planned.
  const isUsedUp = () => cast.agents.every(({ link }) => link.waiting === 0);
  await becomes(isUsedUp, { ms: USE_UP_MS, signal });
  for (const { link } of cast.agents) await link.clear();
  if (cast.influx) await working(cast.influx.program, signal);
  await working(cast.collector, signal);
  await delay(HEALTHY_MS, undefined, { signal });
  campus.hush();
  // What was given last is in the spool by then.
  await delay(2 * (DEADLINE_MS + FLUSH_MS), undefined, { signal });
}

function total(counts: readonly Partial<Record<string, number>>[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const one of counts) {
    for (const [name, count] of Object.entries(one)) sum[name] = (sum[name] ?? 0) + (count ?? 0);
  }
  return sum;
}
