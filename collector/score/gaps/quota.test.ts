import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Exact } from "../exact.ts";
import { pilotQuota } from "./quota.ts";

/** Counties of 2019 and places for regions, in the order of the table in 浙教办技〔2019〕38号. */
const TABLE = [
  { code: "330100", name: "杭州", units: 13, places: 3 },
  { code: "330200", name: "宁波", units: 10, places: 2 },
  { code: "330300", name: "温州", units: 11, places: 3 },
  { code: "330400", name: "嘉兴", units: 7, places: 2 },
  { code: "330500", name: "湖州", units: 5, places: 1 },
  { code: "330600", name: "绍兴", units: 6, places: 1 },
  { code: "330700", name: "金华", units: 9, places: 2 },
  { code: "330800", name: "衢州", units: 6, places: 1 },
  { code: "330900", name: "舟山", units: 4, places: 1 },
  { code: "331000", name: "台州", units: 9, places: 2 },
  { code: "331100", name: "丽水", units: 9, places: 2 },
];
const places = (total: number, units: readonly number[]) => {
  const quota = pilotQuota(
    total,
    units.map((count, i) => ({ code: `${330100 + i * 100}`, units: count })),
  );
  if (quota.status !== "value") throw new Error(quota.reason);
  return { places: quota.cities.map((city) => city.places), tied: quota.tied, quota };
};

describe("E21 quotas", () => {
  const quota = pilotQuota(20, TABLE);

  it.each(TABLE)("$name with $units counties has $places places", ({ code, units, places: want }) => {
    const city = quota.status === "value" ? quota.cities.find((row) => row.code === code) : undefined;
    expect(city).toMatchObject({ units, places: want });
    expect(city?.exact.toNumber()).toBe(Exact.ratio(20 * units, 89).toNumber());
  });

  it("gives all 20 places over 89 counties, without a tie", () => {
    expect(quota).toMatchObject({ status: "value", total: 20, units: 89, tied: [] });
    expect(TABLE.reduce((sum, { places: its }) => sum + its, 0)).toBe(20);
  });

  it("is not 20 % of each city rounded, which gives 18", () => {
    expect(TABLE.reduce((sum, { units }) => sum + Math.round(units / 5), 0)).toBe(18);
  });
});

describe("largest remainder", () => {
  it("names equal remainders of which only some get a place", () => {
    expect(places(1, [3, 3])).toMatchObject({ places: [1, 0], tied: ["330100", "330200"] });
    expect(places(2, [3, 3])).toMatchObject({ places: [1, 1], tied: [] });
    // 1.5 and 0.5 twice: the remainders are equal, the larger city comes first.
    expect(places(5, [1, 5, 4])).toMatchObject({ places: [0, 3, 2], tied: ["330200", "330100"] });
  });

  it("knows nothing when the units of one city are not known, or there is no unit", () => {
    expect(pilotQuota(20, [{ code: "330100", units: 13 }, { code: "330200" }])).toMatchObject({
      status: "insufficient",
      reason: "units_unknown",
      without: ["330200"],
    });
    expect(pilotQuota(20, [{ code: "330100", units: 0 }])).toMatchObject({
      status: "insufficient",
      reason: "no_units",
    });
  });

  it("gives a city without units nothing, and nobody anything of no places", () => {
    expect(places(7, [5, 0, 9]).places[1]).toBe(0);
    expect(places(0, [5, 3]).places).toEqual([0, 0]);
  });

  it("sums to the total and never differs from the exact share by 1 or more, in any order of cities", () => {
    const counts = fc.array(fc.nat({ max: 200 }), { minLength: 1, maxLength: 15 });
    fc.assert(
      fc.property(fc.nat({ max: 500 }), counts, (total, units) => {
        fc.pre(units.some((count) => count > 0));
        const { places: its, quota } = places(total, units);
        expect(its.reduce((sum, count) => sum + count, 0)).toBe(total);
        const one = Exact.of(1);
        for (const city of quota.cities) {
          const more = Exact.of(city.places).minus(city.exact);
          expect(more.isBelow(one) && more.plus(one).isAbove(Exact.of(0))).toBe(true);
        }
        const reversed = pilotQuota(total, [...quota.cities].reverse());
        expect(reversed.status === "value" && reversed.cities.map((city) => city.places)).toEqual([...its].reverse());
      }),
    );
  });
});
