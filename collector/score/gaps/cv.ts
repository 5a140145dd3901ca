// Coefficient of variation of an index over units, with or without weights (scoring model 6.1): S / x̄, no n − 1.
import { Exact, ONE, ZERO } from "../exact.ts";
import { MODEL_VERSION } from "../parameters.ts";
import { rootOf } from "./root.ts";

/** Fewest units for a CV over counties, over schools, and over the two groups urban and rural. */
export const LEAST_UNITS = { counties: 3, schools: 5, groups: 2 } as const;

/** `students`: wᵢ = Pᵢ / ΣP. `equal`: wᵢ = 1 / n. */
export type Weighting = "students" | "equal";

export interface Unit {
  id: string;
  /** From 0; absent: not known. */
  value?: Exact;
  /** Why there is no value. */
  reason?: string;
  /** A whole number from 0; absent: not known. Read only where students are the weights. */
  students?: number;
}

/** A unit that takes no part: its value is not known, or by students it weighs nothing. */
export interface LeftOut {
  id: string;
  /** `no_value` where nobody said why. */
  reason: string;
}

export const CV_REASONS = ["too_few_units", "weight_missing", "mean_zero"] as const;
export type CvReason = (typeof CV_REASONS)[number];

export interface CvPart {
  id: string;
  value: Exact;
  /** Students, or 1. */
  weight: number;
}

interface CvInputs {
  weighting: Weighting;
  /** How many units took part, and which; the others with their reasons. */
  n: number;
  parts: CvPart[];
  leftOut: LeftOut[];
  modelVersion: string;
}

export interface CvValue extends CvInputs {
  status: "value";
  /** S / x̄: numerator, denominator, and the double nearest to what they come to (see `rootOf` for its precision). */
  value: number;
  deviation: number;
  mean: Exact;
  /** S² and CV² = S² / x̄², exact: what comparisons are made on. */
  variance: Exact;
  squared: Exact;
  min: Exact;
  max: Exact;
  weightSum: Exact;
}

export interface CvInsufficient extends CvInputs {
  status: "insufficient";
  reason: CvReason;
  /** The units whose students are not known, for `weight_missing`. */
  withoutWeight: string[];
}

export type Cv = CvValue | CvInsufficient;

export interface CvInput {
  units: readonly Unit[];
  weighting: Weighting;
  /** One of LEAST_UNITS. */
  least: number;
}

/**
 * CV over the units that have a value. A missing number of students makes the whole insufficient, because every weight is a share of
 * their sum; a unit without students (0) has no weight and takes no part. x̄ and S² are exact, only S and CV end as doubles.
 */
export function coefficientOfVariation({ units, weighting, least }: CvInput): Cv {
  const leftOut = units.flatMap((unit) => {
    const reason = whyLeftOut(unit, weighting);
    return reason === undefined ? [] : [{ id: unit.id, reason }];
  });
  const { parts, withoutWeight } = partsOf(units, weighting);
  const n = parts.length + withoutWeight.length;
  const inputs: CvInputs = { weighting, n, parts, leftOut, modelVersion: MODEL_VERSION };
  const insufficient = (reason: CvReason): Cv => ({ status: "insufficient", reason, ...inputs, withoutWeight });
  const [first] = parts;
  if (n < least) return insufficient("too_few_units");
  if (withoutWeight.length > 0 || !first) return insufficient("weight_missing");
  const spread = spreadOf(parts, first);
  if (!spread.mean.isAbove(ZERO)) return insufficient("mean_zero");
  const squared = spread.variance.over(spread.mean.times(spread.mean));
  return {
    status: "value",
    value: rootOf(squared),
    deviation: rootOf(spread.variance),
    squared,
    ...spread,
    ...inputs,
  };
}

/** Why a unit takes no part; `undefined` when it does. */
export function whyLeftOut({ value, reason, students }: Unit, weighting: Weighting): string | undefined {
  if (value === undefined) return reason ?? "no_value";
  return weighting === "students" && students === 0 ? "no_students" : undefined;
}

function partsOf(units: readonly Unit[], weighting: Weighting) {
  const parts: CvPart[] = [];
  const withoutWeight: string[] = [];
  for (const unit of units) {
    const { id, value } = unit;
    if (value === undefined || whyLeftOut(unit, weighting) !== undefined) continue;
    const weight = weighting === "equal" ? 1 : unit.students;
    if (weight === undefined) withoutWeight.push(id);
    else parts.push({ id, value, weight });
  }
  return { parts, withoutWeight };
}

/** Mean and variance by moments, Σwx²/Σw − x̄²: the digits that this loses among doubles are all there among exact numbers. */
function spreadOf(parts: readonly CvPart[], first: CvPart) {
  const weighted = parts.map(({ value, weight }) => ({ value, weight: Exact.ratio(weight, 1) }));
  const weightSum = Exact.sum(weighted.map(({ weight }) => weight));
  const by = weightSum.isAbove(ZERO) ? weightSum : ONE;
  const mean = Exact.sum(weighted.map(({ value, weight }) => value.times(weight))).over(by);
  const squares = Exact.sum(weighted.map(({ value, weight }) => value.times(value).times(weight))).over(by);
  let [min, max] = [first.value, first.value];
  for (const { value } of parts) {
    if (value.isBelow(min)) min = value;
    if (value.isAbove(max)) max = value;
  }
  return { mean, variance: squares.minus(mean.times(mean)), min, max, weightSum };
}
