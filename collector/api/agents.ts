// The fleet: GET /v1/agents, GET /v1/agents/:id, GET /v1/fleet-events; revoking from this machine only.
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type from "typebox";
import {
  type FleetAgent,
  FleetAgentSchema,
  FleetAgentWithEventsSchema,
  type FleetEvent,
  FleetEventSchema,
  FleetListSchema,
} from "../../contract/api.ts";
import { ErrorBodySchema } from "../../contract/batch.ts";
import type { Clock } from "../../contract/clock.ts";
import type { Board } from "../board.ts";
import type { FleetEvent as KeptEvent } from "../fleet/events.ts";
import type { Identity } from "../fleet/identity.ts";
import { instantText } from "../inventory/day.ts";
import { notFound } from "./errors.ts";
import { localOnly } from "./local-only.ts";

export interface AgentsServices {
  identity: Identity;
  board: Board;
  clock: Pick<Clock, "nowMs">;
  /** What the collector holds for an agent and what became of it; absent where it holds no configurations. */
  configurationOf?(agentId: string): FleetAgent["configuration"];
}

const EVENTS_OF_ONE = 100;
const EVENTS_OF_ALL = 500;

export const agentsApi: FastifyPluginAsyncTypebox<AgentsServices> = async (app, services) => {
  const { identity, board, clock } = services;
  const viewOf = (id: string): FleetAgent => {
    const view = agentView(id, services);
    if (view === undefined) throw notFound("agent", id);
    return view;
  };

  app.get(
    "/v1/agents",
    {
      schema: {
        summary: "Every agent that is enrolled or listed in the inventory",
        querystring: Type.Object({ school: Type.Optional(Type.String()) }, { additionalProperties: false }),
        response: { 200: FleetListSchema },
      },
    },
    ({ query: { school } }) => {
      const ids = board.agents().map(({ id }) => id);
      const agents = ids.sort().flatMap((id) => agentView(id, services) ?? []);
      return {
        asOf: instantText(clock.nowMs()),
        agents: school === undefined ? agents : agents.filter((agent) => agent.school === school),
      };
    },
  );

  app.get(
    "/v1/agents/:id",
    {
      schema: {
        summary: "One agent with what happened to it and in its name, the newest first",
        params: Type.Object({ id: Type.String() }),
        response: { 200: FleetAgentWithEventsSchema, 404: ErrorBodySchema },
      },
    },
    async ({ params: { id } }) => {
      const view = viewOf(id);
      return { ...view, events: (await identity.events.of(id, EVENTS_OF_ONE)).map(eventView) };
    },
  );

  app.get(
    "/v1/fleet-events",
    {
      schema: {
        summary: "What happened to all agents, and what senders that nobody enrolled tried; the newest first",
        response: { 200: Type.Object({ events: Type.Array(FleetEventSchema) }) },
      },
    },
    async () => ({ events: (await identity.events.newest(EVENTS_OF_ALL)).map(eventView) }),
  );

  app.post(
    "/v1/agents/:id/revoke",
    {
      onRequest: async (request) => localOnly(request, "agents can be revoked"),
      schema: {
        summary: "Let nothing count any more that is signed with the agent's keys, until it is enrolled again",
        params: Type.Object({ id: Type.String() }),
        body: Type.Object(
          { reason: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })) },
          { additionalProperties: false },
        ),
        response: { 200: FleetAgentSchema, 403: ErrorBodySchema, 404: ErrorBodySchema },
      },
    },
    async (request) => {
      const { id } = request.params;
      const reason = request.body.reason ?? "no reason was given";
      await identity.enrolment.revoke(id, reason, request.ip);
      request.log.info({ agentId: id, reason }, "agent revoked");
      return viewOf(id);
    },
  );
};

/** `undefined` for one that neither was enrolled nor is listed. */
function agentView(id: string, services: AgentsServices): FleetAgent | undefined {
  const { identity, board, clock, configurationOf } = services;
  const enrolled = identity.registry.agent(id);
  const school = enrolled?.school ?? board.inventory?.schoolOfAgent(id)?.id;
  if (school === undefined) return undefined;
  const { name: schoolName, nameEn: schoolNameEn } = board.inventory?.school(school) ?? {};
  const configuration = configurationOf?.(id);
  const version = board.fleet.version(id);
  return {
    ...board.fleet.view({ id, school, name: id }, clock.nowMs()),
    ...board.fleet.spool(school, id),
    ...(schoolName === undefined ? {} : { schoolName }),
    ...(schoolNameEn === undefined ? {} : { schoolNameEn }),
    ...identityView(enrolled),
    ...(version === undefined ? {} : { version }),
    refused: identity.speakers.counts.of(id),
    ...(configuration === undefined ? {} : { configuration }),
  };
}

function identityView(agent: ReturnType<Identity["registry"]["agent"]>) {
  if (agent === undefined) return { enrolled: false };
  const { enrolledAtMs, revoked, version, host, keys } = agent;
  const newest = keys.at(-1);
  return {
    enrolled: true,
    enrolledAt: instantText(enrolledAtMs),
    ...(revoked && { revokedAt: instantText(revoked.atMs), revokedReason: revoked.reason }),
    version,
    ...(host === undefined ? {} : { host }),
    ...(newest && { key: newest.id }),
  };
}

function eventView({ atMs, agent, claimed, school, kind, address, text, count }: KeptEvent): FleetEvent {
  return {
    at: instantText(atMs),
    agent: agent ?? claimed ?? "",
    ...(school === undefined ? {} : { school }),
    kind,
    from: address,
    text,
    count,
  };
}
