import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Precision, parseTime } from "./line-time.ts";

const RECEIVED = 1_788_742_920_000;
const timeOf = (text: string, precision: Precision) => {
  const bytes = Buffer.from(text);
  return parseTime(bytes, 0, bytes.length, { precision, missingMs: RECEIVED });
};

describe("the time of a line", () => {
  it.each<[Precision, string, number | undefined]>([
    ["ns", "1788742920123456789", 1_788_742_920_123],
    ["ns", "1788742920123999999", 1_788_742_920_123],
    ["us", "1788742920123456", 1_788_742_920_123],
    ["ms", "1788742920123", 1_788_742_920_123],
    ["s", "1788742920", 1_788_742_920_000],
    ["m", "29812382", 29_812_382 * 60_000],
    ["h", "496873", 496_873 * 3_600_000],
    ["ns", "999999", 0],
    ["ns", "1000000", 1],
    ["ns", "-1788742920123456789", -1_788_742_920_123],
    ["ns", "", RECEIVED],
    ["s", "", RECEIVED],
    ["ns", "-", undefined],
    ["ns", "12x4567890", undefined],
    ["ns", "17887429201234567x9", undefined],
    ["s", "1.5", undefined],
    ["s", "1e9", undefined],
    ["ns", "9".repeat(21), undefined],
  ])("in %s is read from %s", (precision, text, expected) => {
    expect(timeOf(text, precision)).toBe(expected);
  });

  it("is right to the millisecond for every nanosecond of our age", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 4_102_444_800_000_000_000n }), (ns) => {
        expect(timeOf(String(ns), "ns")).toBe(Number(ns / 1_000_000n));
      }),
    );
  });

  it("that is missing stays missing where lines must have one", () => {
    expect(parseTime(new Uint8Array(), 0, 0, { precision: "ns" })).toBeUndefined();
  });
});
