// Figures: a rate that is printed only when its minimum evidence is met, and always with its interval and reasons.
import type { Figure, ReasonCount } from "../../contract/api.ts";
import { instantText } from "../inventory/day.ts";
import { MODEL_VERSION } from "./parameters.ts";

export interface FigureInput {
  numerator: number;
  denominator: number;
  /** What the numerator could become at least and at most, out of `whole`; with nothing to count the interval is [0, 1]. */
  most: number;
  whole: number;
  enough: boolean;
  frozen: boolean;
  reasons: readonly ReasonCount[];
  asOfMs: number;
}

export function figureOf(input: FigureInput): Figure {
  const { numerator, denominator, most, whole, enough, frozen, asOfMs } = input;
  const printed = enough && denominator > 0;
  return {
    status: printed ? (frozen ? "frozen" : "value") : "insufficient",
    ...(printed && { value: numerator / denominator }),
    lo: whole > 0 ? numerator / whole : 0,
    hi: whole > 0 ? most / whole : 1,
    numerator,
    denominator,
    reasons: [...input.reasons],
    evidence: "M",
    asOf: instantText(asOfMs),
    modelVersion: MODEL_VERSION,
  };
}

/** Reasons with how often each stands there, the most frequent first, equal ones by name. */
export function countReasons<R extends string>(reasons: Iterable<R>): { reason: R; count: number }[] {
  const counts = new Map<R, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return sortReasons([...counts].map(([reason, count]) => ({ reason, count })));
}

export function sortReasons<C extends { reason: string; count: number }>(counts: readonly C[]): C[] {
  return counts.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
}
