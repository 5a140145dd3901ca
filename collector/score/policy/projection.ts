// Rules 4 and 5 of scoring model section 10: whether a target that is not reached yet will be at its deadline.
import { addMonths } from "../../inventory/day.ts";
import { Exact, exactly, ZERO } from "../exact.ts";
import { type Direction, dayNumber, evaluationsOf, type Point, turned } from "./evaluation.ts";
import type { PolicyParameters } from "./parameters.ts";
import type { LineProjection, PartResult, TrendProjection } from "./result.ts";
import { theilSenSlope } from "./theil-sen.ts";

/** What the value was before the target's time began. */
export interface BaselineValue {
  on: string;
  value: Exact;
}

/** All numbers turned for `>=`, days and months as numbers. */
export interface Outlook {
  /** Oldest first, none after `asOfDay`, the newest value within them. */
  points: readonly Point[];
  asked: Exact;
  direction: Direction;
  isShare: boolean;
  asOfDay: number;
  deadlineDay: number;
  baseline?: BaselineValue;
}

export function outlookOf(outlook: Outlook, parameters: PolicyParameters): PartResult {
  const recent = trendPointsOf(outlook, parameters);
  return recent.length >= parameters.trendPoints ? byTrend(outlook, recent) : byLine(outlook, parameters);
}

/**
 * Monthly points with a value, in the last months: the month of the day itself and those before it. Only those of the model that
 * computed the newest, because figures of different models are never put in one trend line.
 */
function trendPointsOf({ points, asOfDay }: Outlook, { trendMonths }: PolicyParameters): Point[] {
  const date = new Date(asOfDay * 86_400_000);
  const month = date.getUTCFullYear() * 12 + date.getUTCMonth() + 1;
  const recent = points.filter((point) => point.value !== undefined && month - point.month < trendMonths);
  const version = recent.at(-1)?.evaluation.modelVersion;
  return recent.filter(({ evaluation }) => evaluation.modelVersion === version);
}

function byTrend(outlook: Outlook, recent: readonly Point[]): PartResult {
  const { points, asked, direction, isShare, deadlineDay } = outlook;
  const slope = theilSenSlope(recent.flatMap(({ month, midpoint }) => (midpoint ? [{ x: month, y: midpoint }] : [])));
  const from = recent.at(-1);
  const newest = points.at(-1);
  if (from?.value === undefined || newest === undefined) throw new RangeError("a trend needs points");
  const along = (value: Exact, point: Point) => value.plus(slope.times(Exact.of(wholeMonths(point.day, deadlineDay))));
  const limit = isShare ? turned(Exact.of(direction === ">=" ? 1 : 0), direction) : undefined;
  const reached = along(from.value, from);
  const value = limit?.isBelow(reached) ? limit : reached;
  const lo = newest.lo && along(newest.lo, newest);
  const hi = newest.hi && along(newest.hi, newest);
  const isSure = lo?.isAtLeast(asked) ?? false;
  const isPossible = hi?.isAtLeast(asked) ?? true;
  const state = value.isAtLeast(asked) && isSure ? "on_track" : "at_risk";
  const back = (turnedValue: Exact) => turned(turnedValue, direction);
  const [low, high] = direction === ">=" ? [lo, hi] : [hi, lo];
  const projection: TrendProjection = {
    method: "theil_sen",
    points: recent.map(({ evaluation, midpoint }) => ({ month: evaluation.month, midpoint: back(midpoint ?? ZERO) })),
    slope: back(slope),
    from: { month: from.evaluation.month, value: back(from.value) },
    months: wholeMonths(from.day, deadlineDay),
    ...(limit && { limit: back(limit) }),
    value: back(value),
    ...(low && { lo: back(low) }),
    ...(high && { hi: back(high) }),
  };
  const used = evaluationsOf(recent.includes(newest) ? recent : [...recent, newest]);
  return { state, rule: 4, ...(!isSure && isPossible && { note: "evidence" as const }), projection, used };
}

/** How many months fit between two days, the same date of a month counted as a whole one. */
export function wholeMonths(fromDay: number, toDay: number): number {
  let months = Math.floor((toDay - fromDay) / 31);
  while (addMonths(fromDay, months + 1) <= toDay) months += 1;
  return months;
}

function byLine(
  { points, asked, direction, deadlineDay, baseline }: Outlook,
  parameters: PolicyParameters,
): PartResult {
  const from = points.filter(({ value }) => value !== undefined).at(-1);
  const used = from ? [from.evaluation] : [];
  const beginDay = baseline && dayNumber(baseline.on);
  // A baseline after the value, or none before the deadline, leaves no line to stand on.
  if (!baseline || beginDay === undefined || !from?.value || beginDay > from.day || beginDay >= deadlineDay) {
    return { state: "insufficient", rule: 5, gap: "no_baseline", used };
  }
  const begin = turned(baseline.value, direction);
  const whole = asked.minus(begin);
  const expected = begin.plus(whole.times(Exact.ratio(from.day - beginDay, deadlineDay - beginDay)));
  const size = whole.isBelow(ZERO) ? ZERO.minus(whole) : whole;
  const tolerance = size.times(exactly(parameters.lineTolerance));
  const projection: LineProjection = {
    method: "straight_line",
    baseline,
    from: { day: from.evaluation.asOf, value: turned(from.value, direction) },
    expected: turned(expected, direction),
    tolerance,
  };
  const isOnLine = from.value.isAtLeast(expected.minus(tolerance));
  return { state: isOnLine ? "on_track" : "at_risk", rule: 5, projection, used };
}
