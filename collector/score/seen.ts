// What was seen of a device, a network segment or a school in each slot of a day, as bits.

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

/** Bits of a device are kept in a byte whose two highest bits say how many failed attempts there were: 0, 1, or 2 and more. */
export const FLAGS_MASK = 0x3f;
export const ATTEMPTS_SHIFT = 6;

/** Attempts that are not further apart than this are one. */
export const STEP_MS = 5;

/** One device on one day, as it was when it was asked for. */
export class DeviceDay {
  /** SEEN bits by slot. */
  readonly flags: Uint8Array;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.flags = bytes.map((byte) => byte & FLAGS_MASK);
  }

  /** Failed attempts at different times: 0, 1, or 2 for two and more. */
  failedAttempts(slot: number): number {
    return (this.#bytes[slot] ?? 0) >>> ATTEMPTS_SHIFT;
  }
}

/** Whether any of the bits was not set before. */
export function setBits(bytes: Uint8Array, index: number, bits: number): boolean {
  const before = bytes[index] ?? 0;
  const after = before | bits;
  bytes[index] = after;
  return after !== before;
}
