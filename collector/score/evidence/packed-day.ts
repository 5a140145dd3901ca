// A day of a school that is over, as it is kept in memory and in the state: distinct patterns of devices, not devices.
//
//   version   1 byte, 1
//   school    runs: SCHOOL bits of the 288 slots. Runs are pairs (byte, how many) until the day is full
//   segments  how many; each: name (length, UTF-8), runs of SELF_TEST bits; in the order of their names
//   patterns  how many; each: runs of device bytes (open-day.ts), none of them empty
//   devices   how many; for each the number of its pattern from 1, or 0 for a device that nothing was seen of
//   attempts  how many slots had exactly one failed attempt; each: device * 288 + slot less the one before, time in steps of 5 ms
//
// Counts and numbers are whole numbers of seven bits a byte (bytes.ts). Devices are the school's, by the number that each was
// given when it was first heard of; a device that is not listed was not seen. Anything else, bytes too many included, is damage.
import { SLOT_MS, SLOTS_PER_DAY } from "../parameters.ts";
import { STEP_MS } from "../seen.ts";
import { ByteReader, damaged } from "./bytes.ts";
import { PACKED_VERSION } from "./pack.ts";

export class PackedDay {
  readonly bytes: Uint8Array;
  /** SCHOOL bits by slot. */
  readonly school: Uint8Array;
  /** SELF_TEST bits by slot, by segment. */
  readonly segments: ReadonlyMap<string, Uint8Array>;
  /** Number of patterns, the empty one included. */
  readonly patterns: number;
  /** Devices after the last of these were not seen. */
  readonly devices: number;
  /** Pattern after pattern, the empty one first. */
  readonly #rows: Uint8Array;
  readonly #ofDevice: Uint32Array;
  readonly #attempts: Uint32Array;

  /** @throws CampusError `EVIDENCE_DAMAGED` */
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    const reader = new ByteReader(bytes);
    checkVersion(reader.byte());
    this.school = new Uint8Array(SLOTS_PER_DAY);
    readRuns(reader, this.school, 0);
    this.segments = readSegments(reader);
    this.patterns = atMost(reader.whole(), bytes.length) + 1;
    this.#rows = new Uint8Array(this.patterns * SLOTS_PER_DAY);
    for (let pattern = 1; pattern < this.patterns; pattern += 1) readRuns(reader, this.#rows, pattern * SLOTS_PER_DAY);
    this.devices = atMost(reader.whole(), bytes.length);
    this.#ofDevice = new Uint32Array(this.devices);
    for (let device = 0; device < this.devices; device += 1)
      this.#ofDevice[device] = atMost(reader.whole(), this.patterns - 1);
    this.#attempts = readAttempts(reader, bytes.length, this.devices);
    if (!reader.isAtEnd) throw damaged("there is more than a day");
  }

  /** Number of a device's pattern; 0 when nothing was seen of it. */
  patternOf(device: number): number {
    return this.#ofDevice[device] ?? 0;
  }

  /** A byte a slot, not to be changed. */
  pattern(number: number): Uint8Array {
    return this.#rows.subarray(number * SLOTS_PER_DAY, (number + 1) * SLOTS_PER_DAY);
  }

  row(device: number): Uint8Array {
    return this.pattern(this.patternOf(device));
  }

  /** Times of attempts that were the only one of their slot, in steps, by device * SLOTS_PER_DAY + slot. */
  *onlyAttempts(): Generator<[place: number, step: number]> {
    for (let i = 0; i < this.#attempts.length; i += 2) yield [this.#attempts[i] ?? 0, this.#attempts[i + 1] ?? 0];
  }
}

/** @throws CampusError `EVIDENCE_DAMAGED` for what a later program has packed */
export function checkVersion(version: number | undefined): void {
  if (version !== PACKED_VERSION) throw damaged(`it is of version ${version}, this program knows ${PACKED_VERSION}`);
}

function readSegments(reader: ByteReader): Map<string, Uint8Array> {
  const segments = new Map<string, Uint8Array>();
  for (let left = reader.whole(); left > 0; left -= 1) {
    const name = reader.text();
    const bits = new Uint8Array(SLOTS_PER_DAY);
    readRuns(reader, bits, 0);
    segments.set(name, bits);
  }
  return segments;
}

/** Place and time, one pair after the other. */
function readAttempts(reader: ByteReader, most: number, devices: number): Uint32Array {
  const attempts = new Uint32Array(atMost(reader.whole(), most) * 2);
  let place = 0;
  for (let i = 0; i < attempts.length; i += 2) {
    place = atMost(place + reader.whole(), devices * SLOTS_PER_DAY - 1);
    attempts[i] = place;
    attempts[i + 1] = atMost(reader.whole(), SLOT_MS / STEP_MS - 1);
  }
  return attempts;
}

function readRuns(reader: ByteReader, to: Uint8Array, from: number): void {
  const end = from + SLOTS_PER_DAY;
  for (let at = from; at < end; ) {
    const value = reader.byte();
    const next = at + reader.whole();
    if (next === at || next > end) throw damaged("a run is longer than its day, or nothing");
    if (value !== 0) to.fill(value, at, next);
    at = next;
  }
}

/** Such as: nothing can be there more often than there are bytes. No memory is taken for what damage says. */
function atMost(value: number, most: number): number {
  if (value > most) throw damaged(`${value} is too much, at most ${most} was expected`);
  return value;
}
