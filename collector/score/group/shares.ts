// The figures that only a group has: shares of its schools, and WIFI_FULL_SHARE with its two secondary views (scoring model 5.5, 8).
import { groupCoverage, type SchoolInGroup, schoolCoverage } from "../coverage.ts";
import { Exact, ONE, ZERO } from "../exact.ts";
import { INDICATORS, type IndicatorId } from "../indicators/catalogue.ts";
import { schoolMonitoredRate } from "../indicators/devices.ts";
import { MODEL_VERSION, type ModelParameters, PARAMETERS } from "../parameters.ts";
import type { Truth } from "../truth.ts";
import { type GroupFigure, type GroupReason, type Holding, shareFigure } from "./figure.ts";
import { type GroupSchool, membersOf, type SchoolFigures } from "./school.ts";

/** WIFI_FULL of a school. */
export function fullOf({ figures }: GroupSchool): Holding {
  if (!figures) return { holds: undefined, reason: "not_measured" };
  const { full, rate } = figures.coverage;
  if (full !== "unknown") return { holds: full === "true" };
  const reason = rate.reasons.find((one) => one.reason !== "too_few_known_venues") ?? rate.reasons[0];
  return { holds: undefined, ...(reason && { reason: reason.reason }) };
}

/** At least one approved new-type teaching space: one is enough to prove it, none only where the list is signed. */
export function spaceOf({ figures }: GroupSchool): Holding {
  const spaces = figures?.indicators.get("SPACE_COUNT");
  if (spaces?.lo?.isAtLeast(ONE)) return { holds: true };
  if (spaces?.enough && spaces.value) return { holds: spaces.value.isAtLeast(ONE) };
  return { holds: undefined, reason: spaces?.reasons[0]?.reason ?? "not_measured" };
}

export function attestedOf({ figures }: GroupSchool): Holding {
  return figures?.attested === undefined ? { holds: undefined, reason: "no_entry" } : { holds: figures.attested };
}

/** SMART_READY of a school. */
export function readyOf({ figures }: GroupSchool): Holding {
  const truths: Record<SchoolFigures["ready"], Truth> = { yes: true, no: false, insufficient: undefined };
  const holds = figures && truths[figures.ready];
  return { holds, ...(holds === undefined && { reason: "too_little_evidence" as const }) };
}

/** A school that nobody watches is known not to be watched. */
export function monitoredOf({ school, figures }: GroupSchool): Holding {
  if (!figures) return { holds: undefined, reason: "not_measured" };
  const share = evidenceShareOf(figures);
  const one = schoolMonitoredRate([{ id: school.id, ...(share && { evidenceShare: share }) }]);
  return { holds: one.value?.isAtLeast(ONE) };
}

/** EVIDENCE_SHARE of a school; absent without an agent or a device. */
export function evidenceShareOf(figures: SchoolFigures | undefined): Exact | undefined {
  const share = figures?.indicators.get("EVIDENCE_SHARE");
  return share?.enough ? share.value : undefined;
}

/** What a group has of these, by indicator. */
export const SHARES = {
  WIFI_FULL_SHARE: fullOf,
  SPACE_SCHOOL_SHARE: spaceOf,
  SCHOOL_MONITORED_RATE: monitoredOf,
  SMART_READY: readyOf,
  SMART_RATE: attestedOf,
} as const satisfies Partial<Record<IndicatorId, (school: GroupSchool) => Holding>>;

export type ShareId = keyof typeof SHARES;

export function isShareId(id: string): id is ShareId {
  return Object.hasOwn(SHARES, id);
}

export function groupShareFigure(
  id: ShareId,
  schools: readonly GroupSchool[],
  parameters: ModelParameters = PARAMETERS,
): GroupFigure {
  return shareFigure(id, schools, SHARES[id], parameters);
}

/** The secondary views of WIFI_FULL_SHARE: weighted by students where every number is known, and rooms pooled. */
export function secondaryShares(
  schools: readonly GroupSchool[],
  asOfMs: number,
  parameters: ModelParameters = PARAMETERS,
): GroupFigure[] {
  const members = membersOf(schools);
  const { studentShare, venueShare } = groupCoverage(
    members.map((one) => inGroup(one, asOfMs)),
    asOfMs,
    parameters,
  );
  const students = members.reduce((sum, { school }) => sum + (school.students ?? 0), 0);
  const venues = members.reduce((sum, { figures }) => sum + (figures?.coverage.venues ?? 0), 0);
  const known = members.filter((school) => fullOf(school).holds !== undefined).length;
  const units = { known, all: members.length };
  return [
    ...(studentShare ? [secondary("students", studentShare, students, units)] : []),
    secondary("venues", venueShare, venues, units),
  ];
}

function secondary(
  variant: "students" | "venues",
  figure: ReturnType<typeof groupCoverage>["venueShare"],
  whole: number,
  units: GroupFigure["units"],
): GroupFigure {
  const { status, numerator, denominator, hi } = figure;
  const enough = status !== "insufficient" && denominator > 0;
  // The upper end counts whole rooms or students, so the double can be turned back without loss.
  const most = Math.round(hi * whole);
  return {
    id: "WIFI_FULL_SHARE",
    variant,
    enough,
    ...(enough && { value: Exact.ratio(numerator, denominator) }),
    lo: whole > 0 ? Exact.ratio(numerator, whole) : ZERO,
    hi: whole > 0 ? Exact.ratio(most, whole) : ONE,
    numerator: Exact.of(numerator),
    denominator: Exact.of(denominator),
    reasons: figure.reasons.map(({ reason, count }): { reason: GroupReason; count: number } => ({ reason, count })),
    units,
    evidence: INDICATORS.WIFI_FULL_SHARE.source,
    modelVersion: MODEL_VERSION,
  };
}

function inGroup({ school: { students }, figures }: GroupSchool, asOfMs: number): SchoolInGroup {
  const known = students === undefined ? {} : { students };
  if (figures) return { coverage: figures.coverage, frozen: figures.frozen, ...known };
  const nothing = { venues: [], inventoryConfirmed: true, window: { teachingDays: 0, expectedSlots: 0 } };
  return { coverage: schoolCoverage({ ...nothing, frozen: false, asOfMs }), frozen: false, ...known };
}
