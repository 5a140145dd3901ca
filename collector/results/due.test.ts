import { describe, expect, it } from "vitest";
import { dayAt, dayOf } from "../inventory/day.ts";
import { dueRun, lastDayOfMonthBefore, monthsBefore } from "./due.ts";

const at = (text: string) => Date.parse(`${text}+08:00`);
const DAY_MS = 86_400_000;

describe("the run that is due", () => {
  it.each([
    { now: "2026-09-30T23:59:59", asOf: "2026-08-31", due: false },
    { now: "2026-10-01T00:00:00", asOf: "2026-09-30", due: true },
    { now: "2026-10-08T23:59:59", asOf: "2026-09-30", due: true },
    // Nothing of September can come any more: a month that nobody computed in its time is computed on demand only.
    { now: "2026-10-09T00:00:00", asOf: "2026-09-30", due: false },
    { now: "2027-01-01T03:00:00", asOf: "2026-12-31", due: true },
    { now: "2028-03-01T03:00:00", asOf: "2028-02-29", due: true },
  ])("at $now without any run before: $asOf $due", ({ now, asOf, due }) => {
    const asked: string[] = [];
    const run = dueRun(at(now), (day) => {
      asked.push(day);
      return [];
    });
    expect(run).toEqual(due ? { asOf, reason: "month_end" } : undefined);
    if (due) expect(asked).toEqual([asOf]);
  });

  it("is asked for once on each day on which batches may still come late, and once after that", () => {
    const runs: { askedAtMs: number }[] = [];
    const film = Array.from({ length: 12 }, (_, i) => {
      const nowMs = at("2026-10-01T09:00:00") + i * DAY_MS;
      const made: string[] = [];
      for (const laterMs of [0, 3_600_000, 7_200_000]) {
        const due = dueRun(nowMs + laterMs, () => runs);
        if (!due) continue;
        runs.push({ askedAtMs: nowMs + laterMs });
        made.push(due.reason);
      }
      return made.join();
    });
    expect(film).toEqual(["month_end", ...Array<string>(7).fill("late_data"), "", "", "", ""]);
  });
});

describe("days of months", () => {
  it.each([
    { day: "2026-10-01", last: "2026-09-30" },
    { day: "2026-10-31", last: "2026-09-30" },
    { day: "2026-03-31", last: "2026-02-28" },
  ])("the month before $day ended on $last", ({ day, last }) => {
    expect(lastDayOfMonthBefore(dayOf(day) ?? 0)).toBe(dayOf(last));
  });

  it("twelve months with the present one began eleven before it", () => {
    expect(monthsBefore(dayAt(at("2026-10-31T08:00:00")), 11)).toBe("2025-11-01");
    expect(monthsBefore(dayAt(at("2026-10-31T08:00:00")), 0)).toBe("2026-10-01");
  });
});
