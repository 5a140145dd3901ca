import { describe, expect, it } from "vitest";
import { Exact } from "../exact.ts";
import { plain } from "./months-suite.ts";
import { judgeTrend, type Trend, type YearValue } from "./trend.ts";

const UP: Trend = { direction: "increasing", deadline: "2025-12-31", baselineYear: 2021 };
const DOWN: Trend = { ...UP, direction: "decreasing" };

const years = (first: number, ...values: (number | undefined)[]): YearValue[] =>
  values.map((value, i) => ({ year: first + i, ...(value !== undefined && { value: Exact.of(value) }) }));
const judge = (trend: Trend, values: readonly YearValue[], asOf = "2026-01-01") => judgeTrend(trend, values, asOf);

describe("a trend at its deadline", () => {
  it.each([
    { case: "more than 1 % better every year", trend: UP, values: [100, 102, 104, 106, 108], state: "achieved" },
    { case: "just over 1 %", trend: UP, values: [100, 200, 300, 400, 404.001], state: "achieved" },
    { case: "exactly 1 %", trend: UP, values: [100, 200, 300, 400, 404], state: "missed" },
    { case: "one year without progress", trend: UP, values: [100, 200, 200, 400, 500], state: "missed" },
    { case: "from nothing to something", trend: UP, values: [0, 1, 2, 3, 4], state: "achieved" },
    { case: "falling by more than 1 %", trend: DOWN, values: [10, 9, 8, 7, 6.929], state: "achieved" },
    { case: "falling by exactly 1 %", trend: DOWN, values: [10, 9, 8, 7, 6.93], state: "missed" },
    { case: "rising where it should fall", trend: DOWN, values: [10, 9, 8, 7, 7.1], state: "missed" },
    { case: "a year not known", trend: UP, values: [100, 110, undefined, 130, 140], state: "insufficient" },
    {
      case: "a year not known and one without progress",
      trend: UP,
      values: [100, undefined, 130, 130, 140],
      state: "missed",
    },
    {
      case: "a year not known, and the last below the first",
      trend: UP,
      values: [100, 110, undefined, 80, 90],
      state: "missed",
    },
    { case: "the last year not known", trend: UP, values: [100, 110, 120, 130, undefined], state: "insufficient" },
  ])("$case: $state", ({ trend, values, state }) => {
    expect(judge(trend, years(2021, ...values))).toMatchObject({ state, rule: "trend" });
  });

  it("shows each year beside the one before it, and what is not known as absent", () => {
    expect(plain(judge(UP, years(2021, 10, 20, undefined, 40, 50)).years)).toEqual([
      { year: 2022, before: 10, value: 20, improved: true },
      { year: 2023, before: 20 },
      { year: 2024, value: 40 },
      { year: 2025, before: 40, value: 50, improved: true },
    ]);
  });

  it("is not changed by years after it", () => {
    expect(judge(UP, years(2021, 1, 2, 3, 4, 4, 5), "2027-06-30").state).toBe("missed");
    expect(judge(UP, years(2021, 1, 2, 3, 4, 5, 1), "2027-06-30").state).toBe("achieved");
  });

  it("monitoring that began later does not fill in", () => {
    const later = { state: "insufficient", gap: "too_few_years", years: [] };
    expect(judge(UP, years(2026, 1, 2), "2028-06-30")).toMatchObject(later);
    expect(judge(UP, years(2025, 1, 2), "2028-06-30")).toMatchObject(later);
    expect(judge(UP, [])).toMatchObject(later);
    const recorded = (recordedOn: string) => years(2021, 1, 2, 3, 4, 5).map((year) => ({ ...year, recordedOn }));
    expect(judge(UP, recorded("2026-01-07"), "2026-02-01").state).toBe("achieved");
    expect(judge(UP, recorded("2026-01-08"), "2026-02-01")).toMatchObject(later);
  });
});

describe("a trend before its deadline", () => {
  it.each([
    { case: "better every year so far", values: [1, 2, 3], asOf: "2024-06-30", state: "on_track" },
    { case: "one year without progress", values: [1, 1, 3], asOf: "2024-06-30", state: "at_risk" },
    { case: "the first year only", values: [1], asOf: "2022-12-30", state: "insufficient" },
    { case: "the second year on its last day", values: [1, 2], asOf: "2022-12-31", state: "on_track" },
    { case: "the year that has ended not known", values: [1, 2, undefined], asOf: "2024-01-01", state: "insufficient" },
    { case: "the last day of the deadline", values: [1, 2, 3, 4, 5], asOf: "2025-12-31", state: "on_track" },
  ])("$case: $state", ({ values, asOf, state }) => {
    expect(judge(UP, years(2021, ...values), asOf)).toMatchObject({ state, rule: "trend" });
  });

  it("a year that has not ended does not count", () => {
    expect(judge(UP, years(2021, 1, 2, 1), "2023-12-30").state).toBe("on_track");
    expect(judge(UP, years(2021, 1, 2, 1), "2023-12-31").state).toBe("at_risk");
  });
});

describe("the year a trend counts from", () => {
  it("is said when it is not the document's", () => {
    const label = { kind: "other_baseline_year", year: 2023, insteadOf: 2021 };
    expect(judge(UP, years(2023, 1, 2, 3)).label).toEqual(label);
    expect(judge(UP, years(2021, undefined, undefined, 1, 2, 3)).label).toEqual(label);
    expect(judge(UP, years(2021, 1, 2, 3, 4, 5)).label).toBeUndefined();
    expect(judge({ direction: "increasing", deadline: "2025-12-31" }, years(2023, 1, 2, 3)).label).toBeUndefined();
  });
});

describe("a trend across versions of the model", () => {
  const versions = (...of: string[]) =>
    years(2021, 100, 110, 120, 130, 140).map((year, i) => ({ ...year, modelVersion: of[i] ?? of[0] ?? "" }));

  it("is judged when all years are of one", () => {
    expect(judge(UP, versions("2026.1")).state).toBe("achieved");
  });

  it("is not known where it changed, and shows both values", () => {
    const result = judge(UP, versions("2026.1", "2026.1", "2026.1", "2027.1", "2027.1"));
    expect(result).toMatchObject({ state: "insufficient", gap: "model_version_differs" });
    expect(plain(result.years?.[2])).toEqual({ year: 2024, before: 120, value: 130 });
  });

  it("has failed where a year of one version did not improve, whatever came of the other", () => {
    const falling = versions("2026.1", "2026.1", "2026.1", "2026.1", "2027.1").map((year) =>
      year.year === 2022 ? { ...year, value: Exact.of(100) } : year,
    );
    expect(judge(UP, falling).state).toBe("missed");
  });
});
