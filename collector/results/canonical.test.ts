import { describe, expect, it } from "vitest";
import { Exact } from "../score/exact.ts";
import { canonicalText, packed, plainly, sha256Of, unpackedText } from "./canonical.ts";
import { fractionIn, fractionText } from "./fraction.ts";

describe("the text of a result", () => {
  it("is the same whatever the order in which its parts were put together", () => {
    const one = { b: 1, a: { d: [2, { y: 1, x: undefined }], c: "校" } };
    const other = { a: { c: "校", d: [2, { y: 1 }] }, b: 1, e: undefined };
    expect(canonicalText(one)).toBe('{"a":{"c":"校","d":[2,{"y":1}]},"b":1}');
    expect(canonicalText(other)).toBe(canonicalText(one));
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])("cannot hold %s", (value) => {
    expect(() => canonicalText({ value })).toThrow(RangeError);
  });

  it("comes back out of its bytes, under its hash", () => {
    const { bytes, sha256 } = packed({ name: "小学", value: 0.95 });
    expect(unpackedText(bytes)).toBe('{"name":"小学","value":0.95}');
    expect(sha256).toBe(sha256Of(unpackedText(bytes)));
  });

  it("of maps and sets does not depend on the order of what is in them", () => {
    const of = (pairs: [string, number[]][]) =>
      canonicalText(plainly(new Map(pairs.map(([key, items]) => [key, new Set(items)]))));
    expect(
      of([
        ["b", [2, 1]],
        ["a", [3]],
      ]),
    ).toBe('[["a",[3]],["b",[1,2]]]');
    expect(
      of([
        ["a", [3]],
        ["b", [1, 2]],
      ]),
    ).toBe(
      of([
        ["b", [2, 1]],
        ["a", [3]],
      ]),
    );
  });
});

describe("an exact number as text", () => {
  it.each(["0/1", "19/20", "-1/3", "3/1", "123456789012345678901234567890123/10000000000000000000000000000007"])(
    "%s is read back as it was written",
    (text) => {
      expect(fractionText(fractionIn(text))).toBe(text);
    },
  );

  it("is in lowest terms", () => {
    expect(fractionText(Exact.ratio(27, 30))).toBe("9/10");
  });

  it.each(["", "1", "1/0", "0.5", "1/-2", "a/b", "1/2/3"])('"%s" is none', (text) => {
    expect(() => fractionIn(text)).toThrow(expect.objectContaining({ code: "RESULT_DAMAGED" }));
  });
});
