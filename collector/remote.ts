// Commands that talk to a running collector over HTTP, because one process holds the store.
import { Value } from "typebox/value";
import { CampusError, messageOf } from "../contract/errors.ts";
import { ChangesSchema, type InventoryChanges, WORKBOOK_TYPE } from "../contract/inventory.ts";
import { jsonIn } from "../contract/json.ts";
import { askCollector, openRequest, refusalIn, responseOf, textOf } from "./ask.ts";

export interface ImportOptions {
  /** Only says what would change. */
  preview: boolean;
  /** The first day on which it holds; absent: today. */
  validFrom?: string;
  author?: string;
  note?: string;
}

const DEADLINE_MS = 120_000;

/**
 * Sends inventory files to a collector.
 * @throws as `askCollector`
 */
export function sendInventory(
  collector: string,
  files: ReadonlyMap<string, string>,
  options: ImportOptions,
): Promise<InventoryChanges> {
  const body = { files: Object.fromEntries(files) };
  return askCollector(collector, { method: "POST", path: importPath(options), body }, ChangesSchema);
}

/**
 * Sends an Excel workbook to a collector, as `sendInventory` does files.
 * @throws as `askCollector`
 */
export async function sendWorkbook(
  collector: string,
  bytes: Buffer,
  options: ImportOptions,
): Promise<InventoryChanges> {
  const headers = { "content-type": WORKBOOK_TYPE, "content-length": bytes.length };
  const signal = AbortSignal.timeout(DEADLINE_MS);
  const post = async () => {
    const request = openRequest(new URL(importPath(options), collector), { method: "POST", headers, signal });
    request.end(bytes);
    const response = await responseOf(request);
    return { status: response.statusCode ?? 0, text: await textOf(response) };
  };
  const { status, text } = await post().catch((cause: unknown) => {
    const message = `no collector answers at ${collector}: ${messageOf(cause)}`;
    throw new CampusError("COLLECTOR_UNREACHABLE", message, { cause, retryable: true });
  });
  const answer = jsonIn(text);
  if (status === 200 && Value.Check(ChangesSchema, answer)) return answer;
  throw refusalIn(collector, status, status === 200 ? "" : text);
}

function importPath({ preview, ...said }: ImportOptions): string {
  const query = new URLSearchParams({ ...(preview && { preview: "true" }), ...said }).toString();
  return `/v1/inventory${query && `?${query}`}`;
}

/** What changed, one line a file and one a row that is not new, for people. */
export function describeChanges({ preview, files, version, supersedes }: InventoryChanges): string {
  const lines = Object.entries(files).flatMap(([file, { added, changed, removed, unchanged }]) => [
    `${file}: ${added.length} added, ${changed.length} changed, ${removed.length} removed, ${unchanged} as before`,
    ...changed.map(({ key, columns }) => `  ~ ${key}: ${columns.join(", ")}`),
    ...removed.map((key) => `  - ${key}`),
  ]);
  if (supersedes.length > 0)
    lines.push(
      `no longer in force on any day${preview ? ", if it were imported" : ""}: version ${supersedes.join(", ")}`,
    );
  return [...lines, outcomeOf(preview, version)].join("\n");
}

function outcomeOf(preview: boolean, version: InventoryChanges["version"]): string {
  if (preview) return "nothing was changed: this was a preview";
  if (!version) return "nothing was changed: the inventory says the same";
  const { number, validFrom, isInForce } = version;
  return `imported as version ${number}${isInForce ? "" : `, which holds from ${validFrom}`}`;
}
