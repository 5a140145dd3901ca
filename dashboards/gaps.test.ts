import { describe, expect, it } from "vitest";
import { breakGaps, lonePoints } from "./gaps.ts";

const everyMinute = (minutes: number[]): [number, number][] => minutes.map((m) => [m * 60_000, m]);
/** One letter a point: v a value, . a break. */
const film = (minutes: number[]) =>
  breakGaps(everyMinute(minutes))
    .map(([, value]) => (value === "-" ? "." : "v"))
    .join("");

describe("breakGaps", () => {
  it.each([
    { case: "no samples", minutes: [], want: "" },
    { case: "one sample", minutes: [1], want: "v" },
    { case: "two samples have no usual spacing", minutes: [1, 90], want: "vv" },
    { case: "even spacing", minutes: [1, 2, 3, 4, 5], want: "vvvvv" },
    { case: "one missing sample is no gap yet", minutes: [1, 2, 3, 5, 6, 7], want: "vvvvvv" },
    { case: "exactly 2.5 spacings is no gap", minutes: [1, 2, 3, 5.5, 6.5], want: "vvvvv" },
    { case: "just over 2.5 spacings is a gap", minutes: [1, 2, 3, 5.51, 6.51], want: "vvv.vv" },
    { case: "several gaps of different length", minutes: [1, 2, 3, 9, 10, 11, 60, 61], want: "vvv.vvv.vv" },
  ])("$case", ({ minutes, want }) => {
    expect(film(minutes)).toBe(want);
  });

  it("puts the empty point right after the last sample, so that steps end there, and changes no sample", () => {
    const samples = everyMinute([1, 2, 3, 9]);
    expect(breakGaps(samples)).toEqual([...samples.slice(0, 3), [3 * 60_000 + 1, "-"], samples[3]]);
  });
});

describe("lonePoints", () => {
  it("finds what no line reaches", () => {
    const points = breakGaps(everyMinute([1, 2, 3, 9, 20, 21]));
    expect(points.map(([, v]) => (v === "-" ? "." : "v")).join("")).toBe("vvv.v.vv");
    expect(lonePoints(points)).toEqual(new Set([4]));
  });
});
