// A walk test of a venue: the client's view of the signal, which outranks the controller's for a year (scoring model 5.4).
import { addMonths, dayOf } from "../../inventory/day.ts";
import { atLeast } from "../parameters.ts";
import { holds, QUALITY_PARAMETERS, type QualityParameters } from "./marks.ts";

export interface WalkTest {
  /** `2026-09-01` */
  day: string;
  /** What was measured at each point of the room. */
  levelsDbm: readonly number[];
}

/** Why a walk test says nothing now. */
export type WalkTestDoubt = "day_unreadable" | "not_yet" | "too_old" | "area_unknown" | "too_few_points";

export interface WalkTestResult {
  day: string;
  points: number;
  /** Points on the right side of the pass mark, and of the good one. */
  passing: number;
  good: number;
  /** Of the share of points, whatever the doubt. */
  holdsPass: boolean;
  holdsGood: boolean;
  /** Absent: it counts. */
  doubt?: WalkTestDoubt;
}

/** What a walk test says on a day. Without the room's area nobody knows whether its points are dense enough. */
export function judgeWalkTest(
  { day, levelsDbm }: WalkTest,
  areaM2: number | undefined,
  asOfDay: number,
  parameters: QualityParameters = QUALITY_PARAMETERS,
): WalkTestResult {
  const { walkPointShare, qualityMarks } = parameters;
  const { pass, good, side } = qualityMarks.signal;
  const points = levelsDbm.length;
  const beyond = (mark: number) => levelsDbm.filter((level) => holds(level, mark, side)).length;
  const [passing, goodOnes] = [beyond(pass), beyond(good)];
  const doubt = doubtOf(day, points, areaM2, asOfDay, parameters);
  return {
    day,
    points,
    passing,
    good: goodOnes,
    holdsPass: points > 0 && atLeast(passing, points, walkPointShare),
    holdsGood: points > 0 && atLeast(goodOnes, points, walkPointShare),
    ...(doubt && { doubt }),
  };
}

function doubtOf(
  day: string,
  points: number,
  areaM2: number | undefined,
  asOfDay: number,
  { walkTestQualityMonths, walkM2PerPoint }: QualityParameters,
): WalkTestDoubt | undefined {
  const on = dayOf(day);
  if (on === undefined) return "day_unreadable";
  if (on > asOfDay) return "not_yet";
  if (asOfDay > addMonths(on, walkTestQualityMonths)) return "too_old";
  if (areaM2 === undefined) return "area_unknown";
  return points > 0 && points * walkM2PerPoint >= areaM2 ? undefined : "too_few_points";
}

/** The newest that counts; of two on one day the later in the list. `undefined`: none counts. */
export function newestCounting(results: readonly WalkTestResult[]): WalkTestResult | undefined {
  return results
    .filter(({ doubt }) => doubt === undefined)
    .reduce<WalkTestResult | undefined>((best, one) => (best && best.day > one.day ? best : one), undefined);
}
