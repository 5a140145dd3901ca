// How long a room must be served without a gap until it counts as covered: exact, slot by slot.
import { PARAMETERS } from "../parameters.ts";
import { type VenueSlot, venueVerdict } from "../venue.ts";
import type { SchoolHistory } from "./history.ts";

export interface ServiceNeeded {
  /** Further slots of school hours, all of them served; 0 when it is covered already. */
  slots: number;
  /** Whole teaching days after the one that is running (after the newest one when it is over) up to the last of these slots. */
  teachingDays: number;
}

interface Day {
  served: number;
  unserved: number;
  unknown: number;
  slots: number;
}

/**
 * The room is served in every slot to come. Days leave the window as in scoring model section 3: when the first slot of a new
 * one has ended; after a break only once enough days have been held. `undefined` for a school without hours.
 * @param past the room in each slot of the history
 */
export function serviceNeeded(past: readonly VenueSlot[], history: SchoolHistory): ServiceNeeded | undefined {
  const { days, later, slotsPerDay, frozen, restOfDay, parameters = PARAMETERS } = history;
  const old = days.map((day) => countDay(past, day));
  const fresh = later.map((day) => countDay(past, day));
  const held = frozen ? fresh : old;
  const isCovered = () => {
    const shown = frozen && fresh.length < parameters.freezeDays ? old : [...old, ...(frozen ? fresh : [])];
    const counts = sum(shown.slice(-parameters.windowDays));
    const { verdict } = venueVerdict(counts, ALL_SET, parameters);
    return verdict === "covered";
  };
  if (isCovered()) return { slots: 0, teachingDays: 0 };
  if (slotsPerDay === 0) return undefined;
  let slots = 0;
  const newest = held.at(-1);
  for (; newest && slots < restOfDay; ) {
    serve(newest);
    slots += 1;
    if (isCovered()) return { slots, teachingDays: 0 };
  }
  // After that many days nothing is left in the window but service.
  for (let day = 1; day <= parameters.windowDays + parameters.freezeDays; day += 1) {
    const open: Day = { served: 0, unserved: 0, unknown: 0, slots: 0 };
    held.push(open);
    for (let slot = 0; slot < slotsPerDay; slot += 1) {
      serve(open);
      slots += 1;
      if (isCovered()) return { slots, teachingDays: day };
    }
  }
  return undefined;
}

/** What else a verdict asks: whether it counts as covered does not depend on its quality. */
const ALL_SET = { equipped: true, inventoryConfirmed: true, quality: "pass" } as const;

function serve(day: Day): void {
  day.served += 1;
  day.slots += 1;
}

function countDay(past: readonly VenueSlot[], { from, slots }: { from: number; slots: number }): Day {
  const day: Day = { served: 0, unserved: 0, unknown: 0, slots };
  for (const slot of past.slice(from, from + slots)) {
    if (slot === "served" || slot === "unserved" || slot === "unknown") day[slot] += 1;
  }
  return day;
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
