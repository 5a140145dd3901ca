// The catalogue of indicators: GET /v1/indicators. What cannot be observed yet stands there as that, and never as zero.
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { IndicatorListSchema, type IndicatorView } from "../../contract/indicators.ts";
import { INDICATORS } from "../score/indicators/catalogue.ts";
import type { IndicatorSpec } from "../score/indicators/spec.ts";
import { MODEL_VERSION } from "../score/parameters.ts";

export const indicatorsApi: FastifyPluginAsyncTypebox = async (app) => {
  const indicators = Object.entries<IndicatorSpec>(INDICATORS).map(([id, spec]) => view(id, spec));

  app.get(
    "/v1/indicators",
    {
      schema: {
        summary:
          "Every indicator of the scoring model: formula, unit, window, minimum evidence, and whether it can be observed",
        response: { 200: IndicatorListSchema },
      },
    },
    () => ({ modelVersion: MODEL_VERSION, indicators }),
  );
};

function view(id: string, { observable, ...spec }: IndicatorSpec): IndicatorView {
  if (!observable.now) return { id, ...spec, isObservable: false, inputs: [], missing: observable.why };
  const declared = (observable.declared ?? []).map((kind) => `declared:${kind}`);
  const inputs = [...observable.metrics, ...observable.inventory, ...declared];
  return { id, ...spec, isObservable: true, inputs, ...(observable.note && { missing: observable.note }) };
}
