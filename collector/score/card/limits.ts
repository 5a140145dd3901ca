// Weights aside, the numbers of the smart-campus score (scoring model 9.3) that the list of parameters does not have.
import { type Fraction, type ModelParameters, PARAMETERS } from "../parameters.ts";

export interface CardParameters extends ModelParameters {
  /** Least EVIDENCE_SHARE for a score to be printed. */
  scoreEvidence: Fraction;
  /** WIFI_COVER below this caps the score at so many points. */
  coverGate: Fraction;
  coverCap: number;
  /** A critical finding open for longer than this caps it, and so does an inventory that is not confirmed. */
  findingDays: number;
  findingCap: number;
  inventoryCap: number;
  /** Least points of the bands above and below the one that begins at `ready`. */
  bandExcellent: number;
  bandBasic: number;
}

export const CARD_PARAMETERS: CardParameters = {
  ...PARAMETERS,
  scoreEvidence: { numerator: 4, denominator: 5 },
  coverGate: { numerator: 3, denominator: 5 },
  coverCap: 59,
  findingDays: 7,
  findingCap: 79,
  inventoryCap: 79,
  bandExcellent: 90,
  bandBasic: 60,
};

/** Stands on every page and in every file that shows the score (scoring model, head and 1). */
export const PROXY_NOTE = {
  zh: "代理指标，非认定结果",
  en: "proxy, not a recognition",
} as const;
