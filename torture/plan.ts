// What goes wrong and when, made from a seed alone: the same seed, the same plan. What comes of it may vary.
import type { StoreKind } from "./arguments.ts";
import { Chance } from "./chance.ts";

/** What a link does to one request: the next that comes through it. */
export type RequestFault =
  /** The connection ends before anything of the request has gone through. */
  | { kind: "cut-before" }
  /** Half of the request goes through, then the connection ends on both sides. */
  | { kind: "cut-within" }
  /** The collector answers, and the agent never hears. */
  | { kind: "cut-after" }
  | { kind: "delay"; byMs: number }
  /** The collector gets it twice. */
  | { kind: "duplicate" }
  /** It is held back, the agent loses its connection, and the collector gets it later, between others. */
  | { kind: "reorder"; byMs: number }
  /** One bit of it is another. `where` 0 to 1 says which. */
  | { kind: "corrupt"; what: "body" | "header" | "answer"; where: number };

/** What a kill waits for, so that it hits what lasts only milliseconds: a batch has gone to the collector, or its answer has come. */
export interface Aim {
  at: "asked" | "answered";
  afterMs: number;
}

/** Numbers of agents and devices count from 0. */
export type Fault =
  | { kind: "request"; agent: number; fault: RequestFault }
  | { kind: "link-down"; agent: number; forMs: number }
  | { kind: "kill-agent"; agent: number; downMs: number; aim?: Aim }
  | { kind: "kill-collector"; downMs: number; aim?: Aim }
  | { kind: "kill-store"; downMs: number; aim?: Aim }
  /** Killed and started again with its clock set back by so many steps (clock.ts); 0 is the right time. */
  | { kind: "clock-step"; agent: number; era: number }
  /** The same with a clock so far off that every line is refused, and after a while put right again. */
  | { kind: "clock-wrong"; agent: number; isAhead: boolean; forMs: number; era: number }
  | { kind: "agent-disk-full"; agent: number; forMs: number }
  | { kind: "collector-disk-full"; forMs: number }
  /** Answers come after the agent has given up. */
  | { kind: "device-late"; agent: number; device: number; forMs: number };

export interface PlannedFault {
  /** After the begin of the run. */
  atMs: number;
  fault: Fault;
}

export interface PlanOptions {
  seed: number;
  minutes: number;
  store: StoreKind;
  agents: number;
  devicesPerAgent: number;
}

/** Clock steps there are. */
export const ERAS = 6;
/** Share of kills that wait for a batch to be under way; the others come at any moment. */
const AIMED = 0.5;
/** Nothing begins in the last seconds, so that what lasts longer has ended when the links are healed. */
const CALM_MS = 4_000;

export function planOf(options: PlanOptions): PlannedFault[] {
  const { seed, minutes } = options;
  const endMs = minutes * 60_000 - CALM_MS;
  // A seed of its own for each kind, so that a change of one does not turn all others over.
  const plans = [
    series(new Chance(seed + 1), endMs, { fromMs: 3_500, toMs: 7_500 }, (chance) => aKill(chance, options)),
    series(new Chance(seed + 2), endMs, { fromMs: 1_000, toMs: 3_000 }, (chance) => aLinkFault(chance, options)),
    series(new Chance(seed + 3), endMs, { fromMs: 14_000, toMs: 26_000 }, (chance) => anEpisode(chance, options)),
  ];
  return plans.flat().sort((a, b) => a.atMs - b.atMs);
}

function series(
  chance: Chance,
  endMs: number,
  gap: { fromMs: number; toMs: number },
  make: (chance: Chance) => Fault,
): PlannedFault[] {
  const faults: PlannedFault[] = [];
  for (let atMs = chance.between(gap.fromMs, gap.toMs); atMs < endMs; atMs += chance.between(gap.fromMs, gap.toMs)) {
    faults.push({ atMs, fault: make(chance) });
  }
  return faults;
}

function aKill(chance: Chance, { agents, store }: PlanOptions): Fault {
  const downMs = chance.between(0, 1_500);
  const aim: { aim?: Aim } =
    chance.next() < AIMED ? { aim: { at: chance.of(["asked", "answered"]), afterMs: chance.between(0, 12) } } : {};
  const share = chance.next();
  if (store === "influx" && share < 0.2) return { kind: "kill-store", downMs, ...aim };
  if (share < 0.55) return { kind: "kill-collector", downMs, ...aim };
  return { kind: "kill-agent", agent: chance.between(0, agents - 1), downMs, ...aim };
}

function aLinkFault(chance: Chance, { agents }: PlanOptions): Fault {
  const agent = chance.between(0, agents - 1);
  const share = chance.next();
  if (share < 0.12) return { kind: "link-down", agent, forMs: chance.between(500, 6_000) };
  return { kind: "request", agent, fault: aRequestFault(chance) };
}

function aRequestFault(chance: Chance): RequestFault {
  const share = chance.next();
  if (share < 0.15) return { kind: "cut-before" };
  if (share < 0.35) return { kind: "cut-within" };
  if (share < 0.6) return { kind: "cut-after" };
  if (share < 0.7) return { kind: "delay", byMs: chance.between(100, 4_000) };
  if (share < 0.82) return { kind: "duplicate" };
  if (share < 0.92) return { kind: "reorder", byMs: chance.between(200, 8_000) };
  return { kind: "corrupt", what: chance.of(["body", "header", "answer"] as const), where: chance.next() };
}

/** What lasts a while; one begins at a time, though they may overlap. */
function anEpisode(chance: Chance, { agents, devicesPerAgent }: PlanOptions): Fault {
  const agent = chance.between(0, agents - 1);
  const era = chance.between(0, ERAS - 1);
  const forMs = chance.between(3_000, 9_000);
  const share = chance.next();
  if (share < 0.25) return { kind: "clock-step", agent, era };
  if (share < 0.4) return { kind: "clock-wrong", agent, isAhead: chance.next() < 0.5, forMs, era };
  if (share < 0.65) return { kind: "agent-disk-full", agent, forMs };
  if (share < 0.85) return { kind: "collector-disk-full", forMs };
  return { kind: "device-late", agent, device: chance.between(0, devicesPerAgent - 1), forMs };
}
