// The strip of a teaching day: which letter means what, runs of equal letters, and when a slot was.

export const SLOT_LETTERS = ["S", "N", "U", "M", "-"] as const;
export type SlotLetter = (typeof SLOT_LETTERS)[number];

export interface SlotRun {
  letter: SlotLetter;
  /** Number of slots. */
  length: number;
}

const SLOT_MS = 300_000;
/** 08:00–12:00 and 13:00–17:00, the model's school hours (scoring model section 3): 96 slots with an hour between. */
const MORNING_SLOTS = 48;
const DAY_SLOTS = 96;
const LUNCH_MS = 3_600_000;

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

/** Begin of slot `index` in milliseconds since 1970. A day of 96 slots has its lunch hour in the middle; others are taken as unbroken. */
export function slotStartMs(firstSlot: string, index: number, slotsOfDay: number): number {
  const lunchMs = slotsOfDay === DAY_SLOTS && index >= MORNING_SLOTS ? LUNCH_MS : 0;
  return Date.parse(firstSlot) + index * SLOT_MS + lunchMs;
}

export function slotEndMs(startMs: number): number {
  return startMs + SLOT_MS;
}
