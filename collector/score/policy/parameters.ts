// The numbers that section 10 of the scoring model names beside those of its section 13.
import { type Fraction, type ModelParameters, PARAMETERS } from "../parameters.ts";

export interface PolicyParameters extends ModelParameters {
  /** How old an evaluation may be, at the deadline or now, to speak for a target. */
  recentDays: number;
  /** How far below the straight line a value may lie, as a share of the whole way. */
  lineTolerance: Fraction;
  /** A trend has improved in a year by more than this share. */
  trendGrowth: Fraction;
}

export const POLICY_PARAMETERS: PolicyParameters = {
  ...PARAMETERS,
  recentDays: 62,
  lineTolerance: { numerator: 1, denominator: 50 },
  trendGrowth: { numerator: 1, denominator: 100 },
};
