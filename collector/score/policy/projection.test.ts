import { describe, expect, it } from "vitest";
import { dayOf } from "../../inventory/day.ts";
import { Exact } from "../exact.ts";
import { endOf, evaluationOf, type Month, monthsFrom, plain } from "./months-suite.ts";
import { wholeMonths } from "./projection.ts";
import { theilSenSlope } from "./theil-sen.ts";
import { judgeThreshold, type Threshold } from "./threshold.ts";

const SHARE: Threshold = { comparator: ">=", value: Exact.of(0.95), isShare: true, deadline: "2027-12-31" };
const COUNT: Threshold = { comparator: ">=", value: Exact.of(100), isShare: false, deadline: "2027-12-31" };

const day = (text: string) => dayOf(text) ?? Number.NaN;

describe("the Theil–Sen slope", () => {
  const slope = (...ys: (number | undefined)[]) =>
    theilSenSlope(ys.flatMap((y, x) => (y === undefined ? [] : [{ x, y: Exact.of(y) }]))).toNumber();

  it("of a straight line is its slope, exactly", () => {
    expect(slope(0.1, 0.2, 0.3, 0.4)).toBe(0.1);
    expect(slope(3, 2, 1)).toBe(-1);
    expect(slope(5, 5, 5)).toBe(0);
  });

  it("is not turned by one odd month", () => {
    expect(slope(1, 2, 3, 100, 5, 6, 7)).toBe(1);
  });

  it("with an even number of pairs lies between the two in the middle", () => {
    expect(slope(0, 1, 4, 4)).toBe(1.4166666666666667);
  });

  it("counts the months that are left out", () => {
    expect(slope(0, undefined, 2, undefined, 4)).toBe(1);
  });

  it("of fewer than two points is none", () => {
    expect(slope(1)).toBe(0);
    expect(slope()).toBe(0);
  });
});

describe("whole months", () => {
  it.each([
    { from: "2026-10-31", to: "2027-12-31", months: 14 },
    { from: "2026-10-31", to: "2027-12-30", months: 13 },
    { from: "2026-10-15", to: "2027-12-31", months: 14 },
    { from: "2027-11-30", to: "2027-12-31", months: 1 },
    { from: "2027-12-01", to: "2027-12-31", months: 0 },
    { from: "2027-12-31", to: "2027-12-31", months: 0 },
    { from: "2027-01-31", to: "2027-02-28", months: 1 },
    { from: "2027-01-31", to: "2027-02-27", months: 0 },
    { from: "2020-01-01", to: "2027-12-31", months: 95 },
  ])("from $from to $to: $months", ({ from, to, months }) => {
    expect(wholeMonths(day(from), day(to))).toBe(months);
  });
});

describe("rule 4, the trend of the last months", () => {
  const asOf = "2026-10-31";
  const judge = (threshold: Threshold, months: readonly Month[], first = "2026-05") =>
    judgeThreshold(threshold, { evaluations: monthsFrom(first, ...months) }, asOf);

  it.each([
    { last: 0.88, state: "on_track", value: 0.95 },
    { last: 0.8799, state: "at_risk", value: 0.9499 },
  ])("a projection of $value: $state", ({ last, state, value }) => {
    // A slope of .005 whatever the last month is: most pairs lie on the line.
    const result = judge(SHARE, [0.855, 0.86, 0.865, 0.87, 0.875, last]);
    expect(result).toMatchObject({ state, rule: 4 });
    expect(plain(result.projection)).toMatchObject({ slope: 0.005, value });
  });

  it("a share does not rise above 1, a count does", () => {
    const share = judge(SHARE, [0.5, 0.58, 0.66, 0.74, 0.82, 0.9]);
    expect(share.state).toBe("on_track");
    expect(plain(share.projection)).toMatchObject({ limit: 1, value: 1, hi: 2.02 });
    const count = judge(COUNT, [40, 48, 56, 64, 72, 80]);
    expect(count.state).toBe("on_track");
    expect(plain(count.projection)).toMatchObject({ value: 192 });
    expect(count.projection).not.toHaveProperty("limit");
  });

  it.each<{ case: string; months: Month[]; rule: number }>([
    { case: "six months", months: [0.8, 0.8, 0.8, 0.8, 0.8, 0.8], rule: 4 },
    { case: "five months", months: [undefined, 0.8, 0.8, 0.8, 0.8, 0.8], rule: 5 },
    { case: "six, one without minimum evidence", months: [0.8, 0.8, [0.7, 0.9], 0.8, 0.8, 0.8], rule: 5 },
    { case: "six within the last twelve", months: [0.8, ...gap(6), 0.8, 0.8, 0.8, 0.8, 0.8], rule: 4 },
    { case: "the oldest of six thirteen months back", months: [0.8, ...gap(7), 0.8, 0.8, 0.8, 0.8, 0.8], rule: 5 },
  ])("$case: rule $rule", ({ months, rule }) => {
    const first = endOf("2026-10");
    const evaluations = monthsBack(first, months);
    expect(judgeThreshold(SHARE, { evaluations }, asOf).rule).toBe(rule);
  });

  it.each<{ last: Month; state: string; note?: "evidence" }>([
    { last: [0.88, 0.89, 0.9], state: "on_track" },
    { last: [0.8799, 0.89, 0.9], state: "at_risk", note: "evidence" },
    { last: [0.85, 0.86, 0.88], state: "at_risk", note: "evidence" },
    { last: [0.85, 0.86, 0.8799], state: "at_risk" },
  ])("the latest interval $last, .005 a month over 14: $state $note", ({ last, state, note }) => {
    const result = judge(SHARE, [0.85, 0.855, 0.86, 0.865, 0.87, 0.875, last], "2026-04");
    expect(plain(result.projection)).toMatchObject({ slope: 0.005, months: 14 });
    expect(result).toMatchObject({ state, rule: 4 });
    expect(result.note).toBe(note);
  });

  it("a newest month without minimum evidence leaves the value where it was and says that evidence decides", () => {
    const result = judge(SHARE, [0.86, 0.865, 0.87, 0.875, 0.88, 0.885, [0.3, 1]], "2026-04");
    expect(result).toMatchObject({ state: "at_risk", rule: 4, note: "evidence" });
    expect(plain(result.projection)).toMatchObject({ from: { month: "2026-09", value: 0.885 }, months: 15 });
    expect(result.used).toHaveLength(7);
  });
});

describe("a trend line across versions of the model", () => {
  const months = monthsFrom("2026-04", 0.2, 0.86, 0.865, 0.87, 0.875, 0.88, 0.885);
  const versions = (changeAt: number) =>
    months.map((evaluation, i) => ({ ...evaluation, modelVersion: i < changeAt ? "2025.1" : "2026.1" }));
  const judge = (changeAt: number) => judgeThreshold(SHARE, { evaluations: versions(changeAt) }, "2026-10-31");

  it("is drawn through months of the newest version only", () => {
    const result = judge(1);
    expect(result).toMatchObject({ state: "on_track", rule: 4 });
    expect(plain(result.projection)).toMatchObject({ slope: 0.005, points: { length: 6 } });
  });

  it("is not drawn when those are too few", () => {
    expect(judge(2)).toMatchObject({ state: "insufficient", rule: 5 });
  });
});

describe("rule 5, the straight line", () => {
  // 1000 days from baseline to deadline; the value is 500 days along: the line asks 50 of 100, the tolerance is 2.
  const threshold: Threshold = { ...COUNT, deadline: "2027-09-28" };
  const evaluations = (value: number) => [evaluationOf("2026-05-16", value)];
  const judge = (value: number, baseline: { on: string; value: Exact } | undefined) =>
    judgeThreshold(threshold, { evaluations: evaluations(value), ...(baseline && { baseline }) }, "2026-05-31");
  const baseline = { on: "2025-01-01", value: Exact.of(0) };

  it("asks half of the way after half of the time", () => {
    expect(day("2026-05-16") - day(baseline.on)).toBe(500);
    expect(day(threshold.deadline) - day(baseline.on)).toBe(1000);
    expect(plain(judge(48, baseline))).toEqual({
      state: "on_track",
      rule: 5,
      projection: {
        method: "straight_line",
        baseline: { on: "2025-01-01", value: 0 },
        from: { day: "2026-05-16", value: 48 },
        expected: 50,
        tolerance: 2,
      },
      used: plain(evaluations(48)),
    });
  });

  it.each([
    { value: 50, state: "on_track" },
    { value: 48.001, state: "on_track" },
    { value: 48, state: "on_track" },
    { value: 47.999, state: "at_risk" },
  ])("$value where the line asks 50: $state", ({ value, state }) => {
    expect(judge(value, baseline)).toMatchObject({ state, rule: 5 });
  });

  it("falls from a baseline above the target, with the same tolerance", () => {
    const above = { on: "2025-01-01", value: Exact.of(200) };
    expect(plain(judge(148, above).projection)).toMatchObject({ expected: 150, tolerance: 2 });
    expect([judge(148, above).state, judge(147.9, above).state]).toEqual(["on_track", "at_risk"]);
  });

  it("mirrored for at most", () => {
    const atMost: Threshold = { ...threshold, comparator: "<=" };
    const from200 = { on: "2025-01-01", value: Exact.of(200) };
    const at = (value: number) =>
      judgeThreshold(atMost, { evaluations: evaluations(value), baseline: from200 }, "2026-05-31");
    expect(plain(at(150).projection)).toMatchObject({ expected: 150, tolerance: 2, from: { value: 150 } });
    expect([at(152).state, at(152.1).state]).toEqual(["on_track", "at_risk"]);
  });

  it.each([
    { case: "no baseline", of: undefined },
    { case: "a baseline after the value", of: { on: "2026-05-17", value: Exact.of(0) } },
    { case: "a baseline at the deadline", of: { on: "2027-09-28", value: Exact.of(0) } },
  ])("$case: insufficient", ({ of }) => {
    expect(judge(80, of)).toMatchObject({ state: "insufficient", rule: 5, gap: "no_baseline" });
  });

  it("a baseline on the day of the value is where the line begins", () => {
    const today = { on: "2026-05-16", value: Exact.of(80) };
    expect([judge(80, today).state, judge(79, today).state]).toEqual(["on_track", "at_risk"]);
  });
});

function gap(length: number): undefined[] {
  return Array.from({ length }, () => undefined);
}

/** The months that end with one. */
function monthsBack(last: string, months: readonly Month[]) {
  const index = Number(last.slice(0, 4)) * 12 + Number(last.slice(5, 7)) - months.length;
  const first = `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, "0")}`;
  return monthsFrom(first, ...months);
}
