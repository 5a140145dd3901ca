import { describe, expect, it } from "vitest";
import { dayOf } from "../inventory/day.ts";
import { entryOf, NOW_MS } from "./declared-suite.ts";
import type { DeclaredEntry } from "./entry.ts";
import { inForce, LONGEST_DAYS, lastDayOf, standingsOn } from "./standing.ts";

const day = (text: string) => dayOf(text) ?? Number.NaN;
const isThere = () => true;
const stateOf = (entry: DeclaredEntry, on: string) => standingsOn([entry], day(on), isThere)[0]?.state;

describe("where an entry stands on a day", () => {
  it.each([
    { case: "the day before its signature", on: "2026-08-31", want: "not_yet" },
    { case: "the day of its signature", on: "2026-09-01", want: "in_force" },
    { case: "400 days after it", on: "2027-10-06", want: "in_force" },
    { case: "401 days after it", on: "2027-10-07", want: "expired" },
  ])("$case: $want", ({ on, want }) => {
    expect(stateOf(entryOf(), on)).toBe(want);
  });

  it("holds from the day it names, and not before it was signed", () => {
    const later = entryOf({ validFrom: "2026-09-05" });
    expect([stateOf(later, "2026-09-04"), stateOf(later, "2026-09-05")]).toEqual(["not_yet", "in_force"]);
    const backdated = entryOf({ validFrom: "2026-01-01" });
    expect([stateOf(backdated, "2026-08-31"), stateOf(backdated, "2026-09-01")]).toEqual(["not_yet", "in_force"]);
  });

  it("ends on the last day it names", () => {
    const entry = entryOf({ validTo: "2026-12-31" });
    expect([stateOf(entry, "2026-12-31"), stateOf(entry, "2027-01-01")]).toEqual(["in_force", "expired"]);
  });

  it("a rate ends 400 days after its signature whatever it names, other figures when they say", () => {
    const validTo = "2030-01-01";
    expect(lastDayOf(entryOf({ validTo }))).toBe(day("2027-10-06"));
    expect(lastDayOf(entryOf({ indicator: "PILOT_COUNT", kind: "count", validTo }))).toBe(day(validTo));
    const far = entryOf({ indicator: "PILOT_COUNT", kind: "count", validTo: "2050-01-01" });
    expect(lastDayOf(far)).toBe(day("2026-09-01") + LONGEST_DAYS);
  });

  it("held before the day on which it was withdrawn", () => {
    const withdrawn = { atMs: Date.parse("2026-09-05T00:00:00+08:00"), author: "Li", reason: "wrong" };
    const entry = entryOf({ withdrawn });
    expect([stateOf(entry, "2026-09-04"), stateOf(entry, "2026-09-05")]).toEqual(["in_force", "withdrawn"]);
  });

  it("does not count while a file of it is gone, or where it has none", () => {
    const entry = entryOf();
    const on = day("2026-09-07");
    expect(standingsOn([entry], on, () => false)[0]?.state).toBe("no_attachment");
    expect(standingsOn([entryOf({ attachments: [] })], on, isThere)[0]?.state).toBe("no_attachment");
  });
});

describe("of several entries", () => {
  const on = day("2026-09-07");
  const holding = (...entries: DeclaredEntry[]) => inForce(entries, on, isThere).holding.map(({ id }) => id);

  it("the newest signature is in force, in whatever order they were entered", () => {
    const old = entryOf({ id: "old", signedOn: "2026-08-01", enteredAtMs: NOW_MS });
    const newer = entryOf({ id: "new", signedOn: "2026-09-02", enteredAtMs: NOW_MS - 1 });
    expect(holding(old, newer)).toEqual(["new"]);
    expect(holding(newer, old)).toEqual(["new"]);
    expect(standingsOn([old, newer], on, isThere).map(({ state }) => state)).toEqual(["superseded", "in_force"]);
  });

  it("of one day what was entered last, and of one instant what stands last", () => {
    const first = entryOf({ id: "first", enteredAtMs: NOW_MS });
    const second = entryOf({ id: "second", enteredAtMs: NOW_MS + 1 });
    expect(holding(first, second)).toEqual(["second"]);
    expect(holding(second, first)).toEqual(["second"]);
    expect(holding(first, entryOf({ id: "twin", enteredAtMs: NOW_MS }))).toEqual(["twin"]);
  });

  it("one that has not come, was withdrawn, or lost its file leaves the place to the one before", () => {
    const old = entryOf({ id: "old", signedOn: "2026-08-01", validFrom: "2026-08-01" });
    expect(holding(old, entryOf({ signedOn: "2026-09-08", validFrom: "2026-09-08" }))).toEqual(["old"]);
    const withdrawn = { atMs: NOW_MS, author: "Li", reason: "wrong" };
    expect(holding(old, entryOf({ withdrawn }))).toEqual(["old"]);
    expect(holding(old, entryOf({ attachments: [] }))).toEqual(["old"]);
  });

  it("scopes, indicators and parts do not replace each other", () => {
    const parts = ["door", "appliance"].map((part) => entryOf({ id: part, indicator: "IOT_INTEGRATION", part }));
    const others = [entryOf({ id: "other", scope: "330106" }), entryOf({ id: "this" })];
    expect(holding(...parts, ...others)).toEqual(["door", "appliance", "other", "this"]);
  });

  it("those that are too old are told apart", () => {
    const old = entryOf({ id: "old", signedOn: "2025-01-01", validFrom: "2025-01-01" });
    const { holding, expired } = inForce([old], on, isThere);
    expect([holding, expired.map(({ id }) => id)]).toEqual([[], ["old"]]);
  });
});
