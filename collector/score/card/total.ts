// What several dimensions come to on a scale of 100: the whole score, or INFRA_INDEX (scoring model 9.2, end of 6.2).
import { Exact, exactly, ZERO } from "../exact.ts";
import { scaled } from "../weighted.ts";
import { type DimensionScore, kindsOf } from "./dimension.ts";
import { INFRA_DIMENSIONS } from "./dimensions.ts";
import { type EvidenceKind, type Indicators, indicatorOf } from "./indicator.ts";
import { CARD_PARAMETERS, type CardParameters } from "./limits.ts";

/** Why a point value is not printed. */
export type WithheldReason = "known_weight_low" | "evidence_share_low" | "evidence_share_unknown";

export interface Total {
  /** Known points by known weight, out of 100; only there when the minimum evidence is met. */
  point?: Exact;
  lo: Exact;
  hi: Exact;
  /** Numerator and denominator of the point value, and the weight of all that applies. */
  points: Exact;
  knownWeight: Exact;
  weight: Exact;
  /** Of all that is known in it. */
  evidence: EvidenceKind[];
  /** Empty when the point value is there. */
  withheld: WithheldReason[];
}

export function totalOf(
  dimensions: readonly DimensionScore[],
  indicators: Indicators,
  parameters: CardParameters = CARD_PARAMETERS,
): Total {
  const points = Exact.sum(dimensions.map((dimension) => dimension.points));
  const knownWeight = Exact.sum(dimensions.map((dimension) => dimension.knownWeight));
  const weight = Exact.sum(dimensions.map((dimension) => dimension.appliedWeight));
  const { point, lo, hi } = scaled({ points, knownWeight, weight }, 100);
  const withheld = withheldBy(knownWeight, weight, indicators, parameters);
  return {
    ...(point && withheld.length === 0 && { point }),
    lo,
    hi,
    points,
    knownWeight,
    weight,
    evidence: kindsOf(dimensions),
    withheld,
  };
}

/** Known weight counts as points of 100, also where a dimension does not apply or is not asked for. */
function withheldBy(
  knownWeight: Exact,
  weight: Exact,
  indicators: Indicators,
  { overallKnown, scoreEvidence }: CardParameters,
): WithheldReason[] {
  const least = weight.times(Exact.of(overallKnown)).over(Exact.of(100));
  const enough = knownWeight.isAbove(ZERO) && knownWeight.isAtLeast(least);
  const evidence = indicatorOf(indicators, "EVIDENCE_SHARE");
  const evidenceReasons = (): WithheldReason[] => {
    if (evidence.state !== "known") return ["evidence_share_unknown"];
    const limit = exactly(scoreEvidence);
    return evidence.value.isAtLeast(limit) ? [] : ["evidence_share_low"];
  };
  return [...(enough ? [] : ["known_weight_low" as const]), ...evidenceReasons()];
}

/**
 * INFRA_INDEX: dimensions 1 to 4 as if they were the whole, printed by the same minimum evidence. Gates do not touch it: they
 * are of the score.
 */
export function infraIndex(
  dimensions: readonly DimensionScore[],
  indicators: Indicators,
  parameters: CardParameters = CARD_PARAMETERS,
): Total {
  return totalOf(
    dimensions.filter(({ id }) => INFRA_DIMENSIONS.has(id)),
    indicators,
    parameters,
  );
}
