// Shares of items some of which are not known, and verdicts on them at a limit.
import { Exact, ONE, ZERO } from "./exact.ts";
import { atLeast, type ModelParameters, PARAMETERS } from "./parameters.ts";
import type { Truth } from "./truth.ts";

/** How many items are so, are not, and are not known. Whole numbers, not below 0. */
export interface Tally {
  yes: number;
  no: number;
  unknown: number;
}

/** A share with every unknown item against it, and for it; without any item [0, 1]. */
export interface Bounds {
  lo: Exact;
  hi: Exact;
}

export interface Share extends Bounds {
  /** yes / (yes + no); absent when too few items are known (κ of all, and at least one). */
  value?: Exact;
}

export function tallyOf(truths: Iterable<Truth>): Tally {
  const tally = { yes: 0, no: 0, unknown: 0 };
  for (const truth of truths) tally[truth === undefined ? "unknown" : truth ? "yes" : "no"] += 1;
  return tally;
}

export function sizeOf({ yes, no, unknown }: Tally): number {
  return yes + no + unknown;
}

export function boundsOf(tally: Tally): Bounds {
  const size = sizeOf(tally);
  if (size === 0) return { lo: ZERO, hi: ONE };
  return { lo: Exact.ratio(tally.yes, size), hi: Exact.ratio(tally.yes + tally.unknown, size) };
}

/** A share is worth printing by the rule of the model for slots (κ), used for items alike. */
export function shareOf(tally: Tally, { knownShare }: ModelParameters = PARAMETERS): Share {
  const known = tally.yes + tally.no;
  const isKnown = known > 0 && atLeast(known, sizeOf(tally), knownShare);
  return { ...(isKnown && { value: Exact.ratio(tally.yes, known) }), ...boundsOf(tally) };
}

/**
 * Whether a share reaches a limit, in the order of the model's verdict on venues (5.3): not when nothing unknown could save it,
 * unknown without enough evidence, else by the known items.
 */
export function reaches({ value, hi }: Share, limit: Exact): Truth {
  if (hi.isBelow(limit)) return false;
  return value?.isAtLeast(limit);
}
