// A venue in a slot, from the states of the access points that serve it, and its verdict over the window (scoring model 5.2, 5.3).
import type { VenueVerdict } from "../../contract/api.ts";
import { addMonths, dayOf } from "../inventory/day.ts";
import type { Serves } from "../inventory/inventory.ts";
import { atLeast, type ModelParameters, PARAMETERS } from "./parameters.ts";
import { CODE } from "./state.ts";

/** `maintenance` slots leave the expected ones; the page shows them as not expected. */
export type VenueSlot = "served" | "unserved" | "unknown" | "maintenance" | "not-equipped" | "not-expected";

const SERVING = (1 << CODE.up) | (1 << CODE.degraded);
const IN_MAINTENANCE = 1 << CODE.maintenance;
const OUT_OF_HOURS = 1 << CODE.notExpected;
const SILENT = (1 << CODE.down) | (1 << CODE.downDep);

/**
 * The venue in one slot, from the set of codes its access points have there, as bits `1 << code`. One that is up serves. Where
 * none is and one is not known, the venue is not known either; else one in maintenance takes the slot out, because nobody can say
 * what it would have done.
 */
export function venueSlotOf(codeBits: number): VenueSlot {
  if (codeBits === 0) return "not-equipped";
  if ((codeBits & SERVING) !== 0) return "served";
  if (codeBits === OUT_OF_HOURS) return "not-expected";
  if ((codeBits & ~(SILENT | OUT_OF_HOURS | IN_MAINTENANCE)) !== 0) return "unknown";
  return (codeBits & IN_MAINTENANCE) === 0 ? "unserved" : "maintenance";
}

/** The same from a list of codes of state.ts. */
export function venueInSlot(codes: readonly number[]): VenueSlot {
  return venueSlotOf(codes.reduce((bits, code) => bits | (1 << code), 0));
}

/** Slots of the window; expected = served + unserved + unknown. */
export interface VenueCounts {
  served: number;
  unserved: number;
  unknown: number;
}

/** What is known of how well it is served (5.4). */
export type Quality = "pass" | "fail" | "unproven";

export interface VenueScore {
  verdict: VenueVerdict;
  /** S: share of known slots served; absent when none is known. */
  share?: number;
  /** S_lo and S_hi: the share if all unknown slots were unserved, or served. */
  lo: number;
  hi: number;
  /** K: share of expected slots that are known; absent when none was expected. */
  evidenceShare?: number;
}

export interface VenueEquipment {
  /** At least one access point serves the venue. */
  equipped: boolean;
  inventoryConfirmed: boolean;
  quality: Quality;
}

/** The verdict by the rules of 5.3 in their order, compared in whole numbers. Without an expected slot nothing can be said. */
export function venueVerdict(
  { served, unserved, unknown }: VenueCounts,
  { equipped, inventoryConfirmed, quality }: VenueEquipment,
  { servedShare, knownShare }: ModelParameters = PARAMETERS,
): VenueScore {
  if (!equipped) {
    // Without a confirmed list nobody knows whether there is really no access point.
    return inventoryConfirmed ? { verdict: "not_equipped", lo: 0, hi: 0 } : { verdict: "insufficient", lo: 0, hi: 1 };
  }
  const known = served + unserved;
  const expected = known + unknown;
  if (expected === 0) return { verdict: "insufficient", lo: 0, hi: 1 };
  return {
    verdict: verdict(),
    ...(known > 0 && { share: served / known }),
    lo: served / expected,
    hi: (served + unknown) / expected,
    evidenceShare: known / expected,
  };

  function verdict(): VenueVerdict {
    if (!atLeast(served + unknown, expected, servedShare)) return "not_covered";
    if (!atLeast(known, expected, knownShare)) return "insufficient";
    if (!atLeast(served, known, servedShare)) return "not_covered";
    switch (quality) {
      case "pass":
        return "covered";
      case "fail":
        return "covered_below_quality";
      case "unproven":
        return "covered_quality_unproven";
    }
  }
}

/** Whether an access point counts for a venue on a day: a secondary one needs a walk test that is young and strong enough. */
export function countsForVenue(
  { role, walkTest }: Serves,
  asOfDay: number,
  { walkTestMonths, walkTestMinDbm }: ModelParameters = PARAMETERS,
): boolean {
  if (role === "primary") return true;
  const day = walkTest && dayOf(walkTest.day);
  if (walkTest === undefined || day === undefined) return false;
  return day <= asOfDay && asOfDay <= addMonths(day, walkTestMonths) && walkTest.dbm >= walkTestMinDbm;
}
