// The versions of the inventory, what each has changed, and its files as CSV and as a workbook.
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type from "typebox";
import { ErrorBodySchema } from "../../contract/batch.ts";
import {
  OnDayQuerySchema,
  VersionChangesSchema,
  VersionsQuerySchema,
  VersionsSchema,
  WORKBOOK_TYPE,
} from "../../contract/inventory.ts";
import type { Services } from "../app.ts";
import { dayAt, dayText } from "../inventory/day.ts";
import { diffInventory } from "../inventory/diff.ts";
import type { Version } from "../inventory/versions/version.ts";
import { writeWorkbook } from "../inventory/workbook/write.ts";
import { notFound } from "./errors.ts";
import { mustBeDay, saved, versionView } from "./inventory-view.ts";

const LISTED = 100;

export const inventoryVersionsApi: FastifyPluginAsyncTypebox<Services> = async (app, { inventories, clock }) => {
  const versionOn = async (on: string | undefined): Promise<Version | undefined> =>
    inventories.versionOn(mustBeDay("on", on) ?? dayAt(clock.nowMs()));

  app.get(
    "/v1/inventory/versions",
    {
      schema: {
        summary: "Versions of the inventory, the newest first",
        querystring: VersionsQuerySchema,
        response: { 200: VersionsSchema, 400: ErrorBodySchema },
      },
    },
    async ({ query: { before, limit } }) => {
      const { versions, inForce } = inventories;
      const listed = before === undefined ? versions : versions.filter(({ number }) => number < Number(before));
      return {
        today: dayText(dayAt(clock.nowMs())),
        ...(inForce && { inForce: inForce.version.number }),
        versions: listed
          .slice(-Number(limit ?? LISTED))
          .reverse()
          .map((version) => versionView(inventories, version)),
      };
    },
  );

  app.get(
    "/v1/inventory/versions/:number/changes",
    {
      schema: {
        summary: "What a version changed against the one that it was made on",
        params: Type.Object({ number: Type.String({ pattern: "^[1-9]\\d{0,8}$" }) }),
        response: { 200: VersionChangesSchema, 404: ErrorBodySchema },
      },
    },
    async ({ params }) => {
      const number = Number(params.number);
      const after = await saved(inventories.version(number));
      if (!after) throw notFound("version", params.number);
      const { version } = after;
      const older = inventories.versions.filter((one) => one.number < number).at(-1);
      const comparedWith = version.basedOn ?? older?.number;
      const before = comparedWith === undefined ? undefined : await saved(inventories.version(comparedWith));
      return {
        version: versionView(inventories, version),
        ...(before && { comparedWith: before.version.number }),
        files: diffInventory(before?.inventory, after.inventory),
      };
    },
  );

  app.get(
    "/v1/inventory/files/:name",
    {
      schema: {
        summary: "A file of the inventory as CSV, as it was recorded",
        params: Type.Object({ name: Type.String() }),
        querystring: OnDayQuerySchema,
        produces: ["text/csv"],
        response: { 200: Type.String(), 404: ErrorBodySchema },
      },
    },
    async ({ params: { name }, query: { on } }, reply) => {
      const version = await versionOn(on);
      const text = version && (await inventories.texts(version)).get(name);
      if (text === undefined) throw notFound("file", name);
      return reply
        .type("text/csv; charset=utf-8")
        .header("content-disposition", `attachment; filename="${name}"`)
        .send(text);
    },
  );

  app.get(
    "/v1/inventory/workbook",
    {
      schema: {
        summary:
          "The inventory as an Excel workbook, which can be imported again; without one, an empty one to begin with",
        querystring: OnDayQuerySchema,
        produces: [WORKBOOK_TYPE],
      },
    },
    async ({ query: { on } }, reply) => {
      const version = await versionOn(on);
      const workbook = await writeWorkbook(version ? await inventories.texts(version) : new Map());
      return reply
        .type(WORKBOOK_TYPE)
        .header("content-disposition", `attachment; filename="inventory-${version?.number ?? 0}.xlsx"`)
        .send(workbook);
    },
  );
};
