import { describe, expect, it } from "vitest";
import { dayOf } from "../../inventory/day.ts";
import { anyOf } from "../truth.ts";
import { hasCome, holdsOn, spanOf } from "./dated.ts";

describe("a date", () => {
  it.each([
    { text: "2024-08-15", first: "2024-08-15", last: "2024-08-15" },
    { text: "2024-02", first: "2024-02-01", last: "2024-02-29" },
    { text: "2024-12", first: "2024-12-01", last: "2024-12-31" },
    { text: "2021", first: "2021-01-01", last: "2021-12-31" },
  ])("$text may mean $first to $last", ({ text, first, last }) => {
    expect(spanOf(text)).toEqual({ first: dayOf(first), last: dayOf(last) });
  });

  it.each(["", "24", "2024-13", "2024-02-30", "2024/08/1", "20240815", "2024-8-15"])("is not %j", (text) => {
    expect(() => spanOf(text)).toThrow(RangeError);
  });

  it.each([
    { event: "2024-08", date: "2024-07-31", want: false },
    { event: "2024-08", date: "2024-08-01", want: undefined },
    { event: "2024-08", date: "2024-08-30", want: undefined },
    { event: "2024-08", date: "2024-08-31", want: true },
    { event: "2021-11-25", date: "2021-11-24", want: false },
    { event: "2021-11-25", date: "2021-11-25", want: true },
    { event: "2021-11-25", date: "2021-11", want: undefined },
    { event: "2021-11-25", date: "2021-12", want: true },
  ])("$event had come on $date: $want", ({ event, date, want }) => {
    expect(hasCome(event, date)).toBe(want);
  });
});

describe("a period", () => {
  it.each([
    { period: {}, date: "1999", want: true },
    { period: { from: "2021-11-25", to: "2024-08" }, date: "2021-11-24", want: false },
    { period: { from: "2021-11-25", to: "2024-08" }, date: "2024-07-31", want: true },
    { period: { from: "2021-11-25", to: "2024-08" }, date: "2024-08", want: undefined },
    { period: { from: "2021-11-25", to: "2024-08" }, date: "2024-09-01", want: false },
    { period: { to: "2024-08-15" }, date: "2024-08-14", want: true },
    { period: { to: "2024-08-15" }, date: "2024-08-15", want: false },
    { period: { from: "2024-08-15" }, date: "2024-08-15", want: true },
  ])("$period holds on $date: $want", ({ period, date, want }) => {
    expect(holdsOn(period, date)).toBe(want);
  });
});

describe("one of several", () => {
  it.each([
    { values: [false, true, undefined], want: true },
    { values: [false, undefined], want: undefined },
    { values: [false, false], want: false },
    { values: [], want: false },
  ])("$values is $want", ({ values, want }) => {
    expect(anyOf(values)).toBe(want);
  });
});
