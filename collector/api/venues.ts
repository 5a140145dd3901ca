// GET /v1/venues/:id: one room, down to its slots and devices.
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type from "typebox";
import { VenueSchema, type VenueView } from "../../contract/api.ts";
import { ErrorBodySchema } from "../../contract/batch.ts";
import type { Services } from "../app.ts";
import { qualityView } from "../quality/view.ts";
import { notFound } from "./errors.ts";
import { judgedSchool, knowledgeOf } from "./lookup.ts";
import { deviceView, venueSummary } from "./views.ts";

export const venuesApi: FastifyPluginAsyncTypebox<Services> = async (app, services) => {
  app.get(
    "/v1/venues/:id",
    {
      schema: {
        summary: "One venue: verdict, state now, its access points, and every slot of the window",
        params: Type.Object({ id: Type.String() }),
        response: { 200: VenueSchema, 404: ErrorBodySchema },
      },
    },
    async ({ params: { id } }): Promise<VenueView> => {
      const { board, clock, quality } = services;
      const venue = board.inventory?.venue(id);
      if (!venue) throw notFound("venue", id);
      const { school, judgement, inventory } = judgedSchool(services, venue.school);
      const judged = judgement.venues.get(id);
      if (!judged) throw notFound("venue", id);
      const known = await knowledgeOf(services, venue.school);
      const itsQuality = quality?.ofVenue(inventory, judgement, venue);
      const devices = inventory.devicesOf(venue.school);
      const here = new Set([...judged.servedBy, ...judged.notCounted]);
      return {
        ...venueSummary(venue, judged),
        ...(itsQuality && { quality: qualityView(itsQuality) }),
        devices: devices
          .filter((device) => here.has(device.id) || device.venue === id)
          .map((device) => deviceView(device, judgement, inventory, known)),
        hours: [...school.hours],
        days: board.venueDays(inventory, venue, clock.nowMs()).map(({ day, slots }) => ({ day, slots })),
      };
    },
  );
};
