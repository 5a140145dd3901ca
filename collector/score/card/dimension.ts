// One dimension of the score: its parts, what of them is known, and the points they come to (scoring model 9.2).
import { CampusError } from "../../../contract/errors.ts";
import { Exact, exactly, ONE, ZERO } from "../exact.ts";
import { scaled, weigh } from "../weighted.ts";
import type { DimensionEntry, DimensionId, PartEntry } from "./dimensions.ts";
import {
  type CardIndicatorId,
  EVIDENCE_KINDS,
  type EvidenceKind,
  type Indicator,
  type Indicators,
  indicatorOf,
} from "./indicator.ts";
import { CARD_PARAMETERS, type CardParameters } from "./limits.ts";

/** One part of a dimension, with all that it was made of. */
export interface PartScore {
  id: string;
  formula: string;
  /** As in the table, and after it took its share of what does not apply; 0 when it does not apply itself. */
  weight: number;
  appliedWeight: Exact;
  state: Indicator["state"];
  /** From 0 to 1, and the points it brings; absent unless known. */
  value?: Exact;
  points?: Exact;
  /** Of a known one. */
  evidence: readonly EvidenceKind[];
  /** Why it is insufficient or does not apply. */
  reasons: readonly string[];
  /** What it was made of, in the indicators' own units. */
  from: readonly { id: CardIndicatorId; indicator: Indicator }[];
}

export interface DimensionScore {
  id: DimensionId;
  zh: string;
  en: string;
  weight: number;
  /** 0 when none of its parts applies: then there is nothing to share its weight among. */
  appliedWeight: Exact;
  /** Points of the known parts, and their weight, out of `appliedWeight`. */
  points: Exact;
  knownWeight: Exact;
  /** The known parts' points for the whole dimension; only there when enough of its weight is known. */
  point?: Exact;
  lo: Exact;
  hi: Exact;
  /** Of the known parts. */
  evidence: EvidenceKind[];
  parts: PartScore[];
}

/** @throws CampusError `INDICATOR_OUT_OF_RANGE` when an indicator is not what its unit allows */
export function dimensionScore(
  entry: DimensionEntry,
  indicators: Indicators,
  { dimensionKnown }: CardParameters = CARD_PARAMETERS,
): DimensionScore {
  const bare = entry.parts.map((part) => barePart(part, indicators));
  const applicable = bare.filter(({ state }) => state !== "not_applicable");
  const sums = weigh(applicable);
  const applies = sums.weight.isAbove(ZERO);
  const whole = applies ? Exact.of(entry.weight) : ZERO;
  // What one point of the table weighs once the rest is shared out.
  const factor = applies ? whole.over(sums.weight) : ZERO;
  const { point, lo, hi } = applies ? scaled(sums, entry.weight) : { point: undefined, lo: ZERO, hi: ZERO };
  const least = sums.weight.times(exactly(dimensionKnown));
  return {
    id: entry.id,
    zh: entry.zh,
    en: entry.en,
    weight: entry.weight,
    appliedWeight: whole,
    points: sums.points.times(factor),
    knownWeight: sums.knownWeight.times(factor),
    ...(point && sums.knownWeight.isAtLeast(least) && { point }),
    lo,
    hi,
    evidence: kindsOf(bare),
    parts: bare.map((part) => withPoints(part, factor)),
  };
}

type BarePart = Omit<PartScore, "appliedWeight" | "points">;

function withPoints(part: BarePart, factor: Exact): PartScore {
  const appliedWeight = part.state === "not_applicable" ? ZERO : Exact.of(part.weight).times(factor);
  return { ...part, appliedWeight, ...(part.value && { points: part.value.times(appliedWeight) }) };
}

/**
 * A part's value from its indicators. One of several that does not apply leaves the others; one that is not known leaves
 * nothing, because it may be the smallest.
 */
function barePart({ id, formula, weight, from, value: toShare }: PartEntry, indicators: Indicators): BarePart {
  const sources = from.map((of) => ({ id: of, indicator: indicatorOf(indicators, of) }));
  const base = { id, formula, weight, from: sources };
  const insufficient = sources.flatMap(({ indicator: i }) => (i.state === "insufficient" ? i.reasons : []));
  if (sources.some(({ indicator }) => indicator.state === "insufficient")) {
    return { ...base, state: "insufficient", evidence: [], reasons: [...new Set(insufficient)] };
  }
  const known = sources.flatMap(({ id: of, indicator }) =>
    indicator.state === "known" ? [{ evidence: indicator.evidence, value: checked(of, toShare(indicator.value)) }] : [],
  );
  const first = known[0];
  if (first === undefined) {
    const because = sources.flatMap(({ indicator: i }) => (i.state === "not_applicable" ? [i.because] : []));
    return { ...base, state: "not_applicable", evidence: [], reasons: [...new Set(because)] };
  }
  const value = known.reduce((least, other) => (other.value.isBelow(least) ? other.value : least), first.value);
  return { ...base, state: "known", value, evidence: kindsOf(known), reasons: [] };
}

/** The kinds of evidence behind several figures, each once, M before I before D. */
export function kindsOf(figures: readonly { evidence: readonly EvidenceKind[] }[]): EvidenceKind[] {
  return EVIDENCE_KINDS.filter((kind) => figures.some(({ evidence }) => evidence.includes(kind)));
}

function checked(id: CardIndicatorId, value: Exact): Exact {
  if (value.isAtLeast(ZERO) && ONE.isAtLeast(value)) return value;
  throw new CampusError("INDICATOR_OUT_OF_RANGE", `${id} comes to ${value.toNumber()} in a score, expected 0 to 1`);
}
