// WIFI_QUALITY_SHARE of a school: of its covered venues, those whose quality passes (scoring model 5.5).
import type { Figure, VenueVerdict } from "../../../contract/api.ts";
import { countReasons, figureOf } from "../figure.ts";
import { atLeast } from "../parameters.ts";
import { QUALITY_PARAMETERS, type QualityParameters } from "./marks.ts";
import type { UnprovenReason, VenueQuality } from "./venue-quality.ts";

/** A main teaching venue with its verdict and, where one was made, its quality. */
export interface QualityVenue {
  verdict: VenueVerdict;
  quality?: Pick<VenueQuality, "good" | "reasons">;
}

export interface QualityShareInput {
  /** Main teaching venues only. */
  venues: readonly QualityVenue[];
  /** Confirmed by the school within the last 400 days. */
  inventoryConfirmed: boolean;
  frozen: boolean;
  asOfMs: number;
}

export interface QualityShare {
  /** Venues that pass by venues with a quality verdict; the interval is over the covered ones. */
  figure: Figure;
  covered: number;
  passing: number;
  failing: number;
  unproven: number;
  /** Of the passing ones, those that are good. */
  good: number;
  /** Of the unproven ones, each with its first reason, by what their quality says; the most frequent first. */
  unprovenReasons: { reason: UnprovenReason; count: number }[];
  /** Why there is no value. */
  withheld?: "inventory_not_confirmed" | "no_covered_venue" | "too_few_verdicts";
}

export function qualityShare(
  { venues, inventoryConfirmed, frozen, asOfMs }: QualityShareInput,
  parameters: QualityParameters = QUALITY_PARAMETERS,
): QualityShare {
  // A list that nobody confirmed makes every figure of coverage insufficient (5.1).
  const asked = inventoryConfirmed ? venues : [];
  const of = (wanted: VenueVerdict) => asked.filter(({ verdict }) => verdict === wanted);
  const [passing, failing, unproven] = [of("covered"), of("covered_below_quality"), of("covered_quality_unproven")];
  const known = passing.length + failing.length;
  const covered = known + unproven.length;
  const withheld = withheldBy(inventoryConfirmed, known, covered, parameters);
  const figure = figureOf({
    numerator: passing.length,
    denominator: known,
    most: passing.length + unproven.length,
    whole: covered,
    enough: withheld === undefined,
    frozen,
    reasons: reasonsOf(withheld, inventoryConfirmed ? unproven.length : venues.length),
    asOfMs,
  });
  return {
    figure,
    covered,
    passing: passing.length,
    failing: failing.length,
    unproven: unproven.length,
    good: passing.filter(({ quality }) => quality?.good === true).length,
    unprovenReasons: countReasons(unproven.flatMap(({ quality }) => quality?.reasons[0] ?? [])),
    ...(withheld && { withheld }),
  };
}

function withheldBy(
  inventoryConfirmed: boolean,
  known: number,
  covered: number,
  { qualityKnownVenues }: QualityParameters,
): QualityShare["withheld"] {
  if (!inventoryConfirmed) return "inventory_not_confirmed";
  if (covered === 0) return "no_covered_venue";
  return known > 0 && atLeast(known, covered, qualityKnownVenues) ? undefined : "too_few_verdicts";
}

/** In the words of figures, which have none for a school without a covered venue: `withheld` says that. */
function reasonsOf(withheld: QualityShare["withheld"], count: number): Figure["reasons"] {
  switch (withheld) {
    case "inventory_not_confirmed":
      return count > 0 ? [{ reason: "inventory_not_confirmed", count }] : [{ reason: "no_main_venue", count: 1 }];
    case "too_few_verdicts":
      return [{ reason: "too_few_known_venues", count }];
    case "no_covered_venue":
    case undefined:
      return [];
  }
}
