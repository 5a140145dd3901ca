// Enrolment and keys of agents: POST /v1/enroll, POST /v1/agents/:id/key; codes from this machine only.
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type, { type Static } from "typebox";
import { ErrorBodySchema, ID_PATTERN } from "../../contract/batch.ts";
import { parseDurationMs } from "../../contract/duration.ts";
import { messageOf } from "../../contract/errors.ts";
import {
  EnrolAnswerSchema,
  EnrolRequestSchema,
  NewKeyAnswerSchema,
  NewKeyRequestSchema,
} from "../../contract/fleet.ts";
import type { Identity } from "../fleet/identity.ts";
import { instantText } from "../inventory/day.ts";
import { badQuery } from "./errors.ts";
import { localOnly } from "./local-only.ts";

export interface EnrolServices {
  identity: Identity;
}

/** How long a code is good for unless its maker says otherwise, and what may be said. */
const VALID = { usual: "24h", leastMs: 60_000, mostMs: 30 * 86_400_000 };
const MAX_REQUEST_BYTES = 4_096;

const CodeRequestSchema = Type.Object(
  {
    school: Type.String(),
    /** Names the agent; one that is enrolled already is enrolled again. Absent: the school's next. */
    agent: Type.Optional(Type.String({ pattern: ID_PATTERN })),
    /** A duration such as `24h`. */
    valid: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);

export const CodeSchema = Type.Object({
  /** Shown this once: the collector keeps its digest only. */
  code: Type.String(),
  school: Type.String(),
  schoolName: Type.String(),
  agent: Type.Optional(Type.String()),
  /** The agent is enrolled: its present keys end when the code is used. */
  again: Type.Boolean(),
  expiresAt: Type.String(),
});
export type CodeView = Static<typeof CodeSchema>;

export const enrollApi: FastifyPluginAsyncTypebox<EnrolServices> = async (app, { identity }) => {
  const { enrolment } = identity;

  app.post(
    "/v1/enroll",
    {
      bodyLimit: MAX_REQUEST_BYTES,
      schema: {
        summary: "Make a machine a school's agent: a one-time code and a new key in, the agent's name out",
        body: EnrolRequestSchema,
        response: { 201: EnrolAnswerSchema, "4xx": ErrorBodySchema },
      },
    },
    async (request, reply) => reply.code(201).send(await enrolment.enrol(request.body, request.ip)),
  );

  app.post(
    "/v1/enrolment-codes",
    {
      bodyLimit: MAX_REQUEST_BYTES,
      onRequest: async (request) => localOnly(request, "codes can be made"),
      schema: {
        summary: "Make a one-time code for a school's agent",
        body: CodeRequestSchema,
        response: { 201: CodeSchema, "4xx": ErrorBodySchema },
      },
    },
    async (request, reply) => {
      const { school: schoolId, agent, valid } = request.body;
      const wish = { schoolId, agent, validMs: validMs(valid ?? VALID.usual), from: request.ip };
      const { code, school, isAgain, expiresAtMs } = await enrolment.makeCode(wish);
      const about = { school: school.id, schoolName: school.name, ...(agent === undefined ? {} : { agent }) };
      return reply.code(201).send({ code, ...about, again: isAgain, expiresAt: instantText(expiresAtMs) });
    },
  );
};

/** Signed by the agent's present key. */
export const keyApi: FastifyPluginAsyncTypebox<EnrolServices> = async (app, { identity }) => {
  identity.requests.protect(app);

  app.post(
    "/v1/agents/:id/key",
    {
      bodyLimit: MAX_REQUEST_BYTES,
      schema: {
        summary: "Register an agent's next key; the present one counts until the first batch signed with the next",
        params: Type.Object({ id: Type.String({ pattern: ID_PATTERN }) }),
        body: NewKeyRequestSchema,
        response: { 200: NewKeyAnswerSchema, "4xx": ErrorBodySchema },
      },
    },
    async (request) => {
      const askingKey = identity.requests.keyOf(request);
      return { key: await identity.enrolment.addKey(request.params.id, askingKey, request.body, request.ip) };
    },
  );
};

function validMs(text: string): number {
  let ms: number;
  try {
    ms = parseDurationMs(text);
  } catch (error) {
    throw badQuery("valid", text, messageOf(error));
  }
  if (ms < VALID.leastMs || ms > VALID.mostMs) throw badQuery("valid", text, "1m to 30d");
  return ms;
}
