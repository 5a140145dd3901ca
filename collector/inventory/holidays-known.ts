// Whether the public holidays of a day's year are known: built in, or entered in the calendar.
import { dayOf, dayText } from "./day.ts";
import type { CalendarEntry } from "./inventory.ts";
import type { PublicHolidays } from "./public-holidays.ts";

/** Days that are public holidays in every year, by the half of the school year that they stand for. */
const SPRING = { untilMonth: 7, monthDay: "05-01" };
const AUTUMN = { monthDay: "10-01" };

/**
 * A year is announced in the autumn before it. Whoever enters it, or a school that enters its own calendar, enters 1 May and
 * 1 October with it: a holiday on 1 May shows that January to July are known, one on 1 October August to December. A single
 * day off (a typhoon) shows nothing.
 */
export function publicHolidaysKnown(
  day: number,
  { holidays }: PublicHolidays,
  entries: readonly CalendarEntry[],
): boolean {
  const text = dayText(day);
  const year = text.slice(0, 4);
  if (holidays.some(({ from }) => from.startsWith(`${year}-`))) return true;
  const { monthDay } = Number(text.slice(5, 7)) <= SPRING.untilMonth ? SPRING : AUTUMN;
  const fixed = dayOf(`${year}-${monthDay}`) ?? Number.NaN;
  return entries.some(
    ({ kind, from, to }) => kind === "holiday" && (dayOf(from) ?? Number.NaN) <= fixed && fixed <= (dayOf(to) ?? 0),
  );
}
