// One day of a school that may still change: a byte a device and slot, and what was said of its segments and of the school.
//
// A byte holds the SEEN bits and, in its two highest bits, how many failed attempts at different times there were: none, one, or
// two and more. Of a slot with exactly one, its time is kept beside the bytes, because only that tells a second attempt from the
// first one told again. Bits only ever get set and the count only grows, so neither order nor repeats matter.
import { SLOTS_PER_DAY } from "../parameters.ts";
import { ATTEMPTS_SHIFT, FLAGS_MASK, STEP_MS, setBits } from "../seen.ts";
import { type DayContents, packDay } from "./pack.ts";
import { PackedDay } from "./packed-day.ts";

/** Two hours: a day takes memory as it goes on, and the slots that are written now lie near each other. */
const BLOCK_SLOTS = 24;
/** Devices are added by so many, because a school's come one after the other. */
const ROOM_FOR = 16;

export class OpenDay implements DayContents {
  readonly school = new Uint8Array(SLOTS_PER_DAY);
  readonly segments = new Map<string, Uint8Array>();
  /** By time of day; rows of one device lie together within a block. */
  readonly #blocks: (Uint8Array | undefined)[] = new Array(SLOTS_PER_DAY / BLOCK_SLOTS).fill(undefined);
  /** Time of the only failed attempt, in steps, by device * SLOTS_PER_DAY + slot. */
  readonly #onlyAttempt = new Map<number, number>();
  #devices = 0;
  #packed: Uint8Array | undefined;
  /** Whether anything came, new or not, since this was last set to false. */
  isTouched = true;

  /** One more than the highest number of a device that anything was said of. */
  get devices(): number {
    return this.#devices;
  }

  get onlyAttempts(): ReadonlyMap<number, number> {
    return this.#onlyAttempt;
  }

  /** @returns whether any of the bits was not set before; so do all below */
  see(device: number, slot: number, bits: number): boolean {
    return this.#changed(setBits(this.#blockOf(device, slot), placeIn(device, slot), bits));
  }

  /** One failed attempt. Two within `STEP_MS` are one. */
  fail(device: number, slot: number, msInSlot: number): boolean {
    return this.#failAt(device, slot, Math.floor(msInSlot / STEP_MS));
  }

  hear(slot: number, bits: number): boolean {
    return this.#changed(setBits(this.school, slot, bits));
  }

  selfTest(segment: string, slot: number, bits: number): boolean {
    return this.#changed(setBits(this.#segment(segment), slot, bits));
  }

  /** Adds what a packed day holds, in whatever order the two came to be. */
  merge(packed: PackedDay): void {
    this.#changed(true);
    for (let slot = 0; slot < SLOTS_PER_DAY; slot += 1) setBits(this.school, slot, packed.school[slot] ?? 0);
    for (const [name, bits] of packed.segments) {
      const own = this.#segment(name);
      for (let slot = 0; slot < SLOTS_PER_DAY; slot += 1) setBits(own, slot, bits[slot] ?? 0);
    }
    for (const [place, step] of packed.onlyAttempts()) {
      this.#failAt(Math.floor(place / SLOTS_PER_DAY), place % SLOTS_PER_DAY, step);
    }
    for (let device = 0; device < packed.devices; device += 1) this.#mergeRow(device, packed.row(device));
  }

  /** The day as it is now, packed for reading and keeping. */
  packed(): PackedDay {
    this.#packed ??= packDay(this);
    return new PackedDay(this.#packed);
  }

  /** Copies a device's bytes of the whole day. */
  copyRow(device: number, to: Uint8Array): void {
    for (const [i, block] of this.#blocks.entries()) {
      const from = device * BLOCK_SLOTS;
      if (block === undefined || from >= block.length) to.fill(0, i * BLOCK_SLOTS, (i + 1) * BLOCK_SLOTS);
      else to.set(block.subarray(from, from + BLOCK_SLOTS), i * BLOCK_SLOTS);
    }
  }

  #mergeRow(device: number, row: Uint8Array): void {
    for (let slot = 0; slot < SLOTS_PER_DAY; slot += 1) {
      const byte = row[slot] ?? 0;
      if (byte === 0) continue;
      const block = this.#blockOf(device, slot);
      const at = placeIn(device, slot);
      const isMany = byte >>> ATTEMPTS_SHIFT === 2;
      if (isMany) this.#onlyAttempt.delete(device * SLOTS_PER_DAY + slot);
      const own = block[at] ?? 0;
      const attempts = isMany ? 2 << ATTEMPTS_SHIFT : own & ~FLAGS_MASK;
      block[at] = attempts | ((own | byte) & FLAGS_MASK);
    }
  }

  #failAt(device: number, slot: number, step: number): boolean {
    const block = this.#blockOf(device, slot);
    const at = placeIn(device, slot);
    const byte = block[at] ?? 0;
    const attempts = byte >>> ATTEMPTS_SHIFT;
    if (attempts === 2) return false;
    const place = device * SLOTS_PER_DAY + slot;
    if (attempts === 1 && this.#onlyAttempt.get(place) === step) return false;
    block[at] = (byte & FLAGS_MASK) | ((attempts + 1) << ATTEMPTS_SHIFT);
    if (attempts === 0) this.#onlyAttempt.set(place, step);
    else this.#onlyAttempt.delete(place);
    return this.#changed(true);
  }

  #changed(isNew: boolean): boolean {
    if (isNew) this.#packed = undefined;
    return isNew;
  }

  #segment(name: string): Uint8Array {
    const there = this.segments.get(name);
    if (there !== undefined) return there;
    const made = new Uint8Array(SLOTS_PER_DAY);
    this.segments.set(name, made);
    return made;
  }

  #blockOf(device: number, slot: number): Uint8Array {
    if (device >= this.#devices) this.#devices = device + 1;
    const number = Math.floor(slot / BLOCK_SLOTS);
    const block = this.#blocks[number];
    if (block !== undefined && device * BLOCK_SLOTS < block.length) return block;
    const rows = Math.ceil(this.#devices / ROOM_FOR) * ROOM_FOR;
    const larger = new Uint8Array(rows * BLOCK_SLOTS);
    if (block !== undefined) larger.set(block);
    this.#blocks[number] = larger;
    return larger;
  }
}

/** Place of a device's byte of a slot within the block of that slot. */
function placeIn(device: number, slot: number): number {
  return device * BLOCK_SLOTS + (slot % BLOCK_SLOTS);
}
