// Allocations: a share or a number of places that a registry either shows or does not, exactly and without projection (scoring model section 10).
import type { Exact } from "../exact.ts";
import { dayNumber, isBad, isGood, type MonthlyEvaluation, type Point, pointsUntil } from "./evaluation.ts";
import { POLICY_PARAMETERS, type PolicyParameters } from "./parameters.ts";
import { hasRecentValue, lastInTime } from "./recent.ts";
import type { PartResult } from "./result.ts";

export interface Allocation {
  comparator: ">=" | "=";
  value: Exact;
  deadline: string;
}

/**
 * The state of an allocation as of a day. What the registry shows needs no second month, so one evaluation decides: up to the
 * deadline achieved or at risk, after it achieved or missed.
 *
 * @param evaluations in any order; the minimum evidence is a complete registry
 * @throws CampusError `POLICY_EVALUATION_INVALID`
 */
export function judgeAllocation(
  allocation: Allocation,
  evaluations: readonly MonthlyEvaluation[],
  asOf: string,
  parameters: PolicyParameters = POLICY_PARAMETERS,
): PartResult {
  const [asOfDay, deadlineDay] = [dayNumber(asOf), dayNumber(allocation.deadline)];
  const isClosed = asOfDay > deadlineDay;
  const points = pointsUntil(evaluations, isClosed ? deadlineDay : asOfDay);
  const isKnown = isClosed || hasRecentValue(points, asOfDay, parameters);
  const last = isClosed ? lastInTime(points, deadlineDay, parameters) : points.at(-1);
  const rule = "allocation";
  if (!last || !isKnown) {
    const gap = isClosed ? "no_evaluation_at_deadline" : "no_recent_value";
    return { state: "insufficient", rule, gap, used: last ? [last.evaluation] : [] };
  }
  const used = [last.evaluation];
  const isMet = meets(last, allocation);
  if (isMet === undefined) return { state: "insufficient", rule, gap: "interval_spans_value", note: "evidence", used };
  if (isMet) return { state: "achieved", rule, used };
  return { state: isClosed ? "missed" : "at_risk", rule, used };
}

/** `undefined`: what is not known decides. */
function meets(point: Point, { comparator, value }: Allocation): boolean | undefined {
  if (isBad(point, value)) return false;
  const isEnough = isGood(point, value);
  if (comparator === ">=") return isEnough || undefined;
  if (point.lo?.isAbove(value)) return false;
  const isNoMore = point.hi !== undefined && !point.hi.isAbove(value);
  return (isEnough && isNoMore) || undefined;
}
