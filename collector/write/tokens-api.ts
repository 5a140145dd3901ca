// Tokens for /api/v2/write: POST, GET /v1/tokens and DELETE /v1/tokens/:name, from the collector's own machine only.
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type, { type Static } from "typebox";
import { ErrorBodySchema, ID_PATTERN } from "../../contract/batch.ts";
import type { Clock } from "../../contract/clock.ts";
import { notFound } from "../api/errors.ts";
import { localOnly } from "../api/local-only.ts";
import type { Board } from "../board.ts";
import { instantText } from "../inventory/day.ts";
import type { Token, Tokens } from "./tokens.ts";

export interface TokensServices {
  tokens: Tokens;
  board: Pick<Board, "inventory">;
  clock: Pick<Clock, "nowMs">;
}

const Text = Type.String();

export const TokenViewSchema = Type.Object({
  /** The store's ledger names its writes `telegraf-` and this. */
  id: Text,
  name: Text,
  school: Text,
  prefix: Text,
  topics: Type.Array(Text),
  createdAt: Text,
  /** Since the collector's start; absent when it was not used since. */
  usedAt: Type.Optional(Text),
});
export const TokenListSchema = Type.Object({ tokens: Type.Array(TokenViewSchema) });
/** The only time that the token itself is told. */
export const NewTokenSchema = Type.Object({ token: Text, view: TokenViewSchema });

export type TokenView = Static<typeof TokenViewSchema>;

const WishSchema = Type.Object(
  {
    school: Text,
    name: Type.String({ pattern: ID_PATTERN }),
    prefix: Type.Optional(Text),
    topics: Type.Optional(Type.Array(Text, { maxItems: 50 })),
  },
  { additionalProperties: false },
);
export type TokenWish = Static<typeof WishSchema>;

const ERRORS = { "4xx": ErrorBodySchema };

export const tokensApi: FastifyPluginAsyncTypebox<TokensServices> = async (app, { tokens, board, clock }) => {
  app.addHook("onRequest", async (request) => localOnly(request, "tokens can be looked at and changed"));

  app.post(
    "/v1/tokens",
    {
      schema: {
        summary: "Make a token for one school",
        body: WishSchema,
        response: { 200: NewTokenSchema, ...ERRORS },
      },
    },
    async ({ body: { school, name, prefix = "", topics = [] }, log }) => {
      if (!board.inventory?.school(school)) throw notFound("school", school);
      const { token, text } = await tokens.create({ name, schoolId: school, prefix, topics }, clock.nowMs());
      log.info({ token: token.name, tokenId: token.id, schoolId: school }, "token made");
      return { token: text, view: viewOf(token) };
    },
  );

  app.get(
    "/v1/tokens",
    { schema: { summary: "Tokens in force", response: { 200: TokenListSchema, ...ERRORS } } },
    () => ({
      tokens: tokens.list().map(viewOf),
    }),
  );

  app.delete(
    "/v1/tokens/:name",
    {
      schema: {
        summary: "Revoke a token; writes with it are refused from now on",
        params: Type.Object({ name: Text }),
        response: { 200: TokenViewSchema, ...ERRORS },
      },
    },
    async ({ params: { name }, log }) => {
      const token = await tokens.revoke(name, clock.nowMs());
      log.info({ token: token.name, tokenId: token.id, schoolId: token.schoolId }, "token revoked");
      return viewOf(token);
    },
  );
};

function viewOf({ id, name, schoolId, prefix, topics, createdMs, usedMs }: Token): TokenView {
  return {
    id,
    name,
    school: schoolId,
    prefix,
    topics: [...topics],
    createdAt: instantText(createdMs),
    ...(usedMs !== undefined && { usedAt: instantText(usedMs) }),
  };
}
