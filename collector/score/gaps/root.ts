// Square roots of exact numbers: as a double for people to read, and compared without ever taking the root.
import { Exact, ZERO } from "../exact.ts";

/** 10⁴⁰ under the root and 10²⁰ beside it, so that the digits of a small number are not lost; both doubles are exact powers. */
const UNDER_ROOT = Exact.of(1e40);
const BESIDE_ROOT = 1e20;
const FOUR = Exact.ratio(4, 1);

/**
 * √square of a number from 0. Everything up to the root is exact; rounded are the number under it, the root and the division, each
 * once: together within 3·10⁻¹⁶ of the value, relatively, from 10⁻¹⁵ up. For showing, never for verdicts.
 */
export function rootOf(square: Exact): number {
  return Math.sqrt(square.times(UNDER_ROOT).toNumber()) / BESIDE_ROOT;
}

/**
 * Whether √smaller ≤ √larger − by, decided on the squares: √s + b ≤ √l  ⟺  2b√s ≤ l − s − b² =: d  ⟺  d ≥ 0 and 4b²s ≤ d².
 *
 * @param by from 0
 */
export function rootIsLessBy(smaller: Exact, larger: Exact, by: Exact): boolean {
  const square = by.times(by);
  const difference = larger.minus(smaller).minus(square);
  return difference.isAtLeast(ZERO) && difference.times(difference).isAtLeast(FOUR.times(square).times(smaller));
}
