import { describe, expect, it } from "vitest";
import { Exact } from "../exact.ts";
import type { MonthlyEvaluation } from "./evaluation.ts";
import { endOf, evaluationOf, type Month, monthsFrom, plain } from "./months-suite.ts";
import { judgeThreshold, type Threshold } from "./threshold.ts";

const OPEN: Threshold = { comparator: ">=", value: Exact.of(0.95), isShare: true, deadline: "2027-12-31" };
const CLOSED: Threshold = { ...OPEN, deadline: "2025-12-31" };
const BASELINE = { on: "2024-01-01", value: Exact.of(0.5) };

const judge = (threshold: Threshold, evaluations: readonly MonthlyEvaluation[], asOf: string) =>
  judgeThreshold(threshold, { evaluations }, asOf);

describe("E19 projection", () => {
  const asOf = "2026-10-31";

  it("with half a point a month reaches .955 at the deadline: on track", () => {
    const result = judge(OPEN, monthsFrom("2026-05", 0.86, 0.865, 0.87, 0.875, 0.88, 0.885), asOf);
    expect(result).toMatchObject({ state: "on_track", rule: 4 });
    expect(plain(result.projection)).toEqual({
      method: "theil_sen",
      points: [
        { month: "2026-05", midpoint: 0.86 },
        { month: "2026-06", midpoint: 0.865 },
        { month: "2026-07", midpoint: 0.87 },
        { month: "2026-08", midpoint: 0.875 },
        { month: "2026-09", midpoint: 0.88 },
        { month: "2026-10", midpoint: 0.885 },
      ],
      slope: 0.005,
      from: { month: "2026-10", value: 0.885 },
      months: 14,
      limit: 1,
      value: 0.955,
      lo: 0.955,
      hi: 0.955,
    });
    expect(result.used).toHaveLength(6);
    expect(result.note).toBeUndefined();
  });

  it("with .004 a month reaches .936: at risk", () => {
    const result = judge(OPEN, monthsFrom("2026-05", 0.86, 0.864, 0.868, 0.872, 0.876, 0.88), asOf);
    expect(result).toMatchObject({ state: "at_risk", rule: 4 });
    expect(plain(result.projection)).toMatchObject({ slope: 0.004, months: 14, value: 0.936 });
    expect(result.note).toBeUndefined();
  });
});

describe("E20 past the deadline", () => {
  const then = monthsFrom("2025-12", 0.93);
  const later = monthsFrom("2026-08", 0.951, 0.952);

  it("below it then: missed", () => {
    expect(judge(CLOSED, then, "2026-01-01")).toEqual({ state: "missed", rule: 1, used: then });
  });

  it("reached in two months afterwards: still missed, with the month it was reached", () => {
    expect(judge(CLOSED, [...then, ...later], "2026-09-30")).toEqual({
      state: "missed",
      rule: 1,
      label: { kind: "reached_late", month: "2026-09" },
      used: then,
      labelUsed: later,
    });
  });

  it("an interval around it then: insufficient", () => {
    const interval = monthsFrom("2025-12", [0.93, 0.97]);
    expect(judge(CLOSED, interval, "2026-09-30")).toEqual({
      state: "insufficient",
      rule: 1,
      gap: "interval_spans_value",
      note: "evidence",
      used: interval,
    });
  });
});

describe("rule 1, after the deadline", () => {
  const after = "2026-06-30";

  it.each<{ case: string; month: Month; want: string }>([
    { case: "a value at the number", month: 0.95, want: "achieved" },
    { case: "a value just below it", month: 0.949999, want: "missed" },
    { case: "a lower bound at the number, without minimum evidence", month: [0.95, 1], want: "achieved" },
    { case: "a lower bound just below it", month: [0.9499, 1], want: "insufficient" },
    { case: "an upper bound just below it", month: [0.2, 0.9499], want: "missed" },
    { case: "an upper bound at the number", month: [0.2, 0.95], want: "insufficient" },
    { case: "a good value whose lower bound is below", month: [0.94, 0.96, 0.97], want: "insufficient" },
  ])("$case: $want", ({ month, want }) => {
    expect(judge(CLOSED, monthsFrom("2025-12", month), after)).toMatchObject({ state: want, rule: 1 });
  });

  it.each([
    { asOf: "2025-12-31", state: "achieved", days: 0 },
    { asOf: "2025-10-31", state: "achieved", days: 61 },
    { asOf: "2025-10-30", state: "achieved", days: 62 },
    { asOf: "2025-10-29", state: "insufficient", days: 63 },
    { asOf: "2026-01-01", state: "insufficient", days: -1 },
  ])("an evaluation $days days before the deadline: $state", ({ asOf, state }) => {
    expect(judge(CLOSED, [evaluationOf(asOf, 0.97)], after)).toMatchObject({ state, rule: 1 });
  });

  it("looks at the last evaluation in time, not at the best", () => {
    expect(judge(CLOSED, monthsFrom("2025-10", 0.97, 0.97, 0.9), after).state).toBe("missed");
    expect(judge(CLOSED, monthsFrom("2025-11", 0.9, 0.97), after).state).toBe("achieved");
  });

  it("keeps the evaluation in time when another of the same month came after the deadline", () => {
    const threshold = { ...CLOSED, deadline: "2025-12-15" };
    const both = [evaluationOf("2025-12-15", 0.9), evaluationOf("2025-12-31", 0.99)];
    expect(judge(threshold, both, after)).toMatchObject({ state: "missed", used: [both[0]] });
  });

  it("begins on the day after the deadline", () => {
    const evaluations = monthsFrom("2025-11", 0.9, 0.97);
    expect(judge(CLOSED, evaluations, "2025-12-31").rule).not.toBe(1);
    expect(judge(CLOSED, evaluations, "2026-01-01").rule).toBe(1);
  });

  it.each([
    { recordedOn: "2026-01-07", state: "achieved" },
    { recordedOn: "2026-01-08", state: "insufficient" },
  ])(
    "of evidence that was recorded on $recordedOn, a week of late batches allowed: $state",
    ({ recordedOn, state }) => {
      const evaluations = monthsFrom("2025-12", 0.97).map((evaluation) => ({ ...evaluation, recordedOn }));
      expect(judge(CLOSED, evaluations, after)).toMatchObject({ state, rule: 1 });
    },
  );

  it.each<{ case: string; months: Month[]; label?: string }>([
    { case: "one good month", months: [0.96] },
    { case: "two good months with a bad one between", months: [0.96, 0.94, 0.96] },
    { case: "two good months", months: [0.96, 0.95], label: "2026-02" },
    { case: "the second one open", months: [0.96, [0.94, 0.96]] },
    { case: "later lost again", months: [0.94, 0.96, 0.96, 0.2, 0.1], label: "2026-03" },
    { case: "reached a second time", months: [0.96, 0.96, 0.2, 0.96, 0.96], label: "2026-02" },
  ])("reached late by $case: $label", ({ months, label }) => {
    const result = judge(CLOSED, [...monthsFrom("2025-12", 0.9), ...monthsFrom("2026-01", ...months)], after);
    expect(result.state).toBe("missed");
    expect(result.label).toEqual(label === undefined ? undefined : { kind: "reached_late", month: label });
  });

  it("both good months must be after the deadline, whatever was recorded of it later", () => {
    const lateWord = { ...evaluationOf("2025-12-31", 0.97), recordedOn: "2026-03-01" };
    const evaluations = [evaluationOf("2025-11-30", 0.9), lateWord, ...monthsFrom("2026-01", 0.96)];
    expect(judge(CLOSED, evaluations, after)).toEqual({ state: "missed", rule: 1, used: [evaluations[0]] });
    const label = { kind: "reached_late", month: "2026-02" };
    expect(judge(CLOSED, [...evaluations, ...monthsFrom("2026-02", 0.96)], after)).toMatchObject({ label });
  });

  it("a label is not yet given before its month", () => {
    const evaluations = [...monthsFrom("2025-12", 0.9), ...monthsFrom("2026-01", 0.96, 0.96)];
    expect(judge(CLOSED, evaluations, "2026-02-27").label).toBeUndefined();
    expect(judge(CLOSED, evaluations, "2026-02-28").label).toEqual({ kind: "reached_late", month: "2026-02" });
  });

  it("what was not known at the deadline is not reached late", () => {
    expect(judge(CLOSED, monthsFrom("2026-01", 0.96, 0.96), after)).toEqual({
      state: "insufficient",
      rule: 1,
      gap: "no_evaluation_at_deadline",
      used: [],
    });
  });
});

describe("rule 2, no recent value", () => {
  it.each([
    { asOf: "2026-12-01", rule: 3, days: 62 },
    { asOf: "2026-12-02", rule: 2, days: 63 },
  ])("a value of $days days ago: rule $rule", ({ asOf, rule }) => {
    expect(judge(OPEN, monthsFrom("2026-08", 0.96, 0.96), "2026-09-30").rule).toBe(3);
    expect(judge(OPEN, [evaluationOf("2026-08-31", 0.96), evaluationOf("2026-09-30", 0.96)], asOf).rule).toBe(rule);
  });

  it("an interval without minimum evidence is no value, however good", () => {
    const result = judge(OPEN, monthsFrom("2026-09", [0.96, 1], [0.96, 1]), "2026-10-31");
    expect(result).toMatchObject({ state: "insufficient", rule: 2, gap: "no_recent_value" });
  });

  it("nothing at all, and nothing but the future", () => {
    expect(judge(OPEN, [], "2026-10-31")).toMatchObject({ state: "insufficient", rule: 2, used: [] });
    expect(judge(OPEN, monthsFrom("2026-11", 0.96), "2026-10-31")).toMatchObject({ rule: 2, used: [] });
  });
});

describe("rules 3 and 6, two months", () => {
  it.each<{ case: string; months: Month[]; state: string; rule: number; note?: "evidence" }>([
    { case: "two at the number", months: [0.95, 0.95], state: "achieved", rule: 3 },
    { case: "the latest just below", months: [0.95, 0.9499], state: "insufficient", rule: 5 },
    { case: "the one before just below", months: [0.9499, 0.95], state: "insufficient", rule: 5 },
    { case: "one good month", months: [0.99], state: "insufficient", rule: 5 },
    {
      case: "two lower bounds at the number",
      months: [
        [0.95, 0.96, 1],
        [0.95, 0.97, 1],
      ],
      state: "achieved",
      rule: 3,
    },
    {
      case: "a lower bound below",
      months: [
        [0.95, 0.96, 1],
        [0.94, 0.97, 1],
      ],
      state: "insufficient",
      rule: 5,
    },
    { case: "one bad month after two good", months: [0.95, 0.95, 0.94], state: "at_risk", rule: 6 },
    {
      case: "one open month after two good",
      months: [0.95, 0.95, [0.94, 0.97, 1]],
      state: "at_risk",
      rule: 6,
      note: "evidence",
    },
    {
      case: "an unproven month after two good",
      months: [0.95, 0.95, [0.4, 1]],
      state: "at_risk",
      rule: 6,
      note: "evidence",
    },
    { case: "a second bad month", months: [0.95, 0.95, 0.94, 0.94], state: "insufficient", rule: 5 },
    { case: "a good month after the bad one", months: [0.95, 0.95, 0.94, 0.95], state: "insufficient", rule: 5 },
    { case: "two good after the bad one", months: [0.95, 0.95, 0.94, 0.95, 0.95], state: "achieved", rule: 3 },
    { case: "a bad month after one good", months: [0.94, 0.95, 0.94], state: "insufficient", rule: 5 },
    { case: "a month without evaluation between", months: [0.95, undefined, 0.95], state: "achieved", rule: 3 },
  ])("$case: $state by rule $rule", ({ months, state, rule, note }) => {
    const first = 12 - months.length;
    const result = judge(OPEN, monthsFrom(`2026-${String(first).padStart(2, "0")}`, ...months), "2026-11-30");
    expect(result).toMatchObject({ state, rule });
    expect(result.note).toBe(note);
  });

  it("the second bad month is decided anew by the trend", () => {
    const months = monthsFrom("2026-05", 0.95, 0.95, 0.95, 0.95, 0.94, 0.93);
    expect(judge(OPEN, months, "2026-10-31")).toMatchObject({ state: "at_risk", rule: 4 });
  });

  it("of two evaluations in a month the later one counts", () => {
    const months = [
      evaluationOf("2026-09-30", 0.96),
      evaluationOf("2026-10-15", 0.2),
      evaluationOf("2026-10-31", 0.96),
    ];
    expect(judge(OPEN, months, "2026-10-31").state).toBe("achieved");
    expect(judge(OPEN, months.slice(0, 2), "2026-10-31").state).not.toBe("achieved");
  });
});

describe("targets that ask for at most", () => {
  const atMost: Threshold = { comparator: "<=", value: Exact.of(0.1), isShare: true, deadline: "2027-12-31" };

  it.each<{ months: Month[]; state: string; rule: number }>([
    { months: [0.1, 0.1], state: "achieved", rule: 3 },
    { months: [0.1, 0.1, 0.1001], state: "at_risk", rule: 6 },
    {
      months: [
        [0, 0.05, 0.1],
        [0, 0.05, 0.1],
      ],
      state: "achieved",
      rule: 3,
    },
    { months: [0.2, 0.19, 0.18, 0.17, 0.16, 0.15], state: "on_track", rule: 4 },
    { months: [0.15, 0.16, 0.17, 0.18, 0.19, 0.2], state: "at_risk", rule: 4 },
  ])("$months: $state by rule $rule", ({ months, state, rule }) => {
    const asOf = endOf(`2026-${String(4 + months.length).padStart(2, "0")}`);
    expect(judge(atMost, monthsFrom("2026-05", ...months), asOf)).toMatchObject({ state, rule });
  });

  it("the projection is shown unturned and ends at 0", () => {
    const result = judge(atMost, monthsFrom("2026-05", 0.6, 0.52, 0.44, 0.36, 0.28, 0.2), "2026-10-31");
    expect(plain(result.projection)).toMatchObject({ slope: -0.08, limit: 0, value: 0, from: { value: 0.2 } });
  });

  it("a date is compared as a day", () => {
    const due = { comparator: "<=", value: Exact.of(18036), isShare: false, deadline: "2019-05-20" } as const;
    const on = (day: number) => judge(due, [evaluationOf("2019-05-20", day)], "2020-01-01").state;
    expect([on(18035), on(18036), on(18037)]).toEqual(["achieved", "achieved", "missed"]);
  });
});

describe("evaluations that contradict themselves", () => {
  const good = evaluationOf("2026-10-31", [0.4, 0.5, 0.6]);

  it.each([
    { case: "a day of another month", evaluation: { ...good, month: "2026-09" } },
    { case: "a day that does not exist", evaluation: { ...good, month: "2026-02", asOf: "2026-02-30" } },
    { case: "bounds the wrong way round", evaluation: { ...good, lo: Exact.of(0.7) } },
    { case: "a value above its upper bound", evaluation: { ...good, value: Exact.of(0.61) } },
    { case: "a value below its lower bound", evaluation: { ...good, value: Exact.of(0.39) } },
    { case: "a value without minimum evidence", evaluation: { ...good, meetsMinimum: false } },
    {
      case: "minimum evidence without any number",
      evaluation: { month: "2026-10", asOf: "2026-10-31", meetsMinimum: true },
    },
  ])("$case is refused", ({ evaluation }) => {
    expect(() => judge(OPEN, [evaluation], "2026-10-31")).toThrow(
      expect.objectContaining({ code: "POLICY_EVALUATION_INVALID" }),
    );
  });

  it("so is a day that is none", () => {
    expect(() => judgeThreshold(OPEN, { evaluations: [], baseline: BASELINE }, "2026-10")).toThrow(
      expect.objectContaining({ code: "POLICY_EVALUATION_INVALID" }),
    );
  });

  it("one without bounds says nothing, which is no contradiction", () => {
    const nothing = { month: "2025-12", asOf: "2025-12-31", meetsMinimum: false };
    expect(judge(CLOSED, [nothing], "2026-06-30")).toMatchObject({
      state: "insufficient",
      gap: "interval_spans_value",
    });
  });
});
