// Slots of a venue and what was measured in them, for tests.
import { countSlots, type QualityCounts, type RadioMeasurements, type SlotMeasurements, slotCode } from "./slot.ts";

/** A radio that is good in everything that controllers tell today. */
export const GOOD_RADIO: RadioMeasurements = { clients: 20, signalDbm: -58, snrDb: 33, busyRatio: 0.3 };

export function slotOf(
  changes: Partial<RadioMeasurements> = {},
  more: Partial<SlotMeasurements> = {},
): SlotMeasurements {
  return { radios: [{ ...GOOD_RADIO, ...changes }], ...more };
}

/** A window from how often each slot was there. */
export function countsOf(...strips: readonly (readonly [number, SlotMeasurements])[]): QualityCounts {
  return countSlots(strips.flatMap(([times, slot]) => Array<number>(times).fill(slotCode(slot))));
}
