import { describe, expect, it } from "vitest";
import { type SchoolClockRule, schoolClock } from "./clock.ts";
import { clockProblems } from "./clock-rule.ts";

const RULE: SchoolClockRule = {
  startedAt: "2026-11-22T00:00:00Z",
  shows: "2026-09-07T08:00:00+08:00", // a Monday
  phases: [
    { forSeconds: 10, speed: 720 },
    { forSeconds: 0, speed: 60 },
  ],
  open: [
    { fromMinute: 480, toMinute: 720 },
    { fromMinute: 780, toMinute: 1020 },
  ],
};
const STARTED_MS = Date.parse(RULE.startedAt);

function at(realSeconds: number, rule: SchoolClockRule = RULE): string {
  const clock = schoolClock(rule, () => STARTED_MS + realSeconds * 1_000);
  return new Date(clock.nowMs() + 8 * 3_600_000).toISOString().slice(0, 16);
}

describe("the school clock", () => {
  it.each([
    { real: 0, shows: "2026-09-07T08:00" },
    { real: 5, shows: "2026-09-07T09:00" },
    { real: 10, shows: "2026-09-07T10:00" },
    { real: 11, shows: "2026-09-07T10:01" },
    { real: 10 + 119, shows: "2026-09-07T11:59" },
    { real: 10 + 120, shows: "2026-09-07T13:00" },
    { real: 10 + 360, shows: "2026-09-08T08:00" },
    { real: 10 + 360 + 4 * 480, shows: "2026-09-14T08:00" },
  ])("shows $shows after $real seconds: lunch, nights and weekends do not exist", ({ real, shows }) => {
    expect(at(real)).toBe(shows);
  });

  it.each([
    { real: 0, shows: "2026-06-30T15:30" },
    { real: 7, shows: "2026-06-30T16:54" },
    { real: 7.5, shows: "2026-09-07T08:00" },
    { real: 12.5, shows: "2026-09-07T09:00" },
  ])("shows $shows after $real seconds: a summer that is skipped does not exist", ({ real, shows }) => {
    const rule = {
      ...RULE,
      shows: "2026-06-30T15:30:00+08:00", // a Tuesday
      phases: [{ forSeconds: 60, speed: 720 }],
      skips: [{ from: "2026-07-01", to: "2026-09-04" }], // a Friday
    };
    expect(at(real, rule)).toBe(shows);
  });

  it("shows its first instant before it has started", () => {
    expect(at(-3)).toBe("2026-09-07T08:00");
  });

  it("never goes backwards over any boundary", () => {
    let last = 0;
    for (let s = 0; s < 4_000; s += 7) {
      const now = schoolClock(RULE, () => STARTED_MS + s * 1_000).nowMs();
      expect(now).toBeGreaterThanOrEqual(last);
      last = now;
    }
  });

  it("shows whole milliseconds whatever the speed", () => {
    const rule = { ...RULE, phases: [{ forSeconds: 1, speed: 2.5 }] };
    expect(schoolClock(rule, () => STARTED_MS + 10_003).nowMs()).toBe(Date.parse(RULE.shows) + 25_007);
  });

  it("says how fast it goes", () => {
    expect(schoolClock(RULE, () => STARTED_MS + 9_999).speed()).toBe(720);
    expect(schoolClock(RULE, () => STARTED_MS + 10_000).speed()).toBe(60);
    expect(schoolClock(RULE, () => STARTED_MS + 1e9).speed()).toBe(60);
  });

  it.each([
    { what: "one day", skip: { from: "2026-07-01", to: "2026-07-01" }, problems: [] },
    { what: "days that go back", skip: { from: "2026-07-02", to: "2026-07-01" }, problems: ["clock.school.skips[0]"] },
    { what: "a day that is none", skip: { from: "2026-07-01", to: "2026-13-01" }, problems: ["clock.school.skips[0]"] },
  ])("a rule may skip $what: problems at $problems", ({ skip, problems }) => {
    expect(clockProblems({ school: { ...RULE, skips: [skip] } }).map(({ path }) => path)).toEqual(problems);
  });

  it("wakes a sleeper when its instant has come, and at once when it is stopped", async () => {
    let real = STARTED_MS;
    const clock = schoolClock(RULE, () => real);
    const sleeping = clock.sleepUntil(clock.nowMs() + 60_000, new AbortController().signal);
    real += 1_000;
    await sleeping;
    const stop = new AbortController();
    const forever = clock.sleepUntil(Number.MAX_SAFE_INTEGER, stop.signal);
    stop.abort();
    await forever;
    expect(stop.signal.aborted).toBe(true);
  });
});
