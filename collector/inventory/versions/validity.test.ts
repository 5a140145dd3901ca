import { describe, expect, it } from "vitest";
import { holdingOf, supersededBy, validOn } from "./validity.ts";

/** Versions 1, 2, … that hold from these days. */
const versions = (...days: string[]) => days.map((validFrom, i) => ({ number: i + 1, validFrom }));
const numbers = (found: readonly { number: number }[]) => found.map(({ number }) => number);

describe("the version that holds on a day", () => {
  it.each([
    { what: "none before the first", days: ["2026-09-01"], on: "2026-08-31", want: undefined },
    { what: "the first from its day on", days: ["2026-09-01"], on: "2026-09-01", want: 1 },
    { what: "none when there is none", days: [], on: "2026-09-01", want: undefined },
    { what: "the later one from its day on", days: ["2026-09-01", "2026-10-01"], on: "2026-10-01", want: 2 },
    { what: "the earlier one the day before", days: ["2026-09-01", "2026-10-01"], on: "2026-09-30", want: 1 },
    { what: "the last of one day", days: ["2026-09-01", "2026-09-01", "2026-09-01"], on: "2026-09-01", want: 3 },
    { what: "a correction of the past", days: ["2026-09-01", "2026-10-01", "2026-09-15"], on: "2026-09-20", want: 3 },
    {
      what: "a correction also after the version that it corrects",
      days: ["2026-09-01", "2026-10-01", "2026-09-15"],
      on: "2026-11-01",
      want: 3,
    },
    {
      what: "not a correction before its day",
      days: ["2026-09-01", "2026-10-01", "2026-09-15"],
      on: "2026-09-14",
      want: 1,
    },
    {
      what: "a planned one is passed over by one recorded after it",
      days: ["2026-09-01", "2027-02-01", "2026-10-01"],
      on: "2027-03-01",
      want: 3,
    },
  ])("is $want: $what", ({ days, on, want }) => {
    expect(validOn(versions(...days), on)?.number).toBe(want);
  });

  it.each([
    { upTo: 0, want: undefined },
    { upTo: 1, want: 1 },
    { upTo: 2, want: 2 },
    { upTo: 3, want: 3 },
  ])("as it was known up to version $upTo is $want", ({ upTo, want }) => {
    const all = versions("2026-09-01", "2026-10-01", "2026-09-15");
    expect(validOn(all, "2026-11-01", upTo)?.number).toBe(want);
  });
});

describe("what a new version supersedes", () => {
  it.each([
    { what: "nothing that begins before", days: ["2026-09-01"], from: "2026-09-02", want: [] },
    { what: "what begins on the same day", days: ["2026-09-01"], from: "2026-09-01", want: [1] },
    { what: "what is planned", days: ["2026-09-01", "2027-02-01"], from: "2026-10-01", want: [2] },
    {
      what: "everything since, when the past is corrected",
      days: ["2026-09-01", "2026-10-01", "2026-11-01"],
      from: "2026-09-15",
      want: [2, 3],
    },
    {
      what: "not again what never holds already",
      days: ["2026-09-01", "2027-02-01", "2026-10-01"],
      from: "2026-10-02",
      want: [],
    },
  ])("is $want: $what", ({ days, from, want }) => {
    expect(numbers(supersededBy(versions(...days), from))).toEqual(want);
  });
});

describe("the days on which a version holds", () => {
  it.each([
    { what: "open", days: ["2026-09-01"], want: { from: "2026-09-01" } },
    { what: "until the next", days: ["2026-09-01", "2026-10-01"], want: { from: "2026-09-01", before: "2026-10-01" } },
    {
      what: "until the first of those after it",
      days: ["2026-09-01", "2026-11-01", "2026-10-01"],
      want: { from: "2026-09-01", before: "2026-10-01" },
    },
    { what: "none", days: ["2026-09-01", "2026-09-01"], want: undefined },
  ])("of the first of $days: $what", ({ days, want }) => {
    const all = versions(...days);
    expect(holdingOf(all, { number: 1, validFrom: "2026-09-01" })).toEqual(want);
  });
});
