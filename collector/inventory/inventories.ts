// The inventories of all days: which one is in force, which one held on a day, and how a new one is recorded.
import { ConfigError, type Problem } from "../../contract/errors.ts";
import { Turns } from "../../contract/turns.ts";
import { dayAt, dayText } from "./day.ts";
import { diffInventory, hasChanges, type InventoryDiff } from "./diff.ts";
import type { Inventory } from "./inventory.ts";
import { readInventory } from "./read.ts";
import { VersionConflictError } from "./refusals.ts";
import type { Regions } from "./regions.ts";
import { type FileSource, textOf } from "./table.ts";
import { Archive } from "./versions/archive.ts";
import { sha256Of } from "./versions/contents.ts";
import { RecentVersions, type ValidInventory } from "./versions/recent.ts";
import { supersededBy, validOn } from "./versions/validity.ts";
import type { StoredFile, Version, VersionHead } from "./versions/version.ts";

export interface InventoriesOptions {
  dir: string;
  regions: Regions;
  nowMs(): number;
  /** Another version came into force. */
  onInForce(inventory: Inventory | undefined): void;
}

/** The files of a new version, and what is known to be wrong with them before they are read. */
export interface Sources {
  files: ReadonlyMap<string, FileSource>;
  problems?: readonly Problem[];
}

export interface Change {
  /** @param texts of the version that the change is made on, by file name; empty when there is none */
  make(texts: () => Promise<ReadonlyMap<string, string>>): Promise<Sources>;
  /** `validFrom` absent: today. */
  head: Partial<VersionHead>;
  /** Number of the version that the change was made for, 0 when there was none; absent: whichever it is. */
  basedOn?: number;
  /** Only says what it would change. */
  preview: boolean;
}

export interface Changed {
  diff: InventoryDiff;
  /** The version that it was compared with; absent when there was none. */
  base?: Version;
  /** Other versions that hold on no day any more, or would not. */
  supersedes: Version[];
  /** What was recorded; absent for a preview, and when nothing differs. */
  version?: Version;
}

export class Inventories {
  readonly #options: InventoriesOptions;
  readonly #archive: Archive;
  readonly #recent: RecentVersions;
  /** Of two changes at once the later sees the earlier, and the one in force is not left to chance. */
  readonly #turns = new Turns();
  #inForce: ValidInventory | undefined;

  private constructor(options: InventoriesOptions, archive: Archive) {
    this.#options = options;
    this.#archive = archive;
    this.#recent = new RecentVersions((version) => this.#read(version));
  }

  /** @throws InventoryFolderError; ConfigError naming the folder when what is in force cannot be used */
  static async open(options: InventoriesOptions): Promise<Inventories> {
    const inventories = new Inventories(options, await Archive.open(options.dir, options.nowMs()));
    const version = validOn(inventories.versions, inventories.#today());
    inventories.#inForce = version && (await inventories.#recent.get(version));
    return inventories;
  }

  /** `undefined` while none holds today. */
  get inForce(): ValidInventory | undefined {
    return this.#inForce;
  }

  /** By number, ascending. */
  get versions(): readonly Version[] {
    return this.#archive.versions;
  }

  /**
   * What held on a day (day.ts); `undefined` before the first day on which any did.
   * @param upTo only what was recorded up to this version: what was known then
   * @throws InventoryFolderError, ConfigError when the version cannot be read
   */
  async on(day: number, upTo?: number): Promise<ValidInventory | undefined> {
    const version = this.versionOn(day, upTo);
    return version && this.#valid(version);
  }

  /** As `on`, without reading what the version says. */
  versionOn(day: number, upTo?: number): Version | undefined {
    return validOn(this.versions, dayText(day), upTo);
  }

  /** `undefined` when no version has the number. @throws as `on` */
  async version(number: number): Promise<ValidInventory | undefined> {
    const version = this.versions.find((one) => one.number === number);
    return version && this.#valid(version);
  }

  /** The texts of a version by file name. @throws InventoryFolderError */
  texts(version: Version): Promise<ReadonlyMap<string, string>> {
    return this.#archive.texts(version);
  }

  /** All files that the versions consist of, by their names in the folder, for a backup. */
  files(): Promise<{ name: string; path: string }[]> {
    return this.#archive.files();
  }

  /** Puts in force what holds today. To be called from time to time: a version can hold from a later day. @throws as `on` */
  follow(): Promise<void> {
    return this.#turns.take(() => this.#follow());
  }

  /**
   * Records a version, or says what it would change. A change for today or before is made on what is in force, one for a later
   * day on what holds then.
   *
   * @throws ConfigError with every problem; VersionConflictError; InventoryFolderError. Nothing is changed then.
   */
  change(change: Change): Promise<Changed> {
    return change.preview ? this.#change(change) : this.#turns.take(() => this.#change(change));
  }

  async #change({ make, head, basedOn, preview }: Change): Promise<Changed> {
    const today = this.#today();
    const validFrom = head.validFrom ?? today;
    const baseVersion = validOn(this.versions, validFrom > today ? validFrom : today);
    if (basedOn !== undefined && basedOn !== (baseVersion?.number ?? 0))
      throw new VersionConflictError(basedOn, baseVersion?.number ?? 0);
    const base = baseVersion && (await this.#valid(baseVersion));
    const { files, problems } = await make(async () => (baseVersion ? this.texts(baseVersion) : new Map()));
    const inventory = readInventory(files, this.#options.regions, problems);
    const isSame = (file: string) => isText(files.get(file), baseVersion?.files?.get(file));
    const diff = diffInventory(base?.inventory, inventory, isSame);
    const supersedes = supersededBy(this.versions, validFrom).filter(({ number }) => number !== baseVersion?.number);
    const changed = { diff, ...(baseVersion && { base: baseVersion }), supersedes };
    const saysNothing =
      baseVersion && validFrom >= baseVersion.validFrom && supersedes.length === 0 && !hasChanges(diff);
    if (preview || saysNothing) return changed;
    const texts = new Map([...files].map(([name, source]) => [name, textOf(source)]));
    const said = { ...head, validFrom, ...(baseVersion && { basedOn: baseVersion.number }) };
    const version = await this.#archive.record(texts, said, this.#options.nowMs());
    this.#recent.put({ inventory, version });
    await this.#follow();
    return { ...changed, version };
  }

  async #follow(): Promise<void> {
    const version = validOn(this.versions, this.#today());
    if (version?.number === this.#inForce?.version.number) return;
    this.#inForce = version && (await this.#recent.get(version));
    this.#options.onInForce(this.#inForce?.inventory);
  }

  #valid(version: Version): Promise<ValidInventory> {
    return version.number === this.#inForce?.version.number
      ? Promise.resolve(this.#inForce)
      : this.#recent.get(version);
  }

  async #read(version: Version): Promise<Inventory> {
    const texts = await this.#archive.texts(version);
    try {
      return readInventory(texts, this.#options.regions);
    } catch (error) {
      // What was recorded was right, so somebody has changed the files, or this program expects something else of them.
      if (!(error instanceof ConfigError)) throw error;
      const what = `version ${version.number} of the saved inventory in ${this.#options.dir}`;
      throw new ConfigError(what, error.problems, { cause: error });
    }
  }

  #today(): string {
    return dayText(dayAt(this.#options.nowMs()));
  }
}

/** Whether a file is byte by byte what was recorded. */
function isText(source: FileSource | undefined, stored: StoredFile | undefined): boolean {
  return typeof source === "string" && stored?.sha256 === sha256Of(Buffer.from(source, "utf8"));
}
