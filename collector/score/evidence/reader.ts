// Reads the evidence of one school for one piece of work: each day is unpacked once, however many devices are looked at.
import type { PackedDay } from "./packed-day.ts";
import type { SchoolEvidence } from "./school.ts";

export class SchoolReader {
  readonly #school: SchoolEvidence | undefined;
  readonly #days = new Map<number, PackedDay | undefined>();

  constructor(school: SchoolEvidence | undefined) {
    this.#school = school;
  }

  /** All that was seen on a day; `undefined` when nothing was. */
  day(day: number): PackedDay | undefined {
    if (this.#days.has(day)) return this.#days.get(day);
    const read = this.#school?.read(day);
    this.#days.set(day, read);
    return read;
  }

  /** The number under which days have a device; of one that was never heard of a number that no day has. */
  numberOf(key: string): number {
    return this.#school?.numberOf(key) ?? Number.MAX_SAFE_INTEGER;
  }

  /** SELF_TEST bits of a segment by slot; `undefined` when none was reported that day. */
  selfTestDay(segment: string, day: number): Uint8Array | undefined {
    return this.day(day)?.segments.get(segment);
  }
}
