// The results that stand for whole years: the last that was kept in the 62 days up to the end of each.
import { POLICY_PARAMETERS } from "../score/policy/parameters.ts";
import type { GroupCard } from "./group-body.ts";
import type { YearCard } from "./group-work.ts";
import { dayNumber } from "./sources.ts";
import type { ResultStore } from "./store.ts";

/** @param until the day on which the years have ended */
export async function yearCards(results: ResultStore, scope: string, until: string): Promise<YearCard[]> {
  const years = new Map<number, GroupCard>();
  for (const { asOf, body } of await results.yearEnds(scope)) {
    const year = Number(asOf.slice(0, 4));
    const isLate = dayNumber(`${year}-12-31`) - dayNumber(asOf) > POLICY_PARAMETERS.recentDays;
    if (isLate || `${year}-12-31` > until || body.card.kind === "school") continue;
    years.set(year, body.card);
  }
  return [...years].map(([year, card]) => ({ year, card }));
}
