// Backup of a running collector: POST /v1/backup, from its own machine only, answered with one tar archive.
import { dirname } from "node:path";
import { Readable } from "node:stream";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { CampusError } from "../../contract/errors.ts";
import { localOnly } from "../api/local-only.ts";
import type { Services } from "../app.ts";
import { makeBackup, removeUnfinished } from "./make.ts";

export const backupApi: FastifyPluginAsyncTypebox<Services> = async (app, { store, state, inventoryDir, clock }) => {
  const dataDir = dirname(inventoryDir); // the inventory's folder is one of the data folder's
  let running = false;
  await removeUnfinished(dataDir);

  app.post(
    "/v1/backup",
    {
      onRequest: async (request) => localOnly(request, "a backup can be made"),
      schema: { summary: "Everything the collector keeps, as one tar archive that ends with manifest.json" },
    },
    async (request, reply) => {
      if (running) throw new CampusError("BACKUP_RUNNING", "another backup is being made", { retryable: true });
      running = true;
      try {
        const nowMs = () => clock.nowMs();
        const { archive, remove } = await makeBackup({ store, state, dataDir, inventoryDir, nowMs });
        const stream = Readable.from(archive, { objectMode: false });
        stream.on("close", () => {
          remove()
            .catch((error: unknown) => request.log.warn({ err: error }, "copies of a backup were left"))
            .finally(() => {
              running = false;
            });
        });
        return reply.header("content-type", "application/x-tar").send(stream);
      } catch (error) {
        running = false;
        throw error;
      }
    },
  );
};
