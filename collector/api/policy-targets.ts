// Policy targets: GET /v1/policy-targets and /v1/policy-targets/:id, every clause with its state and what it was judged on.
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type from "typebox";
import { ErrorBodySchema } from "../../contract/batch.ts";
import { PolicyTargetDetailSchema, PolicyTargetListSchema } from "../../contract/policy.ts";
import { checkedDay } from "../results/cards.ts";
import type { Results } from "../results/results.ts";
import { unknownTarget } from "./errors.ts";

const QuerySchema = Type.Object({ asOf: Type.Optional(Type.String()) });

export const policyTargetsApi: FastifyPluginAsyncTypebox<{ results: Pick<Results, "targets"> }> = async (
  app,
  { results: { targets } },
) => {
  app.get(
    "/v1/policy-targets",
    {
      schema: {
        summary: "Every clause of the policy documents with its state as of a day; a proxy, not a recognition",
        querystring: QuerySchema,
        response: { 200: PolicyTargetListSchema, 400: ErrorBodySchema },
      },
    },
    ({ query: { asOf } }) => targets.list(checkedDay("asOf", asOf)),
  );

  app.get(
    "/v1/policy-targets/:id",
    {
      schema: {
        summary: "One clause with its state, and every evaluation behind it; a proxy, not a recognition",
        params: Type.Object({ id: Type.String() }),
        querystring: QuerySchema,
        response: { 200: PolicyTargetDetailSchema, 400: ErrorBodySchema, 404: ErrorBodySchema },
      },
    },
    async ({ params: { id }, query: { asOf } }) => {
      const target = await targets.detail(id, checkedDay("asOf", asOf));
      if (!target) throw unknownTarget(id);
      return target;
    },
  );
};
