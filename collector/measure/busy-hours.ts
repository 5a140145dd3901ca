// How much of a school's way out is used in its busy hours, from the counters of its uplinks. Pure.
//
// The busy hour of a teaching day is the clock hour, within school hours, in which the uplinks together were used most: the
// model does not define it. What it was used for is not known and not asked.

import { dayStartMs } from "../inventory/day.ts";
import { growth } from "../rollup/fold.ts";
import { windowStart } from "../rollup/windows.ts";
import type { DaySlots } from "../score/calendar.ts";
import { SLOT_MS } from "../score/parameters.ts";
import type { Rollup } from "../store/store.ts";

/** One uplink over the window: rollups of five minutes of its byte counters, in time order. */
export interface Uplink {
  received: readonly Rollup[];
  sent: readonly Rollup[];
  /** What the link can carry, and what is contracted; at least one of them is needed. */
  linkBitsPerSecond?: number;
  contractBitsPerSecond?: number;
}

export interface LineUse {
  /** Busy hours in which the use was measured, one a teaching day at most. */
  busyHours: number;
  /** Use from 0 to 1 of the busier direction, one for each measured slot of the busy hours; above 1 where a contract is exceeded. */
  utilisations: readonly number[];
  /** Sum over the uplinks; absent when one of them has neither a known speed nor a contract. */
  capacityBitsPerSecond?: number;
}

/** Of its slots in school hours at least half must have been measured for an hour to be the busy one. */
const KNOWN_OF_HOUR = 0.5;
/** Above the link's own speed by more than clocks explain: a counter that jumped. */
const IMPOSSIBLE = 1.05;

export function busyHourUse(uplinks: readonly Uplink[], days: readonly DaySlots[]): LineUse {
  const capacities = uplinks.map(capacityOf);
  const capacityBitsPerSecond = capacities.reduce<number | undefined>(
    (sum, capacity) => (sum === undefined || capacity === undefined ? undefined : sum + capacity),
    0,
  );
  if (capacityBitsPerSecond === undefined || capacityBitsPerSecond === 0) return { busyHours: 0, utilisations: [] };
  const received = total(uplinks.map((uplink) => bitRates(uplink.received, uplink)));
  const sent = total(uplinks.map((uplink) => bitRates(uplink.sent, uplink)));
  const useAt = (startMs: number) => {
    const [down, up] = [received(startMs), sent(startMs)];
    return down === undefined || up === undefined ? undefined : Math.max(down, up) / capacityBitsPerSecond;
  };
  const hours = days.map((day) => busiestHour(day, useAt)).filter((uses) => uses !== undefined);
  return { busyHours: hours.length, utilisations: hours.flat(), capacityBitsPerSecond };
}

/** A line carries no more than its link, and may be used no more than its contract says. */
function capacityOf({ linkBitsPerSecond, contractBitsPerSecond }: Uplink): number | undefined {
  const known = [linkBitsPerSecond, contractBitsPerSecond].filter((rate) => rate !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

/** Bits per second by begin of slot. What grew between two neighbouring windows belongs to the later one. */
function bitRates(rollups: readonly Rollup[], { linkBitsPerSecond }: Uplink): ReadonlyMap<number, number> {
  const rates = new Map<number, number>();
  for (const [i, window] of rollups.entries()) {
    const before = rollups[i - 1];
    const joined = before?.startMs === window.startMs - SLOT_MS ? before : undefined;
    const bytes = (window.increase ?? 0) + (joined ? growth(joined.last, window.first) : 0);
    const seconds = (window.lastMs - (joined?.lastMs ?? window.firstMs)) / 1_000;
    if (seconds <= 0) continue; // one reading alone says nothing of how fast the counter grows
    const rate = (bytes * 8) / seconds;
    if (linkBitsPerSecond === undefined || rate <= linkBitsPerSecond * IMPOSSIBLE) rates.set(window.startMs, rate);
  }
  return rates;
}

/** The sum of all lines in a slot; `undefined` where one of them was not measured. */
function total(lines: readonly ReadonlyMap<number, number>[]): (startMs: number) => number | undefined {
  return (startMs) =>
    lines.reduce<number | undefined>((sum, line) => {
      const rate = line.get(startMs);
      return sum === undefined || rate === undefined ? undefined : sum + rate;
    }, 0);
}

/** Use in the measured slots of the day's busiest hour; `undefined` when no hour was measured well enough. */
function busiestHour(
  { day, slots }: DaySlots,
  useAt: (startMs: number) => number | undefined,
): readonly number[] | undefined {
  const hours = new Map<number, { slots: number; uses: number[] }>();
  for (const slot of slots) {
    const startMs = dayStartMs(day) + slot * SLOT_MS;
    const hourMs = windowStart("1h", startMs);
    const hour = hours.get(hourMs) ?? { slots: 0, uses: [] };
    hours.set(hourMs, hour);
    hour.slots += 1;
    const use = useAt(startMs);
    if (use !== undefined) hour.uses.push(use);
  }
  let busiest: { mean: number; uses: number[] } | undefined;
  for (const { slots: all, uses } of hours.values()) {
    if (uses.length === 0 || uses.length < all * KNOWN_OF_HOUR) continue;
    const mean = uses.reduce((sum, use) => sum + use, 0) / uses.length;
    if (busiest === undefined || mean > busiest.mean) busiest = { mean, uses };
  }
  return busiest?.uses;
}
