import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Exact } from "../exact.ts";
import { LEAST_UNITS } from "./cv.ts";
import { unitsOf, unitsWithCv } from "./gaps-suite.ts";
import { compareYears, type Measure, type YearOfUnits } from "./panel.ts";

const EQUAL: Measure = { weighting: "equal", least: LEAST_UNITS.counties };
const yearOf = (year: number, units: YearOfUnits["units"], modelVersion = "2026.1"): YearOfUnits => ({
  year,
  modelVersion,
  units,
});

describe("E13 CV narrowing", () => {
  const before = yearOf(2024, unitsOf([0.6, 0.7, 0.8, 0.9]));

  it("narrowed from .1491 to .0952", () => {
    const panel = compareYears(before, yearOf(2025, unitsOf([0.7, 0.76, 0.84, 0.9])), EQUAL);
    if (panel.status !== "value") throw new Error(panel.reason);
    expect(panel.state).toBe("narrowed");
    expect([panel.earlier.mean.toNumber(), panel.later.mean.toNumber()]).toEqual([0.75, 0.8]);
    expect(panel.earlier.value).toBeCloseTo(0.149071198499986, 15);
    expect(panel.later.value).toBeCloseTo(0.09519716382329886, 15);
    expect(panel.change).toBeCloseTo(-0.05387403467668713, 15);
    expect([panel.earlier.value, panel.later.value, panel.change].map((value) => value.toFixed(4))).toEqual([
      "0.1491",
      "0.0952",
      "-0.0539",
    ]);
    expect(panel).toMatchObject({ matched: ["u1", "u2", "u3", "u4"], units: 4, outside: [] });
  });

  it("with the first county missing in 2025 three of four are too few, and no CV is given", () => {
    const panel = compareYears(before, yearOf(2025, unitsOf([undefined, 0.76, 0.84, 0.9])), EQUAL);
    expect(panel).toMatchObject({
      status: "insufficient",
      reason: "panel_too_small",
      matched: ["u2", "u3", "u4"],
      units: 4,
      outside: [{ id: "u1", without: "later" }],
    });
    for (const key of ["earlier", "later", "change", "state"]) expect(panel).not.toHaveProperty(key);
  });

  it("would have been .1021 to .0688 on the three", () => {
    const panel = compareYears(yearOf(2024, unitsOf([0.7, 0.8, 0.9])), yearOf(2025, unitsOf([0.76, 0.84, 0.9])), EQUAL);
    if (panel.status !== "value") throw new Error(panel.reason);
    expect([panel.earlier.value.toFixed(4), panel.later.value.toFixed(4)]).toEqual(["0.1021", "0.0688"]);
  });
});

describe("a matched panel", () => {
  const values = (count: number) => Array.from({ length: count }, (_, i) => 0.6 + i / 100);

  it.each([
    { known: 15, of: 19, status: "insufficient" },
    { known: 16, of: 20, status: "value" },
    { known: 17, of: 21, status: "value" },
    { known: 4, of: 5, status: "value" },
  ])("of $known of $of units: $status", ({ known, of, status }) => {
    const earlier = yearOf(2024, unitsOf(values(of)));
    const later = yearOf(2025, unitsOf(values(of).map((value, i) => (i < known ? value : undefined))));
    expect(compareYears(earlier, later, EQUAL).status).toBe(status);
  });

  it("counts units that stand in one year's list only", () => {
    const panel = compareYears(yearOf(2024, unitsOf(values(4))), yearOf(2025, unitsOf(values(5))), EQUAL);
    expect(panel).toMatchObject({ status: "value", units: 5, outside: [{ id: "u5", without: "earlier" }] });
    expect(compareYears(yearOf(2024, unitsOf(values(4))), yearOf(2025, unitsOf(values(6))), EQUAL)).toMatchObject({
      reason: "panel_too_small",
      units: 6,
    });
  });

  it("is not taken by values of two model versions", () => {
    const panel = compareYears(yearOf(2024, unitsOf(values(4))), yearOf(2025, unitsOf(values(4)), "2027.1"), EQUAL);
    expect(panel).toMatchObject({ status: "insufficient", reason: "model_version_differs" });
  });

  it("of enough share may still hold too few units, or lack a weight", () => {
    const two = unitsOf(values(2));
    expect(compareYears(yearOf(2024, two), yearOf(2025, two), EQUAL)).toMatchObject({ reason: "too_few_units" });
    expect(compareYears(yearOf(2024, []), yearOf(2025, []), EQUAL)).toMatchObject({ reason: "too_few_units" });
    const byStudents: Measure = { ...EQUAL, weighting: "students" };
    const full = unitsOf(values(3), [1, 2, 3]);
    const lacking = unitsOf(values(3), [1, 2, undefined]);
    expect(compareYears(yearOf(2024, full), yearOf(2025, lacking), byStudents)).toMatchObject({
      reason: "weight_missing",
    });
  });

  it("never counts a unit without both years", () => {
    const maybe = fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined });
    const rows = fc.array(fc.tuple(maybe, maybe), { maxLength: 12 });
    fc.assert(
      fc.property(rows, (pairs) => {
        const earlier = yearOf(2024, unitsOf(pairs.map(([value]) => value)));
        const later = yearOf(2025, unitsOf(pairs.map(([, value]) => value)));
        const panel = compareYears(earlier, later, EQUAL);
        const both = pairs.flatMap(([a, b], i) => (a !== undefined && b !== undefined ? [`u${i + 1}`] : []));
        expect(panel.matched).toEqual(both);
        expect(panel.matched.length + panel.outside.length).toBe(pairs.length);
        if (panel.status === "insufficient") return;
        for (const cv of [panel.earlier, panel.later]) expect(cv.parts.map(({ id }) => id)).toEqual(both);
        expect(5 * both.length).toBeGreaterThanOrEqual(4 * pairs.length);
      }),
    );
  });
});

describe("the state of a year", () => {
  it.each([
    { from: 0.1, to: 0.0951, state: "flat" },
    { from: 0.1, to: 0.095, state: "narrowed" },
    { from: 0.1, to: 0.0949, state: "narrowed" },
    { from: 0.1, to: 0.1, state: "flat" },
    { from: 0.1, to: 0.1049, state: "flat" },
    { from: 0.1, to: 0.105, state: "widened" },
    { from: 0.1, to: 0.1051, state: "widened" },
    { from: 0.3, to: 0.295, state: "narrowed" },
    { from: 0.005, to: 0, state: "narrowed" },
    { from: 0.0049, to: 0, state: "flat" },
  ])("from $from to $to is $state", ({ from, to, state }) => {
    const panel = compareYears(yearOf(2024, unitsWithCv(from)), yearOf(2025, unitsWithCv(to)), EQUAL);
    expect(panel).toMatchObject({ status: "value", state });
  });

  it("is decided on exact numbers: a hair above the limit is flat, though the doubles agree with it", () => {
    const hair = Exact.of(0.095).plus(Exact.of(1e-25));
    const sides = [Exact.of(1).plus(hair), Exact.of(1).minus(hair)];
    const units = [...sides, ...sides].map((value, i) => ({ id: `u${i + 1}`, value }));
    const panel = compareYears(yearOf(2024, unitsWithCv(0.1)), yearOf(2025, units), EQUAL);
    expect(panel).toMatchObject({ status: "value", state: "flat", later: { value: 0.095 } });
  });
});
