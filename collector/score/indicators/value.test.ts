import { describe, expect, it } from "vitest";
import { Exact, ONE, ZERO } from "../exact.ts";
import { MODEL_VERSION } from "../parameters.ts";
import { reaches, shareOf, tallyOf } from "../share.ts";
import { allOf, anyOf } from "../truth.ts";
import { flagCheck, scoreOf, shareCheck } from "./checks.ts";
import { median, percentile } from "./statistics.ts";
import { count, indicator, mean, mergeReasons, plain, rate } from "./value.ts";

const numbers = (...values: number[]) => values.map(Exact.of);

describe("a value", () => {
  it("stays away without its minimum evidence, and the interval does not", () => {
    const value = rate("AVAIL", { yes: 3, no: 1, unknown: 4 }, { enough: false });
    expect(plain(value)).toEqual({ lo: 0.375, hi: 0.875, numerator: 3, denominator: 4 });
    expect(value).toMatchObject({ enough: false, reasons: [{ reason: "unknown_item", count: 4 }] });
  });

  it("is not enough where there is nothing to divide by", () => {
    const value = rate("AVAIL", { yes: 0, no: 0, unknown: 2 }, { enough: true });
    expect(value.enough).toBe(false);
    expect(plain(value)).toEqual({ lo: 0, hi: 1, numerator: 0, denominator: 0 });
  });

  it("carries its kind of evidence and the model it was made by", () => {
    expect(indicator("ACCESS_BW", { enough: true, value: ONE })).toMatchObject({
      evidence: "M+I",
      modelVersion: MODEL_VERSION,
      enough: true,
    });
  });

  it("that is a mean is not known while one of its parts is not", () => {
    const parts = [
      { id: "a", value: ONE },
      { id: "b", lo: ZERO, hi: Exact.of(0.5) },
    ];
    expect(plain(mean("AVAIL", parts, { enough: true }))).toEqual({ lo: 0.5, hi: 0.75 });
    expect(plain(mean("AVAIL", [{ id: "c" }], { enough: true }))).toEqual({ lo: 0, hi: 1 });
  });

  it("that is a count is at least what there is", () => {
    expect(plain(count("SPACE_COUNT", 3, { enough: false }))).toEqual({ lo: 3 });
    expect(plain(count("SPACE_COUNT", 0, { enough: true }))).toEqual({ value: 0, lo: 0, hi: 0 });
  });

  it("adds up equal reasons", () => {
    const reasons = [
      { reason: "no_agent", count: 2 },
      { reason: "no_date", count: 0 },
      { reason: "no_agent", count: 3 },
    ] as const;
    expect(mergeReasons(reasons)).toEqual([{ reason: "no_agent", count: 5 }]);
  });
});

describe("a share", () => {
  it.each([
    { tally: { yes: 8, no: 0, unknown: 2 }, value: 1 },
    { tally: { yes: 79, no: 0, unknown: 21 }, value: undefined },
    { tally: { yes: 40, no: 41, unknown: 19 }, value: 40 / 81 },
    { tally: { yes: 0, no: 0, unknown: 0 }, value: undefined },
  ])("of $tally is $value", ({ tally, value }) => {
    expect(shareOf(tally).value?.toNumber()).toBe(value);
  });

  it("is refused at a limit that nothing unknown could bring it to", () => {
    const limit = Exact.of(0.95);
    expect(reaches(shareOf({ yes: 4, no: 6, unknown: 90 }), limit)).toBe(false);
    expect(reaches(shareOf({ yes: 5, no: 5, unknown: 90 }), limit)).toBeUndefined();
    expect(reaches(shareOf({ yes: 1824, no: 96, unknown: 0 }), limit)).toBe(true);
    expect(reaches(shareOf({ yes: 1823, no: 97, unknown: 0 }), limit)).toBe(false);
  });

  it("counts what holds, does not, and is not known", () => {
    expect(tallyOf([true, false, undefined, true])).toEqual({ yes: 2, no: 1, unknown: 1 });
  });
});

describe("statements that may be unknown", () => {
  it("are decided by one that is known where one is enough", () => {
    expect([allOf([true, undefined, false]), allOf([true, undefined]), allOf([])]).toEqual([false, undefined, true]);
    expect([anyOf([false, undefined, true]), anyOf([false, undefined]), anyOf([])]).toEqual([true, undefined, false]);
  });
});

describe("medians and percentiles", () => {
  it("are the middle, or between the two", () => {
    expect(median(numbers(3, 1, 2))?.toNumber()).toBe(2);
    expect(median(numbers(4, 1, 2, 3))?.toNumber()).toBe(2.5);
    expect(median([])).toBeUndefined();
  });

  it("are boundless where half is", () => {
    expect(median([...numbers(1, 2), undefined])?.toNumber()).toBe(2);
    expect(median([...numbers(1), undefined])).toBeUndefined();
  });

  it("take the nearest rank", () => {
    const hundred = Array.from({ length: 100 }, (_, i) => Exact.of(i + 1));
    expect(percentile(hundred, 95)?.toNumber()).toBe(95);
    expect(percentile(numbers(7), 95)?.toNumber()).toBe(7);
    expect(percentile([], 95)).toBeUndefined();
  });
});

describe("a score of checks", () => {
  it("has checks that are partly known in its interval", () => {
    const checks = [flagCheck("a", 60, true), shareCheck("b", 40, { yes: 5, no: 2, unknown: 3 })];
    expect(plain(scoreOf("SEC_POSTURE", checks, 60))).toEqual({
      value: 100,
      lo: 80,
      hi: 92,
      numerator: 60,
      denominator: 60,
    });
  });
});
