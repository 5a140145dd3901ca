import { describe, expect, it } from "vitest";
import { scoreOf } from "../indicators/checks.ts";
import { plain } from "../indicators/value.ts";
import { type LevelFacts, levelText } from "./level.ts";
import { networkReadiness } from "./net.ts";
import { NETWORK_WEIGHTS, type NetworkObservations, networkChecks } from "./net-checks.ts";
import { parity } from "./parity.ts";

const slots = (yes: number, no: number, unknown = 0) => ({ yes, no, unknown });
const targets = (count: number, successes: number, attempts = 1000) =>
  Array.from({ length: count }, (_, i) => ({
    id: `target-${i}`,
    attempts: i === 0 ? attempts : 1,
    successes: i === 0 ? successes : 1,
  }));
const vlans = (good: number, bad: number) => [
  ...Array<ReturnType<typeof slots>>(good).fill(slots(1920, 0)),
  ...Array<ReturnType<typeof slots>>(bad).fill(slots(0, 1920)),
];
const FACTS: LevelFacts = { coreAttestedCapable: false, ipv6ByteShare: "no_counters", singleStackSegments: [] };

/** E14: r = 0.972 over five targets. */
const E14: NetworkObservations = {
  uplinkHasGlobalPrefix: true,
  teachingVlans: vlans(9, 1),
  vantageVlans: [{ afterMs: 900 }],
  resolverGivesAaaa: true,
  resolverReachableOverIpv6: false,
  outsideTargets: [200, 200, 200, 200, 172].map((successes, i) => ({ id: `t${i}`, attempts: 200, successes })),
  roundTrip: { v4Ms: 20, v6Ms: 27 },
  pathMtuWorks: true,
  managedDevices: slots(12, 18),
  clients: { withGlobal: 60, without: 40 },
  unresolvedRogueRas: 0,
};

/** A network at L3: everything works and was checked. */
const WHOLE: NetworkObservations = {
  ...E14,
  teachingVlans: vlans(10, 0),
  resolverReachableOverIpv6: true,
  outsideTargets: targets(5, 1000),
  managedDevices: slots(30, 0),
  clients: { withGlobal: 80, without: 20 },
  inboundDenied: true,
};

const read = (seen: NetworkObservations, facts: LevelFacts = FACTS) => networkReadiness(seen, facts);
const checkOf = (seen: NetworkObservations, id: string) => networkChecks(seen).find((check) => check.id === id);
const worth = (seen: NetworkObservations, id: string) => checkOf(seen, id)?.value?.toNumber();

describe("E14 IPv6 network", () => {
  it("comes to 80 of 98 known points, 81.6, in [80, 82]", () => {
    const { score } = read(E14);
    expect(plain(score)).toEqual({ value: 8000 / 98, lo: 80, hi: 82, numerator: 80, denominator: 98 });
    const points = score.parts.map(({ id, weight = 0, value }) => [id, value && value.toNumber() * weight]);
    expect(points).toEqual([
      ["N1", 10],
      ["N2", 13.5],
      ["N3", 10],
      ["N4a", 5],
      ["N4b", 0],
      ["N5", 12],
      ["N6", 10],
      ["N7", 5],
      ["N8", 4],
      ["N9", 7.5],
      ["N10a", 3],
      ["N10b", undefined],
    ]);
    expect(score).toMatchObject({ id: "IPV6_NET", enough: true, reasons: [{ reason: "not_measured", count: 1 }] });
  });

  it("is at L1 because fewer than 99 % of attempts succeed, and has no full support though its score is 80 and more", () => {
    const { level, fullSupport } = read(E14);
    expect(levelText(level)).toBe("L1");
    expect(level.gates.filter(({ holds }) => holds === false).map(({ id }) => id)).toContain("N5");
    expect(fullSupport).toBe(false);
  });

  it("has full support with 99 % of attempts", () => {
    const better = { ...E14, outsideTargets: targets(5, 990 - 4, 996) };
    expect(read(better)).toMatchObject({ level: { proved: 2 }, fullSupport: true });
  });
});

describe("the weights", () => {
  it("come to 100", () => {
    expect(Object.values(NETWORK_WEIGHTS).reduce((sum, weight) => sum + weight, 0)).toBe(100);
    expect(networkChecks({}).map(({ id, weight }) => [id, weight])).toEqual(Object.entries(NETWORK_WEIGHTS));
  });
});

describe("checks at their limits", () => {
  it.each([
    { case: "advertised in 95 % of known slots", slots: slots(95, 5), value: 1 },
    { case: "in a slot less", slots: slots(94, 6), value: 0 },
    { case: "with 80 % of slots known", slots: slots(80, 0, 20), value: 1 },
    { case: "with fewer known", slots: slots(79, 0, 21), value: undefined },
    { case: "with few known that decide", slots: slots(0, 6, 94), value: 0 },
    { case: "never looked at", slots: slots(0, 0, 1920), value: undefined },
  ])("N2 a VLAN $case", ({ slots: seen, value }) => {
    expect(worth({ teachingVlans: [seen] }, "N2")).toBe(value);
  });

  it("N2 says how many VLANs of how many", () => {
    expect(checkOf({ teachingVlans: vlans(9, 1) }, "N2")).toMatchObject({ numerator: 9, denominator: 10 });
  });

  it.each([
    { afterMs: 9_999, value: 1 },
    { afterMs: 10_000, value: 1 },
    { afterMs: 10_001, value: 0 },
  ])("N3 an address after $afterMs ms", ({ afterMs, value }) => {
    expect(worth({ vantageVlans: [{ afterMs }] }, "N3")).toBe(value);
  });

  it("N3 tells an address that never came from one that was not tried", () => {
    expect(worth({ vantageVlans: [{}] }, "N3")).toBe(0);
    expect(checkOf({ vantageVlans: [undefined] }, "N3")).toMatchObject({ reason: "too_few_known" });
    expect(checkOf({}, "N3")).toMatchObject({ reason: "not_measured" });
    expect(checkOf({ vantageVlans: [] }, "N3")).toMatchObject({ reason: "nothing_registered" });
  });

  it.each([
    { targets: 4, value: undefined },
    { targets: 5, value: 1 },
    { targets: 6, value: 1 },
  ])("N5 with $targets outside targets", ({ targets: count, value }) => {
    expect(worth({ outsideTargets: targets(count, 1000) }, "N5")).toBe(value);
  });

  it("N5 leaves out targets that nobody asked", () => {
    const asked = targets(4, 1000);
    const seen = { outsideTargets: [...asked, { id: "silent", attempts: 0, successes: 0 }] };
    expect(checkOf(seen, "N5")).toMatchObject({ reason: "too_few_tests" });
  });

  it.each([
    { successes: 89, value: 0 },
    { successes: 90, value: 0 },
    { successes: 91, value: 1 / 9 },
    { successes: 98, value: 8 / 9 },
    { successes: 99, value: 1 },
    { successes: 100, value: 1 },
  ])("N5 $successes of 100 attempts", ({ successes, value }) => {
    const each = Array.from({ length: 5 }, (_, i) => ({ id: `${i}`, attempts: 20, successes: 0 }));
    const spread = each.map((one, i) => ({ ...one, successes: Math.min(20, Math.max(0, successes - 20 * i)) }));
    expect(worth({ outsideTargets: spread }, "N5")).toBeCloseTo(value, 15);
  });

  it.each([
    { v6Ms: 50, v4Ms: 1, value: 1 },
    { v6Ms: 50.1, v4Ms: 1, value: 0 },
    { v6Ms: 109, v4Ms: 100, value: 1 },
    { v6Ms: 110, v4Ms: 100, value: 1 },
    { v6Ms: 111, v4Ms: 100, value: 0.975 },
    { v6Ms: 130, v4Ms: 100, value: 0.5 },
    { v6Ms: 149, v4Ms: 100, value: 0.025 },
    { v6Ms: 150, v4Ms: 100, value: 0 },
    { v6Ms: 151, v4Ms: 100, value: 0 },
    { v6Ms: 60, v4Ms: 0, value: 0 },
  ])("N6 $v6Ms ms beside $v4Ms ms", ({ value, ...times }) => {
    expect(parity(times)?.toNumber()).toBe(value);
  });

  it("N6 needs no IPv4 beside a fast IPv6, and both otherwise", () => {
    expect(parity({ v6Ms: 12 })?.toNumber()).toBe(1);
    expect(parity({ v6Ms: 60 })).toBeUndefined();
    expect(parity({ v4Ms: 60 })).toBeUndefined();
  });

  it.each([
    { withGlobal: 79, value: 0.9875 },
    { withGlobal: 80, value: 1 },
    { withGlobal: 81, value: 1 },
  ])("N9 $withGlobal of 100 clients", ({ withGlobal, value }) => {
    expect(worth({ clients: { withGlobal, without: 100 - withGlobal } }, "N9")).toBe(value);
  });

  it("N9 is not known where no client was active", () => {
    expect(worth({ clients: { withGlobal: 0, without: 0 } }, "N9")).toBeUndefined();
  });

  it.each([
    { unresolvedRogueRas: 0, value: 1 },
    { unresolvedRogueRas: 1, value: 0 },
  ])("N10a $unresolvedRogueRas rogue advertisements", ({ value, ...seen }) => {
    expect(worth(seen, "N10a")).toBe(value);
  });

  it("N8 is not known with fewer than 80 % of devices known, and narrows the interval even so", () => {
    expect(worth({ managedDevices: slots(8, 0, 2) }, "N8")).toBe(1);
    const check = checkOf({ managedDevices: slots(4, 3, 3) }, "N8");
    expect(check).toMatchObject({ reason: "too_few_known", numerator: 4, denominator: 7 });
    expect([check?.lo.toNumber(), check?.hi.toNumber()]).toEqual([0.4, 0.7]);
  });
});

describe("the score", () => {
  // Known weight without them: N5 15, N10a 3, N10b 2 leave 80.
  const { outsideTargets: _t, unresolvedRogueRas: _r, inboundDenied: _i, ...at80 } = WHOLE;

  it("is printed from 80 points of known weight on", () => {
    expect(plain(read(at80).score)).toEqual({ value: 100, lo: 80, hi: 100, numerator: 80, denominator: 80 });
    expect(read({ ...at80, inboundDenied: true }).score.enough).toBe(true);
    const { resolverGivesAaaa: _a, ...at77 } = { ...at80, inboundDenied: true };
    const { score } = read(at77);
    expect(score.enough).toBe(false);
    expect(plain(score)).toEqual({ lo: 77, hi: 100, numerator: 77, denominator: 77 });
  });

  it("is not known, between 0 and 100, where nothing was checked", () => {
    const { score, level, fullSupport } = read({}, {});
    expect(plain(score)).toEqual({ lo: 0, hi: 100, numerator: 0, denominator: 0 });
    expect(levelText(level)).toBe("unknown ≥ L0");
    expect(fullSupport).toBeUndefined();
  });

  it("counts the known weight exactly", () => {
    const parts = networkChecks(WHOLE);
    expect(plain(scoreOf("IPV6_NET", parts, 100))).toMatchObject({ value: 100, lo: 100, hi: 100 });
  });
});

describe("full support", () => {
  it("takes the score at the pass mark and above", () => {
    // L2 needs 55 points of N1, N2, N3, N4a and N5; N6 (10) and N7 (5) are there, N9 and N8 fill up to the mark.
    const base = { ...WHOLE, resolverReachableOverIpv6: false, unresolvedRogueRas: 1, inboundDenied: false };
    const at = (devices: number) =>
      read({ ...base, clients: { withGlobal: 40, without: 60 }, managedDevices: slots(devices, 100 - devices) });
    expect(plain(at(50).score).value).toBe(80);
    expect(at(50).fullSupport).toBe(true);
    expect(at(51).fullSupport).toBe(true);
    expect(plain(at(49).score).value).toBe(79.9);
    expect(at(49)).toMatchObject({ level: { proved: 2 }, fullSupport: false });
  });

  it("is not known while the level is not, and refused where the score cannot reach it", () => {
    const { resolverGivesAaaa: _a, ...noAnswer } = WHOLE;
    expect(read(noAnswer).fullSupport).toBeUndefined();
    const { outsideTargets: _t, ...dark } = { ...noAnswer, uplinkHasGlobalPrefix: true, teachingVlans: vlans(0, 1) };
    expect(read(dark).fullSupport).toBe(false);
  });
});
