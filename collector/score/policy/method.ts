// How each target is judged, and the numbers and populations that are judged apart (scoring model section 10).
import { type Exact, ZERO } from "../exact.ts";
import type { PolicyTarget, Population, TargetIndicator, TargetValue } from "./target.ts";

/**
 * `threshold` rules 1–6 · `floor` baselines · `trend` year against year · `narrowing` the rule of section 6.2 for coefficients of
 * variation · `allocation` a registry's share or places · `quota` places given by largest remainder · `tracked` no number to
 * judge by · `out_of_reach` nothing this system could see.
 */
export type Method =
  | "threshold"
  | "floor"
  | "trend"
  | "narrowing"
  | "allocation"
  | "quota"
  | "tracked"
  | "out_of_reach";

/** Indicators of which less is better, so that a trend improves by falling. */
const LESS_IS_BETTER: ReadonlySet<string> = new Set(["EQUIP_AGE", "ALERT_MTTA", "ALERT_MTTR"]);
const GAP_PREFIX = "CV_";

function isLessBetter(indicator: string): boolean {
  return LESS_IS_BETTER.has(indicator) || indicator.startsWith(GAP_PREFIX);
}

export function methodOf(target: PolicyTarget): Method {
  const { kind, comparator, values, unit, deadline, primaryEvidence, indicators } = target;
  if (primaryEvidence === "X") return "out_of_reach";
  // Facts without a deadline ask for nothing by any day.
  if (deadline === undefined && kind !== "baseline") return "tracked";
  if (kind === "trend") return indicators.some(({ key }) => key.startsWith(GAP_PREFIX)) ? "narrowing" : "trend";
  // `>` stands for encouragements: how many there are is reported, never a pass or fail.
  if (values.length === 0 || comparator === ">") return "tracked";
  if (kind === "baseline") return "floor";
  if (kind === "allocation") return unit?.startsWith("of ") ? "quota" : "allocation";
  return "threshold";
}

export function isTrackedOnly(target: PolicyTarget): boolean {
  return methodOf(target) === "tracked";
}

export function isOutOfReach(target: PolicyTarget): boolean {
  return methodOf(target) === "out_of_reach";
}

/** Whether its deadline lies before a day: then its state is fixed. Baselines never close. */
export function isClosed({ deadline }: PolicyTarget, asOf: string): boolean {
  return deadline !== undefined && deadline < asOf;
}

/** One number for one population, or one indicator of a trend: what has a series of its own. */
export interface TargetPart {
  population: Population;
  /** Absent for a trend. */
  value?: TargetValue;
  /** What the series is in. */
  unit?: string;
  /** Of a trend with indicators. */
  indicator?: TargetIndicator;
}

/** The parts of a target, each reported apart; empty for what is not judged. */
export function partsOf(target: PolicyTarget): TargetPart[] {
  switch (methodOf(target)) {
    case "out_of_reach":
    case "tracked":
      return [];
    case "trend":
    case "narrowing":
      return trendParts(target);
    case "threshold":
    case "floor":
    case "allocation":
    case "quota":
      return numberParts(target);
  }
}

function trendParts({ indicators, populations, unit }: PolicyTarget): TargetPart[] {
  const [first] = populations;
  const shown = unit === undefined ? {} : { unit };
  if (indicators.length === 0) return [{ population: first, ...shown }];
  return indicators.map((indicator, i) => ({ population: populations[i] ?? first, ...shown, indicator }));
}

/** Each number for the one population, the one number for each population, or one by one. */
function numberParts({ values, populations, unit = "" }: PolicyTarget): TargetPart[] {
  const [population] = populations;
  if (populations.length === 1) return values.map((value) => ({ population, value, unit: value.unit }));
  const units = unit.split("; ");
  return populations.flatMap((population, i) => {
    const value = values.length === 1 ? values[0] : values[i];
    if (value === undefined) return [];
    const own = units.length === populations.length ? units[i] : undefined;
    return [{ population, value, unit: own ?? value.unit }];
  });
}

export function directionOf(target: PolicyTarget, { indicator }: TargetPart): "increasing" | "decreasing" {
  if (indicator === undefined) return target.comparator === "decreasing" ? "decreasing" : "increasing";
  return isLessBetter(indicator.key) ? "decreasing" : "increasing";
}

/** What an evaluation is compared with: the clause's number; for a quota the places that lie elsewhere than it gives them, so 0. */
export function askedOf(target: PolicyTarget, value: TargetValue): Exact {
  return methodOf(target) === "quota" ? ZERO : value.number;
}
