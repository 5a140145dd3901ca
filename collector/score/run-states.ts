// The states of a school's devices over the slots of one day: devices that look the same, below the same parent, are judged once.
import type { PackedDay } from "./evidence/packed-day.ts";
import type { SchoolReader } from "./evidence/reader.ts";
import { SLOTS_PER_DAY } from "./parameters.ts";
import { SCHOOL } from "./seen.ts";
import { CODE_OF, DEVICE_BITS_OF, MAY_CARRY, pathBits, surroundings } from "./slot-table.ts";
import { CODE, pathOf } from "./state.ts";
import type { SlotAxis } from "./timeline.ts";

/** A device as it is looked at here. */
export interface Row {
  id: string;
  /** Its place among the rows: after its parent. */
  index: number;
  /** Under which days of evidence have it. */
  number: number;
  segment: string;
  /** Which of the few combinations of segment and of what is expected it has. */
  sort: number;
  onDemandBits: number;
  /** Index of its parent; absent: judged without one. */
  parent?: number;
  /** 1 for slots of maintenance; absent: none. */
  maintenance?: Uint8Array;
}

/** Where codes are put. */
export interface Codes {
  /** Row after row, `rowLength` bytes each. */
  all: Uint8Array;
  rowLength: number;
  /** For each row the first one that comes out the same. */
  firstOf: Uint32Array;
}

/** What each code of the one parent means for the child, as bits of the table. */
const PATH_BITS_OF: Uint16Array = Uint16Array.from({ length: 32 }, (_, code) => pathBits(pathOf([code])));
const NO_PARENT_BITS = pathBits(pathOf([]));
const NO_BITS = new Uint8Array(SLOTS_PER_DAY);
/** Sorts of devices that are told apart when equal ones are looked for; a school with more has some judged twice. */
const SORTS = 64;

/** What a slot leaves to the next one; nothing when the clock was not to be trusted in it: that was no trusted success. */
function carriedFrom(byte: number, school: number): number {
  return (school & SCHOOL.clockUntrusted) === 0 ? (MAY_CARRY[byte] ?? 0) : 0;
}

export class RunStates {
  readonly #slots: readonly number[];
  readonly #from: number;
  readonly #codes: Codes;
  readonly #packed: PackedDay | undefined;
  readonly #before: PackedDay | undefined;
  /** By segment: what the table has to know of it and of the school, by place in `slots`. */
  readonly #around = new Map<string, Uint16Array>();
  /** The first row of those that must come out the same, by what they have in common. */
  readonly #firsts = new Map<number, number>();

  constructor({ day, slots, from }: SlotAxis["runs"][number], evidence: SchoolReader, codes: Codes) {
    this.#slots = slots;
    this.#from = from;
    this.#codes = codes;
    this.#packed = evidence.day(day);
    // Only a day whose first slot is looked at needs to know how the day before ended.
    this.#before = slots[0] === 0 ? evidence.day(day - 1) : undefined;
  }

  /** A row, after that of its parent. */
  judge(row: Row): void {
    const { index, number } = row;
    const pattern = this.#packed?.patternOf(number) ?? 0;
    const last = SLOTS_PER_DAY - 1;
    const carriedIn = carriedFrom(this.#before?.row(number)[last] ?? 0, this.#before?.school[last] ?? 0);
    const key = this.#common(row, pattern, carriedIn);
    const first = key === undefined ? undefined : this.#firsts.get(key);
    this.#codes.firstOf[index] = first ?? index;
    if (first !== undefined) {
      this.#codesOf(index).set(this.#codesOf(first));
      return;
    }
    if (key !== undefined) this.#firsts.set(key, index);
    this.#judgeSlots(row, this.#packed?.pattern(pattern) ?? NO_BITS, carriedIn);
  }

  /** A number that only rows with the same codes share; `undefined` for one that is judged by itself. */
  #common({ sort, parent, maintenance }: Row, pattern: number, carriedIn: number): number | undefined {
    if (sort >= SORTS || maintenance !== undefined) return undefined;
    const { firstOf } = this.#codes;
    const above = parent === undefined ? 0 : (firstOf[parent] ?? 0) + 1;
    return ((pattern * (firstOf.length + 1) + above) * SORTS + sort) * 2 + (carriedIn === 0 ? 0 : 1);
  }

  #judgeSlots({ index, segment, onDemandBits, parent, maintenance }: Row, bytes: Uint8Array, carriedIn: number): void {
    const slots = this.#slots;
    const codes = this.#codesOf(index);
    const around = this.#surroundingsOf(segment);
    const school = this.#packed?.school ?? NO_BITS;
    const parentCodes = parent === undefined ? undefined : this.#codesOf(parent);
    for (let i = 0; i < slots.length; i += 1) {
      const slot = slots[i] ?? 0;
      const carried = slot > 0 ? carriedFrom(bytes[slot - 1] ?? 0, school[slot - 1] ?? 0) : carriedIn;
      const ofDevice = DEVICE_BITS_OF[(bytes[slot] ?? 0) + carried] ?? 0;
      const path = parentCodes === undefined ? NO_PARENT_BITS : (PATH_BITS_OF[parentCodes[i] ?? 0] ?? 0);
      const isMaintenance = maintenance !== undefined && maintenance[this.#from + i] === 1;
      codes[i] = isMaintenance
        ? CODE.maintenance
        : (CODE_OF[ofDevice | (around[i] ?? 0) | onDemandBits | path] ?? CODE.unknown);
    }
  }

  #codesOf(index: number): Uint8Array {
    const { all, rowLength } = this.#codes;
    const begin = index * rowLength + this.#from;
    return all.subarray(begin, begin + this.#slots.length);
  }

  #surroundingsOf(segment: string): Uint16Array {
    const there = this.#around.get(segment);
    if (there !== undefined) return there;
    const selfTest = this.#packed?.segments.get(segment) ?? NO_BITS;
    const school = this.#packed?.school ?? NO_BITS;
    const made = Uint16Array.from(this.#slots, (slot) => surroundings(school[slot] ?? 0, selfTest[slot] ?? 0));
    this.#around.set(segment, made);
    return made;
  }
}
