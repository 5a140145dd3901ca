import { describe, expect, it } from "vitest";
import { backboneBandwidth, ruralSpeed } from "./speed.ts";
import { plain } from "./value.ts";

const school = (mbps: number, tests = 10, students?: number) => ({
  id: `${mbps}`,
  testsMbps: Array<number>(tests).fill(mbps),
  ...(students !== undefined && { students }),
});

describe("RURAL_SPEED", () => {
  it("is the median of schools", () => {
    const { speed } = ruralSpeed([school(100), school(20), school(60)]);
    expect(plain(speed)).toEqual({ value: 60, lo: 60, hi: 60 });
  });

  it.each([
    { tests: 9, enough: false },
    { tests: 10, enough: true },
    { tests: 11, enough: true },
  ])("needs ten tests of a school, has $tests", ({ tests, enough }) => {
    expect(ruralSpeed([school(50, tests)]).speed.enough).toBe(enough);
  });

  it.each([
    { known: 4, enough: true },
    { known: 3, enough: false },
    { known: 5, enough: true },
  ])("needs 80 % of schools, has $known of 5", ({ known, enough }) => {
    const schools = Array.from({ length: 5 }, (_, i) => school(10 * (i + 1), i < known ? 10 : 0));
    const { speed } = ruralSpeed(schools);
    expect(speed.enough).toBe(enough);
    if (!enough) expect(speed.reasons).toEqual([{ reason: "too_few_tests", count: 2 }]);
  });

  it("is bounded by what unknown schools could have", () => {
    const { speed } = ruralSpeed([school(10), school(20), school(30), school(40), school(0, 0)]);
    expect(plain(speed)).toEqual({ value: 25, lo: 20, hi: 30 });
    expect(plain(ruralSpeed([school(10), school(0, 0)]).speed)).toEqual({ lo: 5 });
  });

  it("tells the ratio to the year before and the speed per 100 students", () => {
    const before = ruralSpeed([school(40)]).speed;
    const { yearlyRatio, per100Students } = ruralSpeed([school(60, 10, 300), school(60, 10, 600), school(60)], before);
    expect([yearlyRatio?.toNumber(), per100Students?.toNumber()]).toEqual([1.5, 15]);
    expect(ruralSpeed([school(60)], ruralSpeed([school(0)]).speed)).not.toHaveProperty("yearlyRatio");
    expect(ruralSpeed([], before)).not.toHaveProperty("yearlyRatio");
  });
});

describe("BACKBONE_BW", () => {
  it("is the fastest uplink, with the use of each that may be read", () => {
    const value = backboneBandwidth([
      { id: "a", bitsPerSecond: 5e9, utilisations: [0.2, 0.4] },
      { id: "b", bitsPerSecond: 1e9, utilisations: [] },
    ]);
    expect(plain(value)).toEqual({ value: 5, lo: 5, hi: 5 });
    expect(value.parts.map(({ value: used }) => used?.toNumber())).toEqual([0.4, undefined]);
    expect(backboneBandwidth([]).enough).toBe(false);
  });
});
