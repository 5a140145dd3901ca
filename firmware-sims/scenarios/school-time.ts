// Times as scenarios write them, and the instants they mean on a school clock.
const SHANGHAI_OFFSET_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;

/**
 * The instant of `day N hh:mm`, milliseconds since 1970. Day 1 is the day of `shows`; each further day is the next
 * weekday, because weekends do not exist on a school clock.
 */
export function momentMs(moment: string, shows: string): number {
  const [, day = "1", hour = "0", minute = "0"] = /^day (\d+) (\d+):(\d+)$/.exec(moment) ?? [];
  const local = Date.parse(shows) + SHANGHAI_OFFSET_MS;
  let midnight = local - (local % DAY_MS);
  for (let left = Number(day) - 1; left > 0; ) {
    midnight += DAY_MS;
    if (!isWeekend(midnight)) left -= 1;
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

function minuteOf(clockTime: string): number {
  const [hour = "0", minute = "0"] = clockTime.split(":");
  return Number(hour) * 60 + Number(minute);
}
