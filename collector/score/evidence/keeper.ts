// Keeps evidence beyond memory and beyond this process: puts days into the archive, and brings them back.
//
// A day that is over is archived soon after it was packed, the day that goes on once an hour and at a stop. Readings are durable in
// the store, so the archive may lag: `keptUpTo` says that everything received before is in it, and at a start what was received
// since is taken from the store again (collector/recall.ts). Bits only ever get set, so taking twice is harmless.
//
// In memory are the newest days of all schools, and of each school the days that its present window looks at, which in and after
// a long break are older.
import { messageOf } from "../../../contract/errors.ts";
import { Turns } from "../../../contract/turns.ts";
import { dayAt, dayStartMs } from "../../inventory/day.ts";
import type { Inventory, School } from "../../inventory/inventory.ts";
import type { HousekeepingLog } from "../../rollup/housekeeper.ts";
import type { State } from "../../state/state.ts";
import { TeachingCalendar, windowAt } from "../calendar.ts";
import type { Evidence, SchoolDay } from "../evidence.ts";
import { type ArchivedDay, type EvidenceArchive, openArchive } from "./archive.ts";

/** How long a day of a school can be fetched for a verdict on the past. */
const ARCHIVE_DAYS = 800;
/** Twenty teaching days and a week of holidays among them. */
const MEMORY_DAYS = 40;
const SAVE_ALL_EVERY_MS = 3_600_000;
const FORGET_EVERY_MS = 3_600_000;
/** A batch that was received is taken only once it is stored; within this time it is. */
const UNDER_WAY_MS = 10 * 60_000;
/** Days in one transaction: the state has little memory, and others wait meanwhile. */
const AT_ONCE = 100;

export interface KeeperOptions {
  state: State;
  evidence: Evidence;
  nowMs(): number;
  /** The one in force; absent until one was imported. */
  inventory(): Inventory | undefined;
  log: HousekeepingLog;
}

/** Brings back what is archived of the days in memory. @throws StateError */
export async function openKeeper(options: KeeperOptions): Promise<EvidenceKeeper> {
  const { state, evidence } = options;
  const archive = await openArchive(state);
  const keysSaved = new Map<string, number>();
  // Before the days, which hold the numbers of keys.
  await archive.keys((schoolId, keys) => {
    evidence.restoreKeys(schoolId, keys);
    keysSaved.set(schoolId, keys.length);
  });
  const keeper = new EvidenceKeeper(options, archive, keysSaved, await archive.keptUpTo());
  await keeper.begin();
  return keeper;
}

export class EvidenceKeeper {
  readonly #options: KeeperOptions;
  readonly #archive: EvidenceArchive;
  /** How many keys of a school's devices the archive has. */
  readonly #keysSaved: Map<string, number>;
  /** All that was received before is archived; absent: nobody knows of anything. */
  #keptUpToMs: number | undefined;
  #savedAllAtMs: number | undefined;
  #droppedOn: number | undefined;
  /** When it was looked what has to be in memory, and for which inventory. */
  #looked: { atMs: number; inventory: Inventory | undefined } | undefined;
  #isFailing = false;
  #isClosed = false;
  /** One after the other, or an older day could be put in the place of a newer one. */
  readonly #turns = new Turns();

  /** Use `openKeeper`. */
  constructor(
    options: KeeperOptions,
    archive: EvidenceArchive,
    keysSaved: Map<string, number>,
    keptUpToMs: number | undefined,
  ) {
    this.#options = options;
    this.#archive = archive;
    this.#keysSaved = keysSaved;
    this.#keptUpToMs = keptUpToMs;
  }

  /** Brings back what has to be in memory. Without an archive all days are in memory until they have been archived. */
  async begin(): Promise<void> {
    if (this.#keptUpToMs === undefined) return;
    const { evidence, nowMs } = this.#options;
    const atMs = nowMs();
    // Before anything is here: from now on older days have to be fetched.
    evidence.forgetBefore(dayStartMs(firstDay(atMs)));
    await this.#archive.daysFrom(firstDay(atMs), (day) => evidence.restore(day, day.packed));
    await this.#look(atMs);
  }

  /** What was received before need not be taken from the store again; absent: everything has to be. */
  get keptUpToMs(): number | undefined {
    return this.#keptUpToMs;
  }

  /**
   * All that is stored has been taken since the start, so that a mark may be set from now on: before, a mark would say of what was
   * never taken that it is archived.
   */
  recalled(): void {
    this.#savedAllAtMs = Number.NEGATIVE_INFINITY;
  }

  /**
   * What is to be done every minute: packs days that are over and archives them, once an hour the day that goes on as well. Never
   * throws: what the archive did not take is tried again next time.
   */
  once(): Promise<void> {
    return this.#turns.take(() => this.#round(false));
  }

  /** Makes sure that days of a school are in memory, `toDay` included, until days are forgotten again. @throws StateError */
  async fetch(schoolId: string, fromDay: number, toDay: number): Promise<void> {
    const days = Array.from({ length: toDay - fromDay + 1 }, (_, i) => fromDay + i);
    const { evidence } = this.#options;
    const missing = days.filter((day) => !evidence.isKnown(schoolId, [day]));
    const [first, last] = [missing[0], missing.at(-1)];
    if (first === undefined || last === undefined) return;
    const archived = new Map(
      (await this.#archive.daysOf(schoolId, first, last)).map(({ day, packed }) => [day, packed]),
    );
    for (const day of missing) {
      // Somebody else may have fetched it meanwhile.
      if (!evidence.isKnown(schoolId, [day])) evidence.restore({ schoolId, day }, archived.get(day));
    }
  }

  /** Archives what there is. */
  async stop(): Promise<void> {
    await this.#turns.take(() => this.#round(true));
    this.#isClosed = true;
  }

  async #round(isLast: boolean): Promise<void> {
    if (this.#isClosed) return;
    const { evidence, nowMs, log } = this.#options;
    const atMs = nowMs();
    evidence.settle(atMs);
    try {
      await this.#save(atMs, isLast);
      await this.#look(atMs);
      await this.#dropOld(dayAt(atMs));
      if (this.#isFailing) log.info({}, "evidence is archived again");
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing) log.warn({ err: messageOf(error) }, "evidence cannot be archived, trying again later");
      this.#isFailing = true;
    }
  }

  async #save(atMs: number, isLast: boolean): Promise<void> {
    const before = this.#savedAllAtMs;
    const isWhole = before !== undefined && (isLast || Math.abs(atMs - before) >= SAVE_ALL_EVERY_MS);
    const unsaved = this.#options.evidence.unsaved().filter(({ isOpen }) => isWhole || !isOpen);
    // By day: rows of one day then lie together.
    unsaved.sort((a, b) => a.day - b.day || (a.schoolId < b.schoolId ? -1 : 1));
    for (let from = 0; from < unsaved.length; from += AT_ONCE)
      await this.#saveSome(unsaved.slice(from, from + AT_ONCE));
    if (!isWhole) return;
    await this.#archive.setKeptUpTo(atMs - UNDER_WAY_MS);
    this.#keptUpToMs = atMs - UNDER_WAY_MS;
    this.#savedAllAtMs = atMs;
  }

  async #saveSome(some: readonly (SchoolDay & { isPartial: boolean })[]): Promise<void> {
    const { evidence } = this.#options;
    for (const { schoolId, day, isPartial } of some) if (isPartial) await this.fetch(schoolId, day, day);
    const keys = new Map<string, readonly string[]>();
    const days = some.flatMap((which): ArchivedDay[] => {
      const packed = evidence.beginSave(which);
      return packed === undefined ? [] : [{ schoolId: which.schoolId, day: which.day, packed }];
    });
    for (const { schoolId } of days) {
      const ofSchool = evidence.keysOf(schoolId);
      if (ofSchool.length > (this.#keysSaved.get(schoolId) ?? 0)) keys.set(schoolId, [...ofSchool]);
    }
    let isSaved = false;
    try {
      await this.#archive.save(days, keys);
      isSaved = true;
    } finally {
      for (const which of some) evidence.endSave(which, isSaved);
    }
    for (const [schoolId, ofSchool] of keys) this.#keysSaved.set(schoolId, ofSchool.length);
  }

  /** Forgets what need not be in memory, and fetches what has to be: every hour, and when the inventory with its calendars changed. */
  async #look(atMs: number): Promise<void> {
    const inventory = this.#options.inventory();
    const before = this.#looked;
    if (this.#keptUpToMs === undefined) return;
    if (before?.inventory === inventory && Math.abs(atMs - (before?.atMs ?? 0)) < FORGET_EVERY_MS) return;
    const { evidence } = this.#options;
    const needed = new Map(inventory?.schools.map((school) => [school.id, windowDays(inventory, school, atMs)]));
    evidence.forgetBefore(dayStartMs(firstDay(atMs)), (schoolId) => needed.get(schoolId) ?? []);
    const missing = new Map<string, Set<number>>();
    for (const [schoolId, days] of needed) {
      const unknown = days.filter((day) => !evidence.isKnown(schoolId, [day]));
      if (unknown.length > 0) missing.set(schoolId, new Set(unknown));
    }
    await this.#fetchAll(missing);
    this.#looked = { atMs, inventory };
  }

  async #fetchAll(missing: ReadonlyMap<string, Set<number>>): Promise<void> {
    const { evidence } = this.#options;
    const oldest = Math.min(...[...missing.values()].map((days) => Math.min(...days)));
    if (missing.size === 0) return;
    await this.#archive.daysFrom(oldest, ({ schoolId, day, packed }) => {
      if (missing.get(schoolId)?.delete(day)) evidence.restore({ schoolId, day }, packed);
    });
    // The archive has nothing of these.
    for (const [schoolId, days] of missing) for (const day of days) evidence.restore({ schoolId, day }, undefined);
  }

  async #dropOld(today: number): Promise<void> {
    if (this.#droppedOn === today) return;
    await this.#archive.dropBefore(today - ARCHIVE_DAYS);
    this.#droppedOn = today;
  }
}

/** The first of the days that are in memory for all schools. */
function firstDay(atMs: number): number {
  return dayAt(atMs) - MEMORY_DAYS;
}

/** Days that a verdict on a school looks at now: its window, the days after a break, and the day before each. */
function windowDays(inventory: Inventory, school: School, atMs: number): number[] {
  const calendar = new TeachingCalendar(inventory.calendarOf(school.id), inventory.publicHolidays);
  const { days, later } = windowAt(school, calendar, atMs);
  // The last slot of the day before may be carried into the first of a day (section 4, rule 3).
  return [...new Set([...days, ...later].flatMap(({ day }) => [day - 1, day]))];
}
