// Targets with a number and a deadline (scoring model section 10, rules 1–6).
import type { Exact } from "../exact.ts";
import {
  type Direction,
  dayNumber,
  evaluationsOf,
  isBad,
  isGood,
  type MonthlyEvaluation,
  type Point,
  pointsUntil,
  turned,
} from "./evaluation.ts";
import { POLICY_PARAMETERS, type PolicyParameters } from "./parameters.ts";
import { type BaselineValue, outlookOf } from "./projection.ts";
import { hasRecentValue, lastInTime } from "./recent.ts";
import type { PartResult } from "./result.ts";

export interface Threshold {
  comparator: Direction;
  value: Exact;
  /** Shares end at 1, and at 0. */
  isShare: boolean;
  /** A day, itself still in time. */
  deadline: string;
}

/** Everything that was evaluated for one number and population of a target. */
export interface SeriesEvidence {
  /** In any order; those after the day that is asked about are not looked at. */
  evaluations: readonly MonthlyEvaluation[];
  /** Needed while there are too few months for a trend. */
  baseline?: BaselineValue;
}

/**
 * The state of a threshold target as of a day.
 *
 * @throws CampusError `POLICY_EVALUATION_INVALID`
 */
export function judgeThreshold(
  threshold: Threshold,
  evidence: SeriesEvidence,
  asOf: string,
  parameters: PolicyParameters = POLICY_PARAMETERS,
): PartResult {
  const { comparator: direction, isShare } = threshold;
  const asked = turned(threshold.value, direction);
  const [asOfDay, deadlineDay] = [dayNumber(asOf), dayNumber(threshold.deadline)];
  const points = pointsUntil(evidence.evaluations, asOfDay, direction);
  if (asOfDay > deadlineDay) {
    const inTime = pointsUntil(evidence.evaluations, deadlineDay, direction);
    const verdict = atDeadline(inTime, asked, deadlineDay, parameters);
    return verdict.state === "missed" ? labelled(verdict, points, asked, deadlineDay) : verdict;
  }
  if (!hasRecentValue(points, asOfDay, parameters)) {
    return { state: "insufficient", rule: 2, gap: "no_recent_value", used: evaluationsOf(points.slice(-1)) };
  }
  const { baseline } = evidence;
  const outlook = { points, asked, direction, isShare, asOfDay, deadlineDay, ...(baseline && { baseline }) };
  return byTwoMonths(points, asked) ?? outlookOf(outlook, parameters);
}

/** Rule 1. */
function atDeadline(
  points: readonly Point[],
  asked: Exact,
  deadlineDay: number,
  parameters: PolicyParameters,
): PartResult {
  const last = lastInTime(points, deadlineDay, parameters);
  if (!last) return { state: "insufficient", rule: 1, gap: "no_evaluation_at_deadline", used: [] };
  const used = [last.evaluation];
  if (isGood(last, asked)) return { state: "achieved", rule: 1, used };
  if (isBad(last, asked)) return { state: "missed", rule: 1, used };
  return { state: "insufficient", rule: 1, gap: "interval_spans_value", note: "evidence", used };
}

/** The first two good months after the deadline, one after the other: the label stays whatever comes later. */
function labelled(missed: PartResult, points: readonly Point[], asked: Exact, deadlineDay: number): PartResult {
  const later = points.filter(({ day }) => day > deadlineDay);
  const second = later.findIndex((point, i) => {
    const before = later[i - 1];
    return before !== undefined && isGood(before, asked) && isGood(point, asked);
  });
  const proof = evaluationsOf(later.slice(second - 1, second + 1));
  const month = proof.at(-1)?.month;
  return second < 0 || month === undefined
    ? missed
    : { ...missed, label: { kind: "reached_late", month }, labelUsed: proof };
}

/** Rules 3 and 6: reached when the two latest months are good; in danger when only the one after them is not. */
function byTwoMonths(points: readonly Point[], asked: Exact): PartResult | undefined {
  const good = points.slice(-3).map((point) => isGood(point, asked));
  const [latest, before, earlier] = good.reverse();
  if (latest && before) return { state: "achieved", rule: 3, used: evaluationsOf(points.slice(-2)) };
  if (latest || !before || !earlier) return undefined;
  const last = points.at(-1);
  const isOpen = last !== undefined && !isBad(last, asked);
  return { state: "at_risk", rule: 6, ...(isOpen && { note: "evidence" }), used: evaluationsOf(points.slice(-3)) };
}
