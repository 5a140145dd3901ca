// What is said of a policy target at a day: its state, the rule that decided it, and everything the rule looked at.
import type { TargetGap, TargetState } from "../../../contract/policy.ts";
import type { Exact } from "../exact.ts";
import type { MonthlyEvaluation } from "./evaluation.ts";

/** Rules 1–6 of scoring model section 10, and what it says of the kinds that the rules are not for. */
export type Rule = 1 | 2 | 3 | 4 | 5 | 6 | "trend" | "narrowing" | "allocation" | "tracked" | "out_of_reach";

export type Label =
  /** A baseline that still holds. */
  | { kind: "held" }
  /** 回退: a baseline that has not held for two months. */
  | { kind: "regressed" }
  /** 逾期达成: a missed target that was reached after its deadline; the month in which it was proven. */
  | { kind: "reached_late"; month: string }
  /** The trend counts from the first year that was monitored, because the document's own year was not. */
  | { kind: "other_baseline_year"; year: number; insteadOf: number };

/** Rule 4: where the trend of the last months leads. */
export interface TrendProjection {
  method: "theil_sen";
  /** The months the slope is taken over, with the middle of each interval. */
  points: readonly { month: string; midpoint: Exact }[];
  /** Median change per month. */
  slope: Exact;
  /** The latest value, its month, and the whole months from it to the deadline. */
  from: { month: string; value: Exact };
  months: number;
  /** Where shares end; absent for what is no share. */
  limit?: Exact;
  /** The value at the deadline, not beyond the limit. */
  value: Exact;
  /** The latest interval carried along the same slope; absent where nothing bounds it. */
  lo?: Exact;
  hi?: Exact;
}

/** Rule 5: where the straight line from the baseline to the target stands on the day of the latest value. */
export interface LineProjection {
  method: "straight_line";
  baseline: { on: string; value: Exact };
  from: { day: string; value: Exact };
  /** What the line asks on that day, and how far the value may stay behind it. */
  expected: Exact;
  tolerance: Exact;
}

export type Projection = TrendProjection | LineProjection;

/** One year of a trend against the year before it. */
export interface YearStep {
  year: number;
  /** Absent: not known. */
  before?: Exact;
  value?: Exact;
  improved?: boolean;
}

/** Of one number and population of a target. */
export interface PartResult {
  state: TargetState;
  rule: Rule;
  label?: Label;
  /** `evidence`: what is not known decides; on what is known alone the state could be better. */
  note?: "evidence";
  /** Present for insufficient only. */
  gap?: TargetGap;
  projection?: Projection;
  /** The evaluations that the rule looked at, oldest first. Of a trend empty: it looks at years. */
  used: readonly MonthlyEvaluation[];
  /** The two months that the label was given for. */
  labelUsed?: readonly MonthlyEvaluation[];
  /** Of a trend: each year since the first that is known, oldest first. */
  years?: readonly YearStep[];
}
