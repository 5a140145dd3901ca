// Values of indicators as people read them, by the unit that the catalogue gives them (GET /v1/indicators).
import { oneDecimal, percent } from "./format.ts";

/** `0–1` as percent, points with one decimal, counts whole, everything else with up to three digits after the point and its unit. */
export function valueText(unit: string, value: number): string {
  switch (unit) {
    case "0–1":
      return percent(value);
    case "0–100":
      return oneDecimal(value);
    case "n":
      return String(Number(value.toFixed(2)));
    case "0..":
      return value.toFixed(4);
    default:
      return `${Number(value.toFixed(3))} ${unit}`.trim();
  }
}

/** Where a share or points lie on a line from 0 to 1; `undefined` for units that have no such line. */
export function onLine(unit: string, value: number | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (unit === "0–1") return Math.min(1, Math.max(0, value));
  return unit === "0–100" ? Math.min(1, Math.max(0, value / 100)) : undefined;
}

/** First digits of a digest: enough for a person to tell two apart. */
export function shortDigest(digest: string): string {
  return digest.slice(0, 12);
}
