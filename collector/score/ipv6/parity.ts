// Whether IPv6 is as fast as IPv4 (scoring model N6 and W8).
import { Exact, f01, ONE, ZERO } from "../exact.ts";

/** Whatever IPv4 needs, this is fast. */
const FAST_MS = Exact.of(50);
/** By how much of IPv4's time IPv6 may be slower at no loss, and from where on it is worth nothing. */
const NO_LOSS = 0.1;
const NO_WORTH = 0.5;

/** Milliseconds over each family; absent: not measured. */
export interface FamilyTimes {
  v6Ms?: number;
  v4Ms?: number;
}

/**
 * 1 when IPv6 needs at most 50 ms or at most a tenth more than IPv4, 0 when it needs half as much again, straight between.
 * @returns `undefined` when it is not known; a fast IPv6 needs no IPv4 beside it
 */
export function parity({ v6Ms, v4Ms }: FamilyTimes): Exact | undefined {
  if (v6Ms === undefined) return undefined;
  const v6 = Exact.of(v6Ms);
  if (FAST_MS.isAtLeast(v6)) return ONE;
  if (v4Ms === undefined) return undefined;
  const v4 = Exact.of(v4Ms);
  // Beside no time at all everything is infinitely slower.
  return v4.isAbove(ZERO) ? f01(v6.minus(v4).over(v4), NO_WORTH, NO_LOSS) : ZERO;
}
