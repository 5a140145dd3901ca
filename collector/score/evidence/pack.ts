// Packs a day of a school. The format is told in packed-day.ts.
import { SLOTS_PER_DAY } from "../parameters.ts";
import { ByteWriter } from "./bytes.ts";

export const PACKED_VERSION = 1;

/** What a day holds. */
export interface DayContents {
  /** SCHOOL bits by slot. */
  readonly school: Uint8Array;
  /** SELF_TEST bits by slot, by segment. */
  readonly segments: ReadonlyMap<string, Uint8Array>;
  /** One more than the highest number of a device. */
  readonly devices: number;
  /** By device * SLOTS_PER_DAY + slot, in steps. */
  readonly onlyAttempts: ReadonlyMap<number, number>;
  copyRow(device: number, to: Uint8Array): void;
}

/** @returns bytes of their own, no longer than they have to be */
export function packDay(day: DayContents): Uint8Array {
  const out = new ByteWriter();
  out.byte(PACKED_VERSION);
  writeRuns(out, day.school);
  // By name, so that equal days are equal bytes.
  const segments = [...day.segments].sort(([a], [b]) => (a < b ? -1 : 1));
  out.whole(segments.length);
  for (const [name, bits] of segments) {
    out.text(name);
    writeRuns(out, bits);
  }
  writeDevices(out, day);
  writeOnlyAttempts(out, day.onlyAttempts);
  return out.finish();
}

/** Runs of equal bytes until the day is full: the byte, then how many. */
export function writeRuns(out: ByteWriter, row: Uint8Array): void {
  for (let from = 0; from < SLOTS_PER_DAY; ) {
    const value = row[from] ?? 0;
    let to = from + 1;
    while (to < SLOTS_PER_DAY && row[to] === value) to += 1;
    out.byte(value);
    out.whole(to - from);
    from = to;
  }
}

/** Patterns in the order of their first devices, then the pattern of each device, 0 for nothing seen. */
function writeDevices(out: ByteWriter, day: DayContents): void {
  const numbers = new Map<string, number>();
  const patterns = new ByteWriter();
  const ofDevice = new Uint32Array(day.devices);
  const row = new Uint8Array(SLOTS_PER_DAY);
  const runs = new ByteWriter();
  let devices = 0;
  for (let device = 0; device < day.devices; device += 1) {
    day.copyRow(device, row);
    if (isEmpty(row)) continue;
    devices = device + 1;
    runs.clear();
    writeRuns(runs, row);
    const text = runs.latin1();
    let number = numbers.get(text);
    if (number === undefined) {
      number = numbers.size + 1;
      numbers.set(text, number);
      patterns.append(runs);
    }
    ofDevice[device] = number;
  }
  out.whole(numbers.size);
  out.append(patterns);
  out.whole(devices);
  for (const number of ofDevice.subarray(0, devices)) out.whole(number);
}

/** In the order of devices and slots, so that only differences have to be written. */
function writeOnlyAttempts(out: ByteWriter, attempts: ReadonlyMap<number, number>): void {
  out.whole(attempts.size);
  let before = 0;
  for (const [place, step] of [...attempts].sort(([a], [b]) => a - b)) {
    out.whole(place - before);
    out.whole(step);
    before = place;
  }
}

function isEmpty(row: Uint8Array): boolean {
  for (let slot = 0; slot < SLOTS_PER_DAY; slot += 1) if (row[slot] !== 0) return false;
  return true;
}
