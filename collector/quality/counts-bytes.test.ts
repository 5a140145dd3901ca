import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { QUALITY_METRICS } from "../score/quality/marks.ts";
import { countSlots, type QualityCounts } from "../score/quality/slot.ts";
import { addCounts, fromBytes, noQualityCounts, toBytes } from "./counts-bytes.ts";

/** Slots as slotCode makes them: busy, and for each metric held or missed or not known. */
const anyCounts: fc.Arbitrary<QualityCounts> = fc
  .array(fc.array(fc.constantFrom(0, 1 | 4, 1 | 8, 2 | 8), { minLength: 6, maxLength: 6 }), { maxLength: 200 })
  .map((slots) =>
    countSlots(
      slots.map((bits) => bits.reduce((code, four, i) => code | (four << (i * 4)), 1 << (QUALITY_METRICS.length * 4))),
    ),
  );

describe("quality counts as bytes", () => {
  it("come back as they were", () => {
    fc.assert(
      fc.property(fc.array(anyCounts, { maxLength: 5 }), (venues) => {
        expect(fromBytes(toBytes(venues), venues.length)).toEqual(venues);
      }),
      { numRuns: 100 },
    );
  });

  it("take one byte for a venue without a busy slot", () => {
    expect(toBytes([noQualityCounts(), noQualityCounts()])).toHaveLength(2);
  });

  it("are refused when they end early or late, or are of another number of venues", () => {
    fc.assert(
      fc.property(fc.array(anyCounts, { minLength: 1, maxLength: 4 }), (venues) => {
        const bytes = toBytes(venues);
        expect(fromBytes(bytes.slice(0, -1), venues.length)).toBeUndefined();
        expect(fromBytes(Uint8Array.of(...bytes, 0), venues.length)).toBeUndefined();
        expect(fromBytes(bytes, venues.length + 1)).toBeUndefined();
      }),
      { numRuns: 50 },
    );
  });

  it("are refused when a number does not end", () => {
    expect(fromBytes(Uint8Array.of(255, 255, 255, 255, 255), 1)).toBeUndefined();
  });

  it("add up to those of all slots", () => {
    fc.assert(
      fc.property(anyCounts, anyCounts, (one, other) => {
        const sum = noQualityCounts();
        addCounts(sum, one);
        addCounts(sum, other);
        expect(sum.busy).toBe(one.busy + other.busy);
        for (const metric of QUALITY_METRICS) {
          expect(sum.pass[metric].held).toBe(one.pass[metric].held + other.pass[metric].held);
          expect(sum.good[metric].missed).toBe(one.good[metric].missed + other.good[metric].missed);
        }
      }),
      { numRuns: 30 },
    );
  });
});
