// SMART_RATE of a group of schools: the attested ones, and beside it how many of them the data confirm (scoring model 9.4).
import type { Figure } from "../../../contract/api.ts";
import { figureOf } from "../figure.ts";
import { atLeast } from "../parameters.ts";
import { CARD_PARAMETERS, type CardParameters } from "./limits.ts";
import { type Ready, type Standing, standingOf } from "./ready.ts";

export interface SchoolStanding {
  /** Absent: nobody has entered whether the school is attested, which is not the same as no. */
  attested?: boolean;
  ready: Ready;
}

/** Attested schools of one standing by all attested ones. */
export interface StandingShare {
  numerator: number;
  denominator: number;
  /** Absent without an attested school. */
  value?: number;
}

export interface SmartRate {
  /** Attested by entered; contradiction never takes from it, because the attestation is the legal fact. */
  rate: Figure;
  schools: number;
  /** Schools of which nobody has entered whether they are attested. */
  notEntered: number;
  byStanding: Readonly<Record<Standing, number>>;
  confirmed: StandingShare;
  unverified: StandingShare;
  contradicted: StandingShare;
}

export function smartRate(
  schools: readonly SchoolStanding[],
  asOfMs: number,
  { countyKnownSchools }: CardParameters = CARD_PARAMETERS,
): SmartRate {
  const byStanding = { confirmed: 0, unverified: 0, contradicted: 0, ready_not_attested: 0, not_attested: 0 };
  for (const { attested, ready } of schools) {
    if (attested !== undefined) byStanding[standingOf(attested, ready)] += 1;
  }
  const attested = byStanding.confirmed + byStanding.unverified + byStanding.contradicted;
  const entered = attested + byStanding.ready_not_attested + byStanding.not_attested;
  const notEntered = schools.length - entered;
  const enough = atLeast(entered, schools.length, countyKnownSchools);
  const rate = figureOf({
    numerator: attested,
    denominator: entered,
    most: attested + notEntered,
    whole: schools.length,
    enough,
    frozen: false,
    reasons: enough ? [] : [{ reason: "too_few_known_schools", count: notEntered }],
    asOfMs,
  });
  const share = (numerator: number): StandingShare => ({
    numerator,
    denominator: attested,
    ...(attested > 0 && { value: numerator / attested }),
  });
  return {
    rate: { ...rate, evidence: "D" },
    schools: schools.length,
    notEntered,
    byStanding,
    confirmed: share(byStanding.confirmed),
    unverified: share(byStanding.unverified),
    contradicted: share(byStanding.contradicted),
  };
}
