// Gets a backup of a running collector into a file, which is there only when it is whole and right.
import { createReadStream } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { dirname } from "node:path";
import { Value } from "typebox/value";
import { ErrorBodySchema } from "../../contract/batch.ts";
import { CampusError, messageOf } from "../../contract/errors.ts";
import { isThere, sync } from "../durable.ts";
import { type Manifest, readBackup } from "./manifest.ts";

/** How long nothing may come: the collector copies its store before it sends the first byte. */
const SILENCE_MS = 30 * 60_000;
const LOOPBACK = new Set(["127.0.0.1", "[::1]", "localhost"]);

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
  const response = await answerOf(new URL("/v1/backup", collector)).catch((error: unknown) => {
    throw unreachable(collector, error);
  });
  if (response.statusCode !== 200) throw await refusalOf(collector, response);
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

function answerOf(url: URL): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options = { method: "POST", timeout: SILENCE_MS };
    // On this machine itself nobody sits on the way, and the certificate is for the name that others use.
    const request =
      url.protocol === "https:"
        ? requestHttps(url, { ...options, rejectUnauthorized: !LOOPBACK.has(url.hostname) })
        : requestHttp(url, options);
    request.on("response", resolve);
    request.on("error", reject);
    request.on("timeout", () => request.destroy(new CampusError("BACKUP_SILENT", "nothing came for half an hour")));
    request.end();
  });
}

async function refusalOf(collector: string, response: IncomingMessage): Promise<CampusError> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(Buffer.from(chunk));
  const text = Buffer.concat(chunks).toString("utf8");
  try {
    const body: unknown = JSON.parse(text);
    if (Value.Check(ErrorBodySchema, body)) return new CampusError(body.code, body.message);
  } catch (cause) {
    return new CampusError("COLLECTOR_ANSWER", `what answers at ${collector} is no Campanile collector`, { cause });
  }
  return new CampusError("COLLECTOR_ANSWER", `what answers at ${collector} is no Campanile collector`);
}

function unreachable(collector: string, cause: unknown): CampusError {
  const message = `the collector at ${collector} did not give a whole backup: ${messageOf(cause)}`;
  return new CampusError("COLLECTOR_UNREACHABLE", message, { cause, retryable: true });
}
