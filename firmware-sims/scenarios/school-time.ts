// Times as scenarios write them, and the instants they mean on a school clock.
const SHANGHAI_OFFSET_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;

/** Days that a clock leaves out: first and last one, YYYY-MM-DD. */
export interface SkippedDays {
  from: string;
  to: string;
}

/**
 * The instant of `day N hh:mm`, milliseconds since 1970. Day 1 is the day of `shows`; each further day is the next one that
 * exists on the school clock, which has no weekends and none of the days in `skips`.
 */
export function momentMs(moment: string, shows: string, skips: readonly SkippedDays[] = []): number {
  const [, day = "1", hour = "0", minute = "0"] = /^day (\d+) (\d+):(\d+)$/.exec(moment) ?? [];
  const local = Date.parse(shows) + SHANGHAI_OFFSET_MS;
  let midnight = local - (local % DAY_MS);
  for (let left = Number(day) - 1; left > 0; ) {
    midnight += DAY_MS;
    if (!isWeekend(midnight) && !isSkipped(midnight, skips)) left -= 1;
  }
  return midnight + (Number(hour) * 60 + Number(minute)) * 60_000 - SHANGHAI_OFFSET_MS;
}

/** `08:00-12:00 13:00-17:00` as ranges of minutes after midnight. */
export function hourRanges(hours: string): { fromMinute: number; toMinute: number }[] {
  return hours.split(" ").map((range) => {
    const [from = "", to = ""] = range.split("-");
    return { fromMinute: minuteOf(from), toMinute: minuteOf(to) };
  });
}

export function isWeekend(localMidnightMs: number): boolean {
  return [0, 6].includes(new Date(localMidnightMs).getUTCDay());
}

export function isSkipped(localMidnightMs: number, skips: readonly SkippedDays[]): boolean {
  const day = new Date(localMidnightMs).toISOString().slice(0, 10);
  return skips.some(({ from, to }) => from <= day && day <= to);
}

function minuteOf(clockTime: string): number {
  const [hour = "0", minute = "0"] = clockTime.split(":");
  return Number(hour) * 60 + Number(minute);
}
