// The level of a network's IPv6, L0 to L4: by gates, not by its score (scoring model 7.1).
import { Exact, ONE } from "../exact.ts";
import type { Check } from "../indicators/checks.ts";
import { reaches } from "../share.ts";
import { allOf, anyOf, type Truth } from "../truth.ts";
import type { NetworkCheckId, NetworkRates } from "./net-checks.ts";
import { type Attempts, successRate } from "./success.ts";

export type Level = 0 | 1 | 2 | 3 | 4;

/** A production segment of users who have no IPv4. What is absent was not checked. */
export interface SingleStackSegment {
  id: string;
  /** PREF64 (RFC 8781) or ipv4only.arpa (RFC 7050) tells the clients their NAT64 prefix. */
  discoveryWorks?: boolean;
  dns64Answers?: boolean;
  /** Tries to reach a host that has IPv4 alone. */
  nat64?: Attempts;
  /** DHCP option 108 (RFC 8925), noted where dual clients share the segment; no gate. */
  option108?: boolean;
}

/** What the gates need beside the checks. */
export interface LevelFacts {
  /** Core devices are attested to be capable of IPv6 (inventory); `false`: nobody attested it; absent: nobody knows. */
  coreAttestedCapable?: boolean;
  /** Share of bytes that are IPv6; `no_counters`: no flow counters exist, so the gate does not ask; absent: not known. */
  ipv6ByteShare?: number | "no_counters";
  /** Production segments of users without IPv4; empty: there is none; absent: nobody looked. */
  singleStackSegments?: readonly SingleStackSegment[];
}

/** One condition of a level; absent `holds`: not known. */
export interface Gate {
  level: Level;
  id: string;
  holds?: boolean;
}

export interface NetworkLevel {
  /** Highest level whose gates, and those of the levels below, all hold. */
  proved: Level;
  /** Highest level that nothing known speaks against. Above `proved` the level is “unknown ≥ L`proved`”. */
  possible: Level;
  /** Conditions not known between the two: what has to be found out. */
  missing: readonly string[];
  gates: readonly Gate[];
}

const VLANS_ENOUGH = Exact.of(0.9);
const SUCCESS_ENOUGH = Exact.of(0.99);
const CLIENTS_ENOUGH = Exact.of(0.8);
const BYTES_ENOUGH = Exact.of(0.3);
const NAT64_ENOUGH = Exact.of(0.99);

/** @param checks those of `networkChecks` */
export function networkLevel(checks: readonly Check[], rates: NetworkRates, facts: LevelFacts): NetworkLevel {
  const gates = gatesOf(checks, rates, facts);
  const holds = ([1, 2, 3, 4] as const).map((level) =>
    allOf(gates.filter((gate) => gate.level === level).map((gate) => gate.holds)),
  );
  // N1 is the gate of L2 as well, so who has L2 has L1, and each level asks for the one below it.
  const reached = (isReached: (truth: Truth) => boolean) => LEVELS[firstWithout(holds, isReached)] ?? 0;
  const proved = reached((truth) => truth === true);
  const possible = reached((truth) => truth !== false);
  const isMissing = (gate: Gate) => gate.holds === undefined && gate.level > proved && gate.level <= possible;
  return { proved, possible, missing: gates.filter(isMissing).map(({ id }) => id), gates };
}

const LEVELS = [0, 1, 2, 3, 4] as const;

/** How many of the first hold one after another. */
function firstWithout(truths: readonly Truth[], holds: (truth: Truth) => boolean): number {
  const end = truths.findIndex((truth) => !holds(truth));
  return end < 0 ? truths.length : end;
}

/** `L2`, or `unknown ≥ L1` when the next level is neither proved nor out of the question. */
export function levelText({ proved, possible }: NetworkLevel): string {
  return possible > proved ? `unknown ≥ L${proved}` : `L${proved}`;
}

function gatesOf(checks: readonly Check[], rates: NetworkRates, facts: LevelFacts): Gate[] {
  const byId = new Map(checks.map((check) => [check.id, check.value]));
  const isFull = (id: NetworkCheckId): Truth => byId.get(id)?.isAtLeast(ONE);
  const gate = (level: Level, id: string, holds: Truth): Gate => ({ level, id, ...(holds !== undefined && { holds }) });
  const prefix = isFull("N1");
  return [
    gate(1, "N1 or attested", anyOf([prefix, facts.coreAttestedCapable])),
    gate(2, "N1", prefix),
    gate(2, "N2", reaches(rates.vlansWithRa, VLANS_ENOUGH)),
    gate(2, "N3", reaches(rates.vlansWithAddress, VLANS_ENOUGH)),
    gate(2, "N4a", isFull("N4a")),
    gate(2, "N5", rates.success?.isAtLeast(SUCCESS_ENOUGH)),
    gate(3, "N6", isFull("N6")),
    gate(3, "N9", reaches(rates.clientsWithGlobal, CLIENTS_ENOUGH)),
    gate(3, "N10a", isFull("N10a")),
    gate(3, "bytes", bytesGate(facts.ipv6ByteShare)),
    gate(4, "single stack", segmentGate(facts.singleStackSegments)),
  ];
}

function bytesGate(share: LevelFacts["ipv6ByteShare"]): Truth {
  if (share === undefined) return undefined;
  return share === "no_counters" || Exact.of(share).isAtLeast(BYTES_ENOUGH);
}

/** One segment in which everything works is enough. */
function segmentGate(segments: readonly SingleStackSegment[] | undefined): Truth {
  if (segments === undefined) return undefined;
  return anyOf(
    segments.map(({ discoveryWorks, dns64Answers, nat64 }) =>
      allOf([discoveryWorks, dns64Answers, nat64 && successRate([nat64])?.isAtLeast(NAT64_ENOUGH)]),
    ),
  );
}
