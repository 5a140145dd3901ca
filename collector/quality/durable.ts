// Keeps counted days over a restart, and finds out at a start what was received and may not be in them.
import { dayAt } from "../inventory/day.ts";
import type { ReadingStore } from "../store/store.ts";
import type { CountedDay, CountedDays } from "./counted-days.ts";
import type { LateMarks } from "./late-marks.ts";
import type { CountedRow, QualityTable } from "./table.ts";

/** Slots of a day that a restart may have to count again. */
const UNSAVED_SLOTS = 12;
/** A batch is told of only once it is stored; within this time it is. */
const UNDER_WAY_MS = 10 * 60_000;
/** How often it is written down how far everything is counted. */
const RECEIVED_EVERY_MS = 5 * 60_000;

export interface DurableOptions {
  table: QualityTable;
  ledger: Pick<ReadingStore, "scanLedger">;
  days: CountedDays;
  marks: LateMarks;
}

export class DurableDays {
  readonly #options: DurableOptions;
  /** By school and day: what is to be saved, and how many slots of it are. */
  #unsaved = new Map<string, CountedRow>();
  readonly #savedSlots = new Map<string, { day: number; slots: number }>();
  #isStarted = false;
  #receivedToMs: number | undefined;
  #keptFrom = Number.NEGATIVE_INFINITY;

  constructor(options: DurableOptions) {
    this.#options = options;
  }

  /** Reads what was counted before, and marks what came since. Does so once. @throws StateError, StoreError */
  async start(nowMs: number): Promise<void> {
    if (this.#isStarted) return;
    const { table, ledger, days, marks } = this.#options;
    await table.read(({ schoolId, day, ...counted }) => {
      days.put(schoolId, day, counted);
      this.#savedSlots.set(nameOf(schoolId, day), { day, slots: counted.done });
    });
    this.#receivedToMs = await table.receivedTo();
    await ledger.scanLedger(this.#receivedToMs ?? nowMs, Number.MAX_SAFE_INTEGER, (entries) => {
      for (const { schoolId, firstMs, lastMs, receivedAtMs } of entries) {
        if (firstMs === undefined || lastMs === undefined) continue;
        for (let day = dayAt(firstMs); day <= dayAt(lastMs); day += 1) {
          if (days.get(schoolId, day)) marks.mark(schoolId, day, receivedAtMs);
        }
      }
    });
    marks.begin(nowMs);
    this.#isStarted = true;
  }

  /** A day was counted. A few slots that were only added may be counted again after a restart; all else is to be saved. */
  counted(
    schoolId: string,
    day: number,
    { fingerprint, done, counts }: CountedDay,
    isWhole: boolean,
    isAnew: boolean,
  ): void {
    const name = nameOf(schoolId, day);
    const saved = this.#savedSlots.get(name)?.slots ?? 0;
    if (isWhole || isAnew || done - saved >= UNSAVED_SLOTS || this.#unsaved.has(name)) {
      this.#unsaved.set(name, { schoolId, day, fingerprint, done, counts });
    }
  }

  /** @throws StateError; what was not saved will be the next time */
  async save(): Promise<void> {
    const rows = this.#unsaved;
    this.#unsaved = new Map();
    try {
      await this.#options.table.save([...rows.values()]);
    } catch (error) {
      this.#unsaved = new Map([...rows, ...this.#unsaved]);
      throw error;
    }
    for (const [name, { day, done }] of rows) this.#savedSlots.set(name, { day, slots: done });
  }

  /** Days before are forgotten. @throws StateError */
  async dropBefore(firstDay: number): Promise<void> {
    if (firstDay <= this.#keptFrom) return;
    const { table, days, marks } = this.#options;
    await table.dropBefore(firstDay);
    days.dropBefore(firstDay);
    marks.dropBefore(firstDay);
    for (const [name, { day }] of this.#savedSlots) if (day < firstDay) this.#savedSlots.delete(name);
    this.#keptFrom = firstDay;
  }

  /** All is counted and saved but for what is marked: writes down from when on received things are to be looked at. @throws StateError */
  async advance(nowMs: number): Promise<void> {
    const { table, marks } = this.#options;
    const doneMs = Math.floor(Math.min(nowMs - UNDER_WAY_MS, marks.oldestReceivedMs() ?? nowMs));
    if (this.#receivedToMs !== undefined && Math.abs(doneMs - this.#receivedToMs) < RECEIVED_EVERY_MS) return;
    await table.setReceivedTo(doneMs);
    this.#receivedToMs = doneMs;
  }
}

function nameOf(schoolId: string, day: number): string {
  return `${schoolId} ${day}`;
}
