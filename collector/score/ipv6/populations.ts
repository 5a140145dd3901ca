// IPv6 of many networks and websites: populations that are never mixed (scoring model 7.3), and networks without IPv4.
import { Exact } from "../exact.ts";
import { because, type IndicatorReasonCount, type IndicatorValue, indicator } from "../indicators/value.ts";
import { atLeast, type ModelParameters, PARAMETERS } from "../parameters.ts";
import { boundsOf, type Tally, tallyOf } from "../share.ts";
import { allOf, type Truth } from "../truth.ts";
import type { NetworkLevel } from "./level.ts";

/** The target names the first three; school networks are shown beside them. */
export const POPULATIONS = ["regional_network", "campus_network", "website", "school_network"] as const;
export type Population = (typeof POPULATIONS)[number];

export interface Member {
  population: Population;
  id: string;
  /** A network's full support, a website's support; absent: not known. */
  supports?: boolean;
  /** Of networks. */
  level?: NetworkLevel;
}

/** One population. Without members nothing is known of it: a list that nobody made is not a list without faults. */
export interface PopulationSupport {
  population: Population;
  tally: Tally;
  /** Supporting members of the known ones; printed when enough of all are known. */
  share?: Exact;
  lo: Exact;
  hi: Exact;
  enough: boolean;
  /** Every member supports it; absent: not known. */
  full?: boolean;
  reasons: readonly IndicatorReasonCount[];
}

/** All four populations, in their order, each by itself. */
export function populationSupport(
  members: readonly Member[],
  parameters: ModelParameters = PARAMETERS,
): PopulationSupport[] {
  return POPULATIONS.map((population) =>
    supportOf(
      population,
      members.filter((member) => member.population === population).map(({ supports }) => supports),
      parameters,
    ),
  );
}

function supportOf(
  population: Population,
  supports: readonly Truth[],
  { countyKnownSchools }: ModelParameters,
): PopulationSupport {
  const tally = tallyOf(supports);
  const size = supports.length;
  const known = tally.yes + tally.no;
  const enough = known > 0 && atLeast(known, size, countyKnownSchools);
  const full = size === 0 ? undefined : allOf(supports);
  return {
    population,
    tally,
    enough,
    ...(enough && { share: Exact.ratio(tally.yes, known) }),
    ...boundsOf(tally),
    ...(full !== undefined && { full }),
    reasons: size === 0 ? because(1, "nothing_registered") : because(tally.unknown, "unknown_item"),
  };
}

/** IPV6_SINGLE_STACK: networks proved at L4. A count, never passed or failed; those that may be at L4 stand in its upper bound. */
export function singleStack(levels: readonly NetworkLevel[]): IndicatorValue {
  const proved = levels.filter((level) => level.proved === 4).length;
  const possible = levels.filter((level) => level.possible === 4).length;
  const value = Exact.of(proved);
  return indicator("IPV6_SINGLE_STACK", {
    enough: levels.length > 0,
    value,
    lo: value,
    hi: levels.length > 0 ? Exact.of(possible) : undefined,
    reasons: levels.length > 0 ? because(possible - proved, "unknown_item") : because(1, "nothing_registered"),
  });
}
