// Import of a whole inventory, as CSV texts or as an Excel workbook: POST /v1/inventory, from the collector's own machine only.
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { ErrorBodySchema } from "../../contract/batch.ts";
import { shapeGuard } from "../../contract/check.ts";
import { ChangesSchema, ImportBodySchema, ImportQuerySchema, WORKBOOK_TYPE } from "../../contract/inventory.ts";
import type { Services } from "../app.ts";
import type { Sources } from "../inventory/inventories.ts";
import { readWorkbook } from "../inventory/workbook/read.ts";
import { badQuery } from "./errors.ts";
import { changesView, mustBeDay } from "./inventory-view.ts";
import { localOnly } from "./local-only.ts";

/** A province's inventory: some 6,500 schools with 200 devices each. */
const MAX_INVENTORY_BYTES = 256 * 1024 * 1024;

const isImport = shapeGuard(ImportBodySchema);

export const inventoryApi: FastifyPluginAsyncTypebox<Services> = async (app, { inventories }) => {
  // How large a workbook may be is for its reader to say.
  app.addContentTypeParser(WORKBOOK_TYPE, { parseAs: "buffer" }, (_request, body, done) => done(null, body));

  app.post(
    "/v1/inventory",
    {
      bodyLimit: MAX_INVENTORY_BYTES,
      schema: {
        summary: "Replace the inventory by these files, whole; with preview, only say what would change",
        consumes: ["application/json", WORKBOOK_TYPE],
        querystring: ImportQuerySchema,
        body: {
          content: {
            "application/json": { schema: ImportBodySchema },
            // What a browser's form sends without asking is a text, which is no import.
            "text/plain": { schema: ImportBodySchema },
            [WORKBOOK_TYPE]: { schema: {} },
          },
        },
        response: { 200: ChangesSchema, 400: ErrorBodySchema, 403: ErrorBodySchema, 413: ErrorBodySchema },
      },
      onRequest: async (request) => localOnly(request, "the inventory can be changed"),
    },
    async (request) => {
      const { preview, ...head } = request.query;
      mustBeDay("validFrom", head.validFrom);
      const sources = await sourcesIn(request.body);
      const isPreview = preview === "true";
      const changed = await inventories.change({ make: async () => sources, head, preview: isPreview });
      if (changed.version) {
        const { number, validFrom } = changed.version;
        request.log.info({ version: number, validFrom }, "inventory imported");
      }
      return changesView(inventories, changed, isPreview);
    },
  );
};

async function sourcesIn(body: unknown): Promise<Sources> {
  if (Buffer.isBuffer(body)) return readWorkbook(body);
  if (isImport(body)) return { files: new Map(Object.entries(body.files)) };
  throw badQuery("body", typeof body, `JSON with files, or a workbook as ${WORKBOOK_TYPE}`);
}
