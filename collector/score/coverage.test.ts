import { describe, expect, it } from "vitest";
import type { SchoolCoverage, VenueVerdict } from "../../contract/api.ts";
import { AS_OF } from "./campus-suite.ts";
import { groupCoverage, type JudgedVenue, type SchoolInGroup, schoolCoverage } from "./coverage.ts";

const WINDOW = { fromDay: "2026-09-07", toDay: "2026-10-02", teachingDays: 20, expectedSlots: 1920 };

/** Coverage of a school with so many covered, not covered and insufficient venues. */
function schoolWith(
  covered: number,
  not: number,
  insufficient = 0,
  changes: { inventoryConfirmed?: boolean; frozen?: boolean } = {},
): SchoolCoverage {
  const venues = (count: number, venue: JudgedVenue) => Array<JudgedVenue>(count).fill(venue);
  return schoolCoverage({
    venues: [
      ...venues(covered, { verdict: "covered_quality_unproven" }),
      ...venues(not, { verdict: "not_covered" }),
      ...venues(insufficient, { verdict: "insufficient", reason: "agent_offline" }),
    ],
    inventoryConfirmed: true,
    window: WINDOW,
    frozen: false,
    asOfMs: AS_OF,
    ...changes,
  });
}

describe("coverage of a school", () => {
  it.each<{ verdict: VenueVerdict; counts: [number, number, number] }>([
    { verdict: "covered", counts: [1, 0, 0] },
    { verdict: "covered_quality_unproven", counts: [1, 0, 0] },
    { verdict: "covered_below_quality", counts: [1, 0, 0] },
    { verdict: "not_covered", counts: [0, 1, 0] },
    { verdict: "not_equipped", counts: [0, 1, 0] },
    { verdict: "insufficient", counts: [0, 0, 1] },
  ])("a venue that is $verdict counts as $counts", ({ verdict, counts }) => {
    const got = schoolCoverage({
      venues: [{ verdict }],
      inventoryConfirmed: true,
      window: WINDOW,
      frozen: false,
      asOfMs: AS_OF,
    });
    expect([got.covered, got.notCovered, got.insufficient]).toEqual(counts);
  });

  it.each([
    { what: "89 of 100 known", is: schoolWith(89, 0, 11), status: "insufficient", value: undefined },
    { what: "90 of 100 known", is: schoolWith(90, 0, 10), status: "value", value: 1 },
    { what: "91 of 100 known", is: schoolWith(90, 1, 9), status: "value", value: 90 / 91 },
    { what: "nothing known", is: schoolWith(0, 0, 3), status: "insufficient", value: undefined },
    { what: "nothing covered", is: schoolWith(0, 3), status: "value", value: 0 },
    { what: "a break", is: schoolWith(3, 1, 0, { frozen: true }), status: "frozen", value: 0.75 },
    {
      what: "a break, little known",
      is: schoolWith(1, 0, 1, { frozen: true }),
      status: "insufficient",
      value: undefined,
    },
  ])("with $what the rate is $status", ({ is, status, value }) => {
    expect(is.rate.status).toBe(status);
    expect(is.rate.value).toBe(value);
  });

  it.each([
    { is: schoolWith(3, 0), full: "true" },
    { is: schoolWith(2, 1), full: "false" },
    { is: schoolWith(2, 0, 1), full: "unknown" },
    { is: schoolWith(0, 1, 9), full: "false" },
    { is: schoolWith(0, 0), full: "unknown" },
    { is: schoolWith(3, 0, 0, { inventoryConfirmed: false }), full: "unknown" },
    { is: schoolWith(0, 3, 0, { inventoryConfirmed: false }), full: "unknown" },
  ])("is full: $full with $is.covered covered, $is.notCovered not, $is.insufficient unknown", ({ is, full }) => {
    expect(is.full).toBe(full);
  });

  it("keeps the interval and the reasons of what is not known", () => {
    expect(schoolWith(6, 1, 3).rate).toEqual({
      status: "insufficient",
      lo: 0.6,
      hi: 0.9,
      numerator: 6,
      denominator: 7,
      reasons: [
        { reason: "too_few_known_venues", count: 3 },
        { reason: "agent_offline", count: 3 },
      ],
      evidence: "M",
      asOf: "2026-10-02T17:00:00+08:00",
      modelVersion: "2026.1",
    });
    expect(schoolWith(28, 0, 2).rate.reasons).toEqual([{ reason: "agent_offline", count: 2 }]);
  });

  it("says nothing by a list of venues that is empty or not confirmed", () => {
    expect(schoolWith(0, 0).rate).toMatchObject({
      status: "insufficient",
      lo: 0,
      hi: 1,
      reasons: [{ reason: "no_main_venue" }],
    });
    expect(schoolWith(27, 3, 0, { inventoryConfirmed: false })).toMatchObject({
      covered: 0,
      notCovered: 0,
      insufficient: 30,
      rate: { status: "insufficient", lo: 0, hi: 1, reasons: [{ reason: "inventory_not_confirmed", count: 30 }] },
    });
  });
});

const FULL = schoolWith(10, 0);
const PART = schoolWith(9, 1);
const UNSEEN = schoolWith(0, 0, 10);
const group = (...coverages: SchoolCoverage[]) =>
  groupCoverage(
    coverages.map((coverage): SchoolInGroup => ({ coverage, frozen: false })),
    AS_OF,
  );

describe("coverage of a group of schools", () => {
  it.each([
    { what: "79 of 100 known", yes: 70, no: 9, unseen: 21, status: "insufficient", value: undefined },
    { what: "80 of 100 known", yes: 70, no: 10, unseen: 20, status: "value", value: 0.875 },
    { what: "81 of 100 known", yes: 81, no: 0, unseen: 19, status: "value", value: 1 },
    { what: "most not monitored", yes: 1, no: 0, unseen: 9, status: "insufficient", value: undefined },
  ])("$what: $status", ({ yes, no, unseen, status, value }) => {
    const schools = [...Array(yes).fill(FULL), ...Array(no).fill(PART), ...Array(unseen).fill(UNSEEN)];
    const { fullShare, full } = group(...schools);
    expect(full).toEqual({ yes, no, unknown: unseen });
    expect(fullShare.status).toBe(status);
    expect(fullShare.value).toBe(value);
    expect([fullShare.lo, fullShare.hi]).toEqual([yes / schools.length, (yes + unseen) / schools.length]);
  });

  it("is not known, not zero, where there is no school", () => {
    const { fullShare, venueShare, studentShare } = group();
    expect(fullShare).toMatchObject({ status: "insufficient", lo: 0, hi: 1 });
    expect(fullShare).not.toHaveProperty("value");
    expect(venueShare).toMatchObject({ status: "insufficient", reasons: [{ reason: "no_main_venue" }] });
    expect(studentShare).toBeUndefined();
  });

  it("says why schools are not known, each school once", () => {
    const unconfirmed = schoolWith(3, 0, 0, { inventoryConfirmed: false });
    expect(group(FULL, UNSEEN, UNSEEN, unconfirmed).fullShare.reasons).toEqual([
      { reason: "too_few_known_schools", count: 3 },
      { reason: "agent_offline", count: 2 },
      { reason: "inventory_not_confirmed", count: 1 },
    ]);
  });

  it("pools venues, and says nothing of them below nine tenths known", () => {
    expect(group(schoolWith(9, 0, 1), schoolWith(0, 0)).venueShare).toMatchObject({
      status: "value",
      value: 1,
      lo: 0.9,
      hi: 1,
    });
    expect(group(schoolWith(89, 0, 11)).venueShare).toMatchObject({
      status: "insufficient",
      reasons: [
        { reason: "too_few_known_venues", count: 11 },
        { reason: "agent_offline", count: 11 },
      ],
    });
  });

  it("weighs by students only when every school's number is known", () => {
    const withStudents = (students?: number): SchoolInGroup => ({
      coverage: FULL,
      frozen: false,
      ...(students !== undefined && { students }),
    });
    expect(groupCoverage([withStudents(100), withStudents()], AS_OF).studentShare).toBeUndefined();
    expect(groupCoverage([withStudents(0)], AS_OF).studentShare).toBeUndefined();
    expect(groupCoverage([withStudents(100)], AS_OF).studentShare?.value).toBe(1);
  });

  it("is frozen when all that is known of it is", () => {
    const schools = (frozen: boolean): SchoolInGroup[] => [
      { coverage: FULL, frozen: true },
      { coverage: PART, frozen },
    ];
    expect(groupCoverage(schools(true), AS_OF).fullShare).toMatchObject({ status: "frozen", value: 0.5 });
    expect(groupCoverage(schools(false), AS_OF).fullShare).toMatchObject({ status: "value", value: 0.5 });
  });
});
