import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PARAMETERS } from "../parameters.ts";
import type { VenueSlot } from "../venue.ts";
import { serviceNeeded } from "./service.ts";

const SLOT: Readonly<Record<string, VenueSlot>> = {
  S: "served",
  N: "unserved",
  U: "unknown",
  M: "maintenance",
};

/** A room from a string a day, of days of so many slots; the last one may not be over. */
function needed(
  days: readonly string[],
  {
    slotsPerDay = 96,
    later = [],
    frozen = false,
    breakAfter,
  }: { slotsPerDay?: number; later?: readonly string[]; frozen?: boolean; breakAfter?: number } = {},
) {
  const all = [...days, ...later];
  let from = 0;
  // A break of forty days lies before the later ones.
  const gap = (i: number) => (frozen && i >= days.length ? 40 : breakAfter !== undefined && i >= breakAfter ? 40 : 0);
  const past = all.map(({ length }, i) => {
    from += length;
    return { day: i + gap(i), from: from - length, slots: length };
  });
  const letters = [...all.join("")].map((letter) => SLOT[letter] ?? "unknown");
  const newest = all.at(-1)?.length ?? slotsPerDay;
  return serviceNeeded(letters, {
    days: past.slice(0, days.length),
    later: past.slice(days.length),
    nextDays: Array.from({ length: 10 }, (_, i) => all.length + i + gap(all.length + i)),
    slotsPerDay,
    restOfDay: slotsPerDay - newest,
    frozen,
    length: letters.length,
    codesOf: () => new Uint8Array(),
    device: () => undefined,
    asOfDay: 0,
    parameters: PARAMETERS,
  });
}

const S = "S".repeat(96);
const N = "N".repeat(96);
const days = (count: number, day: string) => Array<string>(count).fill(day);
const unserved = (count: number) => "N".repeat(count) + "S".repeat(96 - count);

describe("the service that a room needs", () => {
  it("is none where 1824 of 1920 slots were served", () => {
    expect(needed([...days(19, S), N])).toEqual({ slots: 0, teachingDays: 0 });
  });

  it("is one slot where the gap is in the day that leaves next", () => {
    expect(needed([N, unserved(1), ...days(18, S)])).toEqual({ slots: 1, teachingDays: 1 });
  });

  it("lasts until the 97th unserved slot has left where the gap is new, to the last slot of that day", () => {
    expect(needed([...days(18, S), unserved(1), N])).toEqual({ slots: 19 * 96, teachingDays: 19 });
  });

  it.each([
    { missing: 0, slots: 0 },
    { missing: 1, slots: 1 },
    { missing: 2, slots: 2 },
  ])("is $slots slots of the running day where its share needs them", ({ missing, slots }) => {
    const today = S.slice(0, 96 - 5 - missing);
    // 96 unserved slots are borne by 1920 slots and by no fewer.
    const open = [N, ...days(18, S), today + "S".repeat(5)];
    expect(needed(open)).toEqual({ slots, teachingDays: 0 });
  });

  it("is as much evidence as a verdict needs where nothing was ever known", () => {
    expect(needed(days(20, "U".repeat(96)))).toEqual({ slots: 16 * 96, teachingDays: 16 });
  });

  it("is one slot where there was none", () => {
    expect(needed([])).toEqual({ slots: 1, teachingDays: 1 });
  });

  it("cannot be given to a school without hours", () => {
    expect(needed([], { slotsPerDay: 0 })).toBeUndefined();
  });

  it("lasts until the fifth day after a break, whose slots then come in together", () => {
    const broken = [N, N, ...days(18, S)];
    expect(needed(broken, { frozen: true })).toEqual({ slots: 4 * 96 + 1, teachingDays: 5 });
    expect(needed(broken, { frozen: true, later: days(3, S) })).toEqual({ slots: 96 + 1, teachingDays: 2 });
    expect(needed(broken, { frozen: true, later: [S, S, S, S.slice(0, 90)] })).toEqual({ slots: 7, teachingDays: 1 });
  });

  it("waits for a break that is still to come as well", () => {
    const gapLeaves = [N, unserved(1), ...days(18, S)];
    expect(needed(gapLeaves)).toEqual({ slots: 1, teachingDays: 1 });
    expect(needed(gapLeaves, { breakAfter: 20 })).toEqual({ slots: 4 * 96 + 1, teachingDays: 5 });
  });

  it("takes what happened since the break into account", () => {
    const fine = needed([N, N, ...days(18, S)], { frozen: true, later: days(4, S) });
    const worse = needed([N, N, ...days(18, S)], { frozen: true, later: [N, N, N, N] });
    expect(fine?.slots).toBeLessThan(worse?.slots ?? 0);
  });

  it("is that of a plain recount of the window, slot by slot", () => {
    const day = fc.string({ unit: fc.constantFrom("S", "S", "S", "N", "U", "M"), minLength: 4, maxLength: 4 });
    const lastDay = fc.string({ unit: fc.constantFrom("S", "N", "U"), minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(day, { maxLength: 19 }), lastDay, (before, today) => {
        expect(needed([...before, today], { slotsPerDay: 4 })?.slots).toBe(recount([...before, today]));
      }),
      { numRuns: 300 },
    );
  });
});

/** Appends a served slot at a time and counts the letters of the last twenty days. */
function recount(past: readonly string[]): number {
  const all = [...past];
  for (let slots = 0; slots < 1_000; slots += 1) {
    const letters = all.slice(-20).join("");
    const [s, n, u] = ["S", "N", "U"].map((letter) => letters.split(letter).length - 1);
    const [served = 0, missed = 0, unknown = 0] = [s, n, u];
    const expected = served + missed + unknown;
    const passes = 20 * (served + unknown) >= 19 * expected && 5 * (served + missed) >= 4 * expected;
    if (expected > 0 && passes && 20 * served >= 19 * (served + missed)) return slots;
    const open = all.at(-1) ?? "";
    if (open.length < 4) all[all.length - 1] = `${open}S`;
    else all.push("S");
  }
  return -1;
}
