// The one shape in which every indicator answers, and how a rate, a mean and a count take it.
//
// Numbers are Exact from end to end: a target state compares them with its limit, so only what is shown becomes a double
// (`plain`). What can be divided has numerator and denominator, of whatever kind: 27 of 30 venues, 80 of 98 points of known
// weight. The value is there exactly when the minimum evidence is met; the interval is there without it. An absent bound means
// that nothing bounds it (a count of which the list is not known, a median that falls on what has not ended).
import { FIGURE_REASONS } from "../../../contract/api.ts";
import { Exact, ONE, ZERO } from "../exact.ts";
import { MODEL_VERSION } from "../parameters.ts";
import { boundsOf, sizeOf, type Tally } from "../share.ts";
import { INDICATORS, type IndicatorId } from "./catalogue.ts";
import type { Source } from "./spec.ts";

/** Why something is not known, left out, or does not suffice; beside the reasons that figures and slots have. */
export const INDICATOR_REASONS = [
  ...FIGURE_REASONS,
  "not_observable",
  "not_measured",
  "unknown_item",
  "nothing_registered",
  "not_expected",
  "too_little_evidence",
  "too_few_known",
  "too_few_tests",
  "too_few_seen_days",
  "few_alerts",
  "still_open",
  "zero_not_attested",
  "no_date",
  "no_entry",
  "no_attachment",
  "entry_expired",
  "list_not_signed",
  "contradicted",
  "below_contract",
  "gate",
] as const;
export type IndicatorReason = (typeof INDICATOR_REASONS)[number];

export interface IndicatorReasonCount {
  reason: IndicatorReason;
  count: number;
}

/** Something that a value is made of: a check, a class, a device, a capability. */
export interface IndicatorPart {
  id: string;
  /** In points. */
  weight?: number;
  /** Absent: not known. */
  value?: Exact;
  lo?: Exact;
  hi?: Exact;
  numerator?: number;
  denominator?: number;
  /** Of items: how many there are, the unknown ones among them. */
  whole?: number;
  /** Why it is not known, or left out. */
  reason?: IndicatorReason;
}

/** Why an indicator does not apply to a school at all. */
export const NOT_APPLICABLE = ["no_own_website"] as const;
export type NotApplicable = (typeof NOT_APPLICABLE)[number];

export interface IndicatorValue {
  id: IndicatorId;
  /** The minimum evidence is met; then, and only then, `value` is there. */
  enough: boolean;
  /** In the catalogue's unit. */
  value?: Exact;
  lo?: Exact;
  hi?: Exact;
  numerator?: Exact;
  denominator?: Exact;
  /**
   * Items that it is made of, the unknown ones among them, so that groups can be pooled: of a rate its bounds are shares of these.
   * Absent where nobody knows how many there are, and of what is not made of items.
   */
  whole?: Exact;
  /** There is nothing to be known: it does not apply. Then neither value nor bounds are there. */
  notApplicable?: NotApplicable;
  /** Why it does not suffice, what the unknown part consists of, and what was left out. */
  reasons: readonly IndicatorReasonCount[];
  parts: readonly IndicatorPart[];
  evidence: Source;
  modelVersion: string;
}

export interface Outcome {
  enough: boolean;
  value?: Exact | undefined;
  lo?: Exact | undefined;
  hi?: Exact | undefined;
  numerator?: Exact | undefined;
  denominator?: Exact | undefined;
  whole?: Exact | undefined;
  reasons?: readonly IndicatorReasonCount[];
  parts?: readonly IndicatorPart[];
}

/** Without the minimum evidence the value stays away, and without a value there is none of it. */
export function indicator(id: IndicatorId, outcome: Outcome): IndicatorValue {
  const { value, lo, hi, numerator, denominator, whole, reasons = [], parts = [] } = outcome;
  const enough = outcome.enough && value !== undefined;
  return {
    id,
    enough,
    ...(enough && { value }),
    ...(lo !== undefined && { lo }),
    ...(hi !== undefined && { hi }),
    ...(numerator !== undefined && { numerator }),
    ...(denominator !== undefined && { denominator }),
    ...(whole !== undefined && { whole }),
    reasons: mergeReasons(reasons),
    parts,
    evidence: INDICATORS[id].source,
    modelVersion: MODEL_VERSION,
  };
}

/** A share of items; with nothing to count it is not known. The unknown items are among the reasons unless `reasons` tells more. */
export function rate(
  id: IndicatorId,
  tally: Tally,
  rest: Pick<Outcome, "enough" | "reasons" | "parts">,
): IndicatorValue {
  const { yes, no, unknown } = tally;
  const size = sizeOf(tally);
  const reasons = size === 0 ? [{ reason: "nothing_registered" as const, count: 1 }] : because(unknown, "unknown_item");
  return indicator(id, {
    reasons,
    ...rest,
    ...(yes + no > 0 && { value: Exact.ratio(yes, yes + no) }),
    ...boundsOf(tally),
    numerator: Exact.of(yes),
    denominator: Exact.of(yes + no),
    whole: Exact.of(size),
  });
}

/** The mean of parts from 0 to 1. A part without a value makes it unknown; its bounds, or 0 and 1, widen the interval. */
export function mean(id: IndicatorId, parts: readonly IndicatorPart[], rest: Pick<Outcome, "enough" | "reasons">) {
  if (parts.length === 0) return indicator(id, { lo: ZERO, hi: ONE, ...rest, enough: false });
  const count = Exact.of(parts.length);
  const values = parts.flatMap(({ value }) => (value === undefined ? [] : [value]));
  const isWhole = values.length === parts.length;
  const sum = Exact.sum(values);
  // Adding exact numbers up is work; where nothing bounds a part but its value, all three sums are one.
  const isPlain = isWhole && parts.every(({ lo, hi }) => lo === undefined && hi === undefined);
  const mean = (of: (part: IndicatorPart) => Exact) => (isPlain ? sum : Exact.sum(parts.map(of))).over(count);
  return indicator(id, {
    ...rest,
    ...(isWhole && { value: sum.over(count), numerator: sum, denominator: count }),
    lo: mean(({ value, lo }) => lo ?? value ?? ZERO),
    hi: mean(({ value, hi }) => hi ?? value ?? ONE),
    whole: count,
    parts,
  });
}

/** How many there are. Without its evidence it is at least that many, and nothing bounds it above. */
export function count(id: IndicatorId, size: number, rest: Pick<Outcome, "enough" | "reasons" | "parts" | "hi">) {
  const value = Exact.of(size);
  return indicator(id, { ...rest, value, lo: value, hi: rest.hi ?? (rest.enough ? value : undefined) });
}

/** What no metric and no inventory column feeds: not known, and never 0. */
export function notObservable(id: IndicatorId): IndicatorValue {
  return indicator(id, { enough: false, reasons: because(1, "not_observable") });
}

/** What has nothing to be measured of. */
export function notApplicable(id: IndicatorId, because: NotApplicable): IndicatorValue {
  return { ...indicator(id, { enough: false }), notApplicable: because };
}

/** A reason with how often it holds, or nothing when it never does. */
export function because(count: number, reason: IndicatorReason): IndicatorReasonCount[] {
  return count > 0 ? [{ reason, count }] : [];
}

/** Equal reasons added up; those that come first stay first. */
export function mergeReasons(reasons: readonly IndicatorReasonCount[]): IndicatorReasonCount[] {
  const counts = new Map<IndicatorReason, number>();
  for (const { reason, count } of reasons) counts.set(reason, (counts.get(reason) ?? 0) + count);
  return [...counts].flatMap(([reason, count]) => because(count, reason));
}

export interface PlainNumbers {
  value?: number;
  lo?: number;
  hi?: number;
  numerator?: number;
  denominator?: number;
}

/** The numbers as doubles, for pages and wires; never to be compared with a limit. */
export function plain(value: IndicatorValue): PlainNumbers {
  const numbers: PlainNumbers = {};
  for (const name of ["value", "lo", "hi", "numerator", "denominator"] as const) {
    const exact = value[name];
    if (exact !== undefined) numbers[name] = exact.toNumber();
  }
  return numbers;
}
