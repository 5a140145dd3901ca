// What results are computed from in a running collector: the inventory of the day, archived evidence, the store, what was declared.

import { CampusError } from "../../contract/errors.ts";
import type { ResultInputs } from "../../contract/scorecard.ts";
import type { Board } from "../board.ts";
import type { DeclaredLookup } from "../declared/declared.ts";
import { dayAt, dayText } from "../inventory/day.ts";
import type { Inventories } from "../inventory/inventories.ts";
import type { Inventory, School } from "../inventory/inventory.ts";
import { measureSchool } from "../measure/measure.ts";
import type { SchoolMeasured } from "../measure/measured.ts";
import { type KnowsQuality, schoolQuality } from "../quality/of-school.ts";
import { TeachingCalendar, windowAt } from "../score/calendar.ts";
import type { EvidenceKeeper } from "../score/evidence/keeper.ts";
import type { Evidence } from "../score/evidence.ts";
import { judgeSchool, type SchoolJudgement } from "../score/judge.ts";
import { feedSchool } from "../score/school/feed.ts";
import { pool } from "../score/school/pool.ts";
import type { ReadingStore } from "../store/store.ts";
import { canonicalText, plainly, sha256Of } from "./canonical.ts";
import { dayNumber, type InventoryOn, type ResultSources, type SchoolMaterial, type SchoolNow } from "./sources.ts";

export interface LiveSourcesOptions {
  board: Pick<Board, "inventory" | "agentsOf" | "judge">;
  evidence: Evidence;
  keeper: Pick<EvidenceKeeper, "fetch">;
  quality: KnowsQuality;
  store: Pick<ReadingStore, "scanRollups" | "rollups" | "rolledUpTo">;
  declared: DeclaredLookup;
  inventories: Pick<Inventories, "on">;
  /** For how many days evidence is kept; absent: as long as its archive keeps it (score/evidence/keeper.ts). */
  keptDays?: number;
  nowMs(): number;
}

/** Attested schools have a flag of their own (scoring model 9.4). */
const ATTESTED = "SMART_RATE";
const KEPT_DAYS = 800;

export class LiveSources implements ResultSources {
  readonly #options: LiveSourcesOptions;
  readonly pool = pool;

  constructor(options: LiveSourcesOptions) {
    this.#options = options;
  }

  mustKnow(): void {
    const { board, nowMs } = this.#options;
    const [first] = board.inventory?.schools ?? [];
    if (board.inventory && first) board.judge(board.inventory, first.id, nowMs());
  }

  async inventoryOn(day: string): Promise<InventoryOn | undefined> {
    const valid = await this.#options.inventories.on(dayNumber(day));
    if (!valid) return undefined;
    const { inventory, version } = valid;
    return { inventory, version: String(version.number), recordedOn: dayText(dayAt(version.recordedAtMs)) };
  }

  async now(inventory: Inventory, schoolId: string): Promise<SchoolNow> {
    const { board, nowMs } = this.#options;
    const asOfMs = nowMs();
    const judgement = board.judge(inventory, schoolId, asOfMs);
    const { result } = await this.#result(inventory, judgement, asOfMs);
    return { result, ...this.#attested(schoolId, dayText(dayAt(asOfMs))) };
  }

  async school(on: InventoryOn, schoolId: string, asOfMs: number): Promise<SchoolMaterial> {
    const { evidence, keeper, board, quality } = this.#options;
    const { inventory } = on;
    const school = inventory.school(schoolId);
    if (!school) throw new CampusError("SCHOOL_UNKNOWN", `school ${schoolId} is not in the inventory`);
    const days = this.#days(school, inventory, asOfMs);
    const [first, last] = [days[0], days.at(-1)];
    if (first !== undefined && last !== undefined) await keeper.fetch(schoolId, first, last);
    const judgement = judgeSchool({
      inventory,
      evidence,
      schoolId,
      asOfMs,
      hasAgent: board.agentsOf(schoolId).length > 0 || inventory.agentsOf(schoolId).length > 0,
      qualityOf: (venue, of) => quality.qualityOf(inventory, venue, of).verdict,
    });
    // Before anything is waited for: the digest is of what was judged.
    const slots = evidence.digest(schoolId, days);
    const { result, seen } = await this.#result(inventory, judgement, asOfMs);
    const inputs = this.#inputs(on, school, judgement, sha256Of(`${slots}\n${seen}`), asOfMs);
    return { result, ...this.#attested(schoolId, dayText(dayAt(asOfMs))), inputs };
  }

  declaredOn(scope: string, day: string) {
    return this.#options.declared.inForce(scope, dayNumber(day)).holding;
  }

  /**
   * All days that a verdict looks at, ascending; of hours that begin at midnight also the day before the first, whose last slot may
   * hold a report that is still true in the first one. @throws CampusError `EVIDENCE_GONE`
   */
  #days(school: School, inventory: Inventory, asOfMs: number): number[] {
    const { keptDays = KEPT_DAYS, nowMs } = this.#options;
    const calendar = new TeachingCalendar(inventory.calendarOf(school.id), inventory.publicHolidays);
    const window = windowAt(school, calendar, asOfMs);
    const judged = [...window.days, ...window.later].map(({ day }) => day);
    const [first] = judged;
    const days = first !== undefined && school.hours[0]?.fromMinute === 0 ? [first - 1, ...judged] : judged;
    const firstKept = dayAt(nowMs()) - keptDays;
    if (days[0] === undefined || days[0] >= firstKept) return days;
    const message = `the evidence of ${dayText(days[0])} is not kept any more, only from ${dayText(firstKept)} on`;
    throw new CampusError("EVIDENCE_GONE", message);
  }

  async #result(inventory: Inventory, judgement: SchoolJudgement, asOfMs: number) {
    const { board, declared, quality, store } = this.#options;
    const { schoolId } = judgement;
    const school = inventory.school(schoolId);
    if (!school) throw new CampusError("SCHOOL_UNKNOWN", `school ${schoolId} is not in the inventory`);
    const { share, byVenue } = schoolQuality(quality, inventory, judgement);
    const measured = await measureSchool({ store, inventory, schoolId, asOfMs });
    const entries = scopesOf(school, inventory).flatMap((scope) => declared.of(scope));
    const result = feedSchool({
      inventory,
      school,
      asOfMs,
      judgement,
      quality: share,
      declared: entries,
      isThere: declared.isThere,
      measured,
      hasAgent: board.agentsOf(schoolId).length > 0 || inventory.agentsOf(schoolId).length > 0,
    });
    return { result, seen: digestOf(measured, [...byVenue]) };
  }

  #attested(schoolId: string, day: string): { attested?: boolean } {
    const entry = this.declaredOn(schoolId, day).find(
      ({ indicator, kind }) => indicator === ATTESTED && kind === "flag",
    );
    return entry?.holds === undefined ? {} : { attested: entry.holds };
  }

  #inputs(
    { inventory, version, recordedOn }: InventoryOn,
    school: School,
    { window }: SchoolJudgement,
    evidence: string,
    asOfMs: number,
  ): ResultInputs {
    const { declared } = this.#options;
    const day = dayAt(asOfMs);
    const standings = scopesOf(school, inventory).flatMap((scope) => declared.standings(scope, day));
    const holding = standings.filter(({ state }) => state === "in_force");
    const { fromDay, toDay } = window;
    const recorded = [
      toDay ?? dayText(day),
      ...(recordedOn === undefined ? [] : [recordedOn]),
      ...holding.map(({ entry }) => dayText(dayAt(entry.enteredAtMs))),
    ];
    const named = standings.map(({ entry, state }) => [entry.id, state]);
    return {
      ...(version !== undefined && { inventory: version }),
      evidence,
      ...(named.length > 0 && { declared: sha256Of(canonicalText(named)) }),
      ...(fromDay !== undefined && { fromDay }),
      ...(toDay !== undefined && { toDay }),
      recordedOn: recorded.sort().at(-1) ?? dayText(day),
    };
  }
}

/** Whose declarations speak of a school: its own, its regions', its zone's. */
function scopesOf({ id, county, zone }: School, { regions }: Inventory): string[] {
  return [id, ...regions.path(county).map(({ code }) => code), ...(zone === undefined ? [] : [zone])];
}

/** Of what was read from rollups and counted of rooms. */
function digestOf(measured: SchoolMeasured, quality: readonly unknown[]): string {
  return sha256Of(canonicalText(plainly({ measured, quality })));
}
