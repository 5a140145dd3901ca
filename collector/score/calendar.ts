// When a school is expected to have its network: teaching days, the slots of a day, and the window a verdict looks at.
import { dayAt, dayOf, dayStartMs, weekdayOf } from "../inventory/day.ts";
import type { CalendarEntry, HourRange } from "../inventory/inventory.ts";
import { NO_PUBLIC_HOLIDAYS, type PublicHolidays } from "../inventory/public-holidays.ts";
import { type ModelParameters, PARAMETERS, SLOT_MINUTES, SLOT_MS } from "./parameters.ts";

/** No calendar is searched further back than this for teaching days: a school closed for longer has no window. */
const LOOKBACK_DAYS = 400;

interface DayRange {
  from: number;
  to: number;
}

/**
 * The teaching days of one school, from the calendar entries that speak of it. With any `term` entry: weekdays inside
 * terms; without: Monday to Friday. Public holidays are taken out, and the weekend days that are worked for them put in where
 * they fall into a term. What the school's own calendar says of a day comes before that, and its make-up days first.
 */
export class TeachingCalendar {
  readonly #terms: readonly DayRange[];
  readonly #holidays: readonly DayRange[];
  readonly #makeups: readonly DayRange[];
  readonly #publicHolidays: readonly DayRange[];
  readonly #publicMakeups: ReadonlySet<number>;

  constructor(entries: readonly CalendarEntry[], { holidays, makeups }: PublicHolidays = NO_PUBLIC_HOLIDAYS) {
    const ranges = (kind: CalendarEntry["kind"]) =>
      entries
        .filter((entry) => entry.kind === kind)
        .map(({ from, to }) => ({ from: dayNumber(from), to: dayNumber(to) }));
    this.#terms = ranges("term");
    this.#holidays = ranges("holiday");
    this.#makeups = ranges("makeup");
    this.#publicHolidays = holidays.map(({ from, to }) => ({ from: dayNumber(from), to: dayNumber(to) }));
    this.#publicMakeups = new Set(makeups.map(dayNumber));
  }

  isTeachingDay(day: number): boolean {
    if (isIn(this.#makeups, day)) return true;
    if (isIn(this.#holidays, day)) return false;
    if (this.#terms.length > 0 && !isIn(this.#terms, day)) return false;
    if (this.#publicMakeups.has(day)) return true;
    const weekday = weekdayOf(day);
    return weekday !== 0 && weekday !== 6 && !isIn(this.#publicHolidays, day);
  }
}

function isIn(ranges: readonly DayRange[], day: number): boolean {
  return ranges.some(({ from, to }) => from <= day && day <= to);
}

/** The inventory has checked the text; a day that is none would match nothing. */
function dayNumber(text: string): number {
  return dayOf(text) ?? Number.NaN;
}

/** Slots of a day within school hours, as numbers since midnight (0–287), ascending. */
export function slotsOfHours(hours: readonly HourRange[]): number[] {
  return hours.flatMap(({ fromMinute, toMinute }) => {
    const count = (toMinute - fromMinute) / SLOT_MINUTES;
    return Array.from({ length: count }, (_, i) => fromMinute / SLOT_MINUTES + i);
  });
}

/** A teaching day with the slots of it that have begun; `slots` is ascending. */
export interface DaySlots {
  day: number;
  slots: readonly number[];
}

export interface EvaluationWindow {
  /** The days that a verdict counts, ascending, each with its slots that have ended: W20, or fewer where there are fewer. */
  days: readonly DaySlots[];
  /** Teaching days after the window, ascending: only after a break, while the result from before it stays on show. */
  later: readonly DaySlots[];
  /** The slot that is running at `asOf`; absent outside school hours. */
  open?: { day: number; slot: number };
  /** The result is from before a break. */
  frozen: boolean;
  /** Newest day of the window; absent when the calendar has no teaching day. */
  lastTeachingDay?: number;
}

/**
 * The window of a school at a moment (scoring model section 3). Only slots that have ended count; a day none of whose slots
 * has ended is not yet a day of the window. After a break of more than `frozenAfterDays` without teaching, the window from
 * before it stays until `freezeDays` teaching days have been held.
 */
export function windowAt(
  { hours }: { hours: readonly HourRange[] },
  calendar: TeachingCalendar,
  asOfMs: number,
  parameters: ModelParameters = PARAMETERS,
): EvaluationWindow {
  const today = dayAt(asOfMs);
  const slots = slotsOfHours(hours);
  const sinceMidnightMs = asOfMs - dayStartMs(today);
  const teaches = calendar.isTeachingDay(today);
  const endedToday = teaches ? slots.filter((slot) => (slot + 1) * SLOT_MS <= sinceMidnightMs) : [];
  const openSlot = teaches ? slots.find((slot) => slot === Math.floor(sinceMidnightMs / SLOT_MS)) : undefined;
  const held = daysHeld(calendar, today, endedToday.length > 0, parameters.windowDays + parameters.freezeDays);
  const { skipped, frozen } = breakBefore(held, today, parameters);
  const toDaySlots = (day: number): DaySlots => ({ day, slots: day === today ? endedToday : slots });
  const counted = held.slice(skipped, skipped + parameters.windowDays);
  const last = counted[0];
  return {
    days: counted.reverse().map(toDaySlots),
    later: held.slice(0, skipped).reverse().map(toDaySlots),
    ...(openSlot !== undefined && { open: { day: today, slot: openSlot } }),
    frozen,
    ...(last !== undefined && { lastTeachingDay: last }),
  };
}

/** The newest teaching days of which at least one slot has ended, newest first. */
function daysHeld(calendar: TeachingCalendar, today: number, todayCounts: boolean, count: number): number[] {
  const days: number[] = [];
  for (let day = todayCounts ? today : today - 1; day > today - LOOKBACK_DAYS && days.length < count; day -= 1) {
    if (calendar.isTeachingDay(day)) days.push(day);
  }
  return days;
}

/** How many of the newest days lie after a break and are too few yet to be judged. */
function breakBefore(
  held: readonly number[],
  today: number,
  { frozenAfterDays, freezeDays }: ModelParameters,
): { skipped: number; frozen: boolean } {
  for (let newDays = 0; newDays < freezeDays; newDays += 1) {
    const before = held[newDays];
    if (before === undefined) break;
    const after = newDays === 0 ? today : (held[newDays - 1] ?? today);
    if (after - before > frozenAfterDays) return { skipped: newDays, frozen: true };
  }
  return { skipped: 0, frozen: false };
}
