// What a school's quality is counted over: its venues, the access points that count for each, and the slots of its day.
// Counts made over one setup say nothing about another.
import { createHash } from "node:crypto";
import type { Inventory, School } from "../inventory/inventory.ts";
import { slotsOfHours } from "../score/calendar.ts";
import { MODEL_VERSION } from "../score/parameters.ts";
import { countsForVenue } from "../score/venue.ts";

export interface QualitySetup {
  /** The same for equal setups, and for no others. */
  fingerprint: string;
  /** Venues that an access point counts for, with the keys of these; in the order of the inventory. */
  venues: readonly { id: string; deviceKeys: readonly string[] }[];
  /** Slots of a day within school hours, as numbers since midnight, ascending. */
  slots: readonly number[];
}

/** As of a day, because walk tests begin and cease to make an access point count. */
export function qualitySetup(inventory: Inventory, { id, hours }: School, asOfDay: number): QualitySetup {
  const venues = inventory.venuesOf(id).flatMap((venue) => {
    const counting = inventory.servesOf(venue.id).filter((serves) => countsForVenue(serves, asOfDay));
    const deviceKeys = counting.flatMap(({ device }) => inventory.device(device)?.key ?? []).sort();
    return deviceKeys.length > 0 ? [{ id: venue.id, deviceKeys }] : [];
  });
  const slots = slotsOfHours(hours);
  const text = JSON.stringify([MODEL_VERSION, hours, venues.map((venue) => [venue.id, venue.deviceKeys])]);
  return { fingerprint: createHash("sha256").update(text).digest("hex").slice(0, 32), venues, slots };
}
