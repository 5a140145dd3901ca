// The board: the inventory in force and the present judgement of every school, made when asked for and kept until
// evidence, inventory or time changes it.
import type { Fleet } from "./fleet.ts";
import type { StoredInfo } from "./ingest/ingest.ts";
import type { Inventory, Venue } from "./inventory/inventory.ts";
import type { Regions } from "./inventory/regions.ts";
import type { Evidence } from "./score/evidence.ts";
import { judgeSchool, type SchoolJudgement, type VenueDay, venueDays } from "./score/judge.ts";
import { SLOT_MS } from "./score/parameters.ts";
import type { SampleColumns } from "./store/store.ts";

export interface BoardOptions {
  regions: Regions;
  /** Absent until one was imported. */
  inventory: Inventory | undefined;
  evidence: Evidence;
  fleet: Fleet;
}

interface Kept {
  judgement: SchoolJudgement;
  inventory: Inventory;
  revision: number;
  asOfMs: number;
}

/** How far apart two judgements with the same evidence may say that they are; slots, and with them states, change between. */
const KEEP_MS = 30_000;

export class Board {
  readonly regions: Regions;
  readonly fleet: Fleet;
  readonly #evidence: Evidence;
  readonly #kept = new Map<string, Kept>();
  #inventory: Inventory | undefined;

  constructor({ regions, inventory, evidence, fleet }: BoardOptions) {
    this.regions = regions;
    this.fleet = fleet;
    this.#inventory = inventory;
    this.#evidence = evidence;
  }

  get inventory(): Inventory | undefined {
    return this.#inventory;
  }

  replaceInventory(inventory: Inventory): void {
    this.#inventory = inventory;
    this.#kept.clear();
  }

  /** A batch was stored just now. */
  take(schoolId: string, samples: SampleColumns, info: StoredInfo): void {
    this.#evidence.take(schoolId, samples);
    this.fleet.take(schoolId, samples);
    this.fleet.stored(info);
  }

  /** The judgement of a school of the inventory in force, at most `KEEP_MS` old and of the slot that `asOfMs` falls into. */
  judge(inventory: Inventory, schoolId: string, asOfMs: number): SchoolJudgement {
    const revision = this.#evidence.revision(schoolId);
    const kept = this.#kept.get(schoolId);
    if (kept && kept.inventory === inventory && kept.revision === revision && isStillOf(kept.asOfMs, asOfMs))
      return kept.judgement;
    const judgement = judgeSchool({ inventory, evidence: this.#evidence, schoolId, asOfMs });
    this.#kept.set(schoolId, { judgement, inventory, revision, asOfMs });
    return judgement;
  }

  /** The slots behind a venue's verdict, day by day. */
  venueDays(inventory: Inventory, { id, school }: Venue, asOfMs: number): VenueDay[] {
    return venueDays({ inventory, evidence: this.#evidence, schoolId: school, asOfMs }, id);
  }
}

/** A clock that was set back does not keep a judgement of what is now the future. */
function isStillOf(keptMs: number, asOfMs: number): boolean {
  const isSameSlot = Math.floor(keptMs / SLOT_MS) === Math.floor(asOfMs / SLOT_MS);
  return isSameSlot && keptMs <= asOfMs && asOfMs - keptMs < KEEP_MS;
}
