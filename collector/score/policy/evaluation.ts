// The monthly evaluations that a target is judged on: checked, in order, one for each month, and turned so that more is better.
import { CampusError } from "../../../contract/errors.ts";
import { dayOf } from "../../inventory/day.ts";
import { Exact, ZERO } from "../exact.ts";

/**
 * One figure at one day. `lo` and `hi` bound it whatever the unknown part is; absent: nothing bounds it on that side. A plain
 * value, of which nothing is unknown, needs neither. A frozen holiday result is the evaluation of its month.
 */
export interface MonthlyEvaluation {
  /** `2026-10`, the month of `asOf`. */
  month: string;
  /** The day it speaks of, `2026-10-31`. */
  asOf: string;
  /** Only there when the minimum evidence is met. */
  value?: Exact;
  lo?: Exact;
  hi?: Exact;
  /** Whether the figure's minimum evidence is met. */
  meetsMinimum: boolean;
  /** The day on which the newest of its evidence was recorded; absent: no later than `asOf`. */
  recordedOn?: string;
  /** Of the model that computed it; absent for what no model computes, such as a declared count. */
  modelVersion?: string;
}

/** An evaluation as the rules see it. For `<=` targets all numbers are negated, so that every rule is written for `>=`. */
export interface Point {
  evaluation: MonthlyEvaluation;
  /** Number of the day and of the month. */
  day: number;
  month: number;
  lo?: Exact;
  hi?: Exact;
  /** There when the minimum evidence is met: the printed value, or else the middle of the interval. */
  value?: Exact;
  /** The middle of the interval, of a point with a value. */
  midpoint?: Exact;
}

export type Direction = ">=" | "<=";

/** Mirrors a number for `<=`; the same again turns it back. */
export function turned(value: Exact, direction: Direction): Exact {
  return direction === "<=" ? ZERO.minus(value) : value;
}

/**
 * The evaluations up to a day, oldest first; of several in one month the latest.
 *
 * @throws CampusError `POLICY_EVALUATION_INVALID` for one that contradicts itself
 */
export function pointsUntil(
  evaluations: readonly MonthlyEvaluation[],
  day: number,
  direction: Direction = ">=",
): Point[] {
  const points = evaluations.map((evaluation) => toPoint(evaluation, direction)).filter((point) => point.day <= day);
  points.sort((a, b) => a.day - b.day);
  return points.filter(({ month }, i) => points[i + 1]?.month !== month);
}

function toPoint(evaluation: MonthlyEvaluation, direction: Direction): Point {
  const { asOf, month, value, meetsMinimum } = evaluation;
  const day = dayOf(asOf);
  if (day === undefined || !asOf.startsWith(`${month}-`) || month.length !== 7) {
    throw invalid(evaluation, "expected a date of its month");
  }
  const [lo, hi] = [evaluation.lo ?? value, evaluation.hi ?? value];
  if ((lo && hi?.isBelow(lo)) || (value && (lo?.isAbove(value) || hi?.isBelow(value)))) {
    throw invalid(evaluation, "expected lo ≤ value ≤ hi");
  }
  if (value && !meetsMinimum) throw invalid(evaluation, "expected no value without minimum evidence");
  const midpoint = lo && hi && lo.plus(hi).over(Exact.of(2));
  if (meetsMinimum && !midpoint) throw invalid(evaluation, "expected a value or an interval with minimum evidence");
  const [low, high] = direction === ">=" ? [lo, hi] : [hi, lo];
  return {
    evaluation,
    day,
    month: Number(month.slice(0, 4)) * 12 + Number(month.slice(5)),
    ...(low && { lo: turned(low, direction) }),
    ...(high && { hi: turned(high, direction) }),
    ...(meetsMinimum && midpoint && { value: turned(value ?? midpoint, direction) }),
    ...(meetsMinimum && midpoint && { midpoint: turned(midpoint, direction) }),
  };
}

/** The number of a day that a caller gave. @throws CampusError `POLICY_EVALUATION_INVALID` when it is none */
export function dayNumber(text: string): number {
  const day = dayOf(text);
  if (day === undefined) throw new CampusError("POLICY_EVALUATION_INVALID", `"${text}" is not a date`);
  return day;
}

function invalid({ month, asOf }: MonthlyEvaluation, expected: string): CampusError {
  return new CampusError("POLICY_EVALUATION_INVALID", `the evaluation of ${month} as of ${asOf}: ${expected}`);
}

/** Good: reached whatever is not known. Bad: not reached whatever is not known. Everything else is open. */
export function isGood({ lo }: Point, asked: Exact): boolean {
  return lo?.isAtLeast(asked) ?? false;
}

export function isBad({ hi }: Point, asked: Exact): boolean {
  return hi?.isBelow(asked) ?? false;
}

export function evaluationsOf(points: readonly Point[]): MonthlyEvaluation[] {
  return points.map(({ evaluation }) => evaluation);
}
