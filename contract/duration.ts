// Durations as people write them in configuration files: "500ms", "30s", "5m", "2h", "7d".
import { CampusError } from "./errors.ts";

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const PATTERN = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/** Milliseconds of a duration text. @throws CampusError `DURATION_INVALID` naming the text and the accepted form. */
export function parseDurationMs(text: string): number {
  const match = PATTERN.exec(text);
  const [, amount, unit] = match ?? [];
  if (amount === undefined || unit === undefined || !(unit in UNIT_MS)) {
    throw new CampusError(
      "DURATION_INVALID",
      `"${text}" is not a duration, expected for example "500ms", "30s", "5m", "2h" or "7d"`,
    );
  }
  return Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS]; // `in` has just checked it
}

/** The shortest exact text of a duration in whole milliseconds, such that `parseDurationMs` gives it back. */
export function formatDuration(ms: number): string {
  for (const unit of ["d", "h", "m", "s"] as const) {
    if (ms >= UNIT_MS[unit] && ms % UNIT_MS[unit] === 0) return `${ms / UNIT_MS[unit]}${unit}`;
  }
  return `${ms}ms`;
}
