// Editing the inventory row by row: its rows as cells, and changes of them as a new version.
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type from "typebox";
import { ErrorBodySchema } from "../../contract/batch.ts";
import { ChangesSchema, EditsSchema, RowsQuerySchema, RowsSchema } from "../../contract/inventory.ts";
import type { Services } from "../app.ts";
import { describeColumns } from "../inventory/columns.ts";
import { dayAt, dayText } from "../inventory/day.ts";
import { editableRows, needsSchool } from "../inventory/editable-rows.ts";
import { editedFiles } from "../inventory/edits.ts";
import { isInventoryFile } from "../inventory/files.ts";
import { badQuery, notFound } from "./errors.ts";
import { changesView, mustBeDay, saved } from "./inventory-view.ts";
import { localOnly } from "./local-only.ts";

const MAX_EDITS_BYTES = 16 * 1024 * 1024;

export const inventoryEditsApi: FastifyPluginAsyncTypebox<Services> = async (app, { inventories, clock }) => {
  app.get(
    "/v1/inventory/rows/:file",
    {
      schema: {
        summary: "Rows of an inventory file as cells, of one school or of all",
        params: Type.Object({ file: Type.String() }),
        querystring: RowsQuerySchema,
        response: { 200: RowsSchema, 400: ErrorBodySchema, 404: ErrorBodySchema },
      },
    },
    async ({ params: { file }, query: { school, on } }) => {
      if (!isInventoryFile(file)) throw notFound("file", file);
      if (school === undefined && needsSchool(file)) throw badQuery("school", "", `a school's id for ${file}`);
      const day = mustBeDay("on", on) ?? dayAt(clock.nowMs());
      const valid = await saved(inventories.on(day));
      if (school !== undefined && !valid?.inventory.school(school)) throw notFound("school", school);
      return {
        file,
        on: dayText(day),
        version: valid?.version.number ?? 0,
        columns: describeColumns(file),
        rows: valid ? editableRows(valid.inventory, file, school) : [],
      };
    },
  );

  app.post(
    "/v1/inventory/edits",
    {
      bodyLimit: MAX_EDITS_BYTES,
      schema: {
        summary: "Add, change and remove rows: a new version of the whole inventory, checked like an import",
        body: EditsSchema,
        response: { 200: ChangesSchema, 400: ErrorBodySchema, 403: ErrorBodySchema, 409: ErrorBodySchema },
      },
      onRequest: async (request) => localOnly(request, "the inventory can be changed"),
    },
    async (request) => {
      const { basedOn, edits, preview = false, ...head } = request.body;
      mustBeDay("validFrom", head.validFrom);
      const changed = await inventories.change({
        make: async (texts) => editedFiles(await texts(), edits),
        head,
        basedOn,
        preview,
      });
      if (changed.version) {
        const { number, validFrom } = changed.version;
        request.log.info({ version: number, validFrom, edits: edits.length }, "inventory edited");
      }
      return changesView(inventories, changed, preview);
    },
  );
};
