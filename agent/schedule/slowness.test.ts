import { expect, it } from "vitest";
import { NOT_SLOW, type Slowness, slowness } from "./slowness.ts";

/** One letter a run: s slow, l late, b both, a dot for neither. */
function film(runs: readonly { durationSeconds?: number; latenessSeconds?: number }[]): string {
  let state: Slowness = NOT_SLOW;
  return runs
    .map(({ durationSeconds = 0, latenessSeconds = 0 }) => {
      state = slowness(state, { durationSeconds, latenessSeconds, intervalSeconds: 60 });
      return state.isSlow ? (state.isLate ? "b" : "s") : state.isLate ? "l" : ".";
    })
    .join("");
}

it.each([
  { case: "half of the interval is not slow", durations: [1, 30, 30], want: "..." },
  { case: "more than half is, until a third", durations: [31, 29, 21, 20, 30], want: "sss.." },
])("$case", ({ durations, want }) => {
  expect(film(durations.map((durationSeconds) => ({ durationSeconds })))).toBe(want);
});

it.each([
  { case: "a second is not late", lateness: [0, 1], want: ".." },
  { case: "more than a second is, until half a second", lateness: [1.1, 0.9, 0.5, 0.9], want: "ll.." },
])("$case", ({ lateness, want }) => {
  expect(film(lateness.map((latenessSeconds) => ({ latenessSeconds })))).toBe(want);
});

it("knows both at once", () => {
  expect(film([{ durationSeconds: 40, latenessSeconds: 2 }, { durationSeconds: 40 }])).toBe("bs");
});
