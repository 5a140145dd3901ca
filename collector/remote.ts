// Commands that talk to a running collector over HTTP, because one process holds the store.
import { CampusError, messageOf } from "../contract/errors.ts";
import type { Changes } from "./api/inventory.ts";

const DEADLINE_MS = 120_000;

/**
 * Sends inventory files to a collector.
 * @throws CampusError with the collector's own code and sentence, or `COLLECTOR_UNREACHABLE`.
 */
export async function sendInventory(
  collector: string,
  files: ReadonlyMap<string, string>,
  preview: boolean,
): Promise<Changes> {
  const url = new URL(`/v1/inventory${preview ? "?preview=true" : ""}`, collector);
  const body = JSON.stringify({ files: Object.fromEntries(files) });
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
    signal: AbortSignal.timeout(DEADLINE_MS),
  }).catch((cause: unknown) => {
    throw new CampusError("COLLECTOR_UNREACHABLE", `no collector answers at ${collector}: ${reason(cause)}`, {
      cause,
      retryable: true,
    });
  });
  const answer: unknown = await response.json();
  if (response.ok) return answer as Changes; // the collector's response schema is this type
  throw new CampusError(...problemOf(answer, response.status));
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

function problemOf(answer: unknown, status: number): [code: string, message: string] {
  if (typeof answer === "object" && answer !== null && "code" in answer && "message" in answer) {
    return [String(answer.code), String(answer.message)];
  }
  return ["COLLECTOR_ANSWER", `the collector answered ${status} without saying why`];
}

/** fetch hides the system's reason in the cause of a TypeError. */
function reason(error: unknown): string {
  return error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);
}
