// The inventory as it is kept: its CSV files, whole versions side by side.
//
//   DIR/00000001/schools.csv …    a version; the highest number is the one in force, the one before is kept as well
//   DIR/writing-00000002/ …       a version being written: it becomes one by being renamed, so it is whole or not there
//
// Files and folders are synced before the rename and the parent after it: after a power cut the old version or the new
// one is in force, never a mixture. What was left half written is removed by the next save and never read.
import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { CampusError, codeOf, messageOf } from "../../contract/errors.ts";
import { sync } from "../durable.ts";

const VERSION = /^\d{8}$/;
const WRITING = "writing-";
/** The version in force and the one before it. */
const KEPT = 2;

/** The folder of the inventory cannot be read or written. */
export class InventoryFolderError extends CampusError {
  constructor(what: string, cause: unknown) {
    super("INVENTORY_FOLDER", `${what}: ${messageOf(cause)}`, { cause, retryable: true });
  }
}

/** Puts a new version in force. When it resolves the version survives a power cut. @throws InventoryFolderError */
export async function saveInventory(dir: string, files: ReadonlyMap<string, string>): Promise<void> {
  try {
    await mkdir(dir, { recursive: true });
    const entries = await readdir(dir);
    const name = String(Number(versionsIn(entries).at(-1) ?? 0) + 1).padStart(8, "0");
    for (const left of entries) if (left.startsWith(WRITING)) await rm(join(dir, left), { recursive: true });
    const writing = join(dir, `${WRITING}${name}`);
    await mkdir(writing);
    for (const [file, text] of files) await writeSynced(join(writing, file), text);
    await sync(writing);
    await rename(writing, join(dir, name));
    await sync(dir);
    for (const old of versionsIn(await readdir(dir)).slice(0, -KEPT)) await rm(join(dir, old), { recursive: true });
  } catch (error) {
    throw new InventoryFolderError(`the inventory cannot be saved in ${dir}`, error);
  }
}

/** Texts of the version in force by file name; `undefined` when none was ever saved. @throws InventoryFolderError */
export async function loadInventoryFiles(dir: string): Promise<Map<string, string> | undefined> {
  try {
    const newest = versionsIn(await readdir(dir).catch(noneIfMissing)).at(-1);
    return newest === undefined ? undefined : await readFiles(join(dir, newest));
  } catch (error) {
    throw new InventoryFolderError(`the inventory cannot be read from ${dir}`, error);
  }
}

/** Texts of the CSV files that stand in a folder somebody wants to import. @throws InventoryFolderError */
export async function readCsvFolder(dir: string): Promise<Map<string, string>> {
  try {
    return await readFiles(dir);
  } catch (error) {
    throw new InventoryFolderError(`the files in ${dir} cannot be read`, error);
  }
}

/** Bytes that are not UTF-8 become U+FFFD here, which read.ts reports with its line. */
async function readFiles(dir: string): Promise<Map<string, string>> {
  const names = (await readdir(dir)).filter((name) => name.endsWith(".csv")).sort();
  const texts = names.map(async (name): Promise<[string, string]> => [name, await readFile(join(dir, name), "utf8")]);
  return new Map(await Promise.all(texts));
}

function versionsIn(entries: readonly string[]): string[] {
  return entries.filter((name) => VERSION.test(name)).sort();
}

function noneIfMissing(error: unknown): string[] {
  if (codeOf(error) === "ENOENT") return [];
  throw error;
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, "wx");
  try {
    await file.writeFile(text, "utf8");
    await file.sync();
  } finally {
    await file.close();
  }
}
