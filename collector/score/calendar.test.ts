import { describe, expect, it } from "vitest";
import { dayOf, dayText, weekdayOf } from "../inventory/day.ts";
import type { CalendarEntry } from "../inventory/inventory.ts";
import { PUBLIC_HOLIDAYS } from "../inventory/public-holidays.ts";
import { slotsOfHours, TeachingCalendar, windowAt } from "./calendar.ts";
import { AS_OF, school } from "./campus-suite.ts";

const entry = (kind: CalendarEntry["kind"], from: string, to = from): CalendarEntry => ({ scope: "*", from, to, kind });
const at = (text: string) => Date.parse(`${text}+08:00`);

/** A window in words: first and last day, days, slots of the last day, whether frozen, the running slot. */
function show(asOf: string, entries: CalendarEntry[] = []) {
  const window = windowAt(school(), new TeachingCalendar(entries), at(asOf));
  return {
    from: window.days[0] && dayText(window.days[0].day),
    to: window.days.at(-1) && dayText(window.days.at(-1)?.day ?? 0),
    days: window.days.length,
    lastSlots: window.days.at(-1)?.slots.length,
    later: window.later.length,
    frozen: window.frozen,
    open: window.open?.slot,
  };
}

describe("teaching days", () => {
  it.each([
    { day: "2026-10-02", entries: [], teaches: true },
    { day: "2026-10-03", entries: [], teaches: false },
    { day: "2026-10-02", entries: [entry("holiday", "2026-10-01", "2026-10-07")], teaches: false },
    { day: "2026-10-07", entries: [entry("holiday", "2026-10-01", "2026-10-07")], teaches: false },
    { day: "2026-10-08", entries: [entry("holiday", "2026-10-01", "2026-10-07")], teaches: true },
    { day: "2026-10-10", entries: [entry("makeup", "2026-10-10")], teaches: true },
    { day: "2026-10-02", entries: [entry("holiday", "2026-10-02"), entry("makeup", "2026-10-02")], teaches: true },
    { day: "2026-09-01", entries: [entry("term", "2026-09-01", "2027-01-20")], teaches: true },
    { day: "2026-08-31", entries: [entry("term", "2026-09-01", "2027-01-20")], teaches: false },
    { day: "2027-01-20", entries: [entry("term", "2026-09-01", "2027-01-20")], teaches: true },
    { day: "2027-01-21", entries: [entry("term", "2026-09-01", "2027-01-20")], teaches: false },
    { day: "2026-09-05", entries: [entry("term", "2026-09-01", "2027-01-20")], teaches: false },
    {
      day: "2026-10-02",
      entries: [entry("term", "2026-09-01", "2027-01-20"), entry("holiday", "2026-10-02")],
      teaches: false,
    },
    {
      day: "2026-08-29",
      entries: [entry("term", "2026-09-01", "2027-01-20"), entry("makeup", "2026-08-29")],
      teaches: true,
    },
  ])("$day: $teaches with $entries", ({ day, entries, teaches }) => {
    expect(new TeachingCalendar(entries).isTeachingDay(dayOf(day) ?? Number.NaN)).toBe(teaches);
  });
});

describe("public holidays", () => {
  const numberOf = (day: string) => dayOf(day) ?? Number.NaN;
  const spring = entry("term", "2026-02-25", "2026-06-30");

  it.each([
    { day: "2026-10-09", entries: [], teaches: true },
    { day: "2026-10-02", entries: [], teaches: false },
    { day: "2026-10-10", entries: [], teaches: true },
    { day: "2026-10-11", entries: [], teaches: false },
    { day: "2026-10-10", entries: [entry("holiday", "2026-10-10")], teaches: false },
    { day: "2026-02-14", entries: [], teaches: true },
    { day: "2026-02-14", entries: [spring], teaches: false },
    { day: "2026-02-28", entries: [spring], teaches: true },
    { day: "2028-10-02", entries: [], teaches: true },
    { day: "2026-10-02", entries: [entry("makeup", "2026-10-02")], teaches: true },
  ])("$day: $teaches with $entries", ({ day, entries, teaches }) => {
    expect(new TeachingCalendar(entries, PUBLIC_HOLIDAYS).isTeachingDay(numberOf(day))).toBe(teaches);
  });

  it("go forward, and days that are worked for them are weekend days beside them", () => {
    for (const { from, to } of PUBLIC_HOLIDAYS.holidays) expect(numberOf(from)).toBeLessThanOrEqual(numberOf(to));
    for (const makeup of PUBLIC_HOLIDAYS.makeups) {
      expect([0, 6], makeup).toContain(weekdayOf(numberOf(makeup)));
      const distances = PUBLIC_HOLIDAYS.holidays.map(({ from, to }) =>
        Math.min(Math.abs(numberOf(from) - numberOf(makeup)), Math.abs(numberOf(to) - numberOf(makeup))),
      );
      expect(Math.min(...distances), makeup).toBeLessThanOrEqual(11);
      const isHoliday = PUBLIC_HOLIDAYS.holidays.some(({ from, to }) => from <= makeup && makeup <= to);
      expect(isHoliday, makeup).toBe(false);
    }
  });
});

describe("slots of school hours", () => {
  it("are 96 a day by default, without the midday break", () => {
    const slots = slotsOfHours(school().hours);
    expect(slots).toHaveLength(96);
    expect([slots[0], slots[47], slots[48], slots[95]]).toEqual([96, 143, 156, 203]);
  });
});

describe("the window", () => {
  it("is the last 20 teaching days with 1920 slots", () => {
    const { days } = windowAt(school(), new TeachingCalendar([]), AS_OF);
    expect(days.reduce((sum, { slots }) => sum + slots.length, 0)).toBe(1920);
    expect(show("2026-10-02T17:00:00")).toEqual({
      from: "2026-09-07",
      to: "2026-10-02",
      days: 20,
      lastSlots: 96,
      later: 0,
      frozen: false,
      open: undefined,
    });
  });

  it.each([
    { asOf: "2026-10-02T08:04:59.999", to: "2026-10-01", lastSlots: 96, open: 96 },
    { asOf: "2026-10-02T08:05:00", to: "2026-10-02", lastSlots: 1, open: 97 },
    { asOf: "2026-10-02T07:59:59.999", to: "2026-10-01", lastSlots: 96, open: undefined },
    { asOf: "2026-10-02T11:59:59.999", to: "2026-10-02", lastSlots: 47, open: 143 },
    { asOf: "2026-10-02T12:00:00", to: "2026-10-02", lastSlots: 48, open: undefined },
    { asOf: "2026-10-02T13:00:00", to: "2026-10-02", lastSlots: 48, open: 156 },
    { asOf: "2026-10-02T16:59:59.999", to: "2026-10-02", lastSlots: 95, open: 203 },
    { asOf: "2026-10-03T10:00:00", to: "2026-10-02", lastSlots: 96, open: undefined },
  ])("at $asOf ends with $lastSlots slots of $to", ({ asOf, to, lastSlots, open }) => {
    expect(show(asOf)).toMatchObject({ to, days: 20, lastSlots, open });
  });

  it("is shorter where the calendar begins later, and empty where it has no day", () => {
    const term = [entry("term", "2026-09-28", "2027-01-20")];
    expect(show("2026-10-02T17:00:00", term)).toMatchObject({ from: "2026-09-28", days: 5, frozen: false });
    expect(show("2026-09-27T17:00:00", term)).toMatchObject({ days: 0, frozen: false, to: undefined });
    expect(show("2026-09-28T08:01:00", term)).toMatchObject({ days: 0, frozen: false, open: 96 });
  });

  it("goes over a holiday and takes in a make-up day", () => {
    const entries = [entry("holiday", "2026-10-01", "2026-10-07"), entry("makeup", "2026-10-10")];
    expect(show("2026-10-10T17:00:00", entries)).toMatchObject({ from: "2026-09-08", to: "2026-10-10", days: 20 });
  });
});

describe("a break", () => {
  const entries = [entry("term", "2026-02-23", "2026-06-30"), entry("term", "2026-09-01", "2027-01-20")];

  it.each([
    { asOf: "2026-07-30T12:00:00", frozen: false, to: "2026-06-30", later: 0 },
    { asOf: "2026-07-31T12:00:00", frozen: true, to: "2026-06-30", later: 0 },
    { asOf: "2026-08-15T12:00:00", frozen: true, to: "2026-06-30", later: 0 },
    { asOf: "2026-09-01T08:02:00", frozen: true, to: "2026-06-30", later: 0 },
    { asOf: "2026-09-01T17:00:00", frozen: true, to: "2026-06-30", later: 1 },
    { asOf: "2026-09-04T17:00:00", frozen: true, to: "2026-06-30", later: 4 },
    { asOf: "2026-09-06T17:00:00", frozen: true, to: "2026-06-30", later: 4 },
    { asOf: "2026-09-07T08:04:59", frozen: true, to: "2026-06-30", later: 4 },
    { asOf: "2026-09-07T08:05:00", frozen: false, to: "2026-09-07", later: 0 },
    { asOf: "2026-09-07T17:00:00", frozen: false, to: "2026-09-07", later: 0 },
  ])("E9: at $asOf the result is frozen: $frozen, from $to", ({ asOf, frozen, to, later }) => {
    expect(show(asOf, entries)).toMatchObject({ frozen, to, later, days: 20 });
  });

  it("E9: on the fifth teaching day the window is 5 new and 15 old days", () => {
    const { days } = windowAt(school(), new TeachingCalendar(entries), at("2026-09-07T17:00:00"));
    const texts = days.map(({ day }) => dayText(day));
    expect(texts.filter((text) => text >= "2026-09-01")).toHaveLength(5);
    expect(texts.filter((text) => text <= "2026-06-30")).toHaveLength(15);
  });

  it("freezes nothing when there was no teaching before it", () => {
    expect(show("2026-02-24T17:00:00", entries)).toMatchObject({ frozen: false, days: 2 });
  });

  it("shorter than a month freezes nothing", () => {
    const winter = [entry("term", "2025-09-01", "2026-01-30"), entry("term", "2026-03-01", "2026-06-30")];
    expect(show("2026-03-02T17:00:00", winter)).toMatchObject({ frozen: true });
    const shorter = [entry("term", "2025-09-01", "2026-01-30"), entry("term", "2026-02-27", "2026-06-30")];
    expect(show("2026-02-27T17:00:00", shorter)).toMatchObject({ frozen: false, days: 20 });
  });
});
