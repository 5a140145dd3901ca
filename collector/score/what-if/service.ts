// How long a room must be served without a gap until it counts as covered: exact, slot by slot.
import type { ModelParameters } from "../parameters.ts";
import { type VenueSlot, venueVerdict } from "../venue.ts";
import type { PastDay, SchoolHistory } from "./history.ts";

export interface ServiceNeeded {
  /** Further slots of school hours, all of them served; 0 when it is covered already. */
  slots: number;
  /** Whole teaching days after the one that is running (after the newest one when it is over) up to the last of these slots. */
  teachingDays: number;
}

interface Day {
  day: number;
  served: number;
  unserved: number;
  unknown: number;
}

/**
 * The room is served in every slot to come. Days leave the window as in scoring model section 3: when the first slot of a new
 * one has ended; after a long break, also one that is still to come, only once enough days have been held. `undefined` for a
 * school without hours.
 * @param past the room in each slot of the history
 * @param fromSlots asks when it is covered after so many slots of service or more, instead of when it is first
 */
export function serviceNeeded(
  past: readonly VenueSlot[],
  history: SchoolHistory,
  fromSlots = 0,
): ServiceNeeded | undefined {
  const { days, later, slotsPerDay, restOfDay, parameters } = history;
  const held = [...days, ...later].map((day) => countDay(past, day));
  let shown = held.slice(0, days.length);
  let slots = 0;
  const isCovered = () =>
    slots >= fromSlots && venueVerdict(sum(shown), ALL_SET, parameters).verdict === ALL_SET.verdict;
  if (isCovered()) return { slots, teachingDays: 0 };
  if (slotsPerDay === 0) return undefined;
  const newest = held.at(-1);
  if (newest && restOfDay > 0) {
    for (let slot = 0; slot < restOfDay; slot += 1) {
      newest.served += 1;
      slots += 1;
      if (isCovered()) return { slots, teachingDays: 0 };
    }
  }
  // After that many days nothing is left in the window but service.
  const mostDays = parameters.windowDays + parameters.freezeDays + Math.ceil(fromSlots / slotsPerDay);
  for (let teachingDays = 1; teachingDays <= mostDays; teachingDays += 1) {
    const open: Day = { day: dayToCome(history, teachingDays), served: 0, unserved: 0, unknown: 0 };
    held.push(open);
    shown = windowOf(held, parameters);
    for (let slot = 0; slot < slotsPerDay; slot += 1) {
      open.served += 1;
      slots += 1;
      if (isCovered()) return { slots, teachingDays };
    }
  }
  return undefined;
}

/** What else a verdict asks, and then says: whether a room counts as covered does not depend on its quality. */
const ALL_SET = { equipped: true, inventoryConfirmed: true, quality: "pass", verdict: "covered" } as const;

/** The n-th teaching day to come. Where the calendar knows of no more, days follow each other without a break. */
function dayToCome({ nextDays, asOfDay }: SchoolHistory, n: number): number {
  return nextDays[n - 1] ?? (nextDays.at(-1) ?? asOfDay) + n - nextDays.length;
}

/** As calendar.ts has it while the newest of these days goes on. */
function windowOf(held: readonly Day[], { windowDays, freezeDays, frozenAfterDays }: ModelParameters): Day[] {
  const end = held.length;
  for (let newDays = 1; newDays < freezeDays; newDays += 1) {
    const [before, after] = [held[end - 1 - newDays], held[end - newDays]];
    if (!before || !after) break;
    if (after.day - before.day > frozenAfterDays)
      return held.slice(Math.max(0, end - newDays - windowDays), end - newDays);
  }
  return held.slice(-windowDays);
}

function countDay(past: readonly VenueSlot[], { day, from, slots }: PastDay): Day {
  const counts: Day = { day, served: 0, unserved: 0, unknown: 0 };
  for (const slot of past.slice(from, from + slots)) {
    if (slot === "served" || slot === "unserved" || slot === "unknown") counts[slot] += 1;
  }
  return counts;
}

function sum(days: readonly Day[]) {
  const total = { served: 0, unserved: 0, unknown: 0 };
  for (const { served, unserved, unknown } of days) {
    total.served += served;
    total.unserved += unserved;
    total.unknown += unknown;
  }
  return total;
}
