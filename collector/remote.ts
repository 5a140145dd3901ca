// Commands that talk to a running collector over HTTP, because one process holds the store.
import { type Changes, ChangesSchema } from "./api/inventory.ts";
import { askCollector } from "./ask.ts";

/**
 * Sends inventory files to a collector.
 * @throws as `askCollector`
 */
export function sendInventory(
  collector: string,
  files: ReadonlyMap<string, string>,
  preview: boolean,
): Promise<Changes> {
  const path = `/v1/inventory${preview ? "?preview=true" : ""}`;
  return askCollector(collector, { method: "POST", path, body: { files: Object.fromEntries(files) } }, ChangesSchema);
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
