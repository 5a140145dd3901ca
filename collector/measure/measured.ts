// What only the store knows of a school at one moment, read once (measure.ts) so that everything after it is pure.
//
// Faults, sights and clocks are read from rollups of whole days: they are known of the days from `knownFrom` up to, and without,
// `knownBefore`. Of any other day nothing is known, which is not the same as nothing having happened. Maps and sets are in the order
// of their names and days, so that the same store gives the same bytes.
import type { LineUse } from "./busy-hours.ts";
import type { Delivery } from "./deliveries.ts";

export interface SchoolMeasured {
  schoolId: string;
  asOfMs: number;
  /** Days as inventory/day.ts has them; equal when nothing was rolled up yet. */
  knownFrom: number;
  knownBefore: number;
  /** By device id: the known days on which it reported a fault (faults.ts). */
  faultDays: ReadonlyMap<string, ReadonlySet<number>>;
  /** By device id: the newest known day on which it answered, or was reported in service. */
  lastSeenDay: ReadonlyMap<string, number>;
  /** By agent id: its clock minus ours in seconds, as last noted in the known days. */
  agentClocks: ReadonlyMap<string, number>;
  /** Time of the newest reading of the known days; absent when there is none. */
  lastReadingMs?: number;
  /** The school's way out in its busy hours; absent when the inventory names no uplink. */
  access?: LineUse;
  /** How its batches arrived; absent: nobody counted for all of the month. */
  delivery?: Delivery;
}
