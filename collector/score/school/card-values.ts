// The scorecard of a school from its indicators, and the two indicators that are made from the scorecard: SMART_READY, INFRA_INDEX.
import { type Scorecard, type ScorecardInput, scorecard } from "../card/card.ts";
import { INFRA_DIMENSIONS } from "../card/dimensions.ts";
import { CARD_INDICATORS, ofValue } from "../card/indicator.ts";
import { CARD_PARAMETERS } from "../card/limits.ts";
import type { IndicatorId } from "../indicators/catalogue.ts";
import { because, type IndicatorValue, indicator, rate } from "../indicators/value.ts";
import type { ModelParameters } from "../parameters.ts";

/** What is not among the values is not observed. */
export function cardOf(
  values: ReadonlyMap<IndicatorId, IndicatorValue>,
  facts: Omit<ScorecardInput, "indicators">,
  parameters: ModelParameters,
): Scorecard {
  const indicators = Object.fromEntries(
    CARD_INDICATORS.flatMap((id) => {
      const value = values.get(id);
      return value === undefined ? [] : [[id, ofValue(value)]];
    }),
  );
  return scorecard({ ...facts, indicators }, { ...CARD_PARAMETERS, ...parameters });
}

export function cardValues({ smartReady, infraIndex, dimensions }: Scorecard): IndicatorValue[] {
  const is = (state: typeof smartReady.ready) => (smartReady.ready === state ? 1 : 0);
  const { point, lo, hi, points, knownWeight } = infraIndex;
  return [
    rate(
      "SMART_READY",
      { yes: is("yes"), no: is("no"), unknown: is("insufficient") },
      { enough: smartReady.ready !== "insufficient", reasons: because(is("insufficient"), "too_little_evidence") },
    ),
    indicator("INFRA_INDEX", {
      enough: point !== undefined,
      value: point,
      lo,
      hi,
      numerator: points,
      denominator: knownWeight,
      reasons: because(point === undefined ? 1 : 0, "too_little_evidence"),
      parts: dimensions
        .filter(({ id }) => INFRA_DIMENSIONS.has(id))
        .map((dimension) => ({
          id: dimension.id,
          weight: dimension.weight,
          ...(dimension.point && { value: dimension.point }),
          lo: dimension.lo,
          hi: dimension.hi,
        })),
    }),
  ];
}
