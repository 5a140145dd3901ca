// Objections to figures: raised, listed, answered. None of it alters a figure.
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type from "typebox";
import { ErrorBodySchema } from "../../contract/batch.ts";
import {
  AnswerSchema,
  NewObjectionSchema,
  ObjectionListSchema,
  type ObjectionView,
  ObjectionViewSchema,
} from "../../contract/objections.ts";
import { type KnownScopes, populationNames, scopeKindOf } from "../declared/scopes.ts";
import { instantText } from "../inventory/day.ts";
import type { Objected } from "../objections/check.ts";
import type { Objection, Objections } from "../objections/objections.ts";
import { isIndicatorId } from "../score/indicators/catalogue.ts";
import { loadPolicyTargets } from "../score/policy/load.ts";
import { localOnly } from "./local-only.ts";
import { mayChange } from "./may-change.ts";

export interface ObjectionsApiServices {
  board: KnownScopes;
  objections: Objections;
}

const ERRORS = { "4xx": ErrorBodySchema };

export const objectionsApi: FastifyPluginAsyncTypebox<ObjectionsApiServices> = async (app, { objections, board }) => {
  const targets = loadPolicyTargets();
  const populations = populationNames(targets.values());
  const objected: Objected = {
    isScope: (scope) => scopeKindOf(scope, board, populations) !== undefined,
    isIndicator: isIndicatorId,
    isTarget: (id) => targets.has(id),
    schoolOfVenue: (id) => board.inventory?.venue(id)?.school,
  };

  app.get(
    "/v1/objections",
    {
      schema: {
        summary: "Objections to figures with their answers, open ones first; of one scope, or of all",
        querystring: Type.Object(
          { scope: Type.Optional(Type.String({ minLength: 1 })) },
          { additionalProperties: false },
        ),
        response: { 200: ObjectionListSchema, ...ERRORS },
      },
    },
    (request) => {
      const { scope } = request.query;
      const wanted = objections.all().filter((one) => scope === undefined || one.scope === scope);
      const newest = wanted.reverse();
      const open = newest.filter(({ answer }) => answer === undefined);
      const answered = newest.filter(({ answer }) => answer !== undefined);
      return { changeable: mayChange(request), objections: [...open, ...answered].map(view) };
    },
  );

  app.post(
    "/v1/objections",
    {
      onRequest: async (request) => localOnly(request, "objections can be entered"),
      schema: {
        summary: "Object to a figure: to one indicator, venue or policy target of a scope. The figure stays as it is",
        body: NewObjectionSchema,
        response: { 200: ObjectionViewSchema, ...ERRORS },
      },
    },
    async ({ body, log }) => {
      const objection = await objections.raise(body, objected);
      log.info({ objection: objection.id, scope: objection.scope }, "objection raised");
      return view(objection);
    },
  );

  app.post(
    "/v1/objections/:id/answer",
    {
      onRequest: async (request) => localOnly(request, "objections can be answered"),
      schema: {
        summary: "Answer an objection, which ends it; the figure stays as it is",
        params: Type.Object({ id: Type.String() }),
        body: AnswerSchema,
        response: { 200: ObjectionViewSchema, ...ERRORS },
      },
    },
    async ({ params: { id }, body, log }) => {
      const objection = await objections.answer(id, body);
      log.info({ objection: id, outcome: body.outcome }, "objection answered");
      return view(objection);
    },
  );
};

function view({ atMs, answer, attachments, ...rest }: Objection): ObjectionView {
  return {
    ...rest,
    attachments: [...attachments],
    at: instantText(atMs),
    state: answer?.outcome ?? "open",
    ...(answer && {
      answer: { at: instantText(answer.atMs), author: answer.author, text: answer.text, outcome: answer.outcome },
    }),
  };
}
