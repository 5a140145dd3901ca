// Breaks a line where nothing was measured, so that a gap in the samples stays a gap on the chart.

/** A point of a chart; `"-"` is how ECharts writes "no value here". */
export type ChartPoint = [atMs: number, value: number | "-"];

/** Two samples farther apart than this many times the usual spacing have a gap between them. */
const GAP_FACTOR = 2.5;

/**
 * The samples with an empty point at the beginning of each gap, in time order.
 *
 * The usual spacing is the median, so that one long night does not hide shorter gaps. Fewer than three samples have no
 * usual spacing and are left as they are.
 */
export function breakGaps(samples: readonly (readonly [number, number])[]): ChartPoint[] {
  const limitMs = GAP_FACTOR * (medianSpacing(samples) ?? Number.POSITIVE_INFINITY);
  const points: ChartPoint[] = [];
  for (const [i, [atMs, value]] of samples.entries()) {
    const before = samples[i - 1];
    // Right after the last sample: a line drawn in steps is carried on as far as the empty point.
    if (before && atMs - before[0] > limitMs) points.push([before[0] + 1, "-"]);
    points.push([atMs, value]);
  }
  return points;
}

/** Indexes of points without a neighbour to draw a line to: they need a mark of their own to be seen at all. */
export function lonePoints(points: readonly ChartPoint[]): Set<number> {
  const isValue = (i: number) => typeof points[i]?.[1] === "number";
  const lone = points.flatMap((_, i) => (isValue(i) && !isValue(i - 1) && !isValue(i + 1) ? [i] : []));
  return new Set(lone);
}

function medianSpacing(samples: readonly (readonly [number, number])[]): number | undefined {
  if (samples.length < 3) return undefined;
  const spacings = samples.slice(1).map(([atMs], i) => atMs - (samples[i]?.[0] ?? atMs));
  spacings.sort((a, b) => a - b);
  const upper = spacings[Math.floor(spacings.length / 2)];
  const lower = spacings[Math.floor((spacings.length - 1) / 2)];
  return upper === undefined || lower === undefined ? undefined : (upper + lower) / 2;
}
