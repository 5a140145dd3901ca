// What is known of a device on each teaching day of a window, from its codes: the input of indicators that count days, not slots.
import type { InventoryDevice } from "../inventory/inventory.ts";
import { SELF_TEST } from "./seen.ts";
import { CODE, CODES, UNKNOWN_CODE } from "./state.ts";
import type { Timelines } from "./timelines.ts";

export interface DeviceDay {
  /** Number of the day (collector/inventory/day.ts). */
  day: number;
  /** Up, or up with a second path failing, in at least one slot. */
  seen: boolean;
  /**
   * An agent that can see looked in at least one slot: what came was a state, a refusal of credentials or silence, or its
   * self-test passed although the device was not asked, or may be off. A day that is watched and not seen says something.
   */
  watched: boolean;
  /** Slots of school hours that have ended, without those in maintenance. Known and not seen: it was only ever down. */
  expectedSlots: number;
  unknownSlots: number;
}

/** SELF_TEST bits of the device's segment by slot; `undefined` when none was reported that day. */
export type SelfTestOf = (segment: string, day: number) => Uint8Array | undefined;

/** The days of all devices of a school, four bytes each: kept as objects, a province of them would fill the memory. */
export class DeviceDays {
  readonly #days: readonly number[];
  readonly #words: ReadonlyMap<string, Uint32Array>;

  constructor(
    timelines: Timelines,
    devices: readonly Pick<InventoryDevice, "id" | "segment">[],
    selfTestOf: SelfTestOf,
  ) {
    this.#days = timelines.axis.runs.slice(0, timelines.windowRuns).map(({ day }) => day);
    const words = new Map(devices.map(({ id }) => [id, new Uint32Array(timelines.windowRuns)]));
    for (const [run, day] of this.#days.entries()) {
      const known = new Map<number, number>();
      for (const { id, segment } of devices) {
        const likeness = timelines.likeness(run, id);
        if (likeness === undefined) continue;
        const word = known.get(likeness) ?? wordOf(timelines, run, id, likeness, () => selfTestOf(segment, day));
        known.set(likeness, word);
        words.get(id)?.set([word], run);
      }
    }
    this.#words = words;
  }

  /** One entry a day of the window, in its order. Empty for a device that the school does not have. */
  of(deviceId: string): DeviceDay[] {
    const words = this.#words.get(deviceId);
    if (words === undefined) return [];
    return this.#days.map((day, i) => dayFrom(day, words[i] ?? 0));
  }
}

/** Numbers of slots are at most 288, nine bits each. */
const UNKNOWN_SHIFT = 9;
const SLOT_MASK = 0x1ff;
const SEEN_BIT = 1 << 18;
const WATCHED_BIT = 1 << 19;

/** States and reasons that only an agent that can see comes to. */
const WATCHED_CODES = [
  CODE.up,
  CODE.degraded,
  CODE.down,
  CODE.downDep,
  UNKNOWN_CODE.auth_failed,
  UNKNOWN_CODE.path_unknown,
];

function wordOf(
  timelines: Timelines,
  run: number,
  id: string,
  likeness: number,
  selfTest: () => Uint8Array | undefined,
): number {
  const count = (code: number) => timelines.count(run, likeness, code);
  let unknown = 0;
  for (let code: number = CODE.unknown; code < CODES; code += 1) unknown += count(code);
  const up = count(CODE.up) + count(CODE.degraded);
  const expected = up + count(CODE.down) + count(CODE.downDep) + unknown;
  const isWatched =
    WATCHED_CODES.some((code) => count(code) > 0) ||
    (count(UNKNOWN_CODE.not_probed) > 0 && couldSee(timelines, run, id, selfTest()));
  return expected | (unknown << UNKNOWN_SHIFT) | (up > 0 ? SEEN_BIT : 0) | (isWatched ? WATCHED_BIT : 0);
}

/** Whether the self-test passed in a slot in which the device was not asked, or may be off. */
function couldSee(timelines: Timelines, run: number, id: string, selfTest: Uint8Array | undefined): boolean {
  const { slots, from } = timelines.axis.runs[run] ?? { slots: [], from: 0 };
  if (selfTest === undefined) return false;
  const codes = timelines.codesOf(id);
  return slots.some((slot, i) => codes[from + i] === UNKNOWN_CODE.not_probed && selfTest[slot] === SELF_TEST.passed);
}

function dayFrom(day: number, word: number): DeviceDay {
  return {
    day,
    seen: (word & SEEN_BIT) !== 0,
    watched: (word & WATCHED_BIT) !== 0,
    expectedSlots: word & SLOT_MASK,
    unknownSlots: (word >>> UNKNOWN_SHIFT) & SLOT_MASK,
  };
}
