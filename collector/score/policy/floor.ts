// Baselines: floors that were reached once and must hold, without a deadline (scoring model section 10, rules 2, 3 and 6).
import type { Exact } from "../exact.ts";
import { dayNumber, evaluationsOf, isBad, isGood, type MonthlyEvaluation, pointsUntil } from "./evaluation.ts";
import { POLICY_PARAMETERS, type PolicyParameters } from "./parameters.ts";
import { hasRecentValue } from "./recent.ts";
import type { PartResult } from "./result.ts";

/**
 * Held when the two latest months are good, regressed when both are bad. One bad month, and one good month after a bad one, is
 * at risk; where what is not known decides, it is insufficient: a document says that the floor was reached, so only a month
 * that is surely below it speaks against it.
 *
 * @param evaluations in any order
 * @throws CampusError `POLICY_EVALUATION_INVALID`
 */
export function judgeFloor(
  floor: Exact,
  evaluations: readonly MonthlyEvaluation[],
  asOf: string,
  parameters: PolicyParameters = POLICY_PARAMETERS,
): PartResult {
  const asOfDay = dayNumber(asOf);
  const points = pointsUntil(evaluations, asOfDay);
  const used = evaluationsOf(points.slice(-2));
  const [latest, before] = points.slice(-2).reverse();
  if (!latest || !hasRecentValue(points, asOfDay, parameters)) {
    return { state: "insufficient", rule: 2, gap: "no_recent_value", used };
  }
  const wasBad = before !== undefined && isBad(before, floor);
  if (isGood(latest, floor)) {
    if (before && isGood(before, floor)) return { state: "achieved", rule: 3, label: { kind: "held" }, used };
    if (wasBad) return { state: "at_risk", rule: 6, used };
    return { state: "insufficient", rule: 3, gap: "one_good_month_only", used };
  }
  if (!isBad(latest, floor)) {
    return { state: "insufficient", rule: 3, gap: "interval_spans_value", note: "evidence", used };
  }
  return { state: "at_risk", rule: 6, ...(wasBad && { label: { kind: "regressed" as const } }), used };
}
