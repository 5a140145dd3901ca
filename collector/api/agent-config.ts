// Agents' configurations: held and put in from this machine, fetched and answered for by the agents themselves.
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { FastifyReply, FastifyRequest } from "fastify";
import Type, { type Static } from "typebox";
import { ErrorBodySchema, ID_PATTERN } from "../../contract/batch.ts";
import { ConfigOutcomeSchema } from "../../contract/fleet.ts";
import type { AgentConfigs } from "../fleet/config/configs.ts";
import { holdsSecrets } from "../fleet/config/secrets.ts";
import type { EnrolledAgent, Registry } from "../fleet/registry.ts";
import type { SignedRequests } from "../fleet/signed-request.ts";
import { instantText } from "../inventory/day.ts";
import { notFound } from "./errors.ts";
import { localOnly } from "./local-only.ts";

export interface AgentConfigServices {
  configs: AgentConfigs;
  identity: { registry: Pick<Registry, "agent">; requests: Pick<SignedRequests, "protect"> };
  /** Whether there is a school of this id in the inventory. */
  isSchool(id: string): boolean;
}

/** 5,000 targets and 100 profiles. */
const MAX_CONFIG_BYTES = 32 * 1024 * 1024;
const LONGEST_WAIT_SECONDS = 60;

const ByAgent = Type.Object({ id: Type.String({ pattern: ID_PATTERN }) });
const BySchool = Type.Object({ id: Type.String() });
const PutSchema = Type.Object(
  {
    /** Of the shape CentralConfigSchema; checked with every problem and its path. */
    config: Type.Unknown(),
    note: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
  },
  { additionalProperties: false },
);

const Revision = Type.Integer({ minimum: 1 });
/** HeldConfigSchema of contract/agent-config.ts; what is held has been checked when it was put in. */
const HeldSchema = Type.Object({ revision: Revision, config: Type.Unknown() });
export const RevisionSchema = Type.Object({ revision: Revision });
export const ShownConfigSchema = Type.Object({
  agent: Type.String(),
  /** Secrets are not in it. */
  config: Type.Unknown(),
  /** What is kept, the newest first. */
  revisions: Type.Array(
    Type.Object({ revision: Revision, at: Type.String(), source: Type.String(), note: Type.Optional(Type.String()) }),
  ),
  /** What the agent last said of a revision; absent: nothing yet. */
  last: Type.Optional(
    Type.Object({ ...ConfigOutcomeSchema.properties, at: Type.String() }, { additionalProperties: false }),
  ),
});
export const SchoolConfigSchema = Type.Object({ school: Type.String(), config: Type.Unknown() });

export type ShownConfig = Static<typeof ShownConfigSchema>;

/** For people at the collector's own machine. */
export const agentConfigAdminApi: FastifyPluginAsyncTypebox<AgentConfigServices> = async (app, services) => {
  const { configs, identity, isSchool } = services;
  const knownAgent = (id: string) => identity.registry.agent(id) ?? fail(notFound("agent", id));
  const knownSchool = (id: string) => (isSchool(id) ? id : fail(notFound("school", id)));
  const local = (what: string) => async (request: FastifyRequest) => localOnly(request, what);

  app.put(
    "/v1/agents/:id/config",
    {
      bodyLimit: MAX_CONFIG_BYTES,
      onRequest: local("configurations can be changed"),
      schema: {
        summary:
          "Hold this configuration for the agent, as a new revision; what it does not say stands as in the agent's file",
        params: ByAgent,
        body: PutSchema,
        response: { 200: RevisionSchema, "4xx": ErrorBodySchema },
      },
    },
    async (request) => {
      const { id } = knownAgent(request.params.id);
      const { config, note } = request.body;
      const { revision } = await configs.put(id, config, { source: request.ip, ...(note !== undefined && { note }) });
      request.log.info({ agentId: id, revision }, "configuration put in");
      return { revision };
    },
  );

  app.get(
    "/v1/agents/:id/config/shown",
    {
      onRequest: local("configurations can be looked at"),
      schema: {
        summary: "What the collector holds for the agent, without secrets, and what became of it",
        params: ByAgent,
        response: { 200: ShownConfigSchema, "4xx": ErrorBodySchema },
      },
    },
    async ({ params: { id } }, reply) => {
      const shown = await configs.shown(knownAgent(id).id);
      if (!shown) return none(reply, id);
      const { config, revisions } = shown;
      const last = configs.view(id)?.last;
      return {
        agent: id,
        config,
        revisions: revisions.map(({ atMs, ...about }) => ({ ...about, at: instantText(atMs) })),
        ...(last && { last: lastView(last) }),
      };
    },
  );

  app.put(
    "/v1/schools/:id/agent-config",
    {
      bodyLimit: MAX_CONFIG_BYTES,
      onRequest: local("configurations can be changed"),
      schema: {
        summary: "Hold this configuration for the school's next agent that has none",
        params: BySchool,
        body: PutSchema,
        response: { 200: Type.Object({ school: Type.String() }), "4xx": ErrorBodySchema },
      },
    },
    async (request) => {
      const school = knownSchool(request.params.id);
      const { config, note } = request.body;
      await configs.putForSchool(school, config, { source: request.ip, ...(note !== undefined && { note }) });
      request.log.info({ schoolId: school }, "configuration put in for a school");
      return { school };
    },
  );

  app.get(
    "/v1/schools/:id/agent-config",
    {
      onRequest: local("configurations can be looked at"),
      schema: {
        summary: "What the collector holds for the school's next agent, without secrets",
        params: BySchool,
        response: { 200: SchoolConfigSchema, "4xx": ErrorBodySchema },
      },
    },
    async ({ params: { id } }, reply) => {
      const config = await configs.shownForSchool(knownSchool(id));
      return config === undefined ? none(reply, `the next one of school ${id}`) : { school: id, config };
    },
  );
};

/** For the agents themselves: every request is signed. */
export const agentConfigApi: FastifyPluginAsyncTypebox<Omit<AgentConfigServices, "isSchool">> = async (
  app,
  { configs, identity },
) => {
  identity.requests.protect(app);
  // Who waits would hold the collector open for a minute.
  app.addHook("preClose", async () => configs.waiters.close());

  app.get(
    "/v1/agents/:id/config",
    {
      schema: {
        summary: "The agent's newest configuration; with If-None-Match and wait, as soon as there is another one",
        params: ByAgent,
        querystring: Type.Object(
          { wait: Type.Optional(Type.String({ pattern: "^[0-9]{1,3}$", description: "seconds, at most 60" })) },
          { additionalProperties: false },
        ),
        response: { 200: HeldSchema, 304: Type.Null(), "4xx": ErrorBodySchema },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const agent: EnrolledAgent = identity.registry.agent(id) ?? fail(notFound("agent", id));
      const known = revisionIn(request.headers["if-none-match"]);
      const seconds = Math.min(Number(request.query.wait ?? 0), LONGEST_WAIT_SECONDS);
      const newest = async () => {
        await configs.takeOver(id, agent.school);
        return configs.view(id)?.revision;
      };
      if ((await newest()) === known && seconds > 0) {
        await configs.waiters.wait(id, agent.school, seconds * 1_000, goneSignal(reply));
      }
      if (reply.raw.destroyed) return reply.hijack(); // nobody is there to be answered
      const revision = await newest();
      if (revision === undefined) return none(reply, id);
      void reply.header("etag", `"${revision}"`);
      if (revision === known) return reply.code(304).send(null);
      const held = await configs.held(id);
      if (!held) return none(reply, id);
      if (holdsSecrets(held.config) && !isPrivate(request)) return needsTls(reply, id);
      return held;
    },
  );

  app.post(
    "/v1/agents/:id/config/outcome",
    {
      schema: {
        summary: "What became of a configuration that the agent was given",
        params: ByAgent,
        body: ConfigOutcomeSchema,
        response: { 204: Type.Null(), "4xx": ErrorBodySchema },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { revision, outcome, problems } = request.body;
      if (!(await configs.note(id, request.body))) return none(reply, id);
      const log = outcome === "applied" ? request.log.info : request.log.warn;
      log.call(request.log, { agentId: id, revision, outcome, problems }, "configuration decided on by the agent");
      return reply.code(204).send(null);
    },
  );
};

function lastView({ atMs, ...outcome }: { atMs: number } & Static<typeof ConfigOutcomeSchema>) {
  return { ...outcome, at: instantText(atMs) };
}

/** `"7"`, also as a weak one; `undefined` for what names no revision. */
function revisionIn(header: string | undefined): number | undefined {
  const [, digits] = /^(?:W\/)?"(\d{1,15})"$/.exec(header ?? "") ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** Aborts when the client has gone before it was answered. */
function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once("close", () => gone.abort());
  return gone.signal;
}

/** Nobody on the way can read the answer: TLS, or this machine. A proxy on this machine says how it was asked itself. */
function isPrivate({ protocol, socket, headers }: FastifyRequest): boolean {
  if (protocol === "https") return true;
  const isHere = /^(127\.|::1$|::ffff:127\.)/.test(socket.remoteAddress ?? "");
  const isPassedOn = ["x-forwarded-for", "forwarded", "x-real-ip"].some((name) => headers[name] !== undefined);
  return isHere && (!isPassedOn || headers["x-forwarded-proto"] === "https");
}

function none(reply: FastifyReply, agent: string): FastifyReply {
  return reply.code(404).send({ code: "CONFIG_NONE", message: `the collector holds no configuration for ${agent}` });
}

function needsTls(reply: FastifyReply, agent: string): FastifyReply {
  return reply.code(409).send({
    code: "CONFIG_NEEDS_TLS",
    message:
      `the configuration of ${agent} holds secrets as texts, and they are handed out over TLS only: let the collector listen ` +
      "with TLS, or put { file } or { env } references in their places, which are read in the school",
  });
}

function fail(error: Error): never {
  throw error;
}
