// How busy a school is at a moment: lessons, breaks, lunch, evenings and weekends, by the time in Asia/Shanghai.
import { chance } from "./chance.ts";

const SHANGHAI_OFFSET_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;
const LESSON_MINUTES = 45;

/**
 * Share of the people of a room that are online, 0 to 1, the same for the same room and minute in every run.
 *
 * A lesson starts every full hour from 8 to 11 and from 13 to 16 and lasts 45 minutes. Some lessons use devices and some
 * do not; which ones is settled per room, day and hour by `seed` and `room`.
 */
export function peopleOnlineRatio(atMs: number, seed: number, room: string): number {
  const local = atMs + SHANGHAI_OFFSET_MS;
  const day = Math.floor(local / DAY_MS);
  const minute = Math.floor((local % DAY_MS) / 60_000);
  const hour = Math.floor(minute / 60);
  const flutter = 0.9 + 0.2 * chance(seed, room, day, minute);
  if (isWeekend(day) || hour < 7 || hour >= 18) return 0.02 * flutter;
  if (!isLesson(hour, minute % 60)) return Math.min(1, 0.3 * flutter);
  const lesson = usesDevices(seed, room, day, hour) ? 0.85 : 0.35;
  return Math.min(1, lesson * flutter);
}

/** Whether a lesson is held in a room just now that uses devices. */
export function isLessonWithDevices(atMs: number, seed: number, room: string): boolean {
  const local = atMs + SHANGHAI_OFFSET_MS;
  const day = Math.floor(local / DAY_MS);
  const minute = Math.floor((local % DAY_MS) / 60_000);
  const hour = Math.floor(minute / 60);
  return !isWeekend(day) && isLesson(hour, minute % 60) && usesDevices(seed, room, day, hour);
}

function usesDevices(seed: number, room: string, day: number, hour: number): boolean {
  return chance(seed, room, day, hour) >= 0.35;
}

function isWeekend(day: number): boolean {
  // 1970-01-01 was a Thursday.
  return [2, 3].includes(day % 7);
}

function isLesson(hour: number, minuteOfHour: number): boolean {
  return ((hour >= 8 && hour < 12) || (hour >= 13 && hour < 17)) && minuteOfHour < LESSON_MINUTES;
}

/**
 * A byte counter's value at `atMs` for a line that started counting at `sinceMs`: it never falls, swings around its mean
 * in waves of an hour, and is the same in every run.
 */
export function bytesCounted(atMs: number, sinceMs: number, meanBytesPerSecond: number): number {
  const seconds = Math.max(0, (atMs - sinceMs) / 1_000);
  const omega = (2 * Math.PI) / 3_600;
  // The integral of mean × (1 + 0.6·sin ωt).
  return Math.floor(meanBytesPerSecond * (seconds + (0.6 / omega) * (1 - Math.cos(omega * seconds))));
}
