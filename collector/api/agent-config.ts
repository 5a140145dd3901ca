// Agents' configurations as the agents themselves fetch and answer for them: every request is signed.
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { ErrorBodySchema, ID_PATTERN } from "../../contract/batch.ts";
import { CampusError } from "../../contract/errors.ts";
import { ConfigOutcomeSchema } from "../../contract/fleet.ts";
import type { AgentConfigs } from "../fleet/config/configs.ts";
import { holdsSecrets } from "../fleet/config/secrets.ts";
import type { Registry } from "../fleet/registry.ts";
import type { SignedRequests } from "../fleet/signed-request.ts";
import { notFound } from "./errors.ts";

export interface AgentConfigServices {
  configs: AgentConfigs;
  identity: { registry: Pick<Registry, "agent">; requests: Pick<SignedRequests, "protect" | "proveAgain"> };
}

const LONGEST_WAIT_SECONDS = 60;
const ByAgent = Type.Object({ id: Type.String({ pattern: ID_PATTERN }) });
/** Of the shape CentralConfigSchema, with every secret that was put in as a text; it was checked when it was put in. */
const HeldSchema = Type.Object({ revision: Type.Integer({ minimum: 1 }), config: Type.Unknown() });

export const agentConfigApi: FastifyPluginAsyncTypebox<AgentConfigServices> = async (app, { configs, identity }) => {
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
      const agent = identity.registry.agent(id);
      if (!agent) throw notFound("agent", id);
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
      identity.requests.proveAgain(request); // it may have been revoked while it waited
      const revision = await newest();
      if (revision === undefined) throw noConfig(id);
      void reply.header("etag", `"${revision}"`);
      if (revision === known) return reply.code(304).send(null);
      const held = await configs.held(id);
      if (!held) throw noConfig(id);
      if (holdsSecrets(held.config) && !isPrivate(request)) throw needsTls(id);
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
      if (!(await configs.note(id, request.body))) throw noConfig(id);
      const log = outcome === "applied" ? request.log.info : request.log.warn;
      log.call(request.log, { agentId: id, revision, outcome, problems }, "configuration decided on by the agent");
      return reply.code(204).send(null);
    },
  );
};

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

function needsTls(agent: string): CampusError {
  return new CampusError(
    "CONFIG_NEEDS_TLS",
    `the configuration of ${agent} holds secrets as texts, and they are handed out over TLS only: let the collector listen ` +
      "with TLS, or put { file } or { env } references in their places, which are read in the school",
  );
}

/** There is nothing to be had. */
export function noConfig(agent: string): CampusError {
  return new CampusError("CONFIG_NONE", `the collector holds no configuration for ${agent}`);
}
