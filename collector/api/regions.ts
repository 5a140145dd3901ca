// GET /v1/regions/:code: a region with the coverage of its schools.
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type from "typebox";
import { RegionSchema } from "../../contract/api.ts";
import { ErrorBodySchema } from "../../contract/batch.ts";
import type { Services } from "../app.ts";
import { groupCoverage } from "../score/coverage.ts";
import { notFound } from "./errors.ts";

export const regionsApi: FastifyPluginAsyncTypebox<Services> = async (app, { board, clock }) => {
  app.get(
    "/v1/regions/:code",
    {
      schema: {
        summary:
          "A province, city or county (GB/T 2260) with the coverage of its schools, pooled from schools and never averaged",
        params: Type.Object({ code: Type.String() }),
        response: { 200: RegionSchema, 404: ErrorBodySchema },
      },
    },
    ({ params: { code } }) => {
      const region = board.regions.region(code);
      if (!region) throw notFound("region", code);
      const { inventory } = board;
      const nowMs = clock.nowMs();
      const schools = inventory?.schoolsIn(code) ?? [];
      const judged = schools.flatMap(({ id, students }) => {
        if (!inventory) return [];
        const { coverage, frozen } = board.judge(inventory, id, nowMs);
        return [{ coverage, frozen, ...(students === undefined ? {} : { students }) }];
      });
      const { fullShare, venueShare } = groupCoverage(judged, nowMs);
      return {
        ...region,
        fullShare,
        venueShare,
        schools: schools.length,
        children: board.regions.children(code).map((child) => ({
          code: child.code,
          name: child.name,
          nameEn: child.nameEn,
          schools: inventory?.schoolsIn(child.code).length ?? 0,
        })),
      };
    },
  );
};
