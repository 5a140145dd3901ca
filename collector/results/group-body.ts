// A group's result as it is kept and shown: its card, with the counties or schools that it is made of.
import type {
  GapView,
  GroupCardView,
  IndicatorFigure,
  NarrowingView,
  ResultInputs,
  UnitView,
} from "../../contract/scorecard.ts";
import { instantText } from "../inventory/day.ts";
import type { Regions } from "../inventory/regions.ts";
import { PROXY_NOTE } from "../score/card/limits.ts";
import type { SmartRate } from "../score/card/smart-rate.ts";
import type { GroupFigure } from "../score/group/figure.ts";
import type { GroupResult } from "../score/group/group.ts";
import type { GroupScope } from "../score/group/population.ts";
import type { GroupSchool } from "../score/group/school.ts";
import { evidenceShareOf, fullOf } from "../score/group/shares.ts";
import { figureView } from "./figure-view.ts";
import { gapView } from "./gap-view.ts";

/** A group's card without what depends on how it was asked for. */
export type GroupCard = Omit<GroupCardView, "computed" | "kept">;

export interface GroupBody {
  card: GroupCard;
}

export interface GroupBodyInput {
  scope: GroupScope;
  result: GroupResult;
  regions: Regions;
  narrowing?: readonly NarrowingView[];
  /** Absent for what is only shown. */
  inputs?: ResultInputs;
}

export function groupBody({ scope, result, regions, narrowing = [], inputs }: GroupBodyInput): GroupBody {
  const { kind, id, name, nameEn, parent, list, schools } = scope;
  const { members, students, unclassified, figures, distribution, asOfMs, modelVersion } = result;
  const gaps = result.gaps.map(gapView);
  const shared = meanEvidence(members);
  const views = figures.map((figure) => groupFigureView(figure, shared));
  const { spread, bands, insufficient, ready } = distribution;
  return {
    card: {
      kind,
      scope: id,
      name,
      ...(nameEn !== undefined && { nameEn }),
      ...(parent !== undefined && { parent }),
      asOf: instantText(asOfMs),
      modelVersion,
      note: PROXY_NOTE,
      ...(inputs && { inputs }),
      schools: members.length,
      ...(students !== undefined && { students }),
      ...(unclassified.length > 0 && { unclassified: { schools: unclassified.length, of: schools.length } }),
      ...(list && { list: { ...list, lists: [...list.lists] } }),
      indicators: views,
      distribution: {
        bands,
        insufficient,
        ...(spread && { min: spread.min.toNumber(), mean: spread.mean.toNumber(), max: spread.max.toNumber() }),
        ready,
      },
      smartRate: smartRateView(result.smartRate, views),
      gaps,
      narrowing: [...narrowing],
      units: kind === "city" || kind === "province" ? countyUnits(members, gaps, regions) : schoolUnits(result),
    },
  };
}

export function groupFigureView(figure: GroupFigure, evidenceShare?: number): IndicatorFigure {
  const { variant, units } = figure;
  return figureView(figure, { ...(variant !== undefined && { variant }), units, evidenceShare });
}

function smartRateView(
  { notEntered, byStanding, confirmed, unverified, contradicted }: SmartRate,
  views: readonly IndicatorFigure[],
): GroupCard["smartRate"] {
  const figure = views.find(({ id }) => id === "SMART_RATE");
  if (!figure) throw new RangeError("a group's card has no SMART_RATE");
  return { figure, notEntered, byStanding: { ...byStanding }, confirmed, unverified, contradicted };
}

/** Mean share of known slots over the schools that have one; for orientation beside figures. */
function meanEvidence(members: readonly GroupSchool[]): number | undefined {
  const shares = members.flatMap(({ figures }) => evidenceShareOf(figures)?.toNumber() ?? []);
  return shares.length === 0 ? undefined : shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

/** The members; where it is not known of all schools whether they belong, these as well. */
function schoolUnits({ members, unclassified }: GroupResult): UnitView[] {
  if (unclassified.length === 0) return members.map(schoolUnit);
  return [
    ...members.map((school): UnitView => ({ ...schoolUnit(school), member: "yes" })),
    ...unclassified.map((school): UnitView => ({ ...schoolUnit(school), member: "unclassified" })),
  ];
}

function schoolUnit({ school, figures }: GroupSchool): UnitView {
  const share = evidenceShareOf(figures);
  return {
    id: school.id,
    name: school.name,
    ...(school.nameEn !== undefined && { nameEn: school.nameEn }),
    kind: "school",
    full: figures?.coverage.full ?? "unknown",
    ...(figures?.point && { point: figures.point.toNumber() }),
    ...(figures?.band && { band: figures.band }),
    ...(figures?.infraIndex && { infraIndex: figures.infraIndex.toNumber() }),
    ...(share && { evidenceShare: share.toNumber() }),
  };
}

/** The counties that have a school, in the order of their first school. */
function countyUnits(members: readonly GroupSchool[], gaps: readonly GapView[], regions: Regions): UnitView[] {
  const byCounty = new Map<string, GroupSchool[]>();
  for (const member of members) {
    const there = byCounty.get(member.school.county);
    if (there) there.push(member);
    else byCounty.set(member.school.county, [member]);
  }
  const means = new Map(gaps.find(({ id }) => id === "CV_COUNTY")?.units.map(({ id, value }) => [id, value]));
  return [...byCounty].map(([code, its]) => {
    const region = regions.region(code);
    const mean = means.get(code);
    const share = meanEvidence(its);
    return {
      id: code,
      name: region?.name ?? code,
      ...(region && { nameEn: region.nameEn }),
      kind: "county",
      schools: its.length,
      fullSchools: fullCounts(its),
      ...(mean !== undefined && { infraIndex: mean }),
      ...(share !== undefined && { evidenceShare: share }),
    };
  });
}

function fullCounts(schools: readonly GroupSchool[]) {
  const counts = { yes: 0, no: 0, unknown: 0 };
  for (const school of schools) {
    const { holds } = fullOf(school);
    counts[holds === undefined ? "unknown" : holds ? "yes" : "no"] += 1;
  }
  return counts;
}
