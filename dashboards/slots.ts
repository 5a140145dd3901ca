// The strip of a teaching day: which letter means what, runs of equal letters, and when a slot was.

export const SLOT_LETTERS = ["S", "N", "U", "M", "-"] as const;
export type SlotLetter = (typeof SLOT_LETTERS)[number];

export interface SlotRun {
  letter: SlotLetter;
  /** Number of slots. */
  length: number;
}

const SLOT_MS = 300_000;
const SLOT_MINUTES = 5;
const MINUTE_MS = 60_000;

/** A part of the school day, in minutes after midnight. */
export interface HourRange {
  fromMinute: number;
  toMinute: number;
}

/** Equal neighbours joined, so that a quiet day is one element and not 96. A letter nobody knows counts as unknown. */
export function slotRuns(slots: string): SlotRun[] {
  const runs: SlotRun[] = [];
  for (const char of slots) {
    const letter = SLOT_LETTERS.find((known) => known === char) ?? "U";
    const last = runs.at(-1);
    if (last?.letter === letter) last.length += 1;
    else runs.push({ letter, length: 1 });
  }
  return runs;
}

export function letterAt(slots: string, index: number): SlotLetter {
  return SLOT_LETTERS.find((known) => known === slots[index]) ?? "U";
}

/** Begin of slot `index` of a day (Asia/Shanghai) in milliseconds since 1970; `undefined` when the day has no such slot. */
export function slotStartMs(day: string, index: number, hours: readonly HourRange[]): number | undefined {
  let left = index;
  for (const { fromMinute, toMinute } of hours) {
    const count = (toMinute - fromMinute) / SLOT_MINUTES;
    if (left < count) return Date.parse(`${day}T00:00:00+08:00`) + (fromMinute + left * SLOT_MINUTES) * MINUTE_MS;
    left -= count;
  }
  return undefined;
}

export function slotEndMs(startMs: number): number {
  return startMs + SLOT_MS;
}
