// Trends ("提速", "提升"): each year better than the one before, and the last better than the first (scoring model section 10).
import { type Exact, exactly, ONE } from "../exact.ts";
import { dayNumber } from "./evaluation.ts";
import { POLICY_PARAMETERS, type PolicyParameters } from "./parameters.ts";
import { isInTime } from "./recent.ts";
import type { Label, PartResult, YearStep } from "./result.ts";

/** The figure of a whole calendar year. */
export interface YearValue {
  year: number;
  /** Absent: its minimum evidence is not met. */
  value?: Exact;
  /** The day on which the newest of its evidence was recorded; absent: within the year. */
  recordedOn?: string;
  /** Of the model that computed it; absent for what no model computes. Figures of different models are not compared. */
  modelVersion?: string;
}

export interface Trend {
  direction: "increasing" | "decreasing";
  deadline: string;
  /** The year that the document counts from; absent when it names none. */
  baselineYear?: number;
}

/**
 * The state of a trend as of a day. Years count when they have ended, none after the deadline. The first year with a value is the
 * baseline. Before the deadline a year that did not improve is at risk, after it missed: every year has to.
 *
 * @param years in any order, one of each
 * @throws CampusError `POLICY_EVALUATION_INVALID` for what is not a date
 */
export function judgeTrend(
  trend: Trend,
  years: readonly YearValue[],
  asOf: string,
  parameters: PolicyParameters = POLICY_PARAMETERS,
): PartResult {
  const [asOfDay, deadlineDay] = [dayNumber(asOf), dayNumber(trend.deadline)];
  const isClosed = asOfDay > deadlineDay;
  const last = lastWholeYear(isClosed ? trend.deadline : asOf);
  const values = new Map<number, YearValue>();
  for (const one of years) {
    const counts = one.year <= last && (!isClosed || isInTime(one.recordedOn, deadlineDay, parameters));
    if (one.value && counts) values.set(one.year, one);
  }
  const first = Math.min(...values.keys());
  if (first >= last) return { state: "insufficient", rule: "trend", gap: "too_few_years", used: [], years: [] };
  const steps = Array.from({ length: last - first }, (_, i) => stepTo(first + 1 + i, values, trend, parameters));
  const shown = { rule: "trend" as const, ...labelOf(trend, first), used: [], years: steps };
  const hasFailed =
    steps.some(({ improved }) => improved === false) || isNotBeyond(values.get(first), values.get(last), trend);
  if (hasFailed) return { state: isClosed ? "missed" : "at_risk", ...shown };
  const open = steps.find(({ improved }) => improved === undefined);
  if (open) {
    const gap = open.before && open.value ? "model_version_differs" : "year_without_value";
    return { state: "insufficient", gap, ...shown };
  }
  return { state: isClosed ? "achieved" : "on_track", ...shown };
}

/** The newest year of which the last day is not after a day. */
function lastWholeYear(day: string): number {
  return day.endsWith("-12-31") ? Number(day.slice(0, 4)) : Number(day.slice(0, 4)) - 1;
}

function stepTo(
  year: number,
  values: ReadonlyMap<number, YearValue>,
  { direction }: Trend,
  parameters: PolicyParameters,
): YearStep {
  const [earlier, later] = [values.get(year - 1), values.get(year)];
  const [before, value] = [earlier?.value, later?.value];
  const growth = exactly(parameters.trendGrowth);
  const least = before?.times(direction === "increasing" ? ONE.plus(growth) : ONE.minus(growth));
  const isComparable = earlier?.modelVersion === later?.modelVersion;
  const improved = value && least && isComparable ? isBeyond(value, least, direction) : undefined;
  return {
    year,
    ...(before && { before }),
    ...(value && { value }),
    ...(improved !== undefined && { improved }),
  };
}

function isBeyond(value: Exact, least: Exact, direction: Trend["direction"]): boolean {
  return direction === "increasing" ? value.isAbove(least) : value.isBelow(least);
}

/** Surely not beyond: both are known, and of one model. */
function isNotBeyond(first: YearValue | undefined, last: YearValue | undefined, { direction }: Trend): boolean {
  if (!first?.value || !last?.value || first.modelVersion !== last.modelVersion) return false;
  return !isBeyond(last.value, first.value, direction);
}

function labelOf({ baselineYear }: Trend, year: number): { label?: Label } {
  if (baselineYear === undefined || baselineYear === year) return {};
  return { label: { kind: "other_baseline_year", year, insteadOf: baselineYear } };
}
