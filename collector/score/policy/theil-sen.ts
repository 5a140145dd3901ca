// Theil–Sen slope: the median of the slopes between all pairs of points, so that one odd month does not turn a trend.
import { Exact, ZERO } from "../exact.ts";

/** @param points with `x` whole and different from each other; fewer than two have no slope: 0 */
export function theilSenSlope(points: readonly { x: number; y: Exact }[]): Exact {
  const slopes = points.flatMap((a, i) =>
    points.slice(i + 1).map((b) => b.y.minus(a.y).over(Exact.ratio(b.x - a.x, 1))),
  );
  return median(slopes);
}

function median(values: Exact[]): Exact {
  values.sort((a, b) => (a.isBelow(b) ? -1 : Number(a.isAbove(b))));
  const upper = values[Math.floor(values.length / 2)] ?? ZERO;
  if (values.length % 2 === 1) return upper;
  const lower = values[values.length / 2 - 1] ?? ZERO;
  return lower.plus(upper).over(Exact.of(2));
}
