// Folders with an inventory's CSV files: one that somebody wants to import, and that of the collector's own inventory.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { CampusError, messageOf } from "../../contract/errors.ts";

/** A folder or a file of an inventory cannot be read or written. */
export class InventoryFolderError extends CampusError {
  constructor(what: string, cause: unknown) {
    super("INVENTORY_FOLDER", `${what}: ${messageOf(cause)}`, { cause, retryable: true });
  }

  /** An error that says already what is wrong stays as it is. */
  static of(what: string, cause: unknown): CampusError {
    return cause instanceof CampusError ? cause : new InventoryFolderError(what, cause);
  }
}

/**
 * Texts of the CSV files that stand in a folder. Bytes that are not UTF-8 become U+FFFD here, which csv.ts reports with its line.
 * @throws InventoryFolderError
 */
export async function readCsvFolder(dir: string): Promise<Map<string, string>> {
  try {
    const names = (await readdir(dir)).filter((name) => name.endsWith(".csv")).sort();
    const texts = names.map(async (name): Promise<[string, string]> => [name, await readFile(join(dir, name), "utf8")]);
    return new Map(await Promise.all(texts));
  } catch (error) {
    throw new InventoryFolderError(`the files in ${dir} cannot be read`, error);
  }
}
