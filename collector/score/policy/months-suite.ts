// Monthly evaluations for tests, written short, and results with numbers in place of exact ones so that they can be compared.
import { addMonths, dayOf, dayText } from "../../inventory/day.ts";
import { Exact } from "../exact.ts";
import type { MonthlyEvaluation } from "./evaluation.ts";

/** A value, an interval around it, an interval without minimum evidence, or no evaluation in that month. */
export type Month =
  | number
  | readonly [lo: number, value: number, hi: number]
  | readonly [lo: number, hi: number]
  | undefined;

/** The last day of a month: `2026-10` gives `2026-10-31`. */
export function endOf(month: string): string {
  const first = dayOf(`${month}-01`) ?? Number.NaN;
  return dayText(addMonths(first, 1) - 1);
}

/** One month after the other, each as of its last day. */
export function monthsFrom(first: string, ...months: readonly Month[]): MonthlyEvaluation[] {
  const begin = dayOf(`${first}-01`) ?? Number.NaN;
  return months.flatMap((month, i) => {
    if (month === undefined) return [];
    return [evaluationOf(endOf(dayText(addMonths(begin, i)).slice(0, 7)), month)];
  });
}

export function evaluationOf(asOf: string, what: Exclude<Month, undefined>): MonthlyEvaluation {
  const at = { month: asOf.slice(0, 7), asOf };
  if (typeof what === "number") return { ...at, value: Exact.of(what), meetsMinimum: true };
  const [lo, middle, hi] = what.length === 3 ? what : [what[0], undefined, what[1]];
  return {
    ...at,
    lo: Exact.of(lo),
    hi: Exact.of(hi),
    ...(middle !== undefined && { value: Exact.of(middle) }),
    meetsMinimum: middle !== undefined,
  };
}

/** The same with every exact number as a double: exact ones all look alike to `toEqual`. */
export function plain(value: unknown): unknown {
  if (value instanceof Exact) return value.toNumber();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}
