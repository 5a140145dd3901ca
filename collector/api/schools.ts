// GET /v1/schools and /v1/schools/:id.
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type from "typebox";
import { SchoolListSchema, SchoolSchema, type SchoolView } from "../../contract/api.ts";
import { ErrorBodySchema } from "../../contract/batch.ts";
import type { Services } from "../app.ts";
import { instantText } from "../inventory/day.ts";
import { notFound } from "./errors.ts";
import { clockView } from "./instants.ts";
import { judgedSchool, knowledgeOf } from "./lookup.ts";
import { type DeviceKnowledge, deviceView, schoolSummary, venueSummary } from "./views.ts";

export const schoolsApi: FastifyPluginAsyncTypebox<Services> = async (app, services) => {
  const { board, clock } = services;

  app.get(
    "/v1/schools",
    {
      schema: {
        summary: "Schools with their coverage; with region, those of a county, city or province",
        querystring: Type.Object({ region: Type.Optional(Type.String()) }, { additionalProperties: false }),
        response: { 200: SchoolListSchema, 404: ErrorBodySchema },
      },
    },
    ({ query: { region } }) => {
      const { inventory } = board;
      if (region !== undefined && !board.regions.region(region)) throw notFound("region", region);
      const schools = (region === undefined ? inventory?.schools : inventory?.schoolsIn(region)) ?? [];
      const nowMs = clock.nowMs();
      return {
        clock: clockView(clock),
        asOf: instantText(nowMs),
        schools: schools.map(({ id }) => {
          const judged = judgedSchool(services, id, nowMs);
          return schoolSummary(judged.school, judged.judgement, judged.inventory, services);
        }),
      };
    },
  );

  app.get(
    "/v1/schools/:id",
    {
      schema: {
        summary: "One school with its venues and devices",
        params: Type.Object({ id: Type.String() }),
        response: { 200: SchoolSchema, 404: ErrorBodySchema },
      },
    },
    async ({ params: { id } }): Promise<SchoolView> => {
      const { school, judgement, inventory } = judgedSchool(services, id);
      const known = await knowledgeOf(services, id);
      const devices = inventory.devicesOf(id);
      return {
        ...schoolSummary(school, judgement, inventory, services),
        venues: inventory.venuesOf(id).flatMap((venue) => {
          const judged = judgement.venues.get(venue.id);
          return judged ? [venueSummary(venue, judged)] : [];
        }),
        deviceList: devices.map((device) => deviceView(device, judgement, inventory, known)),
        unlisted: unlisted(
          known,
          new Set([...devices.map(({ key }) => key), ...board.agentsOf(id).map((agent) => agent.id)]),
        ),
      };
    },
  );
};

/** Devices that readings or facts speak of and the inventory does not. */
function unlisted({ facts, latest }: DeviceKnowledge, listed: ReadonlySet<string>): SchoolView["unlisted"] {
  const keys = new Set([...facts.keys(), ...latest.keys()]);
  return [...keys].filter((key) => !listed.has(key)).map((key) => ({ key, facts: { ...facts.get(key) } }));
}
