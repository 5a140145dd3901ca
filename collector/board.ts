// The board: the inventory in force and the present judgement of every school, made when asked for and kept until
// evidence, inventory or time changes it.
import { CampusError } from "../contract/errors.ts";
import type { Fleet } from "./fleet/heard.ts";
import type { Registry } from "./fleet/registry.ts";
import type { StoredInfo } from "./ingest/ingest.ts";
import type { AgentEntry, Inventory, Venue } from "./inventory/inventory.ts";
import type { Regions } from "./inventory/regions.ts";
import type { QualityKeeper } from "./quality/keeper.ts";
import type { Evidence } from "./score/evidence.ts";
import { judgeSchool, type SchoolJudgement, type VenueDay, venueDays } from "./score/judge.ts";
import { SLOT_MS } from "./score/parameters.ts";
import { type SchoolHistory, schoolHistory } from "./score/what-if/history.ts";
import type { SampleColumns } from "./store/store.ts";

export interface BoardOptions {
  regions: Regions;
  /** Absent until one was imported. */
  inventory: Inventory | undefined;
  evidence: Evidence;
  fleet: Fleet;
  /** Agents that were enrolled; absent: only those of the inventory are known. */
  enrolled?: Pick<Registry, "agents" | "agentsOf">;
  /** How well venues are served; absent: of none is anything known. */
  quality?: Pick<QualityKeeper, "revision" | "verdictOf">;
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
  readonly #enrolled: BoardOptions["enrolled"];
  readonly #quality: BoardOptions["quality"];
  readonly #kept = new Map<string, Kept>();
  /** Why nothing can be judged; absent when it can. */
  #obstacle: string | undefined;
  #inventory: Inventory | undefined;

  constructor({ regions, inventory, evidence, fleet, enrolled, quality }: BoardOptions) {
    this.#enrolled = enrolled;
    this.#quality = quality;
    this.regions = regions;
    this.fleet = fleet;
    this.#inventory = inventory;
    this.#evidence = evidence;
  }

  get inventory(): Inventory | undefined {
    return this.#inventory;
  }

  replaceInventory(inventory: Inventory | undefined): void {
    this.#inventory = inventory;
    this.#kept.clear();
  }

  /** Agents that speak, or spoke, for a school: the enrolled ones, and those of the inventory. */
  agentsOf(schoolId: string): AgentEntry[] {
    return withoutTwins(this.#enrolled?.agentsOf(schoolId) ?? [], this.#inventory?.agentsOf(schoolId) ?? []);
  }

  agents(): AgentEntry[] {
    return withoutTwins(this.#enrolled?.agents() ?? [], this.#inventory?.contents.agents ?? []);
  }

  /** Nothing is judged from now on: evidence is missing. */
  cannotJudge(why: string): void {
    this.#obstacle = why;
  }

  /** Samples that were stored before this process began. */
  recall(schoolId: string, samples: SampleColumns): void {
    this.#evidence.take(schoolId, samples);
    this.fleet.take(schoolId, samples);
  }

  /** All that was stored before has been recalled. */
  recalled(): void {
    this.#obstacle = undefined;
  }

  /** A batch was stored just now. */
  take(schoolId: string, samples: SampleColumns, info: StoredInfo): void {
    this.recall(schoolId, samples);
    this.fleet.stored(info);
  }

  /**
   * The judgement of a school of the inventory in force, at most `KEEP_MS` old and of the slot that `asOfMs` falls into.
   * @throws CampusError `EVIDENCE_MISSING` (retryable) while what is stored has not been read back
   */
  judge(inventory: Inventory, schoolId: string, asOfMs: number): SchoolJudgement {
    this.#mustKnow();
    // Both only grow, so their sum stays the same only when both do.
    const revision = this.#evidence.revision(schoolId) + (this.#quality?.revision(schoolId) ?? 0);
    const kept = this.#kept.get(schoolId);
    if (kept && kept.inventory === inventory && kept.revision === revision && isStillOf(kept.asOfMs, asOfMs))
      return kept.judgement;
    const judgement = judgeSchool({
      inventory,
      evidence: this.#evidence,
      schoolId,
      asOfMs,
      hasAgent: this.agentsOf(schoolId).length > 0,
      qualityOf: (venue, days) => this.#quality?.verdictOf(inventory, venue, days) ?? "unproven",
    });
    this.#kept.set(schoolId, { judgement, inventory, revision, asOfMs });
    return judgement;
  }

  /** The slots behind a venue's verdict, day by day. @throws like `judge` */
  venueDays(inventory: Inventory, { id, school }: Venue, asOfMs: number): VenueDay[] {
    this.#mustKnow();
    return venueDays({ inventory, evidence: this.#evidence, schoolId: school, asOfMs }, id);
  }

  /** What a what-if looks back on. @throws like `judge` */
  history(inventory: Inventory, schoolId: string, asOfMs: number): SchoolHistory {
    this.#mustKnow();
    return schoolHistory({ inventory, evidence: this.#evidence, schoolId, asOfMs });
  }

  #mustKnow(): void {
    if (this.#obstacle === undefined) return;
    throw new CampusError("EVIDENCE_MISSING", this.#obstacle, { retryable: true });
  }
}

/** Whoever is enrolled is what the registry says, whatever the inventory calls it. */
function withoutTwins(
  enrolled: readonly { id: string; school: string }[],
  listed: readonly AgentEntry[],
): AgentEntry[] {
  const ids = new Set(enrolled.map(({ id }) => id));
  return [...enrolled.map(({ id, school }) => ({ id, school, name: id })), ...listed.filter(({ id }) => !ids.has(id))];
}

/** A clock that was set back does not keep a judgement of what is now the future. */
function isStillOf(keptMs: number, asOfMs: number): boolean {
  const isSameSlot = Math.floor(keptMs / SLOT_MS) === Math.floor(asOfMs / SLOT_MS);
  return isSameSlot && keptMs <= asOfMs && asOfMs - keptMs < KEEP_MS;
}
