// Keeps the quality of venues (scoring model 5.4) up to what is stored: which slots are to be counted, and when.
//
// A slot is counted once it has ended a minute ago, a few together; a day into which readings came later is counted anew, at
// most every ten minutes. What is counted is durable, so that a restart reads only what is new: as with rollups, what came
// late is known by memory alone, and how far everything received has been counted is kept, so that after a crash the ledger
// says which days to look at again. Counting twice gives the same counts.
import { messageOf } from "../../contract/errors.ts";
import { dayAt } from "../inventory/day.ts";
import type { Inventory, School, Venue } from "../inventory/inventory.ts";
import { Attempt } from "../rollup/attempt.ts";
import { type VenueQuality, venueQuality } from "../score/quality/venue-quality.ts";
import type { Quality } from "../score/venue.ts";
import type { ReadingStore, SampleColumns } from "../store/store.ts";
import { countRange, type SlotRange, spanOf } from "./count.ts";
import { CountedDays } from "./counted-days.ts";
import { addCounts, fromBytes, toBytes } from "./counts-bytes.ts";
import { DurableDays } from "./durable.ts";
import { LateMarks } from "./late-marks.ts";
import { endedSlots, type QualityPlan, qualityPlan } from "./plan.ts";
import { type QualitySetup, qualitySetup } from "./setup.ts";
import type { QualityTable } from "./table.ts";

/** How long after its end a slot is counted: most of what belongs to it has arrived by then. */
const SETTLE_MS = 60_000;
/** Slots of today that are counted together, unless they are the day's last. */
const TOGETHER = 3;
/** A day is counted anew so often at the most. */
const LATE_MS = 10 * 60_000;
/**
 * With more schools than this, today is counted when it is over: readings of a day that is not put in order yet are searched
 * whole for each school.
 */
const TODAY_SCHOOLS = 1_000;
/** Days that one round counts beside today, so that today's slots do not wait for long. */
const DAYS_PER_ROUND = 400;

/** Of a school that is not in the inventory. */
const NO_SETUP: QualitySetup = { fingerprint: "", venues: [], slots: [] };

export interface QualityKeeperOptions {
  store: Pick<ReadingStore, "scan" | "scanRollups" | "scanLedger">;
  table: QualityTable;
  /** The one in force; absent until one was imported. */
  inventory(): Inventory | undefined;
  nowMs(): number;
  /** How long readings are kept: older days are counted from rollups. */
  rawMs: number;
  /** Days before are forgotten. */
  keepDays: number;
  /** Most schools whose present day is counted while it goes on. */
  todaySchools?: number;
  log: { warn(details: object, message: string): void; info(details: object, message: string): void };
}

export class QualityKeeper {
  readonly #options: QualityKeeperOptions;
  readonly #days = new CountedDays();
  readonly #marks = new LateMarks();
  readonly #durable: DurableDays;
  readonly #plans = new Map<string, QualityPlan>();
  /** Of inventories that are looked at and are not in force, by school. */
  readonly #setups = new WeakMap<Inventory, Map<string, QualitySetup>>();
  readonly #stopping = new AbortController();
  #working: Promise<void> | undefined;
  #isFailing = false;

  constructor(options: QualityKeeperOptions) {
    this.#options = options;
    const { table, store } = options;
    this.#durable = new DurableDays({ table, ledger: store, days: this.#days, marks: this.#marks });
  }

  /** A batch was stored just now. */
  take(schoolId: string, samples: SampleColumns, receivedMs: number): void {
    this.#marks.take(schoolId, samples, receivedMs);
  }

  /** Grows whenever a quality of the school may have changed. */
  revision(schoolId: string): number {
    return this.#days.revision(schoolId);
  }

  /** The quality of a venue over these days, by what has been counted of them so far. */
  qualityOf(inventory: Inventory, venue: Venue, days: readonly number[]): VenueQuality {
    return venueQuality(this.#days.sum(venue.school, this.#setupOf(inventory, venue.school), days, venue.id));
  }

  verdictOf(inventory: Inventory, venue: Venue, days: readonly number[]): Quality {
    return this.qualityOf(inventory, venue, days).verdict;
  }

  /** Counts what there is to count. Never throws; never two at once. */
  once(): Promise<void> {
    this.#working ??= this.#once().finally(() => {
      this.#working = undefined;
    });
    return this.#working;
  }

  /** Nothing new is begun; resolves when what is under way has ended. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#working;
  }

  async #once(): Promise<void> {
    const { log, nowMs } = this.#options;
    try {
      await this.#round(nowMs());
      if (this.#isFailing) log.info({}, "wireless quality is counted again");
      this.#isFailing = false;
    } catch (error) {
      const err = messageOf(error);
      if (!this.#isFailing) log.warn({ err }, "wireless quality cannot be counted, trying again later");
      this.#isFailing = true;
    }
  }

  /** What fails of one school does not stop the others. @throws what failed first */
  async #round(nowMs: number): Promise<void> {
    await this.#durable.start(nowMs);
    const inventory = this.#options.inventory();
    if (!inventory) return;
    const attempt = new Attempt(this.#stopping.signal);
    const { todaySchools = TODAY_SCHOOLS } = this.#options;
    const lively = inventory.schools.length <= todaySchools ? inventory.schools : [];
    for (const school of lively) await attempt.each(() => this.#countToday(inventory, school, nowMs));
    let left = DAYS_PER_ROUND;
    for (const school of inventory.schools) {
      await attempt.each(async () => {
        left -= await this.#countPast(inventory, school, nowMs, left);
      });
    }
    await this.#durable.save();
    await this.#durable.dropBefore(dayAt(nowMs) - this.#options.keepDays);
    if (attempt.failures > 0) throw attempt.firstError;
    if (left > 0 && !attempt.isOver) await this.#durable.advance(nowMs);
  }

  #planOf(inventory: Inventory, school: School, nowMs: number): QualityPlan {
    const today = dayAt(nowMs);
    const there = this.#plans.get(school.id);
    if (there?.inventory === inventory && there.today === today) return there;
    const plan = qualityPlan(inventory, school, today);
    this.#plans.set(school.id, plan);
    return plan;
  }

  /** That of the newest round, or of today when there was none with this inventory. */
  #setupOf(inventory: Inventory, schoolId: string): QualitySetup {
    const plan = this.#plans.get(schoolId);
    if (plan?.inventory === inventory) return plan.setup;
    const setups = this.#setups.get(inventory) ?? new Map<string, QualitySetup>();
    this.#setups.set(inventory, setups);
    const school = inventory.school(schoolId);
    const setup =
      setups.get(schoolId) ?? (school && qualitySetup(inventory, school, dayAt(this.#options.nowMs()))) ?? NO_SETUP;
    setups.set(schoolId, setup);
    return setup;
  }

  async #countToday(inventory: Inventory, school: School, nowMs: number): Promise<void> {
    const { teachesToday, today, setup } = this.#planOf(inventory, school, nowMs);
    const to = teachesToday ? endedSlots(setup, today, nowMs - SETTLE_MS) : 0;
    if (to === 0) return;
    const there = this.#days.get(school.id, today);
    if (there?.fingerprint !== setup.fingerprint || this.#isLate(school.id, today, nowMs)) {
      await this.#count(school.id, setup, { day: today, from: 0, to }, nowMs);
      return;
    }
    const isDue = to === setup.slots.length || to - there.done >= TOGETHER;
    if (isDue && to > there.done) await this.#count(school.id, setup, { day: today, from: there.done, to }, nowMs);
  }

  /** @returns how many days were counted */
  async #countPast(inventory: Inventory, school: School, nowMs: number, most: number): Promise<number> {
    const { pastDays, setup } = this.#planOf(inventory, school, nowMs);
    let counted = 0;
    for (const day of pastDays) {
      if (day < dayAt(nowMs) - this.#options.keepDays) break;
      const there = this.#days.get(school.id, day);
      const isWhole = there?.fingerprint === setup.fingerprint && there.done === setup.slots.length;
      if (isWhole && !this.#isLate(school.id, day, nowMs)) continue;
      if (counted === most || this.#stopping.signal.aborted) break;
      await this.#count(school.id, setup, { day, from: 0, to: setup.slots.length }, nowMs);
      counted += 1;
    }
    return counted;
  }

  #isLate(schoolId: string, day: number, nowMs: number): boolean {
    if (!this.#marks.has(schoolId, day)) return false;
    const anewAtMs = this.#days.get(schoolId, day)?.anewAtMs;
    return anewAtMs === undefined || Math.abs(nowMs - anewAtMs) >= LATE_MS;
  }

  /** Counts slots of a day: all from its first one on, or some that are added to those before. @throws StoreError */
  async #count(schoolId: string, setup: QualitySetup, wanted: SlotRange, nowMs: number): Promise<void> {
    const { store, rawMs } = this.#options;
    const before = wanted.from > 0 ? this.#days.get(schoolId, wanted.day) : undefined;
    const earlier = before && fromBytes(before.counts, setup.venues.length);
    // Counts that cannot be read are counted again.
    const range = earlier ? wanted : { ...wanted, from: 0 };
    const span = spanOf(setup, range);
    // Whatever is stored from now on may be missing in what is read.
    if (span) this.#marks.counting(schoolId, span.toMs);
    const mark = earlier ? undefined : this.#marks.remove(schoolId, range.day);
    try {
      const source = (span?.fromMs ?? nowMs) >= nowMs - rawMs ? "readings" : "rollups";
      const counts = await countRange(store, schoolId, setup, range, source);
      for (const [i, sum] of counts.entries()) {
        const more = earlier?.[i];
        if (more) addCounts(sum, more);
      }
      const anewAtMs = earlier ? before?.anewAtMs : nowMs;
      const day = {
        fingerprint: setup.fingerprint,
        done: range.to,
        counts: toBytes(counts),
        ...(anewAtMs !== undefined && { anewAtMs }),
      };
      this.#days.put(schoolId, range.day, day);
      this.#durable.counted(schoolId, range.day, day, range.to === setup.slots.length, earlier === undefined);
    } catch (error) {
      if (mark !== undefined) this.#marks.mark(schoolId, range.day, mark);
      throw error;
    }
  }
}
