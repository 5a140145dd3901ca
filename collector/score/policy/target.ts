// What a row of targets.csv says: one clause of a policy document, typed. Frozen, because everything else refers to it.
import type { Exact } from "../exact.ts";
import type { PolicyDocument } from "./documents.ts";

export const TARGET_KINDS = [
  "rate",
  "count",
  "trend",
  "capability",
  "process",
  "allocation",
  "baseline",
  "qualitative",
] as const;
export type TargetKind = (typeof TARGET_KINDS)[number];

/** Comparators that stand before a number, and directions of a trend. */
export const COMPARATORS = [">=", "<=", "=", ">", "increasing", "decreasing", "improving"] as const;
export type Comparator = (typeof COMPARATORS)[number];

/** M measured, I inventory or registry, D declared with an attachment, X out of reach. */
export const EVIDENCE_KINDS = ["M", "I", "D", "X"] as const;
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];

/** A number that the clause names. */
export interface TargetValue {
  /** As written in the file: `0.95`, `100`, `2019-05-20`. */
  text: string;
  unit: string;
  /** For the unit `date` the number of the day (collector/inventory/day.ts). */
  number: Exact;
}

/** Whom a target speaks of, when it is reported for this population alone. */
export interface Population {
  /** As written: `mountain26|rural&compulsory`. */
  text: string;
  /** One of each list: `[["mountain26", "rural"], ["compulsory"]]`. */
  allOf: readonly (readonly string[])[];
}

/** An indicator of the scoring model, and the group it is taken over where the file names one. */
export interface TargetIndicator {
  /** `WIFI_FULL_SHARE` */
  key: string;
  /** As written between the braces: `rural|mountain|island`. */
  group?: string;
}

export interface PolicyTarget {
  /** Stable: `A05`, `D73a`. */
  id: string;
  document: PolicyDocument;
  section: string;
  /** The clause, verbatim. */
  phraseZh: string;
  meaningEn: string;
  kind: TargetKind;
  /** Absent where the clause asks for nothing that could be compared. */
  comparator?: Comparator;
  /** What is compared, also where there is no number. */
  unit?: string;
  /** Empty without a number; several where the clause names several. */
  values: readonly TargetValue[];
  /** A day. Absent for baselines, which are floors, and for facts of document C. */
  deadline?: string;
  /** The day of which a baseline speaks; absent for every other kind. */
  baselineOn?: string;
  scope: string;
  /** As written. */
  group: string;
  /** The group taken apart: each population is reported on its own. */
  populations: readonly [Population, ...Population[]];
  evidence: readonly EvidenceKind[];
  primaryEvidence: EvidenceKind;
  indicators: readonly TargetIndicator[];
  howEvidenced: string;
  note?: string;
}

/** Whether numbers of a unit are shares, which end at 1. */
export function isShare(unit: string): boolean {
  return unit.startsWith("share");
}
