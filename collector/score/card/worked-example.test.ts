// E18 of scoring model section 11 with each of its numbers, and what it says of gates.
import { describe, expect, it } from "vitest";
import { Exact } from "../exact.ts";
import { displayed } from "./bands.ts";
import { AS_OF, cardOf, DAY, E18 } from "./card-suite.ts";

const { dimensions, score, ungated, gates, band, smartReady, infraIndex, note, modelVersion } = cardOf(E18);
const dimension = (id: string) => dimensions.find((one) => one.id === id);

describe("E18 smart-campus score with gaps", () => {
  it.each([
    { id: "D1", points: 22.77, known: 25 },
    { id: "D2", points: (15 * ((9 * 80) / 98 + 3)) / 12, known: 15 },
    { id: "D4", points: 17.2, known: 20 },
    { id: "D5", points: 12, known: 15 },
    { id: "D6", points: 8.4, known: 10 },
  ])("$id is wholly known and comes to $points", ({ id, points, known }) => {
    const got = dimension(id);
    expect(got?.knownWeight.toNumber()).toBe(known);
    for (const value of [got?.point, got?.lo, got?.hi, got?.points]) expect(value?.toNumber()).toBeCloseTo(points, 12);
  });

  it.each([
    { id: "D1", parts: [11.52, 4, 4.25, 3] },
    { id: "D2", parts: [(((9 * 80) / 98) * 15) / 12, undefined, (3 * 15) / 12] },
    { id: "D3", parts: [23 / 3, undefined] },
    { id: "D4", parts: [6, 4.2, 5.4, 1.6] },
    { id: "D5", parts: [7, 3, 2] },
    { id: "D6", parts: [2.4, 3, 1, 2] },
  ])("$id is made of $parts", ({ id, parts }) => {
    const got = dimension(id)?.parts.map(({ points }) => points?.toNumber());
    expect(got).toHaveLength(parts.length);
    for (const [i, want] of parts.entries()) {
      if (want === undefined) expect(got?.[i]).toBeUndefined();
      else expect(got?.[i]).toBeCloseTo(want, 12);
    }
  });

  it("shares the weight of the website that the school does not have", () => {
    expect(dimension("D2")?.parts.map(({ state, appliedWeight }) => [state, appliedWeight.toNumber()])).toEqual([
      ["known", 11.25],
      ["not_applicable", 0],
      ["known", 3.75],
    ]);
  });

  it("prints only the interval of D3, of which two thirds are known", () => {
    const d3 = dimension("D3");
    expect(d3).not.toHaveProperty("point");
    expect([d3?.lo, d3?.hi].map((value) => value?.toNumber())).toEqual([23 / 3, 38 / 3]);
    expect([d3?.lo, d3?.hi].map((value) => value?.toNumber().toFixed(2))).toEqual(["7.67", "12.67"]);
    expect(d3?.knownWeight.toNumber()).toBe(10);
    expect(d3?.parts[1]).toMatchObject({ state: "insufficient", reasons: ["agent_offline"] });
  });

  it("comes to 80.97 of 95 points: 85.2 in [81.0, 86.0], meets the standard, ready", () => {
    const points = 22.77 + (15 * ((9 * 80) / 98 + 3)) / 12 + 23 / 3 + 17.2 + 12 + 8.4;
    expect(score.points.toNumber()).toBeCloseTo(points, 12);
    expect(score.points.toNumber().toFixed(2)).toBe("80.97");
    expect([score.knownWeight, score.weight].map((value) => value.toNumber())).toEqual([95, 100]);
    expect(score.point?.toNumber()).toBeCloseTo((100 * points) / 95, 12);
    expect([score.lo, score.hi].map((value) => value.toNumber() - points)).toEqual([
      expect.closeTo(0, 12),
      expect.closeTo(5, 12),
    ]);
    expect([score.point ?? Exact.of(0), score.lo, score.hi].map(displayed)).toEqual(["85.2", "81.0", "86.0"]);
    expect(band).toBe("meets");
    expect(smartReady).toEqual({ ready: "yes", reasons: [] });
    expect(gates.map(({ state }) => state)).toEqual(["inactive", "inactive", "inactive", "inactive"]);
    expect(ungated).toEqual(score);
  });

  it("has an INFRA_INDEX of its first four dimensions, as if they were the whole", () => {
    const points = 22.77 + (15 * ((9 * 80) / 98 + 3)) / 12 + 23 / 3 + 17.2;
    expect([infraIndex.knownWeight, infraIndex.weight].map((value) => value.toNumber())).toEqual([70, 75]);
    expect(infraIndex.point?.toNumber()).toBeCloseTo((100 * points) / 70, 12);
    expect(infraIndex.lo.toNumber()).toBeCloseTo((100 * points) / 75, 12);
    expect(infraIndex.hi.toNumber()).toBeCloseTo((100 * (points + 5)) / 75, 12);
  });

  it("says that it is no recognition, and by which model", () => {
    expect(note).toEqual({ zh: "代理指标，非认定结果", en: "proxy, not a recognition" });
    expect(modelVersion).toBe("2026.1");
  });

  it.each([
    { what: "7 days", openMs: 7 * DAY, state: "inactive", point: "85.2", ready: "yes" },
    { what: "a millisecond more", openMs: 7 * DAY + 1, state: "active", point: "79.0", ready: "no" },
    { what: "8 days", openMs: 8 * DAY, state: "active", point: "79.0", ready: "no" },
  ])(
    "with a writable default community open for $what it is $point, ready: $ready",
    ({ openMs, state, point, ready }) => {
      const finding = { id: "f1", kind: "writable_default_community", openedMs: AS_OF - openMs } as const;
      const got = cardOf(E18, { criticalFindings: [finding] });
      expect(got.gates[1]).toMatchObject({ gate: "critical_finding", state, cap: 79 });
      expect(got.gates[1]).toHaveProperty("findings", state === "active" ? [{ ...finding, openMs }] : []);
      expect(displayed(got.score.point ?? Exact.of(0))).toBe(point);
      expect(got.smartReady.ready).toBe(ready);
      if (state === "inactive") return;
      expect([got.score.lo, got.score.hi].map((value) => value.toNumber())).toEqual([79, 79]);
      expect(displayed(got.ungated.point ?? Exact.of(0))).toBe("85.2");
      expect(got.band).toBe("basic");
      expect(got.smartReady.reasons).toEqual(["critical_finding"]);
    },
  );
});
