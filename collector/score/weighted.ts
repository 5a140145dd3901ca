// Checks and indicators with weights, some of them unknown (scoring model 7.1, 8.1, 9.2): an unknown one leaves the denominator of
// the point value and widens the interval.
import { Exact, ZERO } from "./exact.ts";

export interface Weighted {
  id: string;
  /** In points, above 0. */
  weight: number;
  /** From 0 to 1; absent: not known. */
  value?: Exact;
}

export interface WeightedSum {
  /** Σ value · weight of the known ones. */
  points: Exact;
  knownWeight: Exact;
  /** Of all, unknown ones included. */
  weight: Exact;
}

export function weigh(parts: readonly Weighted[]): WeightedSum {
  const known = parts.flatMap(({ weight, value }) =>
    value === undefined ? [] : [{ weight: Exact.of(weight), value }],
  );
  return {
    points: Exact.sum(known.map(({ weight, value }) => weight.times(value))),
    knownWeight: Exact.sum(known.map(({ weight }) => weight)),
    weight: Exact.sum(parts.map(({ weight }) => Exact.of(weight))),
  };
}

/** What the parts come to on a scale, such as of 100 points. */
export interface Scaled {
  /** Points by known weight; absent when nothing is known. */
  point?: Exact;
  /** With every unknown part at 0, and at its most. Without any weight the whole scale. */
  lo: Exact;
  hi: Exact;
}

export function scaled({ points, knownWeight, weight }: WeightedSum, scale: number): Scaled {
  const by = (part: Exact, whole: Exact) => part.over(whole).times(Exact.of(scale));
  if (!weight.isAbove(ZERO)) return { lo: ZERO, hi: Exact.of(scale) };
  const unknown = weight.minus(knownWeight);
  return {
    ...(knownWeight.isAbove(ZERO) && { point: by(points, knownWeight) }),
    lo: by(points, weight),
    hi: by(points.plus(unknown), weight),
  };
}
