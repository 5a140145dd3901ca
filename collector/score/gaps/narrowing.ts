// The target "keeps narrowing" over the years up to its deadline (scoring model 6.2, states of section 10).
import { DAY_MS, dayOf } from "../../inventory/day.ts";
import { MODEL_VERSION, type ModelParameters, PARAMETERS } from "../parameters.ts";
import { coefficientOfVariation } from "./cv.ts";
import { compareYears, type Measure, type Panel, type PanelReason, type YearOfUnits } from "./panel.ts";

export interface MonitoredYear extends YearOfUnits {
  /** The day on which the newest of its evidence was recorded; absent: within the year. */
  recordedOn?: string;
}

export interface NarrowingInput {
  /** One entry a year that was monitored, in any order. */
  years: readonly MonitoredYear[];
  measure: Measure;
  /** The year that the target measures from: 2021. */
  baselineYear: number;
  /** A day, such as 2025-12-31. Years count when they have ended, none after it. */
  deadline: string;
  /** A day; after the deadline the case is closed. */
  asOf: string;
}

export type NarrowingState = "achieved" | "on_track" | "at_risk" | "missed" | "insufficient";

export type NarrowingReason =
  | PanelReason
  | "no_value_in_time"
  | "no_value_at_deadline"
  | "no_second_year"
  | "year_without_value";

/** Why a state is what it is. */
export type NarrowingBasis =
  | "year_widened"
  | "wider_than_baseline"
  | "flat_overall"
  | "narrower_than_baseline"
  | NarrowingReason;

export interface Narrowing {
  state: NarrowingState;
  basis: NarrowingBasis;
  /** Absent when no year that counts has a value. */
  baseline?: {
    year: number;
    /** The year that the target names, and "baseline 2023, not 2021", when that year has no value. */
    insteadOf?: number;
    label?: string;
  };
  /** Each year against the one before it; without a panel where one of the two was not monitored. */
  years: { year: number; panel?: Panel }[];
  /** The last year against the baseline, on a panel of their own. */
  overall?: Panel;
  modelVersion: string;
}

/**
 * State of the target. Every year has to: one that widened is at risk before the deadline and missed after it. A year that was not
 * monitored in its time is never filled in afterwards: then nothing proves that it did not widen.
 */
export function narrowing(input: NarrowingInput, parameters: ModelParameters = PARAMETERS): Narrowing {
  const { measure, baselineYear } = input;
  const closed = dayNumber(input.asOf) > dayNumber(input.deadline);
  const last = lastWholeYear(closed ? input.deadline : input.asOf);
  const monitored = monitoredYears(input, last, closed, parameters);
  const first = Math.min(...monitored.keys());
  const begin = monitored.get(first);
  if (!begin) return { state: "insufficient", basis: "no_value_in_time", years: [], modelVersion: MODEL_VERSION };
  const years = Array.from({ length: last - first }, (_, i) => {
    const [before, after] = [monitored.get(first + i), monitored.get(first + i + 1)];
    const year = first + i + 1;
    return before && after ? { year, panel: compareYears(before, after, measure, parameters) } : { year };
  });
  const end = monitored.get(last);
  const overall = end && last > first ? compareYears(begin, end, measure, parameters) : undefined;
  const label = `baseline ${first}, not ${baselineYear}`;
  return {
    ...judge(years, overall, closed),
    baseline: { year: first, ...(first !== baselineYear && { insteadOf: baselineYear, label }) },
    years,
    ...(overall && { overall }),
    modelVersion: MODEL_VERSION,
  };
}

/** The years that have a CV, from the baseline's to the last one that counts; of a closed case those recorded in time. */
function monitoredYears(
  { years, measure, baselineYear, deadline }: NarrowingInput,
  last: number,
  closed: boolean,
  { lateAcceptMs }: ModelParameters,
): Map<number, YearOfUnits> {
  const lastRecord = dayNumber(deadline) + Math.floor(lateAcceptMs / DAY_MS);
  return new Map(
    years
      .filter(({ year }) => year >= baselineYear && year <= last)
      .filter(({ recordedOn }) => !closed || recordedOn === undefined || dayNumber(recordedOn) <= lastRecord)
      .filter(({ units }) => coefficientOfVariation({ units, ...measure }).status === "value")
      .map((entry) => [entry.year, entry]),
  );
}

/** The newest year whose last day is not after a day. */
function lastWholeYear(day: string): number {
  const year = Number(day.slice(0, 4));
  return day.endsWith("-12-31") ? year : year - 1;
}

function judge(
  years: Narrowing["years"],
  overall: Panel | undefined,
  closed: boolean,
): Pick<Narrowing, "state" | "basis"> {
  const insufficient = (basis: NarrowingReason) => ({ state: "insufficient" as const, basis });
  const states = years.map(({ panel }) => (panel?.status === "value" ? panel.state : undefined));
  const failed = closed ? ("missed" as const) : ("at_risk" as const);
  if (states.includes("widened")) return { state: failed, basis: "year_widened" };
  if (years.length === 0) return insufficient("no_second_year");
  if (!overall) return insufficient(closed ? "no_value_at_deadline" : "year_without_value");
  if (overall.status === "insufficient") return insufficient(overall.reason);
  if (overall.state === "widened") return { state: failed, basis: "wider_than_baseline" };
  const unknown = years.find(({ panel }) => panel?.status !== "value");
  if (unknown) {
    return insufficient(unknown.panel?.status === "insufficient" ? unknown.panel.reason : "year_without_value");
  }
  if (overall.state === "flat") return { state: "at_risk", basis: "flat_overall" };
  return { state: closed ? "achieved" : "on_track", basis: "narrower_than_baseline" };
}

function dayNumber(text: string): number {
  const day = dayOf(text);
  if (day === undefined) throw new RangeError(`${text} is not a day, expected one such as 2025-12-31`);
  return day;
}
