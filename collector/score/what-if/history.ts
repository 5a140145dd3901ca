// What a what-if looks back on: the codes of all devices of a school over its window and the days after a break.
import { CampusError } from "../../../contract/errors.ts";
import { dayAt } from "../../inventory/day.ts";
import type { InventoryDevice } from "../../inventory/inventory.ts";
import { slotsOfHours, TeachingCalendar, windowAt } from "../calendar.ts";
import type { JudgeInput } from "../judge.ts";
import { type ModelParameters, PARAMETERS } from "../parameters.ts";
import { axisOf, timelines } from "../timeline.ts";

/** Slots of a day that have ended, and where its first one stands among the codes. */
export interface PastDay {
  day: number;
  from: number;
  slots: number;
}

export interface SchoolHistory {
  /** Days of the window, and days after a break that do not count yet, ascending. */
  days: readonly PastDay[];
  later: readonly PastDay[];
  /** Teaching days to come, ascending, as far as they matter and the calendar knows of them. */
  nextDays: readonly number[];
  /** Of a whole day; 0 for a school without hours. */
  slotsPerDay: number;
  /** Slots of the newest day that have not ended yet, 0 when it is over. */
  restOfDay: number;
  frozen: boolean;
  /** Slots that have ended, of `days` and `later` together. */
  length: number;
  /** One code of state.ts a slot. */
  codesOf(deviceId: string): Uint8Array;
  device(deviceId: string): InventoryDevice | undefined;
  asOfDay: number;
  parameters: ModelParameters;
}

/** @throws CampusError `SCHOOL_UNKNOWN` when the inventory has no such school */
export function schoolHistory(input: JudgeInput): SchoolHistory {
  const { inventory, evidence, schoolId, asOfMs, maintenance, parameters = PARAMETERS } = input;
  const school = inventory.school(schoolId);
  if (!school) throw new CampusError("SCHOOL_UNKNOWN", `school ${schoolId} is not in the inventory`);
  const calendar = new TeachingCalendar(inventory.calendarOf(schoolId), inventory.publicHolidays);
  const window = windowAt(school, calendar, asOfMs, parameters);
  const axis = axisOf(window);
  const devices = inventory.devicesOf(schoolId);
  const reader = evidence.of(schoolId);
  const codes = timelines({ devices, evidence: reader, axis, parameters, ...(maintenance && { maintenance }) });
  const nothing = new Uint8Array(axis.length);
  const pastDays = axis.runs.map(({ day, from, slots }) => ({ day, from, slots: slots.length }));
  const days = pastDays.slice(0, window.days.length);
  const later = pastDays.slice(days.length, days.length + window.later.length);
  const slotsPerDay = slotsOfHours(school.hours).length;
  const asOfDay = dayAt(asOfMs);
  const newest = [...window.days, ...window.later].at(-1);
  return {
    days,
    later,
    nextDays: daysToCome(calendar, newest?.day === asOfDay ? asOfDay + 1 : asOfDay, parameters),
    slotsPerDay,
    restOfDay: newest?.day === asOfDay ? slotsPerDay - newest.slots.length : 0,
    frozen: window.frozen,
    length: [...days, ...later].reduce((sum, { slots }) => sum + slots, 0),
    codesOf: (id) => codes.get(id) ?? nothing,
    device: (id) => inventory.device(id),
    asOfDay,
    parameters,
  };
}

/** No calendar is searched further ahead than this for teaching days. */
const LOOKAHEAD_DAYS = 400;

function daysToCome(
  calendar: TeachingCalendar,
  fromDay: number,
  { windowDays, freezeDays }: ModelParameters,
): number[] {
  const days: number[] = [];
  for (let day = fromDay; day < fromDay + LOOKAHEAD_DAYS && days.length < 2 * (windowDays + freezeDays); day += 1) {
    if (calendar.isTeachingDay(day)) days.push(day);
  }
  return days;
}
