// The time at the end of a line: milliseconds as agents write them, or any of InfluxDB's precisions.

/** Units that InfluxDB's `precision` names; a factor to milliseconds, or digits that are cut off. */
const PRECISIONS = {
  ns: { cut: 6, factor: 1 },
  us: { cut: 3, factor: 1 },
  ms: { cut: 0, factor: 1 },
  s: { cut: 0, factor: 1_000 },
  m: { cut: 0, factor: 60_000 },
  h: { cut: 0, factor: 3_600_000 },
} as const;

export type Precision = keyof typeof PRECISIONS;

/** How times are written, and what a line without one is given, in milliseconds since 1970. */
export interface Times {
  precision: Precision;
  /** Absent: a line without a time is refused. */
  missingMs?: number;
}

const MINUS = 0x2d;

/**
 * The whole number of milliseconds that fills `from … end`; `undefined` for anything but one to twenty digits.
 * Beyond fifteen digits it may be off by a little, far outside any time that is accepted.
 */
export function parseTimestamp(bytes: Uint8Array, from: number, end: number): number | undefined {
  const negative = bytes[from] === MINUS;
  const first = negative ? from + 1 : from;
  if (end <= first || end - first > 20) return undefined;
  let ms = 0;
  for (let i = first; i < end; i++) {
    const digit = (bytes[i] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    ms = ms * 10 + digit;
  }
  return negative ? -ms : ms;
}

/**
 * The time that fills `from … end` in milliseconds. Finer digits are cut off before anything is computed, so that the
 * nineteen digits of nanoseconds, which no double holds, come out right to the millisecond.
 *
 * @returns `missingMs` for no time at all; `undefined` for what is no time.
 */
export function parseTime(bytes: Uint8Array, from: number, end: number, times: Times): number | undefined {
  if (from === end) return times.missingMs;
  const { cut, factor } = PRECISIONS[times.precision];
  const negative = bytes[from] === MINUS;
  const first = negative ? from + 1 : from;
  if (end === first || end - first > 20) return undefined;
  let ms = 0;
  for (let i = first; i < end; i++) {
    const digit = (bytes[i] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    if (i < end - cut) ms = ms * 10 + digit;
  }
  return (negative ? -ms : ms) * factor;
}
