// One device over the window and now, from its codes.
import { CODE, type StateWithReason, stateOf } from "./state.ts";
import type { SlotAxis } from "./timeline.ts";
import type { Timelines } from "./timelines.ts";

/** Slots of the window. `down` holds the lost-with-their-parent ones too; maintenance has left `expected`. */
export interface DeviceSlots {
  expected: number;
  up: number;
  down: number;
  unknown: number;
}

export interface DeviceJudgement extends StateWithReason {
  id: string;
  /** Begin of the slot that the state is from; absent outside school hours, and so is `sinceMs`. */
  slotMs?: number;
  /** Begin of the first slot of the present state, as far back as the window goes. */
  sinceMs?: number;
  /** Begin of the newest slot in which it was up; absent when there is none in the window. */
  lastSeenMs?: number;
  slots: DeviceSlots;
  /** K: share of expected slots that are known; absent when none was expected. */
  evidenceShare?: number;
}

/**
 * Where on the axis the state of now is: the running slot when it is decided already, else the last one that has ended.
 * `undefined` outside school hours.
 */
export function placeOfNow(codes: Uint8Array, { openAt }: SlotAxis): number | undefined {
  if (openAt === undefined) return undefined;
  const isDecided = (codes[openAt] ?? CODE.unknown) < CODE.unknown;
  return isDecided || openAt === 0 ? openAt : openAt - 1;
}

/** Begin of the first of the slots up to `place` that have its state, whatever the reason. */
export function sinceOf(codes: Uint8Array, place: number, axis: SlotAxis): number | undefined {
  const state = stateNumber(codes[place]);
  let first = place;
  while (first > 0 && stateNumber(codes[first - 1]) === state) first -= 1;
  return axis.beginMs[first];
}

/** The code without its reason. */
function stateNumber(code: number | undefined): number {
  return Math.min(code ?? CODE.unknown, CODE.unknown);
}

export function judgeDevice(id: string, timelines: Timelines): DeviceJudgement {
  const { axis } = timelines;
  const codes = timelines.codesOf(id);
  const slots = timelines.slotsOf(id);
  const place = placeOfNow(codes, axis);
  const seenAt = Math.max(codes.lastIndexOf(CODE.up), codes.lastIndexOf(CODE.degraded));
  const lastSeenMs = axis.beginMs[seenAt];
  return {
    id,
    ...(place === undefined ? stateOf(CODE.notExpected) : nowOf(codes, place, axis)),
    ...(lastSeenMs !== undefined && { lastSeenMs }),
    slots,
    ...(slots.expected > 0 && { evidenceShare: (slots.up + slots.down) / slots.expected }),
  };
}

/** The state at a place of the axis, and since when. */
export function nowOf(
  codes: Uint8Array,
  place: number,
  axis: SlotAxis,
): StateWithReason & { slotMs?: number; sinceMs?: number } {
  const slotMs = axis.beginMs[place];
  const sinceMs = sinceOf(codes, place, axis);
  return {
    ...stateOf(codes[place] ?? CODE.unknown),
    ...(slotMs !== undefined && { slotMs }),
    ...(sinceMs !== undefined && { sinceMs }),
  };
}
