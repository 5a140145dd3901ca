// How the scores of a group's schools are spread, and SMART_RATE with its standings (scoring model 9.3, 9.4).
import type { Band } from "../card/bands.ts";
import type { Ready } from "../card/ready.ts";
import { type SmartRate, smartRate } from "../card/smart-rate.ts";
import { Exact } from "../exact.ts";
import type { GroupSchool } from "./school.ts";

export interface ScoreDistribution {
  bands: Record<Band, number>;
  /** Schools without a point value. */
  insufficient: number;
  /** Of the point values that there are; absent without any. */
  spread?: { min: Exact; mean: Exact; max: Exact };
  ready: Record<Ready, number>;
}

export function distributionOf(members: readonly GroupSchool[]): ScoreDistribution {
  const bands: Record<Band, number> = { excellent: 0, meets: 0, basic: 0, weak: 0 };
  const ready: Record<Ready, number> = { yes: 0, no: 0, insufficient: 0 };
  const points: Exact[] = [];
  for (const { figures } of members) {
    ready[figures?.ready ?? "insufficient"] += 1;
    if (figures?.point === undefined) continue;
    points.push(figures.point);
    if (figures.band) bands[figures.band] += 1;
  }
  const spread = spreadOf(points);
  return { bands, insufficient: members.length - points.length, ...(spread && { spread }), ready };
}

function spreadOf(points: readonly Exact[]): ScoreDistribution["spread"] {
  const [first] = points;
  if (first === undefined) return undefined;
  let [min, max] = [first, first];
  for (const point of points) {
    if (point.isBelow(min)) min = point;
    if (point.isAbove(max)) max = point;
  }
  return { min, mean: Exact.sum(points).over(Exact.of(points.length)), max };
}

export function smartRateOf(members: readonly GroupSchool[], asOfMs: number): SmartRate {
  return smartRate(
    members.map(({ figures }) => ({
      ready: figures?.ready ?? "insufficient",
      ...(figures?.attested !== undefined && { attested: figures.attested }),
    })),
    asOfMs,
  );
}
