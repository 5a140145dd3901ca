// Whether a target is slow, or asked late, so that the log names it when that begins and when it ends, and not each time.

/** Both kinds of slowness of one target, as judged by its last run. */
export interface Slowness {
  /** Its runs take a large part of its interval. */
  isSlow: boolean;
  /** It is asked later than it is due. */
  isLate: boolean;
}

export interface Pace {
  durationSeconds: number;
  latenessSeconds: number;
  /** Real time, as the two others. */
  intervalSeconds: number;
}

/** Slow begins above the first share of the interval and ends at the second, so that nothing flickers between. */
const SLOW_SHARE = { begins: 1 / 2, ends: 1 / 3 } as const;
const LATE_SECONDS = { begins: 1, ends: 0.5 } as const;

export const NOT_SLOW: Slowness = { isSlow: false, isLate: false };

export function slowness(before: Slowness, { durationSeconds, latenessSeconds, intervalSeconds }: Pace): Slowness {
  return {
    isSlow: isBeyond(before.isSlow, durationSeconds / intervalSeconds, SLOW_SHARE),
    isLate: isBeyond(before.isLate, latenessSeconds, LATE_SECONDS),
  };
}

function isBeyond(was: boolean, value: number, { begins, ends }: { begins: number; ends: number }): boolean {
  return value > (was ? ends : begins);
}
