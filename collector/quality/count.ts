// Reads what the radios of a school said over a stretch of a day's slots, and counts the slots of its venues.
import { dayStartMs } from "../inventory/day.ts";
import { SLOT_MS } from "../score/parameters.ts";
import { countSlots, type QualityCounts, slotCode } from "../score/quality/slot.ts";
import type { ReadingStore } from "../store/store.ts";
import type { QualitySetup } from "./setup.ts";
import { QUALITY_READINGS, SlotSums } from "./slot-sums.ts";

export interface SlotRange {
  day: number;
  /** Places among the setup's slots: the first, and the one after the last. */
  from: number;
  to: number;
}

/** Begin of the first slot and end of the last; `undefined` for a range without slots. */
export function spanOf(
  { slots }: QualitySetup,
  { day, from, to }: SlotRange,
): { fromMs: number; toMs: number } | undefined {
  const [first, last] = [slots[from], slots[to - 1]];
  if (first === undefined || last === undefined || to <= from) return undefined;
  return { fromMs: dayStartMs(day) + first * SLOT_MS, toMs: dayStartMs(day) + (last + 1) * SLOT_MS };
}

/**
 * Counts of the setup's venues, in their order, from readings; or, where those are not kept any more, from their rollups.
 * @throws StoreError
 */
export async function countRange(
  store: Pick<ReadingStore, "scan" | "scanRollups">,
  schoolId: string,
  setup: QualitySetup,
  range: SlotRange,
  source: "readings" | "rollups",
): Promise<QualityCounts[]> {
  const span = spanOf(setup, range);
  if (!span || setup.venues.length === 0) return setup.venues.map(() => countSlots([]));
  const { fromMs, toMs } = span;
  const sums = new SlotSums(fromMs, (toMs - fromMs) / SLOT_MS);
  if (source === "readings") {
    await store.scan(QUALITY_READINGS, fromMs, toMs, (_, samples) => sums.take(samples), schoolId);
  } else {
    await store.scanRollups(schoolId, "5m", fromMs, toMs, (rollups) => sums.takeRollups(rollups));
  }
  const first = setup.slots[range.from] ?? 0;
  const places = setup.slots.slice(range.from, range.to).map((slot) => slot - first);
  return setup.venues.map(({ deviceKeys }) =>
    countSlots(places.map((place) => slotCode(sums.slot(deviceKeys, place)))),
  );
}
