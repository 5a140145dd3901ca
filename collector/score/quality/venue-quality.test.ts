import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayOf } from "../../inventory/day.ts";
import { schoolCoverage } from "../coverage.ts";
import { venueVerdict } from "../venue.ts";
import { QUALITY_METRICS, type QualityMetric } from "./marks.ts";
import { countsOf, slotOf } from "./quality-suite.ts";
import { countSlots, type SlotMeasurements, slotCode } from "./slot.ts";
import { venueQuality } from "./venue-quality.ts";
import { judgeWalkTest, type WalkTestResult } from "./walk-test.ts";

const AS_OF_DAY = dayOf("2026-10-02") ?? Number.NaN;
const good = slotOf();
const fair = slotOf({ signalDbm: -66, snrDb: 22, busyRatio: 0.6, clients: 40 });
const weak = slotOf({ signalDbm: -75 });
const idle = slotOf({ clients: 0 });

const metricOf = (quality: ReturnType<typeof venueQuality>, metric: QualityMetric) =>
  quality.metrics.find((one) => one.metric === metric);

describe("E2 two access points, one down: 62 clients on the other", () => {
  /** Of 1900 slots up, 1000 are busy, most of them with 62 clients. */
  const quality = venueQuality(countsOf([700, slotOf({ clients: 62 })], [300, good], [900, idle]));

  it("fails by clients per radio and by nothing else", () => {
    expect(quality).toMatchObject({
      verdict: "fail",
      good: false,
      busySlots: 1000,
      decidedBy: ["clients"],
      reasons: [],
    });
    expect(metricOf(quality, "clients")).toEqual({
      metric: "clients",
      state: "fail",
      good: false,
      slots: { held: 300, missed: 700 },
      goodSlots: { held: 300, missed: 700 },
    });
    expect(metricOf(quality, "utilisation")).toMatchObject({ state: "pass", good: true });
  });

  it("is covered, below quality; the venue rate is unchanged", () => {
    const { verdict, share } = venueVerdict(
      { served: 1900, unserved: 0, unknown: 20 },
      { equipped: true, inventoryConfirmed: true, quality: quality.verdict },
    );
    expect({ verdict, share }).toEqual({ verdict: "covered_below_quality", share: 1 });
    const window = { teachingDays: 20, expectedSlots: 1920 };
    const { rate } = schoolCoverage({
      venues: [{ verdict }],
      inventoryConfirmed: true,
      window,
      frozen: false,
      asOfMs: Date.parse("2026-10-02T17:00:00+08:00"),
    });
    expect(rate).toMatchObject({ status: "value", value: 1, numerator: 1, denominator: 1 });
  });
});

describe("a venue's quality", () => {
  it.each([
    { busy: 39, want: "unproven", reasons: ["too_few_busy_slots"] },
    { busy: 40, want: "pass", reasons: [] },
    { busy: 41, want: "pass", reasons: [] },
  ])("with $busy busy slots is $want", ({ busy, want, reasons }) => {
    const quality = venueQuality(countsOf([busy, good], [500, idle]));
    expect(quality).toMatchObject({ verdict: want, reasons, busySlots: busy });
    expect(quality.metrics.every(({ state }) => state === "too_few_busy_slots")).toBe(want === "unproven");
  });

  it("fails by no slot while there are too few busy ones", () => {
    expect(venueQuality(countsOf([39, weak])).verdict).toBe("unproven");
    expect(venueQuality(countsOf([40, weak])).verdict).toBe("fail");
  });

  it.each([
    { held: 899, missed: 101, want: "fail" },
    { held: 900, missed: 100, want: "pass" },
    { held: 901, missed: 99, want: "pass" },
    { held: 35, missed: 5, want: "fail" },
    { held: 36, missed: 4, want: "pass" },
  ])("with $held slots above a mark and $missed below is $want", ({ held, missed, want }) => {
    expect(venueQuality(countsOf([held, good], [missed, weak])).verdict).toBe(want);
  });

  it.each([
    { what: "fails where no unknown slot could save it", held: 0, missed: 101, none: 899, state: "fail" },
    { what: "says nothing where they could", held: 0, missed: 100, none: 900, state: "too_little_data" },
    { what: "says nothing by 799 of 1000", held: 799, missed: 0, none: 201, state: "too_little_data" },
    { what: "passes by 800 of 1000", held: 800, missed: 0, none: 200, state: "pass" },
    { what: "fails by the known ones", held: 719, missed: 81, none: 200, state: "fail" },
    { what: "passes by the known ones", held: 720, missed: 80, none: 200, state: "pass" },
    { what: "has nothing", held: 0, missed: 0, none: 1000, state: "no_data" },
  ])("a metric $what", ({ held, missed, none, state }) => {
    const { signalDbm: _, ...silent } = { ...good.radios[0] };
    const quality = venueQuality(countsOf([held, good], [missed, weak], [none, { radios: [silent] }]));
    expect(metricOf(quality, "signal")?.state).toBe(state);
    // SNR speaks for the signal where RSSI says nothing.
    expect(quality.verdict).toBe(state === "fail" ? "fail" : "pass");
  });

  it.each<{ what: string; has: SlotMeasurements["radios"][number]; want: string; reasons: string[] }>([
    { what: "RSSI and utilisation", has: { signalDbm: -60, busyRatio: 0.2 }, want: "pass", reasons: [] },
    { what: "SNR and utilisation", has: { snrDb: 30, busyRatio: 0.2 }, want: "pass", reasons: [] },
    { what: "utilisation only", has: { busyRatio: 0.2 }, want: "unproven", reasons: ["no_signal_or_snr"] },
    { what: "RSSI only", has: { signalDbm: -60 }, want: "unproven", reasons: ["no_utilisation"] },
    { what: "neither", has: { retryRatio: 0.1 }, want: "unproven", reasons: ["no_signal_or_snr", "no_utilisation"] },
    { what: "bad utilisation only", has: { busyRatio: 0.9 }, want: "fail", reasons: [] },
    { what: "all and bad retries", has: { snrDb: 30, busyRatio: 0.2, retryRatio: 0.3 }, want: "fail", reasons: [] },
    { what: "good SNR, bad RSSI", has: { snrDb: 30, signalDbm: -70, busyRatio: 0.2 }, want: "fail", reasons: [] },
  ])("with data on $what is $want", ({ has, want, reasons }) => {
    expect(venueQuality(countsOf([100, { radios: [{ clients: 10, ...has }] }]))).toMatchObject({
      verdict: want,
      reasons,
    });
  });

  it("names what it rests on", () => {
    expect(venueQuality(countsOf([100, good])).decidedBy).toEqual(["signal", "snr", "utilisation", "clients"]);
    expect(venueQuality(countsOf([100, slotOf({ busyRatio: 0.9, snrDb: 3 })])).decidedBy).toEqual([
      "snr",
      "utilisation",
    ]);
    expect(venueQuality(countsOf()).decidedBy).toEqual([]);
    expect(venueQuality(countsOf([100, good])).modelVersion).toBe("2026.1");
  });

  it.each([
    { goodSlots: 90, fairSlots: 10, want: true },
    { goodSlots: 89, fairSlots: 11, want: false },
    { goodSlots: 0, fairSlots: 100, want: false },
  ])("is good: $want, with $goodSlots of 100 slots good and the rest passing", ({ goodSlots, fairSlots, want }) => {
    const quality = venueQuality(countsOf([goodSlots, good], [fairSlots, fair]));
    expect(quality).toMatchObject({ verdict: "pass", good: want });
  });
});

describe("a walk test and the controller's view", () => {
  const walk = (day: string, ...levelsDbm: number[]): WalkTestResult =>
    judgeWalkTest({ day, levelsDbm }, 40, AS_OF_DAY);
  const strong = walk("2026-09-01", -60, -61, -59);
  const feeble = walk("2026-09-01", -60, -75, -59);

  it("outranks bad RSSI with a good one, and good RSSI with a bad one", () => {
    const better = venueQuality(countsOf([100, weak]), [strong]);
    expect(better).toMatchObject({ verdict: "pass", good: true, walkTest: strong });
    expect(better.decidedBy).toEqual(["walk_test", "snr", "utilisation", "clients"]);
    expect(metricOf(better, "signal")).toMatchObject({ state: "outranked", slots: { held: 0, missed: 100 } });
    expect(venueQuality(countsOf([100, good]), [feeble])).toMatchObject({ verdict: "fail", decidedBy: ["walk_test"] });
  });

  it("does not outrank SNR, and is signal enough where there is none", () => {
    expect(venueQuality(countsOf([100, slotOf({ snrDb: 10 })]), [strong])).toMatchObject({ decidedBy: ["snr"] });
    const bare = { radios: [{ clients: 10, busyRatio: 0.2 }] };
    expect(venueQuality(countsOf([100, bare])).verdict).toBe("unproven");
    expect(venueQuality(countsOf([100, bare]), [strong]).verdict).toBe("pass");
  });

  it("passes nothing without busy slots, but fails without them", () => {
    expect(venueQuality(countsOf(), [strong])).toMatchObject({ verdict: "unproven", reasons: ["too_few_busy_slots"] });
    expect(venueQuality(countsOf(), [feeble])).toMatchObject({ verdict: "fail", decidedBy: ["walk_test"] });
  });

  it("makes a venue good only when it is good itself", () => {
    const passing = walk("2026-09-01", -66, -66);
    expect(venueQuality(countsOf([100, good]), [passing])).toMatchObject({ verdict: "pass", good: false });
  });

  it("leaves the controller's view when it does not count, and stays on record", () => {
    const old = walk("2025-10-01", -60, -60);
    const quality = venueQuality(countsOf([100, weak]), [old]);
    expect(quality).toMatchObject({
      verdict: "fail",
      decidedBy: ["signal"],
      walkTests: [{ ...old, doubt: "too_old" }],
    });
    expect(quality).not.toHaveProperty("walkTest");
  });
});

describe("any window", () => {
  const value = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });
  const radio = fc
    .record({
      clients: value(fc.nat({ max: 60 })),
      signalDbm: value(fc.integer({ min: -80, max: -55 })),
      snrDb: value(fc.integer({ min: 15, max: 30 })),
      busyRatio: value(fc.constantFrom(0.3, 0.5, 0.6, 0.7, 0.8)),
    })
    .map((all) => Object.fromEntries(Object.entries(all).filter(([, one]) => one !== undefined)));
  const slot = fc.record({ radios: fc.array(radio, { maxLength: 3 }) });
  const seeded = { seed: 20_260_902, numRuns: 200 };

  it("is the same in whatever order its slots come", () => {
    const windows = fc
      .array(slot, { maxLength: 80 })
      .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));
    fc.assert(
      fc.property(windows, ([all, other]) => {
        const of = (slots: SlotMeasurements[]) => venueQuality(countSlots(slots.map((one) => slotCode(one))));
        expect(of(other)).toEqual(of(all));
      }),
      seeded,
    );
  });

  it("decides a slot by what is known only as all that is not known could not change", () => {
    const cases = fc.record({
      radios: fc.array(radio, { minLength: 1, maxLength: 3 }),
      signalDbm: fc.integer({ min: -80, max: -55 }),
      busyRatio: fc.constantFrom(0.3, 0.7, 0.8),
    });
    fc.assert(
      fc.property(cases, ({ radios, ...learned }) => {
        const before = slotCode({ radios });
        fc.pre(before !== 0);
        // Fills the gaps of every radio; how many clients each has stays as it is.
        const after = slotCode({ radios: radios.map((one) => ({ ...learned, ...one })) });
        expect(after & before).toBe(before);
      }),
      seeded,
    );
  });

  it("never counts a slot twice for a metric", () => {
    fc.assert(
      fc.property(fc.array(slot, { maxLength: 60 }), (slots) => {
        const { busy, pass, good: goodCounts } = countSlots(slots.map((one) => slotCode(one)));
        for (const metric of QUALITY_METRICS) {
          expect(pass[metric].held + pass[metric].missed).toBeLessThanOrEqual(busy);
          expect(goodCounts[metric].held).toBeLessThanOrEqual(pass[metric].held);
          expect(pass[metric].missed).toBeLessThanOrEqual(goodCounts[metric].missed);
        }
      }),
      seeded,
    );
  });
});
