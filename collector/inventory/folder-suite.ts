// The folder of an inventory for tests: seeding one, and looking into one.
import { Archive } from "./versions/archive.ts";

/** A day before any that is asked for. */
const SINCE_EVER = "1970-01-01";

/** Records files as a version, while no collector uses the folder. @throws InventoryFolderError */
export async function saveInventory(
  dir: string,
  files: ReadonlyMap<string, string>,
  { validFrom = SINCE_EVER, nowMs = Date.now() } = {},
): Promise<void> {
  await (await Archive.open(dir, nowMs)).record(files, { validFrom }, nowMs);
}

/** Texts of the version recorded last, by file name; `undefined` when none ever was. @throws InventoryFolderError */
export async function loadInventoryFiles(dir: string): Promise<Map<string, string> | undefined> {
  const archive = await Archive.open(dir, Date.now());
  const newest = archive.versions.at(-1);
  return newest && archive.texts(newest);
}
