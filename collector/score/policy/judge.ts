// The state of any policy target as of a day: the parts of it judged by the method of its kind, and what they come to together.
import type { TargetState } from "../../../contract/policy.ts";
import { MODEL_VERSION } from "../parameters.ts";
import { judgeAllocation } from "./allocation.ts";
import type { MonthlyEvaluation } from "./evaluation.ts";
import { judgeFloor } from "./floor.ts";
import { askedOf, directionOf, isClosed, type Method, methodOf, partsOf, type TargetPart } from "./method.ts";
import { POLICY_PARAMETERS, type PolicyParameters } from "./parameters.ts";
import type { BaselineValue } from "./projection.ts";
import { computedAs } from "./relations.ts";
import type { PartResult, Rule } from "./result.ts";
import { isShare, type PolicyTarget } from "./target.ts";
import { judgeThreshold } from "./threshold.ts";
import { judgeTrend, type YearValue } from "./trend.ts";

/** Everything that is known of one part of a target. What its method does not look at may be left out. */
export interface PartEvidence {
  evaluations?: readonly MonthlyEvaluation[];
  years?: readonly YearValue[];
  baseline?: BaselineValue;
  /** Section 6.2 judges the narrowing of a gap on the units themselves; absent: not computed. */
  narrowing?: Pick<PartResult, "state" | "label">;
}

export interface TargetResult {
  id: string;
  /** The target whose evidence this one is judged on; itself unless restated or superseded. */
  computedAs: string;
  state: TargetState;
  /** The rule of the part that decided. */
  rule: Rule;
  method: Method;
  /** Its deadline has passed: the state is fixed, only a label may still come. */
  isClosed: boolean;
  /** In the order of `partsOf`; empty for what is not judged. */
  parts: readonly { part: TargetPart; result: PartResult }[];
  asOf: string;
  modelVersion: string;
}

/**
 * @param evidence in the order of `partsOf(target)`; of a target with a relation that of the target it is computed as. Missing
 *        parts have nothing known of them.
 * @throws CampusError `POLICY_EVALUATION_INVALID`
 */
export function judgeTarget(
  target: PolicyTarget,
  evidence: readonly PartEvidence[],
  asOf: string,
  parameters: PolicyParameters = POLICY_PARAMETERS,
): TargetResult {
  const method = methodOf(target);
  const parts = partsOf(target).map((part, i) => ({
    part,
    result: judgePart(target, part, method, evidence[i] ?? {}, asOf, parameters),
  }));
  const { state, rule } = together(parts.map(({ result }) => result)) ?? notJudged(method);
  return {
    id: target.id,
    computedAs: computedAs(target.id),
    state,
    rule,
    method,
    isClosed: isClosed(target, asOf),
    parts,
    asOf,
    modelVersion: MODEL_VERSION,
  };
}

function notJudged(method: Method): { state: TargetState; rule: Rule } {
  return method === "out_of_reach"
    ? { state: "out_of_reach", rule: "out_of_reach" }
    : { state: "tracked", rule: "tracked" };
}

function judgePart(
  target: PolicyTarget,
  part: TargetPart,
  method: Method,
  { evaluations = [], years = [], baseline, narrowing }: PartEvidence,
  asOf: string,
  parameters: PolicyParameters,
): PartResult {
  const { deadline, comparator, document } = target;
  const { value } = part;
  if (method === "narrowing") {
    return narrowing
      ? { ...narrowing, rule: "narrowing", used: [] }
      : { state: "insufficient", rule: "narrowing", gap: "not_computed", used: [] };
  }
  if (method === "floor" && value) return judgeFloor(value.number, evaluations, asOf, parameters);
  // Never so: methodOf has called what has no deadline, or no number where its kind has one, tracked.
  if (deadline === undefined) return { ...notJudged(method), used: [] };
  if (method === "trend") {
    const { baselineYear } = document;
    const direction = directionOf(target, part);
    return judgeTrend({ direction, deadline, ...(baselineYear && { baselineYear }) }, years, asOf, parameters);
  }
  if (value === undefined) return { ...notJudged(method), used: [] };
  const asked = askedOf(target, value);
  if (method === "allocation" || method === "quota") {
    const exactly = comparator === "=" ? "=" : ">=";
    return judgeAllocation({ comparator: exactly, value: asked, deadline }, evaluations, asOf, parameters);
  }
  const threshold = {
    comparator: comparator === "<=" ? comparator : (">=" as const),
    value: asked,
    isShare: isShare(value.unit),
    deadline,
  };
  return judgeThreshold(threshold, { evaluations, ...(baseline && { baseline }) }, asOf, parameters);
}

/** What is worst for sure comes first: whatever an unknown part is, the whole cannot be better than missed or at risk. */
const WORST_FIRST: readonly TargetState[] = ["missed", "at_risk", "insufficient", "on_track", "achieved"];

/** The worst part decides; `undefined` without parts. */
function together(results: readonly PartResult[]): PartResult | undefined {
  return [...results].sort((a, b) => WORST_FIRST.indexOf(a.state) - WORST_FIRST.indexOf(b.state))[0];
}
