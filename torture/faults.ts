// Makes the faults of a plan happen, each at its time, and counts what did.
import { setTimeout as delay } from "node:timers/promises";
import type { Campus } from "./campus.ts";
import type { Cast, CastAgent } from "./cast.ts";
import type { Clocks } from "./clocks.ts";
import type { Link } from "./link.ts";
import type { Aim, Fault, PlannedFault } from "./plan.ts";
import { DEADLINE_MS } from "./settings.ts";
import type { SmallDisk } from "./small-disk.ts";
import type { Supervised } from "./supervised.ts";
import { becomes } from "./wait.ts";

/** Faults that happened, by kind. A kill of what was down, or the filling of a disk that cannot be filled, is none. */
export type FaultCounts = Partial<Record<Fault["kind"], number>>;

export interface FaultOptions {
  cast: Cast;
  campus: Campus;
  clocks: Clocks;
  signal: AbortSignal;
}

/** How long a kill waits for what it is aimed at. */
const AIM_MS = 2_000;
const PATIENCE_MS = 60_000;
/** What InfluxDB's two restarts take, with room to spare. */
const RECIPE_MS = 20_000;
const LATE_MS = DEADLINE_MS + 700;

/** Resolves when the last fault has ended, or soon after the signal aborts; or rejects then. */
export async function makeHappen(plan: readonly PlannedFault[], options: FaultOptions): Promise<FaultCounts> {
  const counts: FaultCounts = {};
  const startedAtMs = Date.now();
  const underWay: Promise<void>[] = [];
  for (const { atMs, fault } of plan) {
    await pause(startedAtMs + atMs - Date.now(), options.signal);
    if (options.signal.aborted) break;
    const happening = happen(fault, options).then((happened) => {
      if (happened) counts[fault.kind] = (counts[fault.kind] ?? 0) + 1;
    });
    // Looked at below; a rejection meanwhile must not end the process.
    happening.catch(() => undefined);
    underWay.push(happening);
  }
  await Promise.all(underWay);
  return counts;
}

/** @returns whether anything came of it */
async function happen(fault: Fault, options: FaultOptions): Promise<boolean> {
  const { cast, clocks, signal } = options;
  switch (fault.kind) {
    case "request":
      agentOf(cast, fault.agent).link.add(fault.fault);
      return true;
    case "link-down": {
      const { link } = agentOf(cast, fault.agent);
      link.cut();
      await pause(fault.forMs, signal);
      link.heal();
      return true;
    }
    case "kill-agent": {
      const { link, program } = agentOf(cast, fault.agent);
      await aimed(fault.aim, [link], signal);
      return program.kill(fault.downMs);
    }
    case "kill-collector":
      await aimed(fault.aim, linksOf(cast), signal);
      return cast.collector.kill(fault.downMs);
    case "kill-store":
      await aimed(fault.aim, linksOf(cast), signal);
      return (await cast.influx?.program.kill(fault.downMs)) ?? false;
    case "clock-step":
      return setClock(agentOf(cast, fault.agent), clocks.eraMs(fault.era));
    case "clock-wrong": {
      const agent = agentOf(cast, fault.agent);
      await setClock(agent, clocks.farMs(fault.isAhead));
      await pause(fault.forMs, signal);
      await setClock(agent, clocks.eraMs(fault.era));
      return true;
    }
    case "agent-disk-full":
      return fillAgentDisk(fault, options);
    case "collector-disk-full": {
      if (!cast.dataDisk) return false;
      await cast.dataDisk.fill();
      await pause(fault.forMs, signal);
      await makeRoom(cast, cast.dataDisk, signal);
      return true;
    }
    case "device-late":
      return delayDevice(fault, options);
  }
}

/** Resolves at what a kill waits for, or when nothing of the kind happens for a while. */
async function aimed(aim: Aim | undefined, links: readonly Link[], signal: AbortSignal): Promise<void> {
  if (!aim) return;
  await Promise.race([...links.map((link) => link.next(aim.at)), pause(AIM_MS, signal)]);
  await pause(aim.afterMs, signal);
}

function linksOf({ agents }: Cast): Link[] {
  return agents.map(({ link }) => link);
}

/** An agent's clock is another from its next start on. */
async function setClock(agent: CastAgent, offsetMs: number): Promise<boolean> {
  agent.offsetMs = offsetMs;
  return agent.program.kill(0);
}

async function fillAgentDisk(
  { agent: number, forMs }: Extract<Fault, { kind: "agent-disk-full" }>,
  { cast, signal }: FaultOptions,
): Promise<boolean> {
  const { disk } = agentOf(cast, number);
  if (!disk) return false;
  const full = { agent: number, fromMs: Date.now(), toMs: Number.POSITIVE_INFINITY };
  cast.fullDisks.push(full);
  await disk.fill();
  await pause(forMs, signal);
  await disk.empty();
  full.toMs = Date.now();
  return true;
}

/**
 * There is room again, and what an operator has to do then is done: for InfluxDB 1.6, which refuses every write after a full
 * disk, two restarts with nothing written in between (docs/influxdb.md).
 */
async function makeRoom({ influx, collector }: Cast, disk: SmallDisk, signal: AbortSignal): Promise<void> {
  if (!influx) return disk.empty();
  const killed = (program: Supervised, downMs: number) =>
    becomes(() => program.kill(downMs), { ms: PATIENCE_MS, signal });
  // A collector that is down just now would come up in the middle of it.
  let isDone = await killed(collector, RECIPE_MS);
  await disk.empty();
  for (let restarts = 0; restarts < 2; restarts += 1) {
    isDone &&= await killed(influx.program, 0);
    isDone &&= await becomes(() => influx.program.isWorking, { ms: PATIENCE_MS, signal });
  }
  if (!isDone) throw new Error("InfluxDB could not be restarted twice after its disk was full");
}

async function delayDevice(
  { agent, device, forMs }: Extract<Fault, { kind: "device-late" }>,
  { campus, signal }: FaultOptions,
): Promise<boolean> {
  const late = campus.devices.filter((one) => one.agent === agent)[device];
  late?.sim.setFault({ kind: "slow", delayMs: LATE_MS });
  await pause(forMs, signal);
  late?.sim.setFault(undefined);
  return late !== undefined;
}

function agentOf({ agents }: Cast, number: number): CastAgent {
  const agent = agents[number];
  if (!agent) throw new RangeError(`the plan speaks of agent ${number}, there are ${agents.length}`);
  return agent;
}

/** Resolves after so much time, or when the signal aborts. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return;
  await delay(ms, undefined, { signal }).catch(() => undefined);
}
