import { describe, expect, it } from "vitest";
import { rowsOfSize } from "./measure.ts";
import { measureSize } from "./measure-size.ts";

/** A clock that shows one more each time it is looked at. */
function ticking(): () => number {
  let now = 0;
  return () => {
    now += 1;
    return now;
  };
}

describe("the measurement of scores", () => {
  const result = measureSize({ schools: 2, rounds: 1, days: 30, peakBytes: () => 5e6, cpuMs: ticking() });

  it("comes to the same states as its peer, or would have failed, and says what it took", () => {
    expect(result).toMatchObject({ schools: 2, peakBytes: 5e6, cards: [1] });
    // Two schools with five batches each, and a late batch for both.
    expect(result.take).toEqual([10]);
    expect(result.samples).toBeGreaterThan(2 * 5 * 200);
    expect(result.late).toHaveLength(2);
    expect(Math.max(...result.dayBytes)).toBeLessThan(5_000);
  });

  it("has rows with the number of schools, the peers beside ours", () => {
    const rows = rowsOfSize(result);
    expect(rows.every(({ what }) => what.startsWith("2 schools: "))).toBe(true);
    expect(rows.filter(({ who }) => who !== "ours").map(({ who }) => who)).toEqual([
      "slot by slot",
      "a byte a device and slot",
    ]);
    expect(rows.find(({ unit }) => unit === "MB")).toMatchObject({ median: 5, ratioToOurs: 1 });
  });
});
