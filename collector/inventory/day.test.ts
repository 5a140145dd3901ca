import { describe, expect, it } from "vitest";
import { addMonths, dayAt, dayOf, dayStartMs, dayText, instantText, weekdayOf } from "./day.ts";

describe("days of Asia/Shanghai", () => {
  it.each([
    { at: "2026-09-01T15:59:59.999Z", day: "2026-09-01" },
    { at: "2026-09-01T16:00:00.000Z", day: "2026-09-02" },
    { at: "2026-09-01T00:00:00+08:00", day: "2026-09-01" },
    { at: "1969-12-31T15:59:59Z", day: "1969-12-31" },
  ])("$at falls on $day", ({ at, day }) => {
    expect(dayText(dayAt(Date.parse(at)))).toBe(day);
  });

  it("begins a day at midnight there", () => {
    expect(instantText(dayStartMs(dayOf("2026-09-01") ?? Number.NaN))).toBe("2026-09-01T00:00:00+08:00");
  });

  it.each(["2026-02-30", "2026-13-01", "2026-00-10", "2026-9-1", "2025-02-29", "", "20260901"])(
    "knows no day %j",
    (text) => {
      expect(dayOf(text)).toBeUndefined();
    },
  );

  it("knows the leap day", () => {
    expect(dayText(dayOf("2024-02-29") ?? Number.NaN)).toBe("2024-02-29");
  });

  it.each([
    { day: "2026-09-01", weekday: 2 },
    { day: "2026-06-30", weekday: 2 },
    { day: "1970-01-01", weekday: 4 },
    { day: "1969-12-28", weekday: 0 },
  ])("$day is weekday $weekday", ({ day, weekday }) => {
    expect(weekdayOf(dayOf(day) ?? Number.NaN)).toBe(weekday);
  });

  it.each([
    { day: "2023-10-02", months: 36, later: "2026-10-02" },
    { day: "2024-02-29", months: 12, later: "2025-02-28" },
    { day: "2025-11-30", months: 3, later: "2026-02-28" },
  ])("$day and $months months is $later", ({ day, months, later }) => {
    expect(dayText(addMonths(dayOf(day) ?? Number.NaN, months))).toBe(later);
  });
});
