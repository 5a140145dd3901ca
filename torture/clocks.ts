// Clocks of a torture run: from last Wednesday noon on at the speed of real time, and how far an agent's clock is off. Always a
// Wednesday, because a school clock has no weekends; the last one, because InfluxDB drops by its own clock what is old.
//
// A clock that is set back lives through the same hours twice, and two readings of one device within the same millisecond of
// such an hour would be one. So a step is longer than a run: every era (0, 1, 2 … steps back) has hours of its own, however
// often an agent goes from one to another, and clocks still go forwards and backwards.
import { stringify } from "yaml";
import { type SchoolClockRule, schoolClock } from "../contract/clock.ts";

const DAY_MS = 86_400_000;
/** Weeks, so that it is a Wednesday again; more than the collector's `lateAccept`, less than the spool's `maxAge`. */
const FAR_BEHIND_MS = -42 * DAY_MS;
/** More than any collector takes for a clock that is ahead. */
const FAR_AHEAD_MS = DAY_MS;

/** 1970-01-07, a Wednesday, at noon in Zhejiang. */
const FIRST_NOON_MS = 6 * DAY_MS + 4 * 3_600_000;

export interface Clocks {
  /** What a clock that is off by so much shows at a real instant. */
  showsMs(realMs: number, offsetMs: number): number;
  /** The offset of an era. */
  eraMs(era: number): number;
  farMs(isAhead: boolean): number;
  /** Whether every line of an agent whose clock is off by so much is refused. */
  isFarOff(offsetMs: number): boolean;
  /** The clock part of a configuration file. */
  yaml(offsetMs: number): string;
}

const REAL_TIME: SchoolClockRule["phases"] = [{ forSeconds: 1, speed: 1 }];

/** @param longestMs longer than the run with all that comes after it. */
export function clocksFrom(startedAtMs: number, longestMs: number, phases = REAL_TIME): Clocks {
  const weeks = Math.floor((startedAtMs - FIRST_NOON_MS) / (7 * DAY_MS));
  const noonMs = FIRST_NOON_MS + weeks * 7 * DAY_MS;
  const ruleOf = (offsetMs: number): SchoolClockRule => ({
    startedAt: new Date(startedAtMs).toISOString(),
    shows: new Date(noonMs + offsetMs).toISOString(),
    phases,
    open: [{ fromMinute: 0, toMinute: 1_440 }],
  });
  return {
    showsMs: (realMs, offsetMs) => schoolClock(ruleOf(offsetMs), () => realMs).nowMs(),
    eraMs: (era) => (era === 0 ? 0 : -era * longestMs),
    farMs: (isAhead) => (isAhead ? FAR_AHEAD_MS : FAR_BEHIND_MS),
    isFarOff: (offsetMs) => offsetMs === FAR_AHEAD_MS || offsetMs === FAR_BEHIND_MS,
    yaml: (offsetMs) => stringify({ clock: { school: ruleOf(offsetMs) } }),
  };
}
