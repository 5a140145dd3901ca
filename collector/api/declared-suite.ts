// The routes of declared figures and objections over a real data folder, for tests.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Fastify, { type FastifyInstance } from "fastify";
import type { Services } from "../app.ts";
import { openAttachments } from "../declared/attachments.ts";
import type { ComparedResult } from "../declared/compare.ts";
import { type Declared, openDeclared } from "../declared/declared.ts";
import { NOW_MS, PDF, PDF_TYPE } from "../declared/declared-suite.ts";
import { filesWith } from "../inventory/files-suite.ts";
import { readInventory } from "../inventory/read.ts";
import { loadRegions } from "../inventory/regions.ts";
import { openObjections } from "../objections/objections.ts";
import { openState } from "../state/state.ts";
import { attachmentsApi } from "./attachments.ts";
import { declaredApi } from "./declared.ts";
import { answerErrors } from "./error-answers.ts";
import { objectionsApi } from "./objections.ts";

export interface Answer {
  status: number;
  body: unknown;
}

export interface Routes {
  app: FastifyInstance;
  folder: string;
  declared: Declared;
  get(url: string): Promise<Answer>;
  post(
    url: string,
    payload: object,
    from?: { remoteAddress?: string; headers?: Record<string, string> },
  ): Promise<Answer>;
  /** @returns the hash under which the file is kept */
  upload(bytes?: Buffer, name?: string): Promise<string>;
  close(): Promise<void>;
}

export interface RoutesOptions {
  resultOf?(schoolId: string): ComparedResult;
  paused?: Services["paused"];
}

/** With the inventory of files-suite.ts, at noon of 2026-09-07. */
export async function openRoutes({ resultOf, paused = () => undefined }: RoutesOptions = {}): Promise<Routes> {
  const folder = await mkdtemp(join(tmpdir(), "declared-api-"));
  const state = await openState(join(folder, "state.duckdb"));
  const attachments = await openAttachments(state, folder);
  const app = Fastify({ ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: true } } });
  const clock = { nowMs: () => NOW_MS };
  const declared = await openDeclared({ state, attachments, ...clock, log: app.log });
  const objections = await openObjections({ state, attachments, ...clock });
  const regions = loadRegions();
  const board = { regions, inventory: readInventory(filesWith({}), regions) };
  answerErrors(app);
  await app.register(attachmentsApi, { attachments, clock, paused });
  await app.register(declaredApi, { declared, board, clock, resultOf: resultOf ?? nothingComputed });
  await app.register(objectionsApi, { objections, board });
  const get = async (url: string): Promise<Answer> => {
    const response = await app.inject({ url });
    return { status: response.statusCode, body: response.json() };
  };
  return {
    app,
    folder,
    declared,
    get,
    post: async (url, payload, from = {}) => {
      const response = await app.inject({ method: "POST", url, payload, ...from });
      return { status: response.statusCode, body: response.json() };
    },
    upload: async (bytes = PDF, name = "list.pdf") => {
      const url = `/v1/attachments?name=${encodeURIComponent(name)}`;
      const headers = { "content-type": PDF_TYPE };
      const response = await app.inject({ method: "POST", url, payload: bytes, headers });
      return response.json<{ sha256: string }>().sha256;
    },
    close: async () => {
      await app.close();
      await state.close();
      await rm(folder, { recursive: true });
    },
  };
}

function nothingComputed(schoolId: string): never {
  throw new Error(`nothing is computed of ${schoolId} here`);
}
