import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Truth } from "../truth.ts";
import { groupShare, type ShareSchool } from "./group-share.ts";

const schools = (count: number, member: Truth, holds: Truth): ShareSchool[] =>
  Array.from({ length: count }, (_, i) => ({ id: `${member}-${holds}-${i}`, member, holds }));
const numbers = (of: readonly ShareSchool[]) => {
  const share = groupShare(of);
  return {
    value: share.status === "value" ? share.value.toNumber() : share.reason,
    lo: share.lo.toNumber(),
    hi: share.hi.toNumber(),
  };
};

describe("E12 no rural flag", () => {
  const known = [...schools(13, true, true), ...schools(1, true, false)];

  it("two of 40 unclassified: 13/14, and 13/16 to 15/16 if they are rural", () => {
    const county = [...schools(24, false, true), ...known, ...schools(2, undefined, undefined)];
    expect(county).toHaveLength(40);
    expect(numbers(county)).toEqual({ value: 13 / 14, lo: 13 / 16, hi: 15 / 16 });
    expect([13 / 14, 13 / 16, 15 / 16].map((share) => share.toFixed(4))).toEqual(["0.9286", "0.8125", "0.9375"]);
    expect(groupShare(county)).toMatchObject({ yes: 13, no: 1, schools: 40, unknown: [] });
    expect(groupShare(county).unclassified).toHaveLength(2);
  });

  it("three of 40 are too many", () => {
    const county = [...schools(23, false, true), ...known, ...schools(3, undefined, true)];
    expect(county).toHaveLength(40);
    expect(numbers(county)).toEqual({ value: "too_many_unclassified", lo: 13 / 17, hi: 16 / 17 });
    expect(groupShare(county)).not.toHaveProperty("value");
  });
});

describe("the share of a group", () => {
  it.each([
    { what: "1 of 20 unclassified", of: [...schools(19, true, true), ...schools(1, undefined, true)], value: 1 },
    {
      what: "1 of 19",
      of: [...schools(18, true, true), ...schools(1, undefined, true)],
      value: "too_many_unclassified",
    },
    { what: "1 of 21", of: [...schools(20, true, true), ...schools(1, undefined, true)], value: 1 },
    { what: "4 of 5 members known", of: [...schools(4, true, true), ...schools(1, true, undefined)], value: 1 },
    {
      what: "79 of 100 members known",
      of: [...schools(79, true, true), ...schools(21, true, undefined)],
      value: "too_few_known_schools",
    },
    { what: "81 of 100", of: [...schools(81, true, false), ...schools(19, true, undefined)], value: 0 },
    { what: "no member", of: schools(5, false, true), value: "no_school" },
    { what: "no school", of: [], value: "no_school" },
  ])("$what: $value", ({ of, value }) => {
    expect(numbers(of).value).toBe(value);
  });

  it("may be anything where nothing is known of any member", () => {
    expect(numbers([])).toEqual({ value: "no_school", lo: 0, hi: 1 });
    expect(numbers(schools(3, undefined, true))).toMatchObject({ lo: 0, hi: 1 });
  });

  it("stays within its interval, which no answer that comes later leaves", () => {
    const known = fc.constantFrom<Truth>(true, false, undefined);
    const school = fc.record({ member: known, holds: known, later: fc.tuple(fc.boolean(), fc.boolean()) });
    fc.assert(
      fc.property(fc.array(school, { maxLength: 60 }), (rows) => {
        const now = groupShare(rows.map(({ member, holds }, i) => ({ id: `${i}`, member, holds })));
        const then = groupShare(
          rows.map(({ member, holds, later }, i) => ({
            id: `${i}`,
            member: member ?? later[0],
            holds: holds ?? later[1],
          })),
        );
        for (const share of [now, then]) {
          if (share.status !== "value") continue;
          expect(share.value.isAtLeast(now.lo) && now.hi.isAtLeast(share.value)).toBe(true);
        }
        expect(then.lo.isAtLeast(now.lo) && now.hi.isAtLeast(then.hi)).toBe(true);
      }),
    );
  });
});
