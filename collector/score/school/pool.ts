// One indicator over many schools, as its pooling in the catalogue says (indicators/spec.ts): items are added up, and not schools'
// rates averaged (E11).
//
// A school that does not apply is left out. One of which it is not known how many items it has could change the figure to anything,
// so then nothing bounds it but its scale.
import { Exact, exactly, ONE, ZERO } from "../exact.ts";
import { INDICATORS, type IndicatorId } from "../indicators/catalogue.ts";
import { medianAge } from "../indicators/rooms.ts";
import type { IndicatorSpec, LeastShare, Pooling } from "../indicators/spec.ts";
import {
  because,
  type IndicatorPart,
  type IndicatorReasonCount,
  type IndicatorValue,
  indicator,
  notApplicable,
  notObservable,
} from "../indicators/value.ts";
import { atLeast, type Fraction, type ModelParameters, PARAMETERS } from "../parameters.ts";
import type { Bounds } from "../share.ts";
import { byClasses } from "./pool-classes.ts";

/** @param values one of each school of the group, those without a value too: they widen the interval */
export function pool(
  id: IndicatorId,
  values: readonly IndicatorValue[],
  parameters: ModelParameters = PARAMETERS,
): IndicatorValue {
  const [first] = values;
  if (first === undefined) return indicator(id, { enough: false, reasons: because(1, "nothing_registered") });
  const applying = values.filter((value) => value.notApplicable === undefined);
  if (applying.length === 0 && first.notApplicable) return notApplicable(id, first.notApplicable);
  if (applying.every(({ reasons }) => reasons.some(({ reason }) => reason === "not_observable")))
    return notObservable(id);
  const { pooling }: IndicatorSpec = INDICATORS[id];
  return pooled(id, applying, pooling, parameters);
}

function pooled(
  id: IndicatorId,
  values: readonly IndicatorValue[],
  pooling: Pooling,
  parameters: ModelParameters,
): IndicatorValue {
  switch (pooling.by) {
    case "items":
      return byItems(id, values, shareNamed(pooling.known, parameters), parameters);
    case "schools":
      return bySchools(id, values, parameters);
    case "classes":
      return byClasses(values, parameters);
    case "median":
      return byMedian(values, parameters);
    case "mean":
      return byMean(id, values, parameters);
    case "sum":
      return bySum(id, values, pooling.over);
    case "parts":
      return byParts(id, values, parameters);
    case "own":
      // Whoever makes it does so from more than these values.
      return notObservable(id);
  }
}

function shareNamed(share: LeastShare, parameters: ModelParameters): Fraction {
  return typeof share === "string" ? parameters[share] : share;
}

/** All items as if they were one school's: known ones, or not, whatever each school's own figure is worth. */
function byItems(
  id: IndicatorId,
  values: readonly IndicatorValue[],
  least: Fraction,
  parameters: ModelParameters,
): IndicatorValue {
  const counted = values.filter(({ whole }) => whole !== undefined);
  const [numerator, denominator] = [total(counted, "numerator"), total(counted, "denominator")];
  const isKnown = denominator.isAbove(ZERO) && denominator.isAtLeast(total(counted, "whole").times(exactly(least)));
  return indicator(id, {
    enough: isKnown && atLeast(counted.length, values.length, parameters.countyKnownSchools),
    ...(denominator.isAbove(ZERO) && { value: numerator.over(denominator) }),
    ...boundsOver(values, () => true),
    numerator,
    denominator,
    ...wholeOf(values),
    reasons: reasonsOf(values),
  });
}

/** Of the schools whose own figure is worth printing; what is known of the others is not counted on. */
function bySchools(id: IndicatorId, values: readonly IndicatorValue[], parameters: ModelParameters): IndicatorValue {
  const known = values.filter(isWhole);
  const [numerator, denominator] = [total(known, "numerator"), total(known, "denominator")];
  return indicator(id, {
    enough: known.length > 0 && atLeast(known.length, values.length, parameters.countyKnownSchools),
    ...(denominator.isAbove(ZERO) && { value: numerator.over(denominator) }),
    ...boundsOver(values, isWhole),
    numerator,
    denominator,
    ...wholeOf(values),
    reasons: withTooFew(values, known.length, parameters),
  });
}

function isWhole({ enough, numerator, denominator }: IndicatorValue): boolean {
  return enough && numerator !== undefined && denominator !== undefined;
}

/** Each school's bounds by its items; those that do not count could be anything. */
function boundsOver(values: readonly IndicatorValue[], counts: (value: IndicatorValue) => boolean): Bounds {
  const whole = total(values, "whole");
  if (values.some((value) => value.whole === undefined) || !whole.isAbove(ZERO)) return { lo: ZERO, hi: ONE };
  const sum = (of: (value: IndicatorValue) => Exact) =>
    Exact.sum(values.map((value) => of(value).times(value.whole ?? ZERO))).over(whole);
  return {
    lo: sum((value) => (counts(value) ? (value.lo ?? ZERO) : ZERO)),
    hi: sum((value) => (counts(value) ? (value.hi ?? ONE) : ONE)),
  };
}

function wholeOf(values: readonly IndicatorValue[]): { whole?: Exact } {
  return values.every(({ whole }) => whole !== undefined) ? { whole: total(values, "whole") } : {};
}

function total(values: readonly IndicatorValue[], name: "numerator" | "denominator" | "whole"): Exact {
  return Exact.sum(values.map((value) => value[name] ?? ZERO));
}

/** Of the pieces of all schools together. A school without any piece may have some that nobody registered. */
function byMedian(values: readonly IndicatorValue[], parameters: ModelParameters): IndicatorValue {
  const speaking = values.filter(({ parts }) => parts.length > 0);
  const median = medianAge(speaking.flatMap(({ parts }) => parts));
  if (speaking.length === values.length) return median;
  const { enough, value, parts } = median;
  return indicator("EQUIP_AGE", {
    enough: enough && atLeast(speaking.length, values.length, parameters.countyKnownSchools),
    value,
    lo: ZERO,
    reasons: [...median.reasons, ...because(values.length - speaking.length, "nothing_registered")],
    parts,
  });
}

/** What is no share of items: schools equal. Of a school that is not known it may be anything on its scale. */
function byMean(id: IndicatorId, values: readonly IndicatorValue[], parameters: ModelParameters): IndicatorValue {
  const scale = Exact.of(INDICATORS[id].unit === "0–100" ? 100 : 1);
  const known = values.filter(({ value }) => value !== undefined);
  const over = (of: (value: IndicatorValue) => Exact, all: readonly IndicatorValue[]) =>
    Exact.sum(all.map(of)).over(Exact.of(all.length));
  return indicator(id, {
    enough: known.length > 0 && atLeast(known.length, values.length, parameters.countyKnownSchools),
    ...(known.length > 0 && { value: over(({ value }) => value ?? ZERO, known) }),
    lo: over(({ value, lo }) => (value ? (lo ?? value) : ZERO), values),
    hi: over(({ value, hi }) => (value ? (hi ?? value) : scale), values),
    ...(known.length > 0 && {
      numerator: Exact.sum(known.map(({ value }) => value ?? ZERO)),
      denominator: Exact.of(known.length),
    }),
    reasons: withTooFew(values, known.length, parameters),
  });
}

/** Counts added. Over `any`: nothing entered means that there is nothing to count, as long as somebody entered something. */
function bySum(id: IndicatorId, values: readonly IndicatorValue[], over: "every" | "any"): IndicatorValue {
  const known = values.filter(({ enough }) => enough);
  const sum = Exact.sum(values.map(({ value, lo }) => value ?? lo ?? ZERO));
  const isBounded = over === "any" ? known.length > 0 : values.every(({ hi }) => hi !== undefined);
  const counted = over === "any" ? known : values;
  return indicator(id, {
    enough: known.length > 0 && (over === "any" || known.length === values.length),
    value: sum,
    lo: Exact.sum(values.map(({ lo }) => lo ?? ZERO)),
    ...(isBounded && { hi: Exact.sum(counted.map(({ hi, value }) => hi ?? value ?? ZERO)) }),
    reasons: reasonsOf(values),
  });
}

/** Each part over the schools that have it; there is no total. */
function byParts(id: IndicatorId, values: readonly IndicatorValue[], parameters: ModelParameters): IndicatorValue {
  const ids = [...new Set(values.flatMap(({ parts }) => parts.map((part) => part.id)))];
  const parts = ids.map((name): IndicatorPart => {
    const known = values.flatMap(({ parts: its }) =>
      its.filter((part) => part.id === name && part.value !== undefined),
    );
    const numerator = known.reduce((sum, part) => sum + (part.numerator ?? 0), 0);
    const denominator = known.reduce((sum, part) => sum + (part.denominator ?? 0), 0);
    const enough = denominator > 0 && atLeast(known.length, values.length, parameters.countyKnownSchools);
    const counts = { id: name, numerator, denominator };
    return enough
      ? { ...counts, value: Exact.ratio(numerator, denominator) }
      : { ...counts, reason: "too_few_known_schools" };
  });
  return indicator(id, { enough: false, reasons: reasonsOf(values), parts });
}

function withTooFew(
  values: readonly IndicatorValue[],
  known: number,
  { countyKnownSchools }: ModelParameters,
): IndicatorReasonCount[] {
  const isEnough = known > 0 && atLeast(known, values.length, countyKnownSchools);
  return [...because(isEnough ? 0 : values.length - known, "too_few_known_schools"), ...reasonsOf(values)];
}

/** `indicator` adds equal ones up. */
function reasonsOf(values: readonly IndicatorValue[]): IndicatorReasonCount[] {
  return values.flatMap(({ reasons }) => reasons);
}
