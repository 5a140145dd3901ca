// For machines: /healthz (it runs), /readyz (it would take a batch), /v1/clock (what time it takes it to be).
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type from "typebox";
import { ClockSchema } from "../../contract/api.ts";
import { ErrorBodySchema } from "../../contract/batch.ts";
import type { Services } from "../app.ts";
import { clockView } from "./instants.ts";

const StatusSchema = Type.Object({ status: Type.Literal("ok") });

export const healthApi: FastifyPluginAsyncTypebox<Services> = async (app, { store, clock }) => {
  app.get("/healthz", { schema: { summary: "The process answers", response: { 200: StatusSchema } } }, () => ({
    status: "ok" as const,
  }));

  app.get(
    "/readyz",
    { schema: { summary: "The store would take a batch now", response: { 200: StatusSchema, 503: ErrorBodySchema } } },
    async () => {
      await store.ready();
      return { status: "ok" as const };
    },
  );

  app.get("/v1/clock", { schema: { summary: "The collector's clock", response: { 200: ClockSchema } } }, () =>
    clockView(clock),
  );
};
