// Days and instants of Asia/Shanghai: UTC+8 all year, no daylight saving. A day is its number since 1970-01-01 there.

export const DAY_MS = 86_400_000;
const OFFSET_MS = 8 * 3_600_000;
const DAY_TEXT = /^(\d{4})-(\d{2})-(\d{2})$/;

/** The day that an instant falls on. */
export function dayAt(atMs: number): number {
  return Math.floor((atMs + OFFSET_MS) / DAY_MS);
}

/** The instant at which a day begins, milliseconds since 1970. */
export function dayStartMs(day: number): number {
  return day * DAY_MS - OFFSET_MS;
}

/** `2026-09-01` as a day; `undefined` for any other writing and for days that do not exist. */
export function dayOf(text: string): number | undefined {
  const match = DAY_TEXT.exec(text);
  if (!match) return undefined;
  const utcMs = Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]));
  // Date.UTC lets 02-30 run over into March; such a day does not exist.
  return new Date(utcMs).toISOString().startsWith(text) ? utcMs / DAY_MS : undefined;
}

/** A day as `2026-09-01`. */
export function dayText(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** An instant as ISO 8601 with the zone's offset, to the second: `2026-09-01T08:00:00+08:00`. */
export function instantText(atMs: number): string {
  return `${new Date(atMs + OFFSET_MS).toISOString().slice(0, 19)}+08:00`;
}

/** 0 Sunday … 6 Saturday. */
export function weekdayOf(day: number): number {
  // 1970-01-01 was a Thursday.
  return (((day + 4) % 7) + 7) % 7;
}

/** The same date so many months later; where that month is shorter, its last day. */
export function addMonths(day: number, months: number): number {
  const date = new Date(day * DAY_MS);
  const first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1);
  const next = new Date(first);
  const lengthDays = new Date(Date.UTC(next.getUTCFullYear(), next.getUTCMonth() + 1, 0)).getUTCDate();
  return first / DAY_MS + Math.min(date.getUTCDate(), lengthDays) - 1;
}
