// Coverage of a school from the verdicts on its venues, and of a region from its schools (scoring model 5.5).
import type { Figure, FigureReason, SchoolCoverage, VenueVerdict, Window } from "../../contract/api.ts";
import { countReasons, figureOf } from "./figure.ts";
import { atLeast, type ModelParameters, PARAMETERS } from "./parameters.ts";

/** A main teaching venue with its verdict and, where that is insufficient, the main reason. */
export interface JudgedVenue {
  verdict: VenueVerdict;
  reason?: FigureReason;
}

export interface SchoolCoverageInput {
  /** Main teaching venues only. */
  venues: readonly JudgedVenue[];
  /** Confirmed by the school within the last 400 days. */
  inventoryConfirmed: boolean;
  window: Window;
  frozen: boolean;
  /** Mean K over the access points that serve main venues; absent without any. */
  evidenceShare?: number;
  asOfMs: number;
}

/**
 * WIFI_COVER and WIFI_FULL. A list of venues that nobody confirmed can be wrong in any direction: then no venue of it counts
 * as known, whatever was measured in it.
 */
export function schoolCoverage(input: SchoolCoverageInput, parameters: ModelParameters = PARAMETERS): SchoolCoverage {
  const { inventoryConfirmed, evidenceShare, frozen, asOfMs } = input;
  const venues = inventoryConfirmed
    ? input.venues
    : input.venues.map((): JudgedVenue => ({ verdict: "insufficient", reason: "inventory_not_confirmed" }));
  const count = (test: (verdict: VenueVerdict) => boolean) => venues.filter(({ verdict }) => test(verdict)).length;
  const insufficient = count((verdict) => verdict === "insufficient");
  const notCovered = count((verdict) => verdict === "not_covered" || verdict === "not_equipped");
  const covered = venues.length - insufficient - notCovered;
  const known = covered + notCovered;
  const enough = venues.length > 0 && atLeast(known, venues.length, parameters.schoolKnownVenues);
  const rate = figureOf({
    numerator: covered,
    denominator: known,
    most: covered + insufficient,
    whole: venues.length,
    enough,
    frozen,
    reasons: schoolReasons(venues, enough, inventoryConfirmed, insufficient),
    asOfMs,
  });
  return {
    rate,
    full: fullOf(venues.length, covered, notCovered),
    venues: venues.length,
    covered,
    notCovered,
    insufficient,
    ...(evidenceShare !== undefined && { evidenceShare }),
    window: input.window,
  };
}

function fullOf(venues: number, covered: number, notCovered: number): SchoolCoverage["full"] {
  if (venues === 0) return "unknown";
  if (notCovered > 0) return "false";
  return covered === venues ? "true" : "unknown";
}

/** Why there is no rate, then what stands behind the venues that are not known, each venue counted once. */
function schoolReasons(venues: readonly JudgedVenue[], enough: boolean, confirmed: boolean, insufficient: number) {
  if (venues.length === 0) return [{ reason: "no_main_venue" as const, count: 1 }];
  if (!confirmed) return [{ reason: "inventory_not_confirmed" as const, count: venues.length }];
  const reasons = countReasons(venues.flatMap(({ reason }) => (reason === undefined ? [] : [reason])));
  return enough ? reasons : [{ reason: "too_few_known_venues" as const, count: insufficient }, ...reasons];
}

/** What a region needs to know of one of its schools. */
export interface SchoolInGroup {
  coverage: SchoolCoverage;
  frozen: boolean;
  students?: number;
}

export interface GroupCoverage {
  /** Schools that are fully covered, are not, or are not known. */
  full: { yes: number; no: number; unknown: number };
  /** WIFI_FULL_SHARE, the primary figure: schools equal. */
  fullShare: Figure;
  /** Secondary: covered venues of all schools pooled, not the mean of the schools' rates. */
  venueShare: Figure;
  /** Secondary: full coverage weighted by students; absent when a school's number of students is not known. */
  studentShare?: Figure;
}

/**
 * Coverage of a county, a city, the province or any other group: always from its schools, never from the figures of smaller
 * groups. The secondary figures are printed by the minimum evidence of their own kind: known venues, known students.
 */
export function groupCoverage(
  schools: readonly SchoolInGroup[],
  asOfMs: number,
  parameters: ModelParameters = PARAMETERS,
): GroupCoverage {
  const by = (full: SchoolCoverage["full"]) => schools.filter(({ coverage }) => coverage.full === full);
  const [yes, no, unknown] = [by("true"), by("false"), by("unknown")];
  const enough = schools.length > 0 && atLeast(yes.length + no.length, schools.length, parameters.countyKnownSchools);
  const known = [...yes, ...no];
  const frozen = known.length > 0 && known.every((school) => school.frozen);
  const reasons = countReasons(unknown.flatMap(({ coverage }) => mainReasonOf(coverage)));
  const tooFew = { reason: "too_few_known_schools" as const, count: unknown.length };
  const fullShare = figureOf({
    numerator: yes.length,
    denominator: known.length,
    most: yes.length + unknown.length,
    whole: schools.length,
    enough,
    frozen,
    reasons: enough ? reasons : [tooFew, ...reasons],
    asOfMs,
  });
  const studentShare = studentShareOf({ yes, no, unknown, schools }, fullShare, frozen, asOfMs, parameters);
  return {
    full: { yes: yes.length, no: no.length, unknown: unknown.length },
    fullShare,
    venueShare: venueShareOf(schools, frozen, asOfMs, parameters),
    ...(studentShare && { studentShare }),
  };
}

/** Why a school is not known: the first reason that says more than that too little is known. */
function mainReasonOf({ rate }: SchoolCoverage): FigureReason[] {
  const reason = rate.reasons.find((r) => r.reason !== "too_few_known_venues") ?? rate.reasons[0];
  return reason ? [reason.reason] : [];
}

function venueShareOf(
  schools: readonly SchoolInGroup[],
  frozen: boolean,
  asOfMs: number,
  { schoolKnownVenues }: ModelParameters,
): Figure {
  const total = (of: (coverage: SchoolCoverage) => number) =>
    schools.reduce((sum, { coverage }) => sum + of(coverage), 0);
  const whole = total(({ venues }) => venues);
  const covered = total((coverage) => coverage.covered);
  const insufficient = total((coverage) => coverage.insufficient);
  const known = whole - insufficient;
  const enough = whole > 0 && atLeast(known, whole, schoolKnownVenues);
  // Each school's reasons count its venues once, so they can be added up.
  const reasons = countReasons(schools.flatMap(({ coverage }) => venueReasonsOf(coverage)));
  const tooFew = whole > 0 ? "too_few_known_venues" : "no_main_venue";
  return figureOf({
    numerator: covered,
    denominator: known,
    most: covered + insufficient,
    whole,
    enough,
    frozen,
    reasons: enough ? reasons : [{ reason: tooFew, count: Math.max(insufficient, whole > 0 ? 0 : 1) }, ...reasons],
    asOfMs,
  });
}

function venueReasonsOf({ rate }: SchoolCoverage): FigureReason[] {
  return rate.reasons.flatMap(({ reason, count }) =>
    reason === "too_few_known_venues" || reason === "no_main_venue" ? [] : Array<FigureReason>(count).fill(reason),
  );
}

interface Groups {
  yes: readonly SchoolInGroup[];
  no: readonly SchoolInGroup[];
  unknown: readonly SchoolInGroup[];
  schools: readonly SchoolInGroup[];
}

function studentShareOf(
  { yes, no, unknown, schools }: Groups,
  { reasons }: Figure,
  frozen: boolean,
  asOfMs: number,
  { countyKnownSchools }: ModelParameters,
): Figure | undefined {
  if (schools.length === 0 || schools.some(({ students }) => students === undefined)) return undefined;
  const weight = (group: readonly SchoolInGroup[]) => group.reduce((sum, { students = 0 }) => sum + students, 0);
  const whole = weight(schools);
  if (whole === 0) return undefined;
  const known = weight(yes) + weight(no);
  const enough = atLeast(known, whole, countyKnownSchools);
  const behind = reasons.filter(({ reason }) => reason !== "too_few_known_schools");
  const tooFew = { reason: "too_few_known_schools" as const, count: unknown.length };
  return figureOf({
    numerator: weight(yes),
    denominator: known,
    most: weight(yes) + weight(unknown),
    whole,
    enough,
    frozen,
    reasons: enough ? behind : [tooFew, ...behind],
    asOfMs,
  });
}
