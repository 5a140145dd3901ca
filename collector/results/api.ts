// Runs of results: GET /v1/results/runs says how far they are, POST asks for one.
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { ErrorBodySchema } from "../../contract/batch.ts";
import type { Clock } from "../../contract/clock.ts";
import { CampusError } from "../../contract/errors.ts";
import { ResultRunListSchema, ResultRunOrderSchema, ResultRunSchema } from "../../contract/results.ts";
import { localOnly } from "../api/local-only.ts";
import { dayAt, dayText } from "../inventory/day.ts";
import { checkedDay } from "./cards.ts";
import type { Results } from "./results.ts";
import { runView } from "./run-record.ts";

export interface ResultRunsApiOptions {
  results: Results;
  clock: Pick<Clock, "nowMs">;
}

export const resultRunsApi: FastifyPluginAsyncTypebox<ResultRunsApiOptions> = async (app, { results, clock }) => {
  app.get(
    "/v1/results/runs",
    { schema: { summary: "Runs that compute results, the newest first", response: { 200: ResultRunListSchema } } },
    async () => ({ runs: (await results.records.newest()).map(runView) }),
  );

  app.post(
    "/v1/results/runs",
    {
      onRequest: async (request) => localOnly(request, "results can be computed"),
      schema: {
        summary: "Computes and keeps the results of a day that is over, of everything or of one scope",
        body: ResultRunOrderSchema,
        response: { 201: ResultRunSchema, 400: ErrorBodySchema, 403: ErrorBodySchema },
      },
    },
    async ({ body: { asOf, scope } }, reply) => {
      checkedDay("asOf", asOf);
      if (asOf >= dayText(dayAt(clock.nowMs()))) {
        throw new CampusError("BAD_QUERY", `asOf is ${asOf}, expected a day that is over`);
      }
      const run = await results.runs.order({ asOf, reason: "on_demand", ...(scope !== undefined && { scope }) });
      return reply.code(201).send(runView(run));
    },
  );
};
