// Which run is due: the month that has ended, then every day on which batches of it may still come late, and last when none can.
import type { RunReason } from "../../contract/results.ts";
import { addMonths, DAY_MS, dayAt, dayText } from "../inventory/day.ts";
import { PARAMETERS } from "../score/parameters.ts";

/** A run of everything that was asked for, of one day. */
export interface PastRun {
  askedAtMs: number;
}

/**
 * The month that ended last, while batches of it may still come, and once after that. A month that ended before nobody asks for by
 * itself: it can be computed on demand, as long as its evidence is kept.
 *
 * @param runsOf runs of everything of a day, in any order
 */
export function dueRun(
  nowMs: number,
  runsOf: (asOf: string) => readonly PastRun[],
  lateAcceptMs = PARAMETERS.lateAcceptMs,
): { asOf: string; reason: RunReason } | undefined {
  const today = dayAt(nowMs);
  const last = lastDayOfMonthBefore(today);
  const asOf = dayText(last);
  const daysAfter = today - last;
  if (daysAfter > Math.ceil(lateAcceptMs / DAY_MS) + 1) return undefined;
  const runs = runsOf(asOf);
  if (runs.length === 0) return { asOf, reason: "month_end" };
  const isAskedToday = runs.some(({ askedAtMs }) => dayAt(askedAtMs) >= today);
  return isAskedToday ? undefined : { asOf, reason: "late_data" };
}

/** The day before the first of the month that a day lies in. */
export function lastDayOfMonthBefore(day: number): number {
  const inMonth = Number(dayText(day).slice(8));
  return day - inMonth;
}

/** The first day of the month so many months before that of a day. */
export function monthsBefore(day: number, months: number): string {
  const first = day - Number(dayText(day).slice(8)) + 1;
  return dayText(addMonths(first, -months));
}
