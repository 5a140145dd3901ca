import { describe, expect, it } from "vitest";
import { type LevelFacts, levelText, networkLevel, type SingleStackSegment } from "./level.ts";
import { type NetworkObservations, networkChecks, networkRates } from "./net-checks.ts";

const GOOD = { yes: 1920, no: 0, unknown: 0 };
const BAD = { yes: 0, no: 1920, unknown: 0 };
const targets = (successes: number, attempts: number) => [
  { id: "a", successes, attempts },
  ...["b", "c", "d", "e"].map((id) => ({ id, successes: 1, attempts: 1 })),
];
const of = <T>(good: number, bad: number, yes: T, no: T): T[] => [
  ...Array<T>(good).fill(yes),
  ...Array<T>(bad).fill(no),
];

const SEEN: NetworkObservations = {
  uplinkHasGlobalPrefix: true,
  teachingVlans: [GOOD],
  vantageVlans: [{ afterMs: 10 }],
  resolverGivesAaaa: true,
  outsideTargets: targets(96, 96),
  roundTrip: { v6Ms: 20 },
  clients: { withGlobal: 8, without: 2 },
  unresolvedRogueRas: 0,
};
const FACTS: LevelFacts = { coreAttestedCapable: true, ipv6ByteShare: "no_counters", singleStackSegments: [] };
const SEGMENT: SingleStackSegment = {
  id: "labs",
  discoveryWorks: true,
  dns64Answers: true,
  nat64: { attempts: 100, successes: 99 },
};

const levelOf = (seen: NetworkObservations = SEEN, facts: LevelFacts = FACTS) =>
  networkLevel(networkChecks(seen), networkRates(seen), facts);
const textOf = (seen?: NetworkObservations, facts?: LevelFacts) => levelText(levelOf(seen, facts));
const without = (...names: (keyof NetworkObservations)[]): NetworkObservations =>
  Object.fromEntries(Object.entries(SEEN).filter(([name]) => !names.some((one) => one === name)));

describe("the level", () => {
  it("is L0 where there is neither a prefix nor an attestation, L1 with one of them", () => {
    expect(textOf({ ...SEEN, uplinkHasGlobalPrefix: false }, { ...FACTS, coreAttestedCapable: false })).toBe("L0");
    expect(textOf({ ...SEEN, uplinkHasGlobalPrefix: false }, FACTS)).toBe("L1");
    expect(textOf({ uplinkHasGlobalPrefix: true, resolverGivesAaaa: false }, {})).toBe("L1");
  });

  it("is unknown from L0 on where nobody looked for either", () => {
    expect(textOf({ ...SEEN, uplinkHasGlobalPrefix: false }, {})).toBe("unknown ≥ L0");
    expect(textOf(without("uplinkHasGlobalPrefix"), {})).toBe("unknown ≥ L0");
    expect(textOf(without("uplinkHasGlobalPrefix"), FACTS)).toBe("unknown ≥ L1");
  });

  it.each<{ case: string; seen: NetworkObservations; text: string }>([
    { case: "N2 at 0.90", seen: { teachingVlans: of(9, 1, GOOD, BAD) }, text: "L3" },
    { case: "N2 under it", seen: { teachingVlans: of(8, 1, GOOD, BAD) }, text: "L1" },
    { case: "N3 at 0.90", seen: { vantageVlans: of(9, 1, { afterMs: 1 }, {}) }, text: "L3" },
    { case: "N3 under it", seen: { vantageVlans: of(8, 1, { afterMs: 1 }, {}) }, text: "L1" },
    { case: "no AAAA", seen: { resolverGivesAaaa: false }, text: "L1" },
    { case: "r at 0.99", seen: { outsideTargets: targets(95, 96) }, text: "L3" },
    { case: "r under it", seen: { outsideTargets: targets(94, 96) }, text: "L1" },
    { case: "a slower IPv6", seen: { roundTrip: { v6Ms: 111, v4Ms: 100 } }, text: "L2" },
    { case: "an IPv6 slower by a tenth", seen: { roundTrip: { v6Ms: 110, v4Ms: 100 } }, text: "L3" },
    { case: "clients at 0.80", seen: { clients: { withGlobal: 80, without: 20 } }, text: "L3" },
    { case: "clients under it", seen: { clients: { withGlobal: 79, without: 21 } }, text: "L2" },
    { case: "a rogue advertisement", seen: { unresolvedRogueRas: 1 }, text: "L2" },
  ])("with $case is $text", ({ seen, text }) => {
    expect(textOf({ ...SEEN, ...seen })).toBe(text);
  });

  it.each<{ share: LevelFacts["ipv6ByteShare"]; text: string }>([
    { share: 0.29, text: "L2" },
    { share: 0.3, text: "L3" },
    { share: 0.31, text: "L3" },
    { share: "no_counters", text: "L3" },
    { share: undefined, text: "unknown ≥ L2" },
  ])("with $share of bytes over IPv6 is $text", ({ share, text }) => {
    const { ipv6ByteShare: _, ...facts } = FACTS;
    expect(textOf(SEEN, { ...facts, ...(share !== undefined && { ipv6ByteShare: share }) })).toBe(text);
  });

  it.each<{ case: string; segments?: SingleStackSegment[]; text: string }>([
    { case: "no such segment", segments: [], text: "L3" },
    { case: "NAT64 at 99 %", segments: [SEGMENT], text: "L4" },
    { case: "NAT64 under it", segments: [{ ...SEGMENT, nat64: { attempts: 100, successes: 98 } }], text: "L3" },
    { case: "no discovery", segments: [{ ...SEGMENT, discoveryWorks: false }], text: "L3" },
    { case: "no DNS64", segments: [{ ...SEGMENT, dns64Answers: false }], text: "L3" },
    { case: "one that works of two", segments: [{ id: "x", dns64Answers: false }, SEGMENT], text: "L4" },
    { case: "one not tried", segments: [{ id: "x" }], text: "unknown ≥ L3" },
    { case: "NAT64 not tried", segments: [{ ...SEGMENT, nat64: { attempts: 0, successes: 0 } }], text: "unknown ≥ L3" },
    { case: "nobody who looked", text: "unknown ≥ L3" },
  ])("with $case is $text", ({ segments, text }) => {
    const { singleStackSegments: _, ...facts } = FACTS;
    expect(textOf(SEEN, { ...facts, ...(segments && { singleStackSegments: segments }) })).toBe(text);
  });

  it("names what has to be found out", () => {
    expect(levelOf(without("teachingVlans", "resolverGivesAaaa", "clients"))).toMatchObject({
      proved: 1,
      possible: 3,
      missing: ["N2", "N4a", "N9"],
    });
  });

  it("is known where something known refuses the next one, whatever else is missing", () => {
    const level = levelOf({ ...without("teachingVlans", "clients"), resolverGivesAaaa: false });
    expect(level).toMatchObject({ proved: 1, possible: 1, missing: [] });
    expect(levelText(level)).toBe("L1");
  });
});
