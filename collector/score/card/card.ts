// The scorecard of one school: dimensions, score, gates, band and SMART_READY (scoring model 9). Pure.
import { MODEL_VERSION } from "../parameters.ts";
import { type Band, bandOf } from "./bands.ts";
import { type DimensionScore, dimensionScore } from "./dimension.ts";
import { DIMENSIONS } from "./dimensions.ts";
import { type Gate, type GateFacts, gated, gatesOf } from "./gates.ts";
import type { Indicators } from "./indicator.ts";
import { CARD_PARAMETERS, type CardParameters, PROXY_NOTE } from "./limits.ts";
import { type ReadyVerdict, readyOf } from "./ready.ts";
import { infraIndex, type Total, totalOf } from "./total.ts";

export interface ScorecardInput extends GateFacts {
  indicators: Indicators;
}

export interface Scorecard {
  asOfMs: number;
  modelVersion: string;
  note: typeof PROXY_NOTE;
  dimensions: DimensionScore[];
  /** As the gates leave it, and as it was before them. */
  score: Total;
  ungated: Total;
  /** All of them, active or not. */
  gates: readonly Gate[];
  /** Of the point value; absent without one. */
  band?: Band;
  smartReady: ReadyVerdict;
  infraIndex: Total;
}

/** @throws CampusError `INDICATOR_OUT_OF_RANGE` when an indicator is not what its unit allows */
export function scorecard(input: ScorecardInput, parameters: CardParameters = CARD_PARAMETERS): Scorecard {
  const { indicators, asOfMs } = input;
  const dimensions = DIMENSIONS.map((entry) => dimensionScore(entry, indicators, parameters));
  const ungated = totalOf(dimensions, indicators, parameters);
  const gates = gatesOf(indicators, input, parameters);
  const score = gated(ungated, gates);
  return {
    asOfMs,
    modelVersion: MODEL_VERSION,
    note: PROXY_NOTE,
    dimensions,
    score,
    ungated,
    gates,
    ...(score.point && { band: bandOf(score.point, parameters) }),
    smartReady: readyOf(score, gates, parameters),
    infraIndex: infraIndex(dimensions, indicators, parameters),
  };
}
