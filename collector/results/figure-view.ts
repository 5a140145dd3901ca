// Values of indicators as they are kept and shown, and back again: exact numbers as text, doubles for people beside them.
import type { FigurePart, IndicatorFigure } from "../../contract/scorecard.ts";
import type { Exact } from "../score/exact.ts";
import { INDICATORS, type IndicatorId } from "../score/indicators/catalogue.ts";
import type { IndicatorPart, IndicatorReasonCount, IndicatorValue, NotApplicable } from "../score/indicators/value.ts";
import { fractionIn, fractionText } from "./fraction.ts";

const NUMBERS = ["value", "lo", "hi", "numerator", "denominator", "whole"] as const;
type Numbers = Partial<Record<(typeof NUMBERS)[number], Exact | undefined>>;

/** The doubles, and in `exact` what they are exactly. */
export function numbersView(numbers: Numbers) {
  const doubles: Partial<Record<(typeof NUMBERS)[number], number>> = {};
  const exact: Partial<Record<(typeof NUMBERS)[number], string>> = {};
  for (const name of NUMBERS) {
    const number = numbers[name];
    if (number === undefined) continue;
    doubles[name] = number.toNumber();
    exact[name] = fractionText(number);
  }
  return { ...doubles, exact };
}

/** What a value says of itself beside its numbers. */
export interface FigureContext {
  variant?: string;
  evidenceShare?: number | undefined;
  units?: { known: number; all: number };
}

/** What is shown of a value, of a school or of a group. */
export type Viewed = Omit<IndicatorValue, "reasons" | "parts"> & {
  reasons: readonly { reason: string; count: number }[];
};

export function figureView(value: Viewed, context: FigureContext = {}): IndicatorFigure {
  const { variant, evidenceShare, units } = context;
  const { id, enough, numerator, denominator, whole, lo, hi, notApplicable, reasons, evidence, modelVersion } = value;
  return {
    id,
    ...(variant !== undefined && { variant }),
    state: stateOf(value),
    ...numbersView({ value: enough ? value.value : undefined, lo, hi, numerator, denominator, whole }),
    ...(notApplicable !== undefined && { notApplicable }),
    evidence,
    ...(evidenceShare !== undefined && evidence.includes("M") && { evidenceShare }),
    ...(units && { units }),
    reasons: reasons.map(({ reason, count }) => ({ reason, count })),
    modelVersion,
  };
}

function stateOf({ enough, value, notApplicable, reasons }: Viewed): IndicatorFigure["state"] {
  if (notApplicable !== undefined) return "not_applicable";
  if (enough && value !== undefined) return "known";
  return reasons.length === 1 && reasons[0]?.reason === "not_observable" ? "not_observable" : "insufficient";
}

/** A part of a value, where what its id names is known. */
export function partView(part: IndicatorPart, kind: FigurePart["kind"], name: string | undefined): FigurePart {
  const { id, weight, value, lo, hi, numerator, denominator, whole, reason } = part;
  return {
    id,
    kind,
    ...(name !== undefined && { name }),
    ...(weight !== undefined && { weight }),
    ...numbersView({ value, lo, hi }),
    ...(numerator !== undefined && { numerator }),
    ...(denominator !== undefined && { denominator }),
    ...(whole !== undefined && { whole }),
    ...(reason !== undefined && { reason }),
    isCounted: value !== undefined,
  };
}

/** The value that a kept figure was made from; `parts` as they were kept with it. */
export function valueIn(figure: IndicatorFigure, id: IndicatorId, parts: readonly FigurePart[]): IndicatorValue {
  const { exact, notApplicable, reasons, modelVersion } = figure;
  return {
    id,
    enough: exact.value !== undefined,
    ...exactIn(exact),
    // What we have kept ourselves: the word that the indicator gave.
    ...(notApplicable !== undefined && { notApplicable: notApplicable as NotApplicable }),
    // What we have kept ourselves: the codes are those that the indicator gave.
    reasons: reasons as readonly IndicatorReasonCount[],
    parts: parts.map(partIn),
    evidence: INDICATORS[id].source,
    modelVersion,
  };
}

function partIn({ id, weight, exact, numerator, denominator, whole, reason }: FigurePart): IndicatorPart {
  const { value, lo, hi } = exactIn(exact);
  return {
    id,
    ...(weight !== undefined && { weight }),
    ...(value && { value }),
    ...(lo && { lo }),
    ...(hi && { hi }),
    ...(numerator !== undefined && { numerator }),
    ...(denominator !== undefined && { denominator }),
    ...(whole !== undefined && { whole }),
    // As above.
    ...(reason !== undefined && { reason: reason as NonNullable<IndicatorPart["reason"]> }),
  };
}

function exactIn(exact: IndicatorFigure["exact"]): Partial<Record<(typeof NUMBERS)[number], Exact>> {
  const numbers: Partial<Record<(typeof NUMBERS)[number], Exact>> = {};
  for (const name of NUMBERS) {
    const text = exact[name];
    if (text !== undefined) numbers[name] = fractionIn(text);
  }
  return numbers;
}
