import { describe, expect, it } from "vitest";
import { Exact } from "../exact.ts";
import { judgeFloor } from "./floor.ts";
import { endOf, type Month, monthsFrom } from "./months-suite.ts";

const judge = (months: readonly Month[], asOf = endOf(`2026-${String(months.length).padStart(2, "0")}`)) =>
  judgeFloor(Exact.of(0.98), monthsFrom("2026-01", ...months), asOf);

describe("a baseline", () => {
  it.each<{ case: string; months: Month[]; state: string; rule: number; label?: string }>([
    { case: "two months at the floor", months: [0.98, 0.98], state: "achieved", rule: 3, label: "held" },
    {
      case: "two proven months",
      months: [
        [0.98, 0.99, 1],
        [0.98, 1],
      ],
      state: "achieved",
      rule: 3,
      label: "held",
    },
    { case: "one month only, good", months: [0.99], state: "insufficient", rule: 3 },
    { case: "one month only, just below", months: [0.9799], state: "at_risk", rule: 6 },
    { case: "one bad month", months: [0.98, 0.98, 0.9799], state: "at_risk", rule: 6 },
    { case: "two bad months", months: [0.98, 0.9799, 0.9799], state: "at_risk", rule: 6, label: "regressed" },
    { case: "regressed, then one good", months: [0.97, 0.97, 0.99], state: "at_risk", rule: 6 },
    { case: "regressed, then two good", months: [0.97, 0.97, 0.99, 0.99], state: "achieved", rule: 3, label: "held" },
    { case: "an open month", months: [0.99, 0.99, [0.97, 0.98, 0.99]], state: "insufficient", rule: 3 },
    { case: "bad beyond doubt, though unproven", months: [0.99, [0.5, 0.9799]], state: "at_risk", rule: 6 },
    { case: "an open month, then a bad one", months: [[0.9, 0.98, 1], 0.97], state: "at_risk", rule: 6 },
    { case: "an open month, then a good one", months: [[0.9, 0.98, 1], 0.99], state: "insufficient", rule: 3 },
  ])("$case: $state $label by rule $rule", ({ months, state, rule, label }) => {
    const result = judge(months);
    expect(result).toMatchObject({ state, rule });
    expect(result.label?.kind).toBe(label);
  });

  it("without a value in 62 days is not known, whatever was before", () => {
    expect(judge([0.99, 0.99], "2026-05-01")).toMatchObject({ state: "achieved" });
    expect(judge([0.99, 0.99], "2026-05-02")).toMatchObject({ state: "insufficient", rule: 2, gap: "no_recent_value" });
    expect(
      judge([
        [0.99, 1],
        [0.99, 1],
      ]),
    ).toMatchObject({ state: "insufficient", rule: 2 });
    expect(judge([], "2026-05-02")).toEqual({ state: "insufficient", rule: 2, gap: "no_recent_value", used: [] });
  });

  it("shows the two months that were looked at", () => {
    expect(judge([0.97, 0.98, 0.99]).used.map(({ month }) => month)).toEqual(["2026-02", "2026-03"]);
  });
});
