// What was seen of each device, school day by school day, cut into slots: the input of every verdict. Bits only ever get set and
// counts only ever grow, so neither the order of arrival nor a repeat matters.
//
// The day that goes on has a byte a device and slot (evidence/open-day.ts). A day that is over is packed to its distinct patterns
// (evidence/packed-day.ts), some hundreds of bytes for a school of 200 devices, and opened again by what comes late for it. What
// keeps it beyond memory is evidence/keeper.ts.
import type { MetricName } from "../../contract/metrics.ts";
import { dayAt } from "../inventory/day.ts";
import type { SampleColumns, SeriesKey } from "../store/store.ts";
import { digestOf } from "./evidence/digest.ts";
import { SchoolReader } from "./evidence/reader.ts";
import { SchoolEvidence } from "./evidence/school.ts";
import { SeriesMeanings } from "./evidence/taking.ts";
import { DeviceDay } from "./seen.ts";

/** The metrics that evidence is made of: what to scan in the store to make it anew. */
export const EVIDENCE_METRICS = [
  "probe_ok",
  "probe_failure",
  "wifi_ap_up",
  "agent_selftest_passed",
  "agent_spool_bytes",
  "agent_clock_offset_seconds",
] as const satisfies readonly MetricName[];

export interface EvidenceOptions {
  /** Days are kept in an archive as well: none is forgotten before it is there. */
  isArchived?: boolean;
}

/** A day of a school. */
export interface SchoolDay {
  schoolId: string;
  day: number;
}

export class Evidence {
  readonly #isArchived: boolean;
  readonly #schools = new Map<string, SchoolEvidence>();
  /** By the list of series that samples come with, because it mostly comes again (SampleColumns.series). */
  #meanings = new WeakMap<readonly SeriesKey[], SeriesMeanings>();
  /** Days before this are in memory only when somebody asked for them. */
  #firstDay = Number.NEGATIVE_INFINITY;

  constructor({ isArchived = false }: EvidenceOptions = {}) {
    this.#isArchived = isArchived;
  }

  /** Adds samples; those of metrics that are not evidence are passed over. */
  take(schoolId: string, samples: SampleColumns): void {
    const school = this.#school(schoolId);
    let meanings = this.#meanings.get(samples.series);
    if (meanings?.school !== school) {
      meanings = new SeriesMeanings(school, samples.series);
      this.#meanings.set(samples.series, meanings);
    }
    const changed = meanings.take(samples);
    if (changed.size > 0) school.revision += 1;
    if (!this.#isArchived) return;
    for (const day of changed) {
      school.unsaved.add(day);
      if (day < this.#firstDay && !school.fetched.has(day)) school.partial.add(day);
    }
  }

  /** Grows whenever a verdict on the school may have changed; 0 when nothing was ever taken. */
  revision(schoolId: string): number {
    return this.#schools.get(schoolId)?.revision ?? 0;
  }

  /** For reading many devices and days of a school at one moment: what is taken later may be in it or not. */
  of(schoolId: string): SchoolReader {
    return new SchoolReader(this.#schools.get(schoolId));
  }

  /** What was seen of a device on a day; `undefined` when nothing was. */
  deviceDay(schoolId: string, key: string, day: number): DeviceDay | undefined {
    const reader = this.of(schoolId);
    const device = reader.numberOf(key);
    const packed = reader.day(day);
    return packed === undefined || packed.patternOf(device) === 0 ? undefined : new DeviceDay(packed.row(device));
  }

  /** SELF_TEST bits of a segment by slot; `undefined` when none was reported that day. */
  selfTestDay(schoolId: string, segment: string, day: number): Uint8Array | undefined {
    return this.of(schoolId).selfTestDay(segment, day);
  }

  /** SCHOOL bits by slot; `undefined` when no agent of the school was heard that day. */
  schoolDay(schoolId: string, day: number): Uint8Array | undefined {
    return this.of(schoolId).day(day)?.school;
  }

  /**
   * Whether all that was ever taken of these days is in memory: otherwise they have to be fetched first (evidence/keeper.ts), or a
   * verdict on them would be a wrong one. Without an archive always.
   */
  isKnown(schoolId: string, days: readonly number[]): boolean {
    const school = this.#schools.get(schoolId);
    return !this.#isArchived || days.every((day) => day >= this.#firstDay || school?.fetched.has(day) === true);
  }

  /**
   * A name for the evidence of some days of a school, SHA-256 in hexadecimal digits: the same for the same evidence, whatever the
   * order it came in, and across restarts.
   */
  digest(schoolId: string, days: readonly number[]): string {
    return digestOf(this.#schools.get(schoolId), days);
  }

  /** Packs the days that are over and that nothing has come for since this was asked to the last time. */
  settle(nowMs: number): void {
    const today = dayAt(nowMs);
    for (const school of this.#schools.values()) {
      for (const [day, open] of school.openDays) {
        if (day >= today) continue;
        if (!open.isTouched) school.settle(day);
        open.isTouched = false;
      }
    }
  }

  /**
   * Drops the days before the one that `atMs` falls on, but for what the archive does not have yet.
   * @param neededOf days of a school that are kept all the same
   */
  forgetBefore(atMs: number, neededOf: (schoolId: string) => readonly number[] = () => []): void {
    const first = dayAt(atMs);
    for (const [schoolId, school] of this.#schools) {
      const needed = new Set(neededOf(schoolId));
      const old = [...school.days].filter((day) => day < first && !needed.has(day) && !isUnsaved(school, day));
      for (const day of old) school.drop(day);
      // What was whole until now still is.
      for (const day of needed) if (day < first && this.isKnown(schoolId, [day])) school.fetched.add(day);
      for (const day of [...school.fetched]) if (!needed.has(day)) school.fetched.delete(day);
      if (old.length > 0) school.revision += 1;
    }
    // A clock that was set back does not bring back what was dropped.
    this.#firstDay = Math.max(this.#firstDay, first);
  }

  /** Days with something that the archive does not have yet. */
  unsaved(): (SchoolDay & { isOpen: boolean; isPartial: boolean })[] {
    return [...this.#schools].flatMap(([schoolId, school]) =>
      [...school.unsaved].map((day) => ({
        schoolId,
        day,
        isOpen: school.openDays.has(day),
        isPartial: school.partial.has(day),
      })),
    );
  }

  /** The bytes of a day as they are now, to be put into the archive; what comes later makes it unsaved again. */
  beginSave({ schoolId, day }: SchoolDay): Uint8Array | undefined {
    const school = this.#schools.get(schoolId);
    school?.unsaved.delete(day);
    school?.saving.add(day);
    return school?.read(day)?.bytes;
  }

  /** What began is over. @param isSaved otherwise the day is unsaved again */
  endSave({ schoolId, day }: SchoolDay, isSaved: boolean): void {
    const school = this.#schools.get(schoolId);
    school?.saving.delete(day);
    if (!isSaved) school?.unsaved.add(day);
  }

  /** Keys of a school's devices by number. */
  keysOf(schoolId: string): readonly string[] {
    return this.#schools.get(schoolId)?.keys ?? [];
  }

  /** Gives devices the numbers that they have in the archive: before anything is taken of the school. */
  restoreKeys(schoolId: string, keys: readonly string[]): void {
    const school = this.#school(schoolId);
    for (const key of keys) school.numberFor(key);
  }

  /** Adds a day of the archive. @param packed absent: the archive has nothing of it. */
  restore({ schoolId, day }: SchoolDay, packed: Uint8Array | undefined): void {
    const school = this.#school(schoolId);
    school.partial.delete(day);
    if (day < this.#firstDay) school.fetched.add(day);
    if (packed === undefined) return;
    school.restore(day, packed);
    school.revision += 1;
  }

  #school(schoolId: string): SchoolEvidence {
    let school = this.#schools.get(schoolId);
    if (!school) {
      school = new SchoolEvidence();
      this.#schools.set(schoolId, school);
    }
    return school;
  }
}

/** The archive does not have all of it yet. */
function isUnsaved({ unsaved, saving }: SchoolEvidence, day: number): boolean {
  return unsaved.has(day) || saving.has(day);
}
