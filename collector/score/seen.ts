// What was seen of a device, a network segment or a school in each slot of a day, as bits.
import { SLOTS_PER_DAY } from "./parameters.ts";

/** Bits of a device in a slot. */
export const SEEN = {
  /** The device answered its own probe. */
  answered: 1,
  /** A controller, or the access point itself, said that it is in service, or that it is not. */
  reportedUp: 2,
  reportedDown: 4,
  probeFailed: 8,
  /** It refused our credentials: it was there, but would not say how it is. */
  authFailed: 16,
  /** The probe failed without anything being wrong with the device: a fault of the agent, or no profile for it. */
  unasked: 32,
} as const;

/** Bits of a school in a slot. */
export const SCHOOL = {
  /** An agent of the school was heard. */
  heard: 1,
  /** An agent's clock was too far off for what it says of this slot to be believed (section 4). */
  clockUntrusted: 2,
} as const;

/** Bits of a network segment in a slot. */
export const SELF_TEST = { passed: 1, failed: 2 } as const;

/** A self-test that names no segment speaks of the one that devices are in unless the inventory says otherwise. */
export const DEFAULT_SEGMENT = "main";

/** Within a slot, times are kept in steps of 5 ms, so that they fit 16 bits with 0 left for "none". */
const STEP_MS = 5;

/** One device on one day. */
export class DeviceDay {
  readonly flags = newDayBytes();
  /** Earliest and latest failed attempt of each slot in steps + 1, side by side; made when the first attempt fails. */
  #failed: Uint16Array | undefined;

  /** Failed attempts at different times: 0, 1, or 2 for two and more. */
  failedAttempts(slot: number): 0 | 1 | 2 {
    if (!this.#failed) return 0;
    const first = this.#failed[slot * 2] ?? 0;
    if (first === 0) return 0;
    return this.#failed[slot * 2 + 1] === first ? 1 : 2;
  }

  set(slot: number, bits: number): boolean {
    return setBits(this.flags, slot, bits);
  }

  fail(slot: number, msInSlot: number): boolean {
    this.#failed ??= new Uint16Array(SLOTS_PER_DAY * 2);
    const step = Math.floor(msInSlot / STEP_MS) + 1;
    const first = this.#failed[slot * 2] ?? 0;
    const last = this.#failed[slot * 2 + 1] ?? 0;
    if (first !== 0 && first <= step && step <= last) return false;
    if (first === 0 || step < first) this.#failed[slot * 2] = step;
    if (step > last) this.#failed[slot * 2 + 1] = step;
    return true;
  }
}

/** A byte a slot, of memory that is shared out: tens of thousands of pieces of their own are work for the garbage collector. */
export function newDayBytes(): Uint8Array {
  return Buffer.allocUnsafe(SLOTS_PER_DAY).fill(0);
}

/** Whether any of the bits was not set before. */
export function setBits(bytes: Uint8Array, index: number, bits: number): boolean {
  const before = bytes[index] ?? 0;
  const after = before | bits;
  bytes[index] = after;
  return after !== before;
}
