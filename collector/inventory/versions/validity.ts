// Which version of the inventory holds on a day: of those that hold from that day or an earlier one, the one recorded last.
import type { Version } from "./version.ts";

/** What decides. Days in ISO form sort as text. */
type Dated = Pick<Version, "number" | "validFrom">;

/**
 * @param versions by number, ascending
 * @param day `2026-09-01`
 * @param upTo only what was recorded up to this number: what was known then
 * @returns `undefined` before the first day on which any holds
 */
export function validOn<V extends Dated>(
  versions: readonly V[],
  day: string,
  upTo = Number.POSITIVE_INFINITY,
): V | undefined {
  return versions.filter(({ number, validFrom }) => number <= upTo && validFrom <= day).at(-1);
}

/** Versions that hold on some day now, and would hold on none if another were recorded that holds from `validFrom`. */
export function supersededBy<V extends Dated>(versions: readonly V[], validFrom: string): V[] {
  return versions.filter((version) => version.validFrom >= validFrom && holdsOnce(versions, version));
}

/** A version that never holds again: a later one holds from the same day or before. */
function holdsOnce(versions: readonly Dated[], { number, validFrom }: Dated): boolean {
  return !versions.some((later) => later.number > number && later.validFrom <= validFrom);
}
