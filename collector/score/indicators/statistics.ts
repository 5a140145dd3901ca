// Medians and percentiles of exact numbers, some of which are not known.
import { Exact } from "../exact.ts";

const TWO = Exact.of(2);

/** In rising order. Absent values stand for what is larger than everything. */
function sorted(values: readonly (Exact | undefined)[]): (Exact | undefined)[] {
  return [...values].sort((a, b) => {
    if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? 1 : -1;
    return a.isAbove(b) ? 1 : a.isBelow(b) ? -1 : 0;
  });
}

/** The middle value, of an even number the mean of the two; `undefined` of nothing, or where it falls on something boundless. */
export function median(values: readonly (Exact | undefined)[]): Exact | undefined {
  const inOrder = sorted(values);
  const upper = inOrder[Math.floor(inOrder.length / 2)];
  const lower = inOrder[Math.floor((inOrder.length - 1) / 2)];
  if (lower === undefined || upper === undefined) return undefined;
  return lower.plus(upper).over(TWO);
}

/** The smallest value that at least so many percent of all do not exceed (nearest rank); `undefined` of nothing. */
export function percentile(values: readonly Exact[], percent: number): Exact | undefined {
  return sorted(values)[Math.max(0, Math.ceil((values.length * percent) / 100) - 1)];
}

/** The same of numbers as they were measured, which doubles keep in order. */
export function percentileOf(values: readonly number[], percent: number): Exact | undefined {
  const inOrder = Float64Array.from(values).sort();
  const value = inOrder[Math.max(0, Math.ceil((values.length * percent) / 100) - 1)];
  return value === undefined ? undefined : Exact.of(value);
}
