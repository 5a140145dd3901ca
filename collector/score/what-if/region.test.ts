import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type SchoolInRegion, whatIfRegion } from "./region.ts";

const SHARE = { numerator: 95, denominator: 100 };

/** So many schools that are full; then `F2` is one that is not and costs 2, `U1` one that is not known. */
function region(yes: number, ...others: string[]): SchoolInRegion[] {
  return [
    ...Array.from({ length: yes }, (_, i): SchoolInRegion => ({ id: `T${i}`, full: "true" })),
    ...others.map((text, i): SchoolInRegion => {
      const cost = Number(text.slice(1));
      const full = text.startsWith("F") ? "false" : "unknown";
      return { id: `${text}.${i}`, full, ...(text.length > 1 && { cost, costAtLeast: cost }) };
    }),
  ];
}

describe("which schools bring a region to a share", () => {
  it("are none when the share is reached and printed", () => {
    expect(whatIfRegion(region(19, "F1"), SHARE)).toEqual({ reached: "already", schools: [], cost: 0, costAtLeast: 0 });
  });

  it("are the cheapest so many of those that are not full", () => {
    const answer = whatIfRegion(region(16, "F4", "F2", "F3", "F9"), SHARE);
    expect(answer).toMatchObject({ reached: "with_these", cost: 9, schools: ["F2.1", "F3.2", "F4.0"] });
  });

  it("are one less where 95 % is exactly reached", () => {
    expect(whatIfRegion(region(18, "F1", "F1"), SHARE).schools).toHaveLength(1);
    expect(whatIfRegion(region(17, "F1", "F1"), SHARE).schools).toHaveLength(2);
  });

  it("are schools that are not known where too few are known for a figure", () => {
    // 15 of 20 are known, 16 must be.
    expect(whatIfRegion(region(15, "U5", "U4", "U", "U", "U"), SHARE)).toMatchObject({ cost: 4, schools: ["U4.1"] });
  });

  it("are schools that are not known where that is cheaper than mending those that are not full", () => {
    const answer = whatIfRegion(region(17, "F50", "U1", "U1"), SHARE);
    expect(answer).toMatchObject({ reached: "with_these", cost: 2, schools: ["U1.1", "U1.2"] });
  });

  it("are not enough where nothing makes enough of them full", () => {
    expect(whatIfRegion(region(17, "F", "F", "F1"), SHARE).reached).toBe("no");
    expect(whatIfRegion([], SHARE).reached).toBe("no");
  });

  it("are named in one order, by cost, length of service and id", () => {
    const schools: SchoolInRegion[] = ["c", "a", "b"].map((id) => ({
      id,
      full: "false",
      cost: 1,
      slots: id === "b" ? 0 : 9,
    }));
    expect(whatIfRegion(schools, { numerator: 2, denominator: 3 }).schools).toEqual(["b", "a"]);
  });

  it("cost at least what the schools cost at least", () => {
    const schools: SchoolInRegion[] = [
      { id: "a", full: "false", cost: 5, costAtLeast: 3 },
      { id: "b", full: "false", cost: 6, costAtLeast: 1 },
    ];
    const answer = whatIfRegion(schools, { numerator: 1, denominator: 2 });
    expect(answer).toMatchObject({ schools: ["a"], cost: 5, costAtLeast: 1 });
  });

  it("cost what trying all sets of schools finds", () => {
    const other = fc
      .tuple(fc.constantFrom("F", "U"), fc.integer({ min: 1, max: 5 }))
      .map(([full, cost]) => full + cost);
    const dead = fc.constantFrom("F", "U");
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 6 }),
        fc.array(fc.oneof({ weight: 4, arbitrary: other }, { weight: 1, arbitrary: dead }), { maxLength: 8 }),
        fc.integer({ min: 0, max: 20 }),
        (yes, others, twentieths) => {
          const schools = region(yes, ...others);
          const share = { numerator: twentieths, denominator: 20 };
          const answer = whatIfRegion(schools, share);
          const best = tryAll(schools, share.numerator);
          expect(answer.reached === "no" ? undefined : answer.cost).toBe(best);
          if (best !== undefined) expect(isReached(schools, new Set(answer.schools), share.numerator)).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});

function isReached(schools: readonly SchoolInRegion[], filled: ReadonlySet<string>, twentieths: number): boolean {
  const full = schools.filter((school) => school.full === "true" || filled.has(school.id)).length;
  const known = schools.filter((school) => school.full !== "unknown" || filled.has(school.id)).length;
  return schools.length > 0 && 5 * known >= 4 * schools.length && 20 * full >= twentieths * known;
}

function tryAll(schools: readonly SchoolInRegion[], twentieths: number): number | undefined {
  const able = schools.filter(({ cost }) => cost !== undefined);
  const costs = Array.from({ length: 1 << able.length }, (_, bits) => able.filter((_, i) => (bits & (1 << i)) !== 0))
    .filter((set) => isReached(schools, new Set(set.map(({ id }) => id)), twentieths))
    .map((set) => set.reduce((sum, { cost = 0 }) => sum + cost, 0));
  return costs.length === 0 ? undefined : Math.min(...costs);
}
