import { describe, expect, it } from "vitest";
import { LEAST_UNITS } from "./cv.ts";
import { unitsOf, unitsWithCv } from "./gaps-suite.ts";
import { type NarrowingInput, narrowing } from "./narrowing.ts";
import type { YearOfUnits } from "./panel.ts";

/** One year a CV, from `first` on; `undefined` is a year that was not monitored. */
function filmOf(first: number, cvs: readonly (number | undefined)[]): YearOfUnits[] {
  return cvs.flatMap((cv, i) =>
    cv === undefined ? [] : [{ year: first + i, modelVersion: "2026.1", units: unitsWithCv(cv) }],
  );
}

const judge = (years: YearOfUnits[], asOf: string, changes: Partial<NarrowingInput> = {}) =>
  narrowing({
    years,
    measure: { weighting: "equal", least: LEAST_UNITS.counties },
    baselineYear: 2021,
    deadline: "2025-12-31",
    asOf,
    ...changes,
  });

describe("keeps narrowing, after the deadline", () => {
  it.each([
    {
      what: "narrower every year",
      cvs: [0.2, 0.19, 0.18, 0.17, 0.16],
      state: "achieved",
      basis: "narrower_than_baseline",
    },
    {
      what: "by just ε in all",
      cvs: [0.2, 0.199, 0.198, 0.197, 0.195],
      state: "achieved",
      basis: "narrower_than_baseline",
    },
    { what: "by less than ε in all", cvs: [0.2, 0.199, 0.198, 0.197, 0.1951], state: "at_risk", basis: "flat_overall" },
    { what: "never changed", cvs: [0.2, 0.2, 0.2, 0.2, 0.2], state: "at_risk", basis: "flat_overall" },
    { what: "one year wider by ε", cvs: [0.2, 0.15, 0.155, 0.14, 0.13], state: "missed", basis: "year_widened" },
    {
      what: "one year wider by less than ε",
      cvs: [0.2, 0.15, 0.1549, 0.14, 0.13],
      state: "achieved",
      basis: "narrower_than_baseline",
    },
    {
      what: "wider in all by ε, in no single year",
      cvs: [0.2, 0.202, 0.203, 0.204, 0.205],
      state: "missed",
      basis: "wider_than_baseline",
    },
    {
      what: "wider in all by less than ε",
      cvs: [0.2, 0.202, 0.203, 0.204, 0.2049],
      state: "at_risk",
      basis: "flat_overall",
    },
    {
      what: "no value at the deadline",
      cvs: [0.2, 0.19, 0.18, 0.17],
      state: "insufficient",
      basis: "no_value_at_deadline",
    },
    {
      what: "no value at the deadline, a year widened",
      cvs: [0.2, 0.21, 0.18, 0.17],
      state: "missed",
      basis: "year_widened",
    },
    {
      what: "a year between without a value",
      cvs: [0.2, undefined, 0.18, 0.17, 0.16],
      state: "insufficient",
      basis: "year_without_value",
    },
    {
      what: "a year without a value, wider in all",
      cvs: [0.2, undefined, 0.202, 0.204, 0.206],
      state: "missed",
      basis: "wider_than_baseline",
    },
    {
      what: "the deadline's year alone",
      cvs: [undefined, undefined, undefined, undefined, 0.1],
      state: "insufficient",
      basis: "no_second_year",
    },
  ])("$what: $state", ({ cvs, state, basis }) => {
    expect(judge(filmOf(2021, cvs), "2026-11-22")).toMatchObject({ state, basis });
  });

  it("does not look at what came later", () => {
    const years = filmOf(2021, [0.2, 0.19, 0.18, 0.17, 0.16, 0.5]);
    expect(judge(years, "2026-12-31").state).toBe("achieved");
    expect(judge(filmOf(2021, [0.2, 0.199, 0.199, 0.199, 0.199, 0.1]), "2026-12-31").state).toBe("at_risk");
  });

  it.each([
    { recordedOn: "2026-01-07", state: "achieved" },
    { recordedOn: "2026-01-08", state: "insufficient" },
  ])("does not let the past be filled in afterwards: recorded on $recordedOn, $state", ({ recordedOn, state }) => {
    const years = filmOf(2021, [0.2, 0.19, 0.18, 0.17, 0.16]).map((year) =>
      year.year === 2025 ? { ...year, recordedOn } : year,
    );
    expect(judge(years, "2026-11-22").state).toBe(state);
  });

  it("takes years that have ended only, where the deadline is not the end of one", () => {
    const result = judge(filmOf(2021, [0.2, 0.19, 0.18, 0.5]), "2026-01-01", { deadline: "2024-06-30" });
    expect(result).toMatchObject({ state: "achieved", overall: { laterYear: 2023 } });
  });

  it("refuses days that are none", () => {
    expect(() => judge([], "2026-13-01")).toThrow(RangeError);
  });

  it("is never judged by monitoring that began after it", () => {
    expect(judge(filmOf(2026, [0.2, 0.1]), "2027-12-31")).toEqual({
      state: "insufficient",
      basis: "no_value_in_time",
      years: [],
      modelVersion: "2026.1",
    });
  });
});

describe("keeps narrowing, before the deadline", () => {
  it.each([
    { what: "narrower so far", cvs: [0.2, 0.19, 0.18], state: "on_track", basis: "narrower_than_baseline" },
    { what: "flat so far", cvs: [0.2, 0.199, 0.199], state: "at_risk", basis: "flat_overall" },
    { what: "a little wider in all", cvs: [0.2, 0.203, 0.206], state: "at_risk", basis: "wider_than_baseline" },
    { what: "a year widened, narrower in all", cvs: [0.2, 0.21, 0.1], state: "at_risk", basis: "year_widened" },
    { what: "the baseline alone, a year later", cvs: [0.2], state: "insufficient", basis: "year_without_value" },
    {
      what: "last year without a value",
      cvs: [0.2, 0.19, undefined],
      state: "insufficient",
      basis: "year_without_value",
    },
    {
      what: "the running year, which does not count yet",
      cvs: [0.2, 0.19, 0.18, 0.5],
      state: "on_track",
      basis: "narrower_than_baseline",
    },
  ])("$what: $state", ({ cvs, state, basis }) => {
    expect(judge(filmOf(2021, cvs), "2024-06-30")).toMatchObject({ state, basis });
  });

  it.each([
    { asOf: "2025-12-30", state: "on_track" },
    { asOf: "2025-12-31", state: "on_track" },
    { asOf: "2026-01-01", state: "achieved" },
  ])("on $asOf: $state", ({ asOf, state }) => {
    expect(judge(filmOf(2021, [0.2, 0.19, 0.18, 0.17, 0.16]), asOf).state).toBe(state);
  });

  it("has nothing to compare in the baseline's own year", () => {
    expect(judge(filmOf(2021, [0.2]), "2021-12-31")).toMatchObject({ state: "insufficient", basis: "no_second_year" });
  });
});

describe("the baseline", () => {
  it("is 2021 without a word where 2021 has a value, and later years before it do not count", () => {
    const { baseline, years } = judge(filmOf(2019, [0.1, 0.1, 0.2, 0.19, 0.18, 0.17, 0.16]), "2026-01-01");
    expect(baseline).toEqual({ year: 2021 });
    expect(years.map(({ year }) => year)).toEqual([2022, 2023, 2024, 2025]);
  });

  it("is the first monitored year otherwise, and says so", () => {
    const result = judge(filmOf(2023, [0.2, 0.19, 0.18]), "2026-01-01");
    expect(result).toMatchObject({ state: "achieved", baseline: { year: 2023, label: "baseline 2023, not 2021" } });
  });

  it("is not a year whose CV is insufficient", () => {
    const short = { year: 2021, modelVersion: "2026.1", units: unitsOf([0.5, 0.6]) };
    const result = judge([short, ...filmOf(2022, [0.2, 0.19, 0.18, 0.17])], "2026-01-01");
    expect(result.baseline).toEqual({ year: 2022, insteadOf: 2021, label: "baseline 2022, not 2021" });
  });
});

describe("panels behind the state", () => {
  it("are there for every year and for the whole span, whatever the order of the years", () => {
    const years = filmOf(2021, [0.2, 0.19, 0.18, 0.17, 0.16]);
    const { overall, years: rows } = judge([...years].reverse(), "2026-01-01");
    expect(rows.map(({ panel }) => panel?.status === "value" && panel.state)).toEqual(Array(4).fill("narrowed"));
    expect(overall).toMatchObject({ status: "value", earlierYear: 2021, laterYear: 2025, state: "narrowed" });
  });

  it("that are too small leave the target insufficient, though every neighbouring pair is large enough", () => {
    // One of nine units leaves each year and another comes: 8 of 10 from year to year, 7 of 11 over two years.
    const units = (from: number) =>
      Array.from({ length: 9 }, (_, i) => ({
        ...unitsOf([0.9 + ((from + i) % 2) / (5 + from)])[0],
        id: `c${from + i}`,
      }));
    const years = [0, 1, 2].map((from) => ({ year: 2023 + from, modelVersion: "2026.1", units: units(from) }));
    const result = judge(years, "2026-01-01");
    expect(result.years.map(({ panel }) => panel?.status)).toEqual(["value", "value"]);
    expect(result).toMatchObject({ state: "insufficient", basis: "panel_too_small" });
  });

  it("never mix model versions", () => {
    const years = filmOf(2021, [0.2, 0.19, 0.18, 0.17, 0.16]).map((year) =>
      year.year < 2024 ? year : { ...year, modelVersion: "2027.1" },
    );
    expect(judge(years, "2026-01-01")).toMatchObject({ state: "insufficient", basis: "model_version_differs" });
  });
});
