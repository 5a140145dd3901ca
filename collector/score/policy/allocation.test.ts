import { describe, expect, it } from "vitest";
import { Exact } from "../exact.ts";
import { type Allocation, judgeAllocation } from "./allocation.ts";
import { evaluationOf, type Month, monthsFrom } from "./months-suite.ts";

const FIFTH: Allocation = { comparator: ">=", value: Exact.of(0.2), deadline: "2025-12-31" };
const THREE: Allocation = { comparator: "=", value: Exact.of(3), deadline: "2021-12-31" };

describe("an allocation", () => {
  it.each([
    { from: 20, of: 100, state: "achieved" },
    { from: 1, of: 5, state: "achieved" },
    { from: 19, of: 100, state: "missed" },
    { from: 199_999, of: 1_000_000, state: "missed" },
  ])("of a fifth at the deadline, $from of $of: $state", ({ from, of, state }) => {
    const evaluation = { month: "2025-12", asOf: "2025-12-31", value: Exact.ratio(from, of), meetsMinimum: true };
    const result = judgeAllocation(FIFTH, [evaluation], "2026-03-31");
    expect(result).toEqual({ state, rule: "allocation", used: [evaluation] });
  });

  it.each<{ month: Exclude<Month, undefined>; state: string }>([
    { month: 3, state: "achieved" },
    { month: 2, state: "missed" },
    { month: 4, state: "missed" },
    { month: [2, 3], state: "insufficient" },
    { month: [3, 4], state: "insufficient" },
    { month: [2, 3, 4], state: "insufficient" },
    { month: [4, 5], state: "missed" },
    { month: [1, 2], state: "missed" },
  ])("of exactly three places, $month: $state", ({ month, state }) => {
    const evaluations = [evaluationOf("2021-12-31", month)];
    expect(judgeAllocation(THREE, evaluations, "2022-01-01")).toMatchObject({ state, rule: "allocation" });
  });

  it("is at risk, not missed, while there is time, and one evaluation is enough", () => {
    const judge = (month: Month) => judgeAllocation(FIFTH, monthsFrom("2025-06", month), "2025-06-30");
    expect(judge(0.2)).toMatchObject({ state: "achieved" });
    expect(judge(0.1)).toMatchObject({ state: "at_risk" });
    expect(judge([0.1, 0.15, 0.2])).toMatchObject({ state: "insufficient", gap: "interval_spans_value" });
    expect(judge([0.3, 0.4])).toMatchObject({ state: "insufficient", gap: "no_recent_value" });
    expect(judge(undefined)).toMatchObject({ state: "insufficient", gap: "no_recent_value", used: [] });
  });

  it("is never projected, however many months there are", () => {
    const months = monthsFrom("2025-01", 0.1, 0.12, 0.14, 0.16, 0.18, 0.19);
    const result = judgeAllocation(FIFTH, months, "2025-06-30");
    expect(result).toMatchObject({ state: "at_risk", rule: "allocation" });
    expect(result.projection).toBeUndefined();
  });

  it("was not known when nothing was evaluated in the 62 days up to the deadline, nor in time", () => {
    const none = { state: "insufficient", gap: "no_evaluation_at_deadline", used: [] };
    expect(judgeAllocation(FIFTH, [evaluationOf("2025-10-30", 0.2)], "2026-01-31").state).toBe("achieved");
    expect(judgeAllocation(FIFTH, [evaluationOf("2025-10-29", 0.2)], "2026-01-31")).toMatchObject(none);
    expect(judgeAllocation(FIFTH, [evaluationOf("2026-01-01", 0.2)], "2026-01-31")).toMatchObject(none);
    const late = { ...evaluationOf("2025-12-31", 0.2), recordedOn: "2026-06-01" };
    expect(judgeAllocation(FIFTH, [late], "2026-06-30")).toMatchObject(none);
  });
});
