import { describe, expect, it } from "vitest";
import type { VenueVerdict } from "../../../contract/api.ts";
import { type QualityVenue, qualityShare } from "./share.ts";

const AS_OF = Date.parse("2026-10-02T17:00:00+08:00");
const venues = (count: number, verdict: VenueVerdict, quality?: QualityVenue["quality"]): QualityVenue[] =>
  Array<QualityVenue>(count).fill({ verdict, ...(quality && { quality }) });
const shareOf = (list: QualityVenue[], changes: { inventoryConfirmed?: boolean; frozen?: boolean } = {}) =>
  qualityShare({ venues: list, inventoryConfirmed: true, frozen: false, asOfMs: AS_OF, ...changes });

describe("WIFI_QUALITY_SHARE", () => {
  it.each([
    { pass: 50, fail: 9, unproven: 41, status: "insufficient", value: undefined },
    { pass: 50, fail: 10, unproven: 40, status: "value", value: 50 / 60 },
    { pass: 50, fail: 11, unproven: 39, status: "value", value: 50 / 61 },
    { pass: 0, fail: 3, unproven: 2, status: "value", value: 0 },
    { pass: 0, fail: 0, unproven: 5, status: "insufficient", value: undefined },
  ])("with $pass passing, $fail failing, $unproven unproven is $status", ({ pass, fail, unproven, status, value }) => {
    const all = pass + fail + unproven;
    const got = shareOf([
      ...venues(pass, "covered"),
      ...venues(fail, "covered_below_quality"),
      ...venues(unproven, "covered_quality_unproven"),
    ]);
    expect(got.figure.status).toBe(status);
    expect(got.figure.value).toBe(value);
    expect([got.figure.lo, got.figure.hi]).toEqual([pass / all, (pass + unproven) / all]);
    expect(got).toMatchObject({ covered: all, passing: pass, failing: fail, unproven });
    expect(got.withheld).toBe(status === "value" ? undefined : "too_few_verdicts");
  });

  it("is over covered venues: the others have no quality to speak of", () => {
    const others: VenueVerdict[] = ["not_covered", "not_equipped", "insufficient"];
    const got = shareOf([...venues(3, "covered"), ...others.flatMap((verdict) => venues(4, verdict))]);
    expect(got.figure).toMatchObject({ status: "value", value: 1, numerator: 3, denominator: 3 });
  });

  it("is not known, not zero, without a covered venue", () => {
    const got = shareOf(venues(4, "not_covered"));
    expect(got.figure).toMatchObject({ status: "insufficient", lo: 0, hi: 1 });
    expect(got.withheld).toBe("no_covered_venue");
  });

  it("is not known by a list of venues that nobody confirmed", () => {
    const got = shareOf(venues(4, "covered"), { inventoryConfirmed: false });
    expect(got).toMatchObject({ withheld: "inventory_not_confirmed", covered: 0 });
    expect(got.figure).toMatchObject({
      status: "insufficient",
      lo: 0,
      hi: 1,
      reasons: [{ reason: "inventory_not_confirmed", count: 4 }],
    });
  });

  it("is frozen in a break", () => {
    expect(shareOf(venues(4, "covered"), { frozen: true }).figure).toMatchObject({ status: "frozen", value: 1 });
  });

  it("counts the good ones, and says why others are unproven", () => {
    const got = shareOf([
      ...venues(2, "covered", { good: true, reasons: [] }),
      ...venues(3, "covered", { good: false, reasons: [] }),
      ...venues(1, "covered_quality_unproven", { good: false, reasons: ["no_utilisation"] }),
      ...venues(2, "covered_quality_unproven", { good: false, reasons: ["too_few_busy_slots"] }),
    ]);
    expect(got).toMatchObject({ passing: 5, good: 2 });
    expect(got.unprovenReasons).toEqual([
      { reason: "too_few_busy_slots", count: 2 },
      { reason: "no_utilisation", count: 1 },
    ]);
  });
});
