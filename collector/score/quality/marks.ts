// What wireless quality is measured by, with its pass and good marks and the evidence it needs (scoring model 5.4).
import { type Fraction, type ModelParameters, PARAMETERS } from "../parameters.ts";

/** In the order of the table of 5.4. */
export const QUALITY_METRICS = ["signal", "snr", "utilisation", "clients", "retries", "joins"] as const;
export type QualityMetric = (typeof QUALITY_METRICS)[number];

export interface Marks {
  pass: number;
  good: number;
  /** A value on the mark is on its right side. */
  side: "at_least" | "at_most";
  zh: string;
  en: string;
  /** Of the marks: dBm, dB, a ratio from 0 to 1, or clients. */
  unit: "dbm" | "db" | "ratio" | "clients";
}

export interface QualityParameters extends ModelParameters {
  /** Least clients on the serving radios for a slot to say anything, and least such slots in the window. */
  busyClients: number;
  busySlots: number;
  /** Least share of the busy slots in which a mark holds. */
  qualitySlotShare: Fraction;
  /** Least share of a walk test's points on the right side of a mark, and the most area that one point may stand for. */
  walkPointShare: Fraction;
  walkM2PerPoint: number;
  /** Least share of covered venues with a quality verdict before WIFI_QUALITY_SHARE is printed. */
  qualityKnownVenues: Fraction;
  qualityMarks: Readonly<Record<QualityMetric, Marks>>;
}

export const QUALITY_PARAMETERS: QualityParameters = {
  ...PARAMETERS,
  busyClients: 3,
  busySlots: 40,
  qualitySlotShare: { numerator: 9, denominator: 10 },
  walkPointShare: { numerator: 19, denominator: 20 },
  walkM2PerPoint: 20,
  qualityKnownVenues: { numerator: 3, denominator: 5 },
  qualityMarks: {
    signal: { pass: -67, good: -65, side: "at_least", zh: "终端信号强度中位数", en: "median client RSSI", unit: "dbm" },
    snr: { pass: 20, good: 25, side: "at_least", zh: "信噪比中位数", en: "median SNR", unit: "db" },
    utilisation: { pass: 0.7, good: 0.5, side: "at_most", zh: "信道利用率", en: "channel utilisation", unit: "ratio" },
    clients: { pass: 50, good: 30, side: "at_most", zh: "单射频终端数", en: "clients per radio", unit: "clients" },
    retries: { pass: 0.2, good: 0.1, side: "at_most", zh: "发送重传率", en: "transmit retry rate", unit: "ratio" },
    joins: { pass: 0.95, good: 0.98, side: "at_least", zh: "接入成功率", en: "join success", unit: "ratio" },
  },
};

/** Whether a measured value is on the right side of a mark. Both are decimals as written, which doubles keep in order. */
export function holds(value: number, mark: number, side: Marks["side"]): boolean {
  return side === "at_least" ? value >= mark : value <= mark;
}
