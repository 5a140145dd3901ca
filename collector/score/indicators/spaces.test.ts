import { describe, expect, it } from "vitest";
import { allOpticalCount, spaceCount, spaceSchoolShare } from "./spaces.ts";
import { plain } from "./value.ts";

const school = (approved: number, listSigned = true, unapproved = 0) => ({ id: "s", approved, unapproved, listSigned });

describe("SPACE_COUNT", () => {
  it("counts what is approved", () => {
    const value = spaceCount([school(2), school(0, true, 3), school(1)]);
    expect(plain(value)).toEqual({ value: 3, lo: 3, hi: 3 });
    expect(value.reasons).toEqual([{ reason: "no_attachment", count: 3 }]);
  });

  it("needs every list signed, and is at least what there is without", () => {
    const value = spaceCount([school(2), school(1, false)]);
    expect(value).toMatchObject({ enough: false, reasons: [{ reason: "list_not_signed", count: 1 }] });
    expect(plain(value)).toEqual({ lo: 3 });
    expect(spaceCount([]).enough).toBe(false);
  });
});

describe("SPACE_SCHOOL_SHARE", () => {
  it("knows that a school has none only by a signed list", () => {
    const value = spaceSchoolShare([school(1), school(0), school(3, false), school(1), school(0, false)]);
    expect(plain(value)).toEqual({ value: 0.75, lo: 0.6, hi: 0.8, numerator: 3, denominator: 4 });
    expect(value).toMatchObject({ enough: true, reasons: [{ reason: "list_not_signed", count: 1 }] });
  });

  it.each([
    { known: 80, enough: true },
    { known: 79, enough: false },
    { known: 81, enough: true },
  ])("needs 80 % of schools known, has $known of 100", ({ known, enough }) => {
    expect(spaceSchoolShare(Array.from({ length: 100 }, (_, i) => school(0, i < known))).enough).toBe(enough);
  });
});

describe("ALL_OPTICAL_COUNT", () => {
  it("leaves out what the ports contradict, and believes where none tells", () => {
    const value = allOpticalCount([{ id: "a" }, { id: "b", portsAreFibre: true }, { id: "c", portsAreFibre: false }]);
    expect(plain(value)).toEqual({ value: 2, lo: 2, hi: 2 });
    expect(value.reasons).toEqual([{ reason: "contradicted", count: 1 }]);
  });

  it("is 0 by an empty list, and not known without any", () => {
    expect(plain(allOpticalCount([]))).toEqual({ value: 0, lo: 0, hi: 0 });
    expect(allOpticalCount(undefined)).toMatchObject({ enough: false, reasons: [{ reason: "no_entry", count: 1 }] });
  });
});
