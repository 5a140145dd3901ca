// Everything about line protocol of others on HTTP: the door and its tokens.
import type { FastifyPluginAsync } from "fastify";
import type { Services } from "../app.ts";
import { writeHttp } from "./http.ts";
import type { Tokens } from "./tokens.ts";
import { tokensApi } from "./tokens-api.ts";
import type { Writer } from "./writer.ts";

export interface Writes {
  writer: Writer;
  tokens: Tokens;
}

export const writeApi: FastifyPluginAsync<Services> = async (app, { writes, board, clock, paused }) => {
  const { writer, tokens } = writes;
  await app.register(writeHttp, { writer, tokens, paused, nowMs: clock.nowMs });
  await app.register(tokensApi, { tokens, board, clock });
};
