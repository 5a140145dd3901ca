// The parameters of the scoring model in one place (scoring model section 13). Changing one makes a new model version.

export const MODEL_VERSION = "2026.1";

/** The grain of all verdicts. Not a parameter an operator may change: stored evidence is cut to it. */
export const SLOT_MS = 300_000;
export const SLOT_MINUTES = 5;
export const SLOTS_PER_DAY = 288;

/** An exact share, because a verdict at the limit must not depend on how a computer rounds 0.95. */
export interface Fraction {
  numerator: number;
  denominator: number;
}

export interface ModelParameters {
  /** W20: how many teaching days a window has. */
  windowDays: number;
  /** θ: least share of known slots served for a covered venue. */
  servedShare: Fraction;
  /** κ: least share of expected slots that must be known. */
  knownShare: Fraction;
  /** Least share of a school's main venues with a verdict before its rate is printed. */
  schoolKnownVenues: Fraction;
  /** Least share of a region's schools that are known before its share is printed. */
  countyKnownSchools: Fraction;
  /** Most of the expected slots of a window that may be maintenance. */
  maintenanceCap: Fraction;
  /** Most schools without an urban–rural class. */
  unclassifiedLimit: Fraction;
  /** How long a school's confirmation of its inventory holds. */
  inventoryAgeDays: number;
  /** How long a walk test makes a secondary access point count, and how long it outranks the controller's view. */
  walkTestMonths: number;
  walkTestQualityMonths: number;
  /** Least level in the venue for a secondary access point to count. */
  walkTestMinDbm: number;
  /** After so many days without teaching a result is frozen. */
  frozenAfterDays: number;
  /** A frozen result stays until so many teaching days have been held after the break. */
  freezeDays: number;
  /** How late a stored and forwarded batch may fill its slots. */
  lateAcceptMs: number;
  /** Change of a CV that counts as narrowed or widened, and the least share of units in a matched panel. */
  cvEpsilon: number;
  cvPanel: Fraction;
  /** Pass marks in points. */
  websitePass: number;
  networkPass: number;
  ready: number;
  /** Least known weight of a dimension (share) and of the whole score (points). */
  dimensionKnown: Fraction;
  overallKnown: number;
  /** Monthly points that a trend needs, within so many months. */
  trendPoints: number;
  trendMonths: number;
  /** Statistical classes that count as rural. */
  ruralClasses: readonly string[];
}

export const PARAMETERS: ModelParameters = {
  windowDays: 20,
  servedShare: { numerator: 19, denominator: 20 },
  knownShare: { numerator: 4, denominator: 5 },
  schoolKnownVenues: { numerator: 9, denominator: 10 },
  countyKnownSchools: { numerator: 4, denominator: 5 },
  maintenanceCap: { numerator: 1, denominator: 20 },
  unclassifiedLimit: { numerator: 1, denominator: 20 },
  inventoryAgeDays: 400,
  walkTestMonths: 36,
  walkTestQualityMonths: 12,
  walkTestMinDbm: -67,
  frozenAfterDays: 30,
  freezeDays: 5,
  lateAcceptMs: 7 * 86_400_000,
  cvEpsilon: 0.005,
  cvPanel: { numerator: 4, denominator: 5 },
  websitePass: 90,
  networkPass: 80,
  ready: 80,
  dimensionKnown: { numerator: 7, denominator: 10 },
  overallKnown: 80,
  trendPoints: 6,
  trendMonths: 12,
  ruralClasses: ["210", "220"],
};

/** Whether `part / whole >= share`, in whole numbers; true when both are 0. */
export function atLeast(part: number, whole: number, share: Fraction): boolean {
  return part * share.denominator >= whole * share.numerator;
}
