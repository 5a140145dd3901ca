import { describe, expect, it } from "vitest";
import { Exact, f01, ONE, ZERO } from "./exact.ts";
import { scaled, weigh } from "./weighted.ts";

describe("exact numbers", () => {
  it("are what people read of a double", () => {
    expect(Exact.of(0.95).times(Exact.of(20)).minus(Exact.of(19)).toNumber()).toBe(0);
    expect(Exact.sum([0.1, 0.2].map(Exact.of)).toNumber()).toBe(0.3);
    for (const value of [0, 1, -2.5, 1e-7, 1.5e21, 123_456.789]) expect(Exact.of(value).toNumber()).toBe(value);
    expect(Exact.ratio(1, 3).toNumber()).toBe(1 / 3);
    expect(Exact.ratio(2, -4).toNumber()).toBe(-0.5);
  });

  it("are compared at the very limit", () => {
    const limit = Exact.of(0.95);
    expect(Exact.ratio(1824, 1920).isAtLeast(limit)).toBe(true);
    expect(Exact.ratio(1823, 1920).isAtLeast(limit)).toBe(false);
    expect(Exact.ratio(1823, 1920).isBelow(limit)).toBe(true);
    expect(limit.isAbove(limit)).toBe(false);
  });

  it("stay between 0 and 1 when they are clamped", () => {
    expect([-1, 0.4, 7].map((value) => Exact.of(value).clamped().toNumber())).toEqual([0, 0.4, 1]);
  });

  it("say no to what cannot be counted with", () => {
    expect(() => Exact.of(Number.NaN)).toThrow(RangeError);
    expect(() => Exact.ratio(1, 0)).toThrow(RangeError);
    expect(() => Exact.ratio(0.5, 1)).toThrow(RangeError);
    expect(() => ONE.over(ZERO)).toThrow(RangeError);
  });

  it("go straight from one mark to the other, also downwards", () => {
    expect(f01(Exact.of(0.972), 0.9, 0.99).toNumber()).toBe(0.8);
    expect(f01(Exact.of(6), 10, 5).toNumber()).toBe(0.8);
    expect([12, 3].map((age) => f01(Exact.of(age), 10, 5).toNumber())).toEqual([0, 1]);
  });
});

describe("a weighted score", () => {
  it("leaves what is unknown out of the point value and widens the interval by it", () => {
    const parts = [
      { id: "a", weight: 60, value: Exact.of(0.5) },
      { id: "b", weight: 20, value: ONE },
      { id: "c", weight: 20 },
    ];
    const { point, lo, hi } = scaled(weigh(parts), 100);
    expect([point, lo, hi].map((value) => value?.toNumber())).toEqual([62.5, 50, 70]);
  });

  it("has no point value where nothing is known", () => {
    expect(scaled(weigh([{ id: "a", weight: 3 }]), 100)).not.toHaveProperty("point");
    const { lo, hi } = scaled(weigh([]), 15);
    expect([lo.toNumber(), hi.toNumber()]).toEqual([0, 15]);
  });
});
