// Agents' configurations as people at the collector's own machine put them in and look at them.
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { FastifyRequest } from "fastify";
import Type, { type Static } from "typebox";
import { ErrorBodySchema, ID_PATTERN } from "../../contract/batch.ts";
import { ConfigOutcomeSchema } from "../../contract/fleet.ts";
import type { AgentConfigs } from "../fleet/config/configs.ts";
import { notEnrolled, type Registry } from "../fleet/registry.ts";
import { instantText } from "../inventory/day.ts";
import { noConfig } from "./agent-config.ts";
import { notFound } from "./errors.ts";
import { localOnly } from "./local-only.ts";

export interface AgentConfigAdminServices {
  configs: AgentConfigs;
  identity: { registry: Pick<Registry, "agent"> };
  /** Whether there is a school of this id in the inventory. */
  isSchool(id: string): boolean;
}

/** 5,000 targets and 100 profiles. */
const MAX_CONFIG_BYTES = 32 * 1024 * 1024;

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

export const agentConfigAdminApi: FastifyPluginAsyncTypebox<AgentConfigAdminServices> = async (app, services) => {
  const { configs, identity, isSchool } = services;
  const knownAgent = (id: string) => identity.registry.agent(id) ?? fail(notEnrolled(id));
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
    async ({ params: { id } }) => {
      const shown = await configs.shown(knownAgent(id).id);
      if (!shown) throw noConfig(id);
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
    async ({ params: { id } }) => {
      const config = await configs.shownForSchool(knownSchool(id));
      if (config === undefined) throw noConfig(`the next one of school ${id}`);
      return { school: id, config };
    },
  );
};

function lastView({ atMs, ...outcome }: { atMs: number } & Static<typeof ConfigOutcomeSchema>) {
  return { ...outcome, at: instantText(atMs) };
}

function fail(error: Error): never {
  throw error;
}
