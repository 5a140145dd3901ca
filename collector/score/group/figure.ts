// The figure of a group: an indicator's value over its schools, with how many of them are known and what is left out.
import { Exact } from "../exact.ts";
import { countReasons } from "../figure.ts";
import { groupShare } from "../gaps/group-share.ts";
import { INDICATORS, type IndicatorId } from "../indicators/catalogue.ts";
import type { IndicatorReason, IndicatorValue } from "../indicators/value.ts";
import { MODEL_VERSION, type ModelParameters, PARAMETERS } from "../parameters.ts";
import type { Truth } from "../truth.ts";
import { type GroupSchool, membersOf } from "./school.ts";

/** Why a figure of a group is insufficient, beside the reasons that indicators have. */
export type GroupReason = IndicatorReason | "no_school" | "too_many_unclassified";

export interface GroupReasonCount {
  reason: GroupReason;
  count: number;
}

/** Like an indicator's value; of each school what it brings to it is in `parts`. */
export interface GroupFigure extends Omit<IndicatorValue, "reasons" | "parts"> {
  variant?: string;
  reasons: readonly GroupReasonCount[];
  /** Members of which it is known, and all of them. */
  units: { known: number; all: number };
}

/** What a school has or has not; with the reason where that is not known. */
export interface Holding {
  holds: Truth;
  reason?: GroupReason;
}

/**
 * The share of a group's schools for which something holds, schools equal (5.5, E12).
 * @param holdsOf asked of members and of those that may be
 */
export function shareFigure(
  id: IndicatorId,
  schools: readonly GroupSchool[],
  holdsOf: (school: GroupSchool) => Holding,
  parameters: ModelParameters = PARAMETERS,
): GroupFigure {
  const holdings = new Map(schools.map((school) => [school.school.id, holdsOf(school)]));
  const share = groupShare(
    schools.map(({ school, member }) => ({ id: school.id, member, holds: holdings.get(school.id)?.holds })),
    parameters,
  );
  const known = share.yes + share.no;
  const all = known + share.unknown.length;
  const behind = countReasons(share.unknown.map((school) => holdings.get(school)?.reason ?? "unknown_item"));
  return {
    id,
    enough: share.status === "value",
    ...(share.status === "value" && { value: share.value }),
    lo: share.lo,
    hi: share.hi,
    numerator: Exact.of(share.yes),
    denominator: Exact.of(known),
    reasons: [...insufficiency(share, share.unknown.length), ...behind],
    units: { known, all },
    evidence: INDICATORS[id].source,
    modelVersion: MODEL_VERSION,
  };
}

function insufficiency(share: ReturnType<typeof groupShare>, unknown: number): GroupReasonCount[] {
  if (share.status === "value") return [];
  if (share.reason === "too_many_unclassified") return [{ reason: share.reason, count: share.unclassified.length }];
  if (share.reason === "no_school") return [{ reason: share.reason, count: 1 }];
  return [{ reason: share.reason, count: unknown }];
}

/** Adds up one indicator over schools: how the numerators and denominators of section 8 are pooled. */
export type Pool = (id: IndicatorId, values: readonly IndicatorValue[]) => IndicatorValue;

/** What stands for a school of which nothing is known, so that it widens the interval and does not vanish. */
export function nothingKnown(id: IndicatorId, reason: IndicatorReason = "not_measured"): IndicatorValue {
  const { source } = INDICATORS[id];
  return {
    id,
    enough: false,
    reasons: [{ reason, count: 1 }],
    parts: [],
    evidence: source,
    modelVersion: MODEL_VERSION,
  };
}

/**
 * An indicator pooled over the members. While it is not known of too many schools whether they belong it is insufficient; its
 * interval holds whether those that may belong do or not.
 */
export function pooledFigure(
  id: IndicatorId,
  schools: readonly GroupSchool[],
  pool: Pool,
  { unclassifiedLimit }: ModelParameters = PARAMETERS,
): GroupFigure {
  const members = membersOf(schools);
  const ofSchool = ({ figures }: GroupSchool) => figures?.indicators.get(id) ?? nothingKnown(id);
  const values = members.map(ofSchool);
  const unclassified = schools.filter(({ member }) => member === undefined);
  const pooled = pool(id, values);
  const known = values.filter(({ enough }) => enough).length;
  const { numerator, denominator } = unclassifiedLimit;
  const isTooOpen = unclassified.length * denominator > schools.length * numerator;
  const isEmpty = members.length === 0;
  const enough = pooled.enough && !isTooOpen && !isEmpty;
  const { value, reasons, parts: _, ...rest } = pooled;
  return {
    ...widened(
      rest,
      unclassified.length === 0 ? undefined : pool(id, [...values, ...unclassified.map(() => nothingKnown(id))]),
    ),
    enough,
    ...(enough && value && { value }),
    reasons: [
      ...(isEmpty ? [{ reason: "no_school" as const, count: 1 }] : []),
      ...(isTooOpen ? [{ reason: "too_many_unclassified" as const, count: unclassified.length }] : []),
      ...reasons,
    ],
    units: { known, all: members.length },
  };
}

type Bare = Omit<IndicatorValue, "value" | "reasons" | "parts">;

/** The wider of two intervals; what nothing bounds in one of them is not bounded. */
function widened(value: Bare, other: IndicatorValue | undefined): Bare {
  if (!other) return value;
  const { lo, hi, ...rest } = value;
  const low = lo && other.lo && (other.lo.isBelow(lo) ? other.lo : lo);
  const high = hi && other.hi && (other.hi.isAbove(hi) ? other.hi : hi);
  return { ...rest, ...(low && { lo: low }), ...(high && { hi: high }) };
}
