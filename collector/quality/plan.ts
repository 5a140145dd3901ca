// What of a school is to be counted: the days that a verdict of today may look at, and the slots of today that are over.
import { dayStartMs } from "../inventory/day.ts";
import type { Inventory, School } from "../inventory/inventory.ts";
import { TeachingCalendar, windowAt } from "../score/calendar.ts";
import { SLOT_MS } from "../score/parameters.ts";
import { type QualitySetup, qualitySetup } from "./setup.ts";

/** Holds for one inventory and one day. */
export interface QualityPlan {
  inventory: Inventory;
  today: number;
  setup: QualitySetup;
  teachesToday: boolean;
  /** Days before today that a window of today may hold, the newest first. */
  pastDays: readonly number[];
}

export function qualityPlan(inventory: Inventory, school: School, today: number): QualityPlan {
  const calendar = new TeachingCalendar(inventory.calendarOf(school.id), inventory.publicHolidays);
  // As of midnight: whatever the day brings, its windows are made of these days and of itself.
  const { days, later } = windowAt(school, calendar, dayStartMs(today));
  return {
    inventory,
    today,
    setup: qualitySetup(inventory, school, today),
    teachesToday: calendar.isTeachingDay(today),
    pastDays: [...days, ...later].map(({ day }) => day).reverse(),
  };
}

/** How many of a day's slots have ended by a moment. */
export function endedSlots({ slots }: QualitySetup, day: number, atMs: number): number {
  const sinceMidnightMs = atMs - dayStartMs(day);
  const open = slots.findIndex((slot) => (slot + 1) * SLOT_MS > sinceMidnightMs);
  return open < 0 ? slots.length : open;
}
