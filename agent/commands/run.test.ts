import { expect, it } from "vitest";
import { schoolClock } from "../../contract/clock.ts";
import { wholeMilliseconds } from "./run.ts";

it("gives lines whole milliseconds whatever the speed of a school clock", async () => {
  const rule = {
    startedAt: "2026-09-01T08:00:00+08:00",
    shows: "2026-09-01T08:00:00+08:00",
    phases: [{ forSeconds: 1, speed: 2.5 }],
    open: [{ fromMinute: 480, toMinute: 720 }],
  };
  const realMs = Date.parse(rule.startedAt) + 10_003;
  const clock = wholeMilliseconds(schoolClock(rule, () => realMs));
  expect(clock.nowMs()).toBe(Date.parse(rule.shows) + 25_007);
  await clock.sleepUntil(clock.nowMs(), new AbortController().signal);
});
