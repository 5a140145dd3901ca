import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eachSample } from "../store/sample-columns.ts";
import { coarser } from "./coarser.ts";
import { growth, rollUp, SchoolFold } from "./fold.ts";
import { anySamples, columnsOf, HOUR, inBytes, MINUTE, plainRollups, T0, temperature } from "./rolled-suite.ts";

const at = (minute: number, value: number) => ({ atMs: T0 + minute * MINUTE, value });

describe("rolling readings up", () => {
  it("gives one rollup for each window that has samples, and none for others", () => {
    const samples = [at(0, 20), at(1, 21.5), at(4, 19), at(12, 22)];
    expect(rollUp(temperature, "5m", samples)).toEqual([
      {
        startMs: T0,
        count: 3,
        sum: 60.5,
        min: 19,
        max: 21.5,
        first: 20,
        last: 19,
        firstMs: T0,
        lastMs: T0 + 4 * MINUTE,
      },
      {
        startMs: T0 + 10 * MINUTE,
        count: 1,
        sum: 22,
        min: 22,
        max: 22,
        first: 22,
        last: 22,
        firstMs: T0 + 12 * MINUTE,
        lastMs: T0 + 12 * MINUTE,
      },
    ]);
    expect(rollUp(temperature, "5m", [])).toEqual([]);
  });

  it.each([
    { case: "grows", values: [100, 150, 175], increase: 75 },
    { case: "stands still", values: [100, 100], increase: 0 },
    { case: "begins anew from zero", values: [100, 150, 30, 40], increase: 90 },
    { case: "was seen once", values: [100], increase: 0 },
  ])("says how much a counter grew that $case", ({ values, increase }) => {
    const [rollup] = rollUp(
      inBytes,
      "5m",
      values.map((value, i) => at(i, value)),
    );
    expect(rollup?.increase).toBe(increase);
  });

  it("has no increase for what is no counter", () => {
    expect(rollUp(temperature, "5m", [at(0, 1), at(1, 2)])[0]).not.toHaveProperty("increase");
  });

  it.each([
    { before: 10, after: 10, grown: 0 },
    { before: 10, after: 11, grown: 1 },
    { before: 10, after: 9, grown: 9 },
  ])("takes a counter from $before to $after as grown by $grown", ({ before, after, grown }) => {
    expect(growth(before, after)).toBe(grown);
  });

  it("begins days at midnight of Zhejiang", () => {
    const days = rollUp(temperature, "1d", [at(14, 1), at(15, 2)]);
    expect(days.map(({ startMs, count }) => [startMs, count])).toEqual([
      [Date.parse("2026-03-02T00:00:00+08:00"), 1],
      [Date.parse("2026-03-03T00:00:00+08:00"), 1],
    ]);
  });

  it("gives what the plain way gives, in whatever order samples come, for gauges and counters", () => {
    fc.assert(
      fc.property(anySamples, fc.constantFrom(temperature, inBytes), (samples, key) => {
        for (const resolution of ["5m", "1h", "1d"] as const) {
          expect(rollUp(key, resolution, samples)).toEqual(plainRollups(samples, resolution, key === inBytes));
        }
      }),
      { numRuns: 200 },
    );
  });

  it("gives the same sums of fractions to the last bit, in whatever order samples come", () => {
    const samples = Array.from({ length: 50 }, (_, i) => ({ atMs: T0 + i * 1_000, value: 1 / (i + 3) }));
    const inOrder = rollUp(temperature, "5m", samples);
    fc.assert(
      fc.property(fc.shuffledSubarray(samples, { minLength: samples.length }), (shuffled) => {
        expect(rollUp(temperature, "5m", shuffled)).toEqual(inOrder);
      }),
      { numRuns: 50 },
    );
  });

  it("gives the same figures from slices of time, each in portions that name the series anew", () => {
    fc.assert(
      fc.property(anySamples, fc.integer({ min: 1, max: 5 }), (samples, portions) => {
        const fold = new SchoolFold("5m");
        for (const slice of [0, 10 * HOUR, 20 * HOUR, 30 * HOUR]) {
          const inside = samples.filter(({ atMs }) => atMs >= T0 - 1 + slice && atMs < T0 - 1 + slice + 10 * HOUR);
          for (let portion = 0; portion < portions; portion++) {
            const some = inside.filter((_, i) => i % portions === portion);
            if (some.length > 0) fold.add(columnsOf({ ...inBytes }, some));
          }
          fold.settle();
        }
        const rollups = fold.finish().map(({ rollup }) => rollup);
        expect(rollups).toEqual(plainRollups(samples, "5m", true));
      }),
      { numRuns: 200 },
    );
  });

  it("keeps hundreds of series apart", () => {
    const keys = Array.from({ length: 300 }, (_, i) => ({ ...temperature, device: `d${i}` }));
    const fold = new SchoolFold("5m");
    for (const [i, key] of keys.entries()) fold.add(columnsOf(key, [at(0, i), at(1, i)]));
    fold.settle();
    const found = fold.finish().map(({ key, rollup }) => [key.device, rollup.sum]);
    expect(found).toEqual(keys.map(({ device }, i) => [device, 2 * i]));
  });

  it("refuses columns that point outside themselves", () => {
    const broken = { ...columnsOf(temperature, [at(0, 1)]), series: [] };
    expect(() => [...eachSample(broken)]).toThrow(RangeError);
    const fold = new SchoolFold("5m");
    fold.add(broken);
    expect(() => fold.settle()).toThrow(RangeError);
  });
});

describe("longer windows from shorter ones", () => {
  it("are those of the readings themselves, hours from five minutes and days from hours", () => {
    fc.assert(
      fc.property(
        anySamples,
        fc.constantFrom(temperature, inBytes),
        fc.infiniteStream(fc.nat()),
        (samples, key, by) => {
          const shuffled = <T>(list: readonly T[]) =>
            list
              .map((one) => ({ one, place: by.next().value ?? 0 }))
              .sort((a, b) => a.place - b.place)
              .map(({ one }) => one);
          const minutes = rollUp(key, "5m", samples);
          const hours = coarser("1h", shuffled(minutes));
          const days = coarser("1d", shuffled(hours));
          expect(hours).toEqual(plainRollups(samples, "1h", key === inBytes));
          expect(days).toEqual(plainRollups(samples, "1d", key === inBytes));
        },
      ),
      { numRuns: 200 },
    );
  });

  it("count what a counter grew between the shorter ones, also when it began anew there", () => {
    const counted = (values: number[]) =>
      coarser(
        "1h",
        rollUp(
          inBytes,
          "5m",
          values.map((value, i) => at(i * 5, value)),
        ),
      );
    expect(counted([100, 130, 160])[0]?.increase).toBe(60);
    expect(counted([100, 130, 20])[0]?.increase).toBe(50);
  });

  it("leave what they are made of as it was", () => {
    const minutes = rollUp(inBytes, "5m", [at(0, 1), at(5, 2)]);
    const before = structuredClone(minutes);
    coarser("1h", minutes);
    expect(minutes).toEqual(before);
  });
});
