// Which evaluations are recent enough to speak for a target (scoring model section 10, rules 1 and 2).
import { DAY_MS } from "../../inventory/day.ts";
import { dayNumber, type Point } from "./evaluation.ts";
import type { PolicyParameters } from "./parameters.ts";

/** Whether some evaluation of the last 62 days meets its minimum evidence. */
export function hasRecentValue(points: readonly Point[], asOfDay: number, { recentDays }: PolicyParameters): boolean {
  return points.some(({ value, day }) => value !== undefined && asOfDay - day <= recentDays);
}

/**
 * The last evaluation of the 62 days up to a deadline; `undefined` when there is none.
 *
 * @param points none of them after the deadline
 */
export function lastInTime(
  points: readonly Point[],
  deadlineDay: number,
  parameters: PolicyParameters,
): Point | undefined {
  const inTime = points.filter(
    ({ day, evaluation: { recordedOn } }) =>
      deadlineDay - day <= parameters.recentDays && isInTime(recordedOn, deadlineDay, parameters),
  );
  return inTime.at(-1);
}

/** Evidence recorded when late batches were no longer taken must not fill in afterwards what nobody saw then. */
export function isInTime(
  recordedOn: string | undefined,
  deadlineDay: number,
  { lateAcceptMs }: PolicyParameters,
): boolean {
  return recordedOn === undefined || dayNumber(recordedOn) <= deadlineDay + Math.floor(lateAcceptMs / DAY_MS);
}
