import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Exact, ONE, ZERO } from "../exact.ts";
import { rootIsLessBy, rootOf } from "./root.ts";

describe("the root of an exact number", () => {
  it.each([
    { square: 0, root: 0 },
    { square: 1, root: 1 },
    { square: 0.25, root: 0.5 },
    { square: 2, root: Math.SQRT2 },
    { square: 2e-30, root: 1.4142135623730951e-15 },
    { square: 1e-20, root: 1e-10 },
    { square: 1e8, root: 1e4 },
  ])("of $square is $root to the last digits", ({ square, root }) => {
    expect(Math.abs(rootOf(Exact.of(square)) - root)).toBeLessThanOrEqual(3e-16 * root);
  });

  it("of a square comes back within its stated precision", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), fc.integer({ min: 1, max: 1e6 }), (a, b) => {
        const value = Exact.ratio(a, b);
        const root = rootOf(value.times(value));
        expect(Math.abs(root - a / b)).toBeLessThanOrEqual((5e-16 * a) / b);
      }),
    );
  });
});

describe("comparing roots", () => {
  const square = (value: number) => Exact.of(value).times(Exact.of(value));
  const by = Exact.of(0.005);

  it.each([
    { what: "just under the limit", larger: 0.1, smaller: 0.0950000000000001, want: false },
    { what: "at the limit", larger: 0.1, smaller: 0.095, want: true },
    { what: "just over it", larger: 0.1, smaller: 0.0949999999999999, want: true },
    { what: "equal ones", larger: 0.1, smaller: 0.1, want: false },
    { what: "the wrong way round", larger: 0.095, smaller: 0.1, want: false },
    { what: "down to nothing, at the limit", larger: 0.005, smaller: 0, want: true },
    { what: "down to nothing, under it", larger: 0.00499, smaller: 0, want: false },
  ])("$what", ({ larger, smaller, want }) => {
    expect(rootIsLessBy(square(smaller), square(larger), by)).toBe(want);
  });

  it("needs no whole roots: √2 − √1 against both sides of 0.41421356237309504880…", () => {
    expect(rootIsLessBy(ONE, Exact.of(2), Exact.of(0.414213562373095))).toBe(true);
    expect(rootIsLessBy(ONE, Exact.of(2), Exact.of(0.4142135623730951))).toBe(false);
  });

  it("agrees with the roots wherever these are whole", () => {
    const whole = fc.integer({ min: 0, max: 1000 });
    fc.assert(
      fc.property(whole, whole, whole, (a, b, c) => {
        expect(rootIsLessBy(square(a), square(b), Exact.of(c))).toBe(a + c <= b);
      }),
    );
    expect(rootIsLessBy(ZERO, ZERO, ZERO)).toBe(true);
  });
});
