// Bands of a score, and how a score is written for people (scoring model 9.3).
import { Exact } from "../exact.ts";
import { CARD_PARAMETERS, type CardParameters } from "./limits.ts";

export type Band = "excellent" | "meets" | "basic" | "weak";

export const BAND_WORDS: Readonly<Record<Band, { zh: string; en: string }>> = {
  excellent: { zh: "优秀", en: "excellent" },
  meets: { zh: "达标(代理)", en: "meets the standard (proxy)" },
  basic: { zh: "基本", en: "basic" },
  weak: { zh: "薄弱", en: "weak" },
};

/** The band of an unrounded score: one that is written 80.0 may still be below 80. */
export function bandOf(score: Exact, { bandExcellent, ready, bandBasic }: CardParameters = CARD_PARAMETERS): Band {
  if (score.isAtLeast(Exact.of(bandExcellent))) return "excellent";
  if (score.isAtLeast(Exact.of(ready))) return "meets";
  return score.isAtLeast(Exact.of(bandBasic)) ? "basic" : "weak";
}

/** For display only: one decimal, half up, as `85.2`. */
export function displayed(score: Exact): string {
  const tenths = Math.floor(score.toNumber() * 10 + 0.5);
  // A double may have been rounded up to the half that the exact number lies just below.
  const isBelowHalf = score.isBelow(Exact.ratio(2 * tenths - 1, 20));
  return ((isBelowHalf ? tenths - 1 : tenths) / 10).toFixed(1);
}
