// How long a school's confirmation of its inventory holds (scoring model 5.1, 9.3).
import type { ModelParameters } from "./parameters.ts";

/** Confirmed on or before the day, and not longer ago than a confirmation holds. @param confirmedDay absent: never */
export function isConfirmedOn(
  asOfDay: number,
  confirmedDay: number | undefined,
  { inventoryAgeDays }: ModelParameters,
): boolean {
  return confirmedDay !== undefined && confirmedDay <= asOfDay && asOfDay - confirmedDay <= inventoryAgeDays;
}
