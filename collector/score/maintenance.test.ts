import { describe, expect, it } from "vitest";
import { TeachingCalendar, windowAt } from "./calendar.ts";
import { AS_OF, school, slotBegins } from "./campus-suite.ts";
import { maintenanceSlots } from "./maintenance.ts";
import { axisOf } from "./timeline.ts";

const axis = axisOf(windowAt(school(), new TeachingCalendar([]), AS_OF));
const begins = slotBegins();
const slotAt = (i: number) => begins[i] ?? Number.NaN;

/** Places of the slots that count as maintenance. */
function places(windows: { fromMs: number; toMs: number; enteredAtMs: number }[]): number[] {
  const slots =
    maintenanceSlots(
      axis,
      windows.map((window) => ({ device: "ap", ...window })),
    ) ?? new Uint8Array();
  return [...slots].flatMap((is, i) => (is === 1 ? [i] : []));
}

describe("maintenance", () => {
  const early = slotAt(0) - 86_400_000;

  it("covers the slots that begin within it", () => {
    expect(places([{ fromMs: slotAt(10), toMs: slotAt(13), enteredAtMs: early }])).toEqual([10, 11, 12]);
    expect(places([{ fromMs: slotAt(10) + 1, toMs: slotAt(13) + 1, enteredAtMs: early }])).toEqual([11, 12, 13]);
  });

  it.each([
    { entered: "a moment before a slot begins", enteredAtMs: slotAt(11) - 1, want: [11, 12] },
    { entered: "as a slot begins", enteredAtMs: slotAt(11), want: [12] },
    { entered: "after its end", enteredAtMs: slotAt(20), want: [] },
  ])("entered $entered leaves the slots before as they were", ({ enteredAtMs, want }) => {
    expect(places([{ fromMs: slotAt(10), toMs: slotAt(13), enteredAtMs }])).toEqual(want);
  });

  it.each([
    { asked: 95, granted: 95 },
    { asked: 96, granted: 96 },
    { asked: 97, granted: 96 },
    { asked: 1920, granted: 96 },
  ])("$asked of 1920 slots are granted as $granted, the first ones", ({ asked, granted }) => {
    const want = Array.from({ length: granted }, (_, i) => i);
    expect(places([{ fromMs: slotAt(0), toMs: slotAt(asked - 1) + 1, enteredAtMs: early }])).toEqual(want);
  });

  it("shares the cap among all windows of a device", () => {
    const first = { fromMs: slotAt(100), toMs: slotAt(160), enteredAtMs: early };
    const second = { fromMs: slotAt(500), toMs: slotAt(560), enteredAtMs: early };
    const got = places([second, first]);
    expect(got).toHaveLength(96);
    expect(got.at(-1)).toBe(535);
  });

  it("is nothing where nothing was announced", () => {
    expect(maintenanceSlots(axis, [])).toBeUndefined();
  });
});
