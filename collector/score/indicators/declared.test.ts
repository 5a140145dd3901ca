import { describe, expect, it } from "vitest";
import { DECLARED_RATES, declaredRate, LISTED_COUNTS, listedCount } from "./declared.ts";
import { plain } from "./value.ts";

const AS_OF = 20_000;
const entry = (daysAgo: number, numerator = 6, attached = true) => ({
  numerator,
  denominator: 10,
  signedDay: AS_OF - daysAgo,
  attached,
});

describe.each(DECLARED_RATES)("%s", (id) => {
  it.each([
    { daysAgo: 399, enough: true },
    { daysAgo: 400, enough: true },
    { daysAgo: 401, enough: false },
  ])("by an entry $daysAgo days old", ({ daysAgo, enough }) => {
    const value = declaredRate(id, [entry(daysAgo)], AS_OF);
    expect(value).toMatchObject({ id, enough, evidence: "D" });
    expect(value.reasons).toEqual(enough ? [] : [{ reason: "entry_expired", count: 1 }]);
    if (enough) expect(plain(value)).toEqual({ value: 0.6, lo: 0.6, hi: 0.6, numerator: 6, denominator: 10 });
  });
});

describe("a declared rate", () => {
  const of = (...entries: Parameters<typeof declaredRate>[1]) => declaredRate("CIO_RATE", entries, AS_OF);

  it("is that of the newest entry, whatever their order, and not of one from later", () => {
    expect(plain(of(entry(9, 1), entry(2, 7), entry(5, 3), entry(-1, 9))).value).toBe(0.7);
  });

  it("needs a signature and an attachment", () => {
    expect(of({ numerator: 1, denominator: 2, attached: true }).reasons).toEqual([
      { reason: "list_not_signed", count: 1 },
    ]);
    expect(of(entry(1, 6, false)).reasons).toEqual([{ reason: "no_attachment", count: 1 }]);
    expect(plain(of(entry(1, 9, false), entry(30, 6))).value).toBe(0.6);
  });

  it("is not known without an entry, or by nothing", () => {
    expect(of()).toMatchObject({ enough: false, reasons: [{ reason: "no_entry", count: 1 }] });
    expect(plain(of())).toEqual({ lo: 0, hi: 1 });
    expect(of({ ...entry(1, 0), denominator: 0 })).toMatchObject({
      enough: false,
      reasons: [{ reason: "nothing_registered" }],
    });
  });
});

describe.each(LISTED_COUNTS)("%s", (id) => {
  it("needs its list, and is at least what there is without", () => {
    expect(plain(listedCount(id, 0, true))).toEqual({ value: 0, lo: 0, hi: 0 });
    expect(plain(listedCount(id, 7, true)).value).toBe(7);
    expect(listedCount(id, 7, false)).toMatchObject({
      enough: false,
      reasons: [{ reason: "no_attachment", count: 1 }],
    });
    expect(plain(listedCount(id, 7, false))).toEqual({ lo: 7 });
  });
});
