// Scorecards: GET /v1/scorecards/:scope of a school, region, zone or group, its months, its revisions, and "why?" of each figure.
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type from "typebox";
import { ErrorBodySchema } from "../../contract/batch.ts";
import type { Clock } from "../../contract/clock.ts";
import { HistorySchema, RevisionListSchema } from "../../contract/results.ts";
import { AnyScorecardSchema, FigureDetailSchema } from "../../contract/scorecard.ts";
import { checkedDay } from "../results/cards.ts";
import { historyOf, revisionsView } from "../results/history.ts";
import type { Results } from "../results/results.ts";
import { badQuery } from "./errors.ts";

export interface ScorecardsApiOptions {
  results: Results;
  clock: Pick<Clock, "nowMs">;
}

const ScopeSchema = Type.Object({ scope: Type.String({ minLength: 1 }) });
/** Queries are text: what is no number is refused here, not turned into one. */
const QuerySchema = Type.Object({ asOf: Type.Optional(Type.String()), revision: Type.Optional(Type.String()) });
const MONTHS = 12;
const MOST_MONTHS = 120;

export const scorecardsApi: FastifyPluginAsyncTypebox<ScorecardsApiOptions> = async (app, { results, clock }) => {
  const errors = { 400: ErrorBodySchema, 404: ErrorBodySchema, 503: ErrorBodySchema };

  app.get(
    "/v1/scorecards/:scope",
    {
      schema: {
        summary:
          "The scorecard of a school, region, zone or group, now or at the end of a day (asOf); a proxy, not a recognition",
        params: ScopeSchema,
        querystring: QuerySchema,
        response: { 200: AnyScorecardSchema, ...errors },
      },
    },
    ({ params: { scope }, query }) => results.cards.card(scope, cardQuery(query)),
  );

  app.get(
    "/v1/scorecards/:scope/indicators/:id",
    {
      schema: {
        summary: "One figure of a scorecard with everything it is made of: numerator, denominator, reasons, parts",
        params: Type.Object({ scope: Type.String({ minLength: 1 }), id: Type.String({ minLength: 1 }) }),
        querystring: QuerySchema,
        response: { 200: FigureDetailSchema, ...errors },
      },
    },
    ({ params: { scope, id }, query }) => results.detail(scope, id, cardQuery(query)),
  );

  app.get(
    "/v1/scorecards/:scope/history",
    {
      schema: {
        summary: "The months that were kept of a scope, each model version in a line of its own",
        params: ScopeSchema,
        querystring: Type.Object({ months: Type.Optional(Type.String()) }),
        response: { 200: HistorySchema, ...errors },
      },
    },
    ({ params: { scope }, query: { months } }) =>
      historyOf(scope, wholeIn("months", months, MOST_MONTHS) ?? MONTHS, clock.nowMs(), results.store),
  );

  app.get(
    "/v1/scorecards/:scope/revisions",
    {
      schema: {
        summary: "All results that were kept of a scope on a day, with what each was made from",
        params: ScopeSchema,
        querystring: Type.Object({ asOf: Type.String() }),
        response: { 200: RevisionListSchema, ...errors },
      },
    },
    async ({ params: { scope }, query }) => {
      const asOf = checkedDay("asOf", query.asOf) ?? query.asOf;
      return revisionsView(scope, asOf, await results.store.revisions(scope, asOf));
    },
  );
};

function cardQuery({ asOf, revision }: { asOf?: string; revision?: string }) {
  if (revision !== undefined && asOf === undefined) throw badQuery("revision", revision, "asOf beside it");
  return { asOf: checkedDay("asOf", asOf), revision: wholeIn("revision", revision, Number.MAX_SAFE_INTEGER) };
}

/** @throws CampusError `BAD_QUERY` */
function wholeIn(path: string, text: string | undefined, most: number): number | undefined {
  if (text === undefined) return undefined;
  const number = /^[1-9]\d*$/.test(text) ? Number(text) : Number.NaN;
  if (!(number <= most)) throw badQuery(path, text, `a whole number from 1 to ${most}`);
  return number;
}
