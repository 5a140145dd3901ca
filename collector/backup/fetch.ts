// Gets a backup of a running collector into a file, which is there only when it is whole and right.
import { createReadStream } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { dirname } from "node:path";
import { CampusError, messageOf } from "../../contract/errors.ts";
import { openRequest, refusalIn, responseOf, textOf } from "../ask.ts";
import { isThere, sync } from "../durable.ts";
import { type Manifest, readBackup } from "./manifest.ts";

/** How long nothing may come: the collector copies its store before it sends the first byte. */
const SILENCE_MS = 30 * 60_000;

/**
 * @throws CampusError BACKUP_EXISTS when the file is there, COLLECTOR_UNREACHABLE, BACKUP_TAR, BACKUP_DAMAGED, or with the
 *         collector's own code
 */
export async function fetchBackup(collector: string, file: string): Promise<Manifest> {
  if (await isThere(file)) throw new CampusError("BACKUP_EXISTS", `${file} is there already, and is not written over`);
  const unfinished = `${file}.part`;
  try {
    await receive(collector, unfinished);
    const manifest = await readBackup(createReadStream(unfinished));
    await rename(unfinished, file);
    await sync(dirname(file));
    return manifest;
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

async function receive(collector: string, path: string): Promise<void> {
  const response = await begin(new URL("/v1/backup", collector)).catch((error: unknown) => {
    throw unreachable(collector, error);
  });
  const { statusCode = 0 } = response;
  if (statusCode !== 200) throw refusalIn(collector, statusCode, await textOf(response));
  const handle = await open(path, "w", 0o600);
  try {
    for await (const chunk of response) await handle.writeFile(chunk);
    await handle.sync();
  } catch (error) {
    throw response.complete ? error : unreachable(collector, error);
  } finally {
    await handle.close();
  }
}

/** The collector says nothing while it copies its store. */
function begin(url: URL): Promise<IncomingMessage> {
  const request = openRequest(url, { method: "POST", timeout: SILENCE_MS });
  request.on("timeout", () => request.destroy(new CampusError("BACKUP_SILENT", "nothing came for half an hour")));
  request.end();
  return responseOf(request);
}

function unreachable(collector: string, cause: unknown): CampusError {
  const message = `the collector at ${collector} did not give a whole backup: ${messageOf(cause)}`;
  return new CampusError("COLLECTOR_UNREACHABLE", message, { cause, retryable: true });
}
