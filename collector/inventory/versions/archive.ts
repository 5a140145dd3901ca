// All versions of the inventory as they are kept on disk; nothing that was recorded is changed or removed.
//
//   DIR/00000001/version.json    what is said of a version, and which texts it consists of (contents.ts)
//   DIR/writing-00000002/ …      a version being written: it becomes one by being renamed, so it is whole or not there
//   DIR/texts/ DIR/parts/        what the files of all versions hold
//   DIR/00000001/schools.csv …   a version of an older program, which has no version.json: the texts themselves
//
// Texts are synced before the version is written, its folder before the rename and the parent after it: after a power cut the
// version is there whole or not at all. What was left half written is removed by the next record, and never read.
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { codeOf } from "../../../contract/errors.ts";
import { Turns } from "../../../contract/turns.ts";
import { isThere, sync } from "../../durable.ts";
import { InventoryFolderError, readCsvFolder } from "../csv-folder.ts";
import { dayAt, dayText } from "../day.ts";
import { Contents } from "./contents.ts";
import { MANIFEST, manifestText, type NewVersion, readManifest, type StoredFile, type Version } from "./version.ts";

const VERSION = /^\d{8}$/;
const WRITING = "writing-";

export class Archive {
  readonly #dir: string;
  readonly #contents: Contents;
  readonly #versions: Version[];
  /** Two at once would take the same number. */
  readonly #writing = new Turns();

  private constructor(dir: string, contents: Contents, versions: Version[]) {
    this.#dir = dir;
    this.#contents = contents;
    this.#versions = versions;
  }

  /**
   * @param nowMs a version without version.json holds from the day of its files, and at the latest from this moment's day
   * @throws InventoryFolderError, ConfigError for a version.json that is none
   */
  static open(dir: string, nowMs: number): Promise<Archive> {
    return asFolderError(`the inventory cannot be read from ${dir}`, async () => {
      const entries = await readdir(dir).catch(noneIfMissing);
      const versions: Version[] = [];
      for (const name of entries.filter((entry) => VERSION.test(entry)).sort())
        versions.push(await readVersion(join(dir, name), Number(name), nowMs));
      return new Archive(dir, new Contents(dir), versions);
    });
  }

  /** By number, ascending. */
  get versions(): readonly Version[] {
    return this.#versions;
  }

  /** When it resolves the version survives a power cut. @throws InventoryFolderError */
  record(files: ReadonlyMap<string, string>, head: NewVersion, nowMs: number): Promise<Version> {
    return this.#writing.take(() =>
      asFolderError(`the inventory cannot be saved in ${this.#dir}`, async () => {
        await this.#prepare();
        const stored = new Map<string, StoredFile>();
        for (const [name, text] of files) stored.set(name, await this.#contents.put(text));
        const number = (this.#versions.at(-1)?.number ?? 0) + 1;
        const version: Version = { ...head, number, recordedAtMs: nowMs, files: stored };
        await this.#write(version);
        this.#versions.push(version);
        return version;
      }),
    );
  }

  /** Its texts by file name. @throws InventoryFolderError */
  texts(version: Version): Promise<Map<string, string>> {
    return asFolderError(`version ${version.number} of the inventory cannot be read`, async () => {
      if (!version.files) return readCsvFolder(this.#folderOf(version));
      const texts = new Map<string, string>();
      for (const [name, stored] of version.files) texts.set(name, await this.#contents.get(stored));
      return texts;
    });
  }

  /** Names below the folder of all files that the versions consist of, with where they lie; they never change. */
  async files(): Promise<{ name: string; path: string }[]> {
    const paths = new Set<string>();
    for (const version of this.#versions) {
      const folder = this.#folderOf(version);
      for (const name of await readdir(folder)) paths.add(join(folder, name));
      for (const stored of version.files?.values() ?? [])
        for (const path of await this.#contents.filesOf(stored)) paths.add(path);
    }
    return [...paths].map((path) => ({ name: relative(this.#dir, path).replaceAll("\\", "/"), path }));
  }

  async #prepare(): Promise<void> {
    await mkdir(this.#dir, { recursive: true });
    for (const left of await readdir(this.#dir))
      if (left.startsWith(WRITING)) await rm(join(this.#dir, left), { recursive: true });
    await this.#contents.prepare();
  }

  async #write(version: Version): Promise<void> {
    const folder = this.#folderOf(version);
    const writing = join(this.#dir, `${WRITING}${nameOf(version)}`);
    await mkdir(writing);
    const file = await open(join(writing, MANIFEST), "wx");
    try {
      await file.writeFile(manifestText(version), "utf8");
      await file.sync();
    } finally {
      await file.close();
    }
    await sync(writing);
    await rename(writing, folder);
    await sync(this.#dir);
  }

  #folderOf(version: Version): string {
    return join(this.#dir, nameOf(version));
  }
}

function nameOf({ number }: Version): string {
  return String(number).padStart(8, "0");
}

async function readVersion(folder: string, number: number, nowMs: number): Promise<Version> {
  const manifest = join(folder, MANIFEST);
  if (await isThere(manifest)) return readManifest(number, manifest, await readFile(manifest, "utf8"));
  const { mtimeMs } = await stat(folder);
  return { number, recordedAtMs: mtimeMs, validFrom: dayText(dayAt(Math.min(mtimeMs, nowMs))) };
}

function noneIfMissing(error: unknown): string[] {
  if (codeOf(error) === "ENOENT") return [];
  throw error;
}

async function asFolderError<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw InventoryFolderError.of(what, error);
  }
}
