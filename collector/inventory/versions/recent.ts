// Versions of the inventory that were read, as many of the recently asked for as memory allows.
import type { Inventory } from "../inventory.ts";
import type { Version } from "./version.ts";

/** A version with what it says. */
export interface ValidInventory {
  inventory: Inventory;
  version: Version;
}

/** Rows that are kept beside the version in force: some twenty versions of a county, or one of a province. */
const KEPT_ROWS = 400_000;

/** The least recently used go first; the one asked for last stays whatever its size. */
export class RecentVersions {
  readonly #load: (version: Version) => Promise<Inventory>;
  readonly #keptRows: number;
  /** The least recently used first. A load that is under way is here as well, so that nobody begins it twice. */
  readonly #kept = new Map<number, Promise<ValidInventory>>();
  readonly #rows = new Map<number, number>();

  constructor(load: (version: Version) => Promise<Inventory>, keptRows = KEPT_ROWS) {
    this.#load = load;
    this.#keptRows = keptRows;
  }

  /** @throws as `load` */
  get(version: Version): Promise<ValidInventory> {
    const { number } = version;
    const kept = this.#kept.get(number) ?? this.#begin(version);
    this.#kept.delete(number);
    this.#kept.set(number, kept);
    return kept;
  }

  /** Takes one that was read already. */
  put(valid: ValidInventory): void {
    const { number } = valid.version;
    this.#kept.delete(number);
    this.#kept.set(number, Promise.resolve(valid));
    this.#weigh(number, valid.inventory);
  }

  #begin(version: Version): Promise<ValidInventory> {
    const { number } = version;
    const loading = this.#load(version).then(
      (inventory) => {
        this.#weigh(number, inventory);
        return { inventory, version };
      },
      (error: unknown) => {
        this.#kept.delete(number); // whoever asks next tries again
        throw error;
      },
    );
    return loading;
  }

  #weigh(number: number, { contents: { schools, venues, devices, serves } }: Inventory): void {
    this.#rows.set(number, schools.length + venues.length + devices.length + serves.length);
    let rows = [...this.#rows.values()].reduce((sum, n) => sum + n, 0);
    for (const old of [...this.#kept.keys()].slice(0, -1)) {
      if (rows <= this.#keptRows) return;
      const freed = this.#rows.get(old);
      if (freed === undefined) continue; // still being read
      rows -= freed;
      this.#rows.delete(old);
      this.#kept.delete(old);
    }
  }
}
