// Bounds of time as whole milliseconds that every store can compare with.

/** Some 292 years to both sides of 1970: what fits into 64 bits as nanoseconds, which is how InfluxDB keeps time. */
const FURTHEST_MS = 9_223_372_036_000;

/** The first whole millisecond not before `ms`; bounds further away, infinite ones too, come as near as they can. */
export function wholeMs(ms: number): number {
  return Math.ceil(Math.min(Math.max(ms, -FURTHEST_MS), FURTHEST_MS));
}
