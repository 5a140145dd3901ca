// On which side of the urban–rural gap a school stands, and by whose word (scoring model section 2).
import { type ModelParameters, PARAMETERS } from "../parameters.ts";
import { holdsOn, type Period } from "./dated.ts";

/** Classes of the statistical code of a place: 111 and 112 city, 121 to 123 town, 210 and 220 countryside. */
export const PLACE_CLASSES = ["111", "112", "121", "122", "123", "210", "220"] as const;

/** `urban` holds cities and towns together. */
export const SIDES = ["urban", "rural", "unclassified"] as const;
export type Side = (typeof SIDES)[number];

export interface SchoolPlace {
  id: string;
  /** GB/T 2260 code. */
  county: string;
  /** The three-digit class with where it is taken from; absent: nobody gave one. */
  placeClass?: { code: string; source: string };
}

/** What a county declares to be rural instead of the model's classes: classes, or its schools one by one. */
export type CountyRule = Period & {
  county: string;
  /** The document or list that says so, as it is shown. */
  source: string;
} & ({ ruralClasses: readonly string[] } | { ruralSchools: readonly string[] });

/** Whose word decided. */
export type SideBasis = { rule: "model" } | { rule: "county-classes" | "county-schools"; source: string };

export interface SchoolSide {
  id: string;
  side: Side;
  basis: SideBasis;
  /** The class with its source; absent when the school has none. */
  placeClass?: { code: string; source: string };
  /** Why it is unclassified: no class, one that does not exist, or a county's rule that began or ended about then. */
  reason?: "no_class" | "unknown_class" | "rule_uncertain";
}

/**
 * The side of a school on a date. A county's own rule comes before the model's classes, the latest first. A county's list of schools
 * is the whole of its rural schools: the others are not rural, so they need no class.
 *
 * @param date a day, or as precisely as it is known. @throws RangeError for any other text
 */
export function sideOf(
  school: SchoolPlace,
  rules: readonly CountyRule[],
  date: string,
  { ruralClasses }: ModelParameters = PARAMETERS,
): SchoolSide {
  const { id, placeClass } = school;
  const rule = ruleOf(school.county, rules, date);
  const shown = { id, ...(placeClass && { placeClass }) };
  if (rule && holdsOn(rule, date) === undefined) {
    return { ...shown, side: "unclassified", basis: basisOf(rule), reason: "rule_uncertain" };
  }
  const basis = basisOf(rule);
  if (rule && "ruralSchools" in rule) {
    return { ...shown, side: rule.ruralSchools.includes(id) ? "rural" : "urban", basis };
  }
  if (!placeClass) return { ...shown, side: "unclassified", basis, reason: "no_class" };
  if (!PLACE_CLASSES.some((code) => code === placeClass.code)) {
    return { ...shown, side: "unclassified", basis, reason: "unknown_class" };
  }
  const rural = rule?.ruralClasses ?? ruralClasses;
  return { ...shown, side: rural.includes(placeClass.code) ? "rural" : "urban", basis };
}

/** The county's rule that holds on the date or may hold, the one that began last. */
function ruleOf(county: string, rules: readonly CountyRule[], date: string): CountyRule | undefined {
  return rules
    .filter((rule) => rule.county === county && holdsOn(rule, date) !== false)
    .sort((a, b) => ((a.from ?? "") < (b.from ?? "") ? 1 : -1))[0];
}

function basisOf(rule: CountyRule | undefined): SideBasis {
  if (!rule) return { rule: "model" };
  return { rule: "ruralSchools" in rule ? "county-schools" : "county-classes", source: rule.source };
}
