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
  const found: V[] = [];
  let firstOfLater: string | undefined;
  for (const version of [...versions].reverse()) {
    if (firstOfLater !== undefined && version.validFrom >= firstOfLater) continue; // it holds on no day as it is
    firstOfLater = version.validFrom;
    if (version.validFrom >= validFrom) found.push(version);
  }
  return found.reverse();
}

/** The days on which a version holds, as is known now; `undefined` when it holds on none. `before` absent: until further notice. */
export function holdingOf(
  versions: readonly Dated[],
  { number, validFrom }: Dated,
): { from: string; before?: string } | undefined {
  const later = versions.filter((version) => version.number > number).map((version) => version.validFrom);
  const before = later.reduce<string | undefined>(
    (first, day) => (first === undefined || day < first ? day : first),
    undefined,
  );
  if (before !== undefined && before <= validFrom) return undefined;
  return { from: validFrom, ...(before !== undefined && { before }) };
}
