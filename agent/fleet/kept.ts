// What the agent keeps on disk of the collector's configurations: FOLDER/configuration.json, replaced as a whole, durable, for its
// owner only, because it holds secrets. A file that cannot be read counts as none: the collector is asked again.
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Logger } from "pino";
import { shapeGuard } from "../../contract/check.ts";
import { jsonIn } from "../../contract/json.ts";
import { replaceFileDurably, undefinedIfMissing } from "../files.ts";
import { type Kept, KeptSchema, nothingKept } from "./trial.ts";

const FILE = "configuration.json";
const isKept = shapeGuard(KeptSchema);

/** Beside the spool, under its name: several agents of one machine may have their spools in one folder. */
export function keptFolder(spoolDir: string): string {
  return `${spoolDir}-config`;
}

/**
 * What was last kept of this agent at this collector; nothing when there is no such file, one of another agent or collector, as
 * after it was enrolled again, or a damaged one, of which the log hears.
 */
export async function readKept(folder: string, of: Kept["of"], log?: Pick<Logger, "error">): Promise<Kept> {
  const { agent, collector } = of;
  const nothing = nothingKept({ agent, collector });
  const path = join(folder, FILE);
  const text = await readFile(path, "utf8").catch(undefinedIfMissing);
  if (text === undefined) return nothing;
  const kept = jsonIn(text);
  if (isKept(kept)) return isDeepStrictEqual(kept.of, nothing.of) ? kept : nothing;
  log?.error({ path }, "kept configuration is damaged, starting from the agent's own file");
  return nothing;
}

/** Durable when it resolves. */
export async function writeKept(folder: string, kept: Kept): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await replaceFileDurably(join(folder, FILE), JSON.stringify(kept), 0o600);
}
