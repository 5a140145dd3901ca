// Commands that talk to a running collector over HTTP, because one process holds the store.
import { Value } from "typebox/value";
import { ErrorBodySchema } from "../contract/batch.ts";
import { CampusError, messageOf } from "../contract/errors.ts";
import { type Changes, ChangesSchema } from "./api/inventory.ts";

const DEADLINE_MS = 120_000;

/**
 * Sends inventory files to a collector.
 * @throws CampusError with the collector's own code and sentence; `COLLECTOR_UNREACHABLE` when nobody answers to the end;
 *         `COLLECTOR_ANSWER` when what answers is no collector.
 */
export async function sendInventory(
  collector: string,
  files: ReadonlyMap<string, string>,
  preview: boolean,
): Promise<Changes> {
  const url = new URL(`/v1/inventory${preview ? "?preview=true" : ""}`, collector);
  const { status, text } = await post(url, JSON.stringify({ files: Object.fromEntries(files) })).catch(
    (cause: unknown) => {
      throw new CampusError("COLLECTOR_UNREACHABLE", `no collector answers at ${collector}: ${reason(cause)}`, {
        cause,
        retryable: true,
      });
    },
  );
  const answer = parsed(text);
  if (status === 200 && Value.Check(ChangesSchema, answer)) return answer;
  if (status !== 200 && Value.Check(ErrorBodySchema, answer)) throw new CampusError(answer.code, answer.message);
  throw new CampusError(
    "COLLECTOR_ANSWER",
    `what answers at ${collector} (with ${status}) is no Campanile collector, or one of another version`,
  );
}

async function post(url: URL, body: string): Promise<{ status: number; text: string }> {
  const signal = AbortSignal.timeout(DEADLINE_MS);
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body, signal });
  return { status: response.status, text: await response.text() };
}

/** `undefined` for what is no JSON, as the pages of proxies and other servers. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // it throws for one reason only, and the caller says what that means
  }
}

/** What changed, one line a file and one a row that is not new, for people. */
export function describeChanges({ preview, files }: Changes): string {
  const lines = Object.entries(files).flatMap(([file, { added, changed, removed, unchanged }]) => [
    `${file}: ${added.length} added, ${changed.length} changed, ${removed.length} removed, ${unchanged} as before`,
    ...changed.map(({ key, columns }) => `  ~ ${key}: ${columns.join(", ")}`),
    ...removed.map((key) => `  - ${key}`),
  ]);
  return [...lines, preview ? "nothing was changed: this was a preview" : "imported"].join("\n");
}

/** fetch hides the system's reason in the cause of a TypeError. */
function reason(error: unknown): string {
  return error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);
}
