import { describe, expect, it } from "vitest";
import { dayOf } from "../inventory/day.ts";
import type { Serves } from "../inventory/inventory.ts";
import { CODE } from "./state.ts";
import { countsForVenue, type Quality, venueInSlot, venueVerdict } from "./venue.ts";

const { up, degraded, down, downDep, maintenance, notExpected, unknown } = CODE;

describe("a venue in a slot", () => {
  it.each([
    { codes: [], want: "not-equipped" },
    { codes: [up], want: "served" },
    { codes: [degraded], want: "served" },
    { codes: [down, up], want: "served" },
    { codes: [unknown, up], want: "served" },
    { codes: [maintenance, up], want: "served" },
    { codes: [down], want: "unserved" },
    { codes: [downDep], want: "unserved" },
    { codes: [down, downDep, down], want: "unserved" },
    { codes: [unknown], want: "unknown" },
    { codes: [unknown + 6], want: "unknown" },
    { codes: [down, unknown + 2], want: "unknown" },
    { codes: [maintenance], want: "maintenance" },
    { codes: [maintenance, down], want: "maintenance" },
    { codes: [maintenance, unknown], want: "unknown" },
    { codes: [notExpected], want: "not-expected" },
    { codes: [notExpected, notExpected], want: "not-expected" },
    { codes: [notExpected, up], want: "served" },
    { codes: [notExpected, down], want: "unserved" },
    { codes: [notExpected, unknown], want: "unknown" },
  ])("with access points $codes is $want", ({ codes, want }) => {
    expect(venueInSlot(codes)).toBe(want);
  });
});

const verdictOf = (served: number, unserved: number, unknownSlots: number, quality: Quality = "pass") =>
  venueVerdict({ served, unserved, unknown: unknownSlots }, { equipped: true, inventoryConfirmed: true, quality });

describe("the verdict at its limits", () => {
  it.each([
    // Rule 2: S_hi against 0.95 of 1920 = 1824.
    { rule: "2 just under", s: 0, n: 97, x: 1823, want: "not_covered" },
    { rule: "2 exactly", s: 0, n: 96, x: 1824, want: "insufficient" },
    { rule: "2 just over", s: 0, n: 95, x: 1825, want: "insufficient" },
    // Rule 3: K against 0.80 of 1920 = 1536.
    { rule: "3 just under", s: 1535, n: 0, x: 385, want: "insufficient" },
    { rule: "3 exactly", s: 1536, n: 0, x: 384, want: "covered" },
    { rule: "3 just over", s: 1537, n: 0, x: 383, want: "covered" },
    // Rule 4: S against 0.95 of the known ones, with S_hi high enough to pass rule 2.
    { rule: "4 just under", s: 1519, n: 81, x: 320, want: "not_covered" },
    { rule: "4 exactly", s: 1520, n: 80, x: 320, want: "covered" },
    { rule: "4 just over", s: 1521, n: 79, x: 320, want: "covered" },
    { rule: "all unknown", s: 0, n: 0, x: 1920, want: "insufficient" },
    { rule: "all unserved", s: 0, n: 1920, x: 0, want: "not_covered" },
    { rule: "one slot, served", s: 1, n: 0, x: 0, want: "covered" },
    { rule: "no slot", s: 0, n: 0, x: 0, want: "insufficient" },
  ])("$rule: $s served, $n unserved, $x unknown is $want", ({ s, n, x, want }) => {
    expect(verdictOf(s, n, x).verdict).toBe(want);
  });

  it.each([
    { quality: "pass" as const, want: "covered" },
    { quality: "unproven" as const, want: "covered_quality_unproven" },
    { quality: "fail" as const, want: "covered_below_quality" },
  ])("quality $quality makes a covered venue $want", ({ quality, want }) => {
    expect(verdictOf(1920, 0, 0, quality).verdict).toBe(want);
    expect(verdictOf(0, 1920, 0, quality).verdict).toBe("not_covered");
  });

  it("says nothing of a share when nothing is known, and keeps the interval", () => {
    expect(verdictOf(0, 0, 10)).toEqual({ verdict: "insufficient", lo: 0, hi: 1, evidenceShare: 0 });
    expect(verdictOf(0, 0, 0)).toEqual({ verdict: "insufficient", lo: 0, hi: 1 });
  });

  it("knows a venue without access points only by a confirmed inventory", () => {
    const none = { served: 0, unserved: 0, unknown: 0 };
    const of = (inventoryConfirmed: boolean) =>
      venueVerdict(none, { equipped: false, inventoryConfirmed, quality: "unproven" });
    expect(of(true)).toEqual({ verdict: "not_equipped", lo: 0, hi: 0 });
    expect(of(false)).toEqual({ verdict: "insufficient", lo: 0, hi: 1 });
  });
});

describe("an access point that serves a venue", () => {
  const secondary = (dbm: number, day: string): Serves => ({
    device: "ap",
    venue: "v",
    role: "secondary",
    walkTest: { dbm, day },
  });

  it.each<{ what: string; serves: Serves; counts: boolean }>([
    { what: "primary", serves: { device: "ap", venue: "v", role: "primary" }, counts: true },
    { what: "secondary without walk test", serves: { device: "ap", venue: "v", role: "secondary" }, counts: false },
    { what: "secondary at the limit", serves: secondary(-67, "2026-01-01"), counts: true },
    { what: "secondary just under", serves: secondary(-67.1, "2026-01-01"), counts: false },
    { what: "secondary just over", serves: secondary(-66.9, "2026-01-01"), counts: true },
    { what: "walk test three years old", serves: secondary(-60, "2023-10-02"), counts: true },
    { what: "walk test a day older", serves: secondary(-60, "2023-10-01"), counts: false },
    { what: "walk test of today", serves: secondary(-60, "2026-10-02"), counts: true },
    { what: "walk test of tomorrow", serves: secondary(-60, "2026-10-03"), counts: false },
  ])("$what counts: $counts", ({ serves, counts }) => {
    expect(countsForVenue(serves, dayOf("2026-10-02") ?? Number.NaN)).toBe(counts);
  });
});
