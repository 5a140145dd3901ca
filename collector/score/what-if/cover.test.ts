import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CoverProblem, cheapestCover } from "./cover.ts";

describe("the cheapest set of measures", () => {
  it("is empty when nothing is asked, and for rooms that need nothing", () => {
    const nothing = { measures: [], cost: 0, atLeast: 0 };
    expect(cheapestCover({ rooms: [], costs: [] })).toEqual(nothing);
    expect(cheapestCover({ rooms: [[[0], []]], costs: [1] })).toEqual(nothing);
  });

  it("passes over a room that cannot be helped", () => {
    expect(cheapestCover({ rooms: [[], [[0]]], costs: [1] })).toEqual({ measures: [0], cost: 1, atLeast: 1 });
  });

  it("takes one dear measure for many rooms before many cheap ones", () => {
    const rooms = [1, 2, 3, 4].map((own) => [[0], [own]]);
    expect(cheapestCover({ rooms, costs: [3, 1, 1, 1, 1] })).toEqual({ measures: [0], cost: 3, atLeast: 3 });
    expect(cheapestCover({ rooms, costs: [5, 1, 1, 1, 1] }).measures).toEqual([1, 2, 3, 4]);
  });

  it("takes all measures of a way, and of two ways at one price the one with fewer", () => {
    expect(cheapestCover({ rooms: [[[0, 1], [2]]], costs: [1, 1, 2] }).measures).toEqual([2]);
    expect(cheapestCover({ rooms: [[[0, 1], [2]]], costs: [1, 1, 3] }).measures).toEqual([0, 1]);
  });

  it("takes the lower numbers of sets that are otherwise equal, whatever the order of rooms and ways", () => {
    const rooms = [
      [[1], [0]],
      [[2], [0]],
      [[2], [1]],
    ];
    for (const order of [rooms, [...rooms].reverse(), rooms.map((ways) => [...ways].reverse())]) {
      expect(cheapestCover({ rooms: order, costs: [1, 1, 1] }).measures).toEqual([0, 1]);
    }
  });

  it("is what trying all sets finds, ties too", () => {
    fc.assert(
      fc.property(anyProblem, (problem) => {
        const { measures, cost, atLeast } = cheapestCover(problem);
        expect({ measures, cost }).toEqual(tryAll(problem));
        expect(atLeast).toBe(cost);
      }),
      { numRuns: 500 },
    );
  });

  it("says between what the cost lies when it stops before it is proven", () => {
    fc.assert(
      fc.property(anyProblem, (problem) => {
        const best = tryAll(problem);
        const { measures, cost, atLeast } = cheapestCover(problem, 1);
        expect(atLeast).toBeLessThanOrEqual(best.cost);
        expect(cost).toBeGreaterThanOrEqual(best.cost);
        expect(cost).toBe(measures.reduce((sum, measure) => sum + (problem.costs[measure] ?? 0), 0));
        expect(isCovering(problem, new Set(measures))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it("holds for a school of sixty rooms below six switches", () => {
    const rooms = Array.from({ length: 60 }, (_, room) => [[room % 6], [6 + room]]);
    const costs = [...Array<number>(6).fill(4_000), ...Array<number>(60).fill(1_000)];
    expect(cheapestCover({ rooms, costs })).toEqual({ measures: [0, 1, 2, 3, 4, 5], cost: 24_000, atLeast: 24_000 });
  });
});

const MEASURES = 6;
const anyProblem: fc.Arbitrary<CoverProblem> = fc.record({
  costs: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: MEASURES, maxLength: MEASURES }),
  rooms: fc.array(
    fc.array(fc.uniqueArray(fc.integer({ min: 0, max: MEASURES - 1 }), { minLength: 1, maxLength: 3 }), {
      minLength: 1,
      maxLength: 3,
    }),
    { maxLength: 7 },
  ),
});

function isCovering({ rooms }: CoverProblem, chosen: ReadonlySet<number>): boolean {
  return rooms.every((ways) => ways.some((way) => way.every((measure) => chosen.has(measure))));
}

/** The least cost, then the fewest measures, then the lowest numbers. */
function tryAll(problem: CoverProblem): { measures: number[]; cost: number } {
  const sets = Array.from({ length: 1 << MEASURES }, (_, bits) =>
    Array.from({ length: MEASURES }, (_, i) => i).filter((i) => (bits & (1 << i)) !== 0),
  );
  const covering = sets
    .filter((set) => isCovering(problem, new Set(set)))
    .map((measures) => ({ measures, cost: measures.reduce((sum, i) => sum + (problem.costs[i] ?? 0), 0) }));
  covering.sort(
    (a, b) =>
      a.cost - b.cost || a.measures.length - b.measures.length || (a.measures.join() < b.measures.join() ? -1 : 1),
  );
  return covering[0] ?? { measures: [], cost: 0 };
}
