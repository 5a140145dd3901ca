// Everything that is computed of a region, a zone or a group on a day, from its schools and never from smaller groups. Pure.
import type { SmartRate } from "../card/smart-rate.ts";
import { INDICATORS, type IndicatorId, isIndicatorId } from "../indicators/catalogue.ts";
import type { IndicatorSpec } from "../indicators/spec.ts";
import { MODEL_VERSION } from "../parameters.ts";
import { distributionOf, type ScoreDistribution, smartRateOf } from "./distribution.ts";
import { type GroupFigure, type Pool, pooledFigure } from "./figure.ts";
import { type Gap, type GapsInput, gapsOf } from "./gaps.ts";
import { type GroupSchool, membersOf } from "./school.ts";
import { groupShareFigure, isShareId, secondaryShares } from "./shares.ts";

export interface GroupInput extends GapsInput {
  /** All schools of the scope that the group is taken from, in a fixed order. */
  schools: readonly GroupSchool[];
  asOfMs: number;
  pool: Pool;
}

export interface GroupResult {
  asOfMs: number;
  modelVersion: string;
  members: readonly GroupSchool[];
  /** Sum over the members; absent when the number of one is not known, or there is none. */
  students?: number;
  /** Schools of which it is not known whether they belong. */
  unclassified: readonly GroupSchool[];
  /** WIFI_FULL_SHARE with its secondary views first, then all others in the order of the catalogue. */
  figures: readonly GroupFigure[];
  distribution: ScoreDistribution;
  smartRate: SmartRate;
  gaps: readonly Gap[];
}

export function groupResult(input: GroupInput): GroupResult {
  const { schools, asOfMs } = input;
  const members = membersOf(schools);
  const students = studentsOf(members);
  return {
    asOfMs,
    modelVersion: MODEL_VERSION,
    members,
    ...(students !== undefined && { students }),
    unclassified: schools.filter(({ member }) => member === undefined),
    figures: figuresOf(input),
    distribution: distributionOf(members),
    smartRate: smartRateOf(members, asOfMs),
    gaps: gapsOf(input),
  };
}

function figuresOf({ schools, asOfMs, pool }: GroupInput): GroupFigure[] {
  const there = new Set(schools.flatMap(({ figures }) => (figures ? [...figures.indicators.keys()] : [])));
  const rest = Object.keys(INDICATORS).flatMap((id) => {
    if (!isIndicatorId(id) || id === "WIFI_FULL_SHARE") return [];
    if (isShareId(id)) return [groupShareFigure(id, schools)];
    return there.has(id) && isPooled(id) ? [pooledFigure(id, schools, pool)] : [];
  });
  return [groupShareFigure("WIFI_FULL_SHARE", schools), ...secondaryShares(schools, asOfMs), ...rest];
}

/** One figure alone, as a policy target asks for it; `undefined` for what is not pooled, or nobody computes. */
export function figureOfGroup(id: IndicatorId, schools: readonly GroupSchool[], pool: Pool): GroupFigure | undefined {
  if (isShareId(id)) return groupShareFigure(id, schools);
  if (!isPooled(id)) return undefined;
  const isThere = schools.some(({ figures }) => figures?.indicators.has(id));
  return isThere ? pooledFigure(id, schools, pool) : undefined;
}

/** Verdicts on one school, and what is measured between schools, cannot be pooled. */
function isPooled(id: IndicatorId): boolean {
  const { level, pooling }: IndicatorSpec = INDICATORS[id];
  return level === "school" && pooling.by !== "own";
}

function studentsOf(members: readonly GroupSchool[]): number | undefined {
  if (members.length === 0) return undefined;
  let sum = 0;
  for (const { school } of members) {
    if (school.students === undefined) return undefined;
    sum += school.students;
  }
  return sum;
}
