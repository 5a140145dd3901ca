// Indicators that people declare: rates by signed entries, and counts of published lists and registries.
import { ONE, ZERO } from "../exact.ts";
import { DECLARED_DAYS } from "./limits.ts";
import { because, count, type IndicatorReason, type IndicatorValue, indicator, rate } from "./value.ts";

export const DECLARED_RATES = [
  "STAFF_CERT_RATE",
  "CIO_RATE",
  "EDU_COMMUNITY_RATE",
  "PARENT_SCHOOL_RATE",
  "XINCHUANG_RATE",
] as const;
export type DeclaredRate = (typeof DECLARED_RATES)[number];

/** What somebody declared. Days as inventory/day.ts has them. */
export interface Declaration {
  numerator: number;
  denominator: number;
  /** Day of the signature; absent: not signed. */
  signedDay?: number;
  /** What it rests on is attached. */
  attached: boolean;
}

/**
 * A declared rate on a day: the newest entry that is signed by that day, attached and not older than 400 days. It stays a
 * declaration: nothing measured is mixed in.
 */
export function declaredRate(id: DeclaredRate, entries: readonly Declaration[], asOf: number): IndicatorValue {
  const judged = entries.map((entry) => ({ entry, problem: problemOf(entry, asOf) }));
  const usable = judged.filter(({ problem }) => problem === undefined).map(({ entry }) => entry);
  const newest = usable.reduce<Declaration | undefined>(
    (best, entry) => (best === undefined || (entry.signedDay ?? 0) >= (best.signedDay ?? 0) ? entry : best),
    undefined,
  );
  if (newest === undefined) {
    const reasons = judged.flatMap(({ problem }) => (problem === undefined ? [] : because(1, problem)));
    return indicator(id, {
      enough: false,
      lo: ZERO,
      hi: ONE,
      reasons: reasons.length ? reasons : because(1, "no_entry"),
    });
  }
  const { numerator, denominator } = newest;
  return rate(id, { yes: numerator, no: denominator - numerator, unknown: 0 }, { enough: denominator > 0 });
}

/** An entry that is signed after the day was not there on it. */
function problemOf({ signedDay, attached }: Declaration, asOf: number): IndicatorReason | undefined {
  if (signedDay === undefined) return "list_not_signed";
  if (signedDay > asOf) return "no_entry";
  if (!attached) return "no_attachment";
  return asOf - signedDay > DECLARED_DAYS ? "entry_expired" : undefined;
}

export const LISTED_COUNTS = [
  "PILOT_COUNT",
  "INTELLIGENT_CAMPUS_COUNT",
  "SMART_CASE_COUNT",
  "MONITOR_MODULES",
  "MONITOR_REPORTS",
] as const;
export type ListedCount = (typeof LISTED_COUNTS)[number];

/** Entries of the named kind. Without the published list nothing bounds them above. */
export function listedCount(id: ListedCount, entries: number, listAttached: boolean): IndicatorValue {
  return count(id, entries, { enough: listAttached, reasons: because(listAttached ? 0 : 1, "no_attachment") });
}
