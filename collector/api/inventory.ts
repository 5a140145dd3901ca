// Import of inventory files: POST /v1/inventory, from the collector's own machine only.
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type, { type Static } from "typebox";
import { ErrorBodySchema } from "../../contract/batch.ts";
import { Turns } from "../../contract/turns.ts";
import type { Services } from "../app.ts";
import { diffInventory } from "../inventory/diff.ts";
import { saveInventory } from "../inventory/folder.ts";
import { readInventory } from "../inventory/read.ts";
import { localOnly } from "./local-only.ts";

/** A province's inventory: some 6,500 schools with 200 devices each. */
const MAX_INVENTORY_BYTES = 256 * 1024 * 1024;

const FileDiffSchema = Type.Object({
  /** Ids of rows, or their key columns with a space between them. */
  added: Type.Array(Type.String()),
  changed: Type.Array(Type.Object({ key: Type.String(), columns: Type.Array(Type.String()) })),
  removed: Type.Array(Type.String()),
  unchanged: Type.Integer(),
});

export const ChangesSchema = Type.Object({
  preview: Type.Boolean(),
  files: Type.Record(Type.String(), FileDiffSchema),
});
export type Changes = Static<typeof ChangesSchema>;

export const inventoryApi: FastifyPluginAsyncTypebox<Services> = async (app, { board, inventoryDir }) => {
  // Two at once would write into each other's folder, and the one in force would be left to chance.
  const imports = new Turns();

  app.post(
    "/v1/inventory",
    {
      bodyLimit: MAX_INVENTORY_BYTES,
      schema: {
        summary: "Replace the inventory by these CSV files, whole; with preview, only say what would change",
        querystring: Type.Object(
          { preview: Type.Optional(Type.Enum(["true", "false"])) },
          { additionalProperties: false },
        ),
        body: Type.Object({ files: Type.Record(Type.String(), Type.String()) }, { additionalProperties: false }),
        response: { 200: ChangesSchema, 400: ErrorBodySchema, 403: ErrorBodySchema },
      },
    },
    async (request) => {
      localOnly(request, "the inventory can be changed");
      const preview = request.query.preview === "true";
      const files = new Map(Object.entries(request.body.files));
      const after = readInventory(files, board.regions);
      if (preview) return { preview, files: diffInventory(board.inventory, after) };
      const changes = await imports.take(async () => {
        const changes = diffInventory(board.inventory, after);
        await saveInventory(inventoryDir, files);
        board.replaceInventory(after);
        const { schools, devices } = after.contents;
        request.log.info({ schools: schools.length, devices: devices.length }, "inventory imported");
        return changes;
      });
      return { preview, files: changes };
    },
  );
};
