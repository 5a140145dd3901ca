// Scorecards: GET /v1/scorecards/:scope, of a school. What nothing feeds yet is insufficient in it, and widens its interval.
//
// Fed so far: Wi-Fi coverage and the day on which the inventory was confirmed.
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type from "typebox";
import { ErrorBodySchema } from "../../contract/batch.ts";
import { ScorecardSchema, type ScorecardView } from "../../contract/scorecard.ts";
import type { Services } from "../app.ts";
import { dayOf, instantText } from "../inventory/day.ts";
import { type Scorecard, scorecard } from "../score/card/card.ts";
import type { DimensionScore, PartScore } from "../score/card/dimension.ts";
import { ofFigure } from "../score/card/indicator.ts";
import { judgedSchool } from "./lookup.ts";

export const scorecardsApi: FastifyPluginAsyncTypebox<Services> = async (app, services) => {
  app.get(
    "/v1/scorecards/:scope",
    {
      schema: {
        summary:
          "The scorecard of a school, by its id; a proxy, not a recognition. Those of regions are not computed yet",
        params: Type.Object({ scope: Type.String() }),
        response: { 200: ScorecardSchema, 404: ErrorBodySchema },
      },
    },
    ({ params: { scope } }) => {
      const asOfMs = services.clock.nowMs();
      const { school, judgement } = judgedSchool(services, scope, asOfMs);
      const confirmedDay = dayOf(school.inventoryConfirmedAt ?? "");
      const card = scorecard({
        indicators: { WIFI_COVER: ofFigure(judgement.coverage.rate) },
        asOfMs,
        ...(confirmedDay !== undefined && { inventoryConfirmedDay: confirmedDay }),
      });
      return view(scope, card);
    },
  );
};

function view(scope: string, card: Scorecard): ScorecardView {
  const { score, band, smartReady, gates, dimensions, note, modelVersion, asOfMs } = card;
  return {
    scope,
    asOf: instantText(asOfMs),
    modelVersion,
    note,
    ...(score.point && { point: score.point.toNumber() }),
    lo: score.lo.toNumber(),
    hi: score.hi.toNumber(),
    points: score.points.toNumber(),
    knownWeight: score.knownWeight.toNumber(),
    weight: score.weight.toNumber(),
    withheld: score.withheld,
    ...(band && { band }),
    smartReady: { ready: smartReady.ready, reasons: smartReady.reasons },
    gates: gates.map(({ gate, state }) => ({ gate, state })),
    dimensions: dimensions.map(dimensionView),
  };
}

function dimensionView({ id, zh, en, weight, point, lo, hi, knownWeight, parts }: DimensionScore) {
  return {
    id,
    nameZh: zh,
    nameEn: en,
    weight,
    ...(point && { point: point.toNumber() }),
    lo: lo.toNumber(),
    hi: hi.toNumber(),
    knownWeight: knownWeight.toNumber(),
    parts: parts.map(partView),
  };
}

function partView({ id, formula, weight, appliedWeight, state, value, points, evidence, reasons }: PartScore) {
  return {
    id,
    formula,
    weight,
    appliedWeight: appliedWeight.toNumber(),
    state,
    ...(value && { value: value.toNumber() }),
    ...(points && { points: points.toNumber() }),
    evidence: [...evidence],
    reasons: [...reasons],
  };
}
