// Indicators of new teaching spaces and of all-fibre campuses: SPACE_COUNT, SPACE_SCHOOL_SHARE, ALL_OPTICAL_COUNT.
import { Exact } from "../exact.ts";
import { atLeast, type ModelParameters, PARAMETERS } from "../parameters.ts";
import { tallyOf } from "../share.ts";
import type { Truth } from "../truth.ts";
import { because, count, type IndicatorValue, indicator, rate } from "./value.ts";

/** The new teaching spaces of a school, and whether the county has signed the list that they stand on. */
export interface SpacesOfSchool {
  id: string;
  /** Registered with an approval. */
  approved: number;
  /** Registered without one. */
  unapproved: number;
  listSigned: boolean;
}

/** SPACE_COUNT: printed when every list is signed. Without that nothing bounds it above. */
export function spaceCount(schools: readonly SpacesOfSchool[]): IndicatorValue {
  const approved = schools.reduce((sum, school) => sum + school.approved, 0);
  const unapproved = schools.reduce((sum, school) => sum + school.unapproved, 0);
  const unsigned = schools.filter(({ listSigned }) => !listSigned).length;
  const enough = schools.length > 0 && unsigned === 0;
  return count("SPACE_COUNT", approved, {
    enough,
    reasons: [
      ...because(schools.length === 0 ? 1 : 0, "nothing_registered"),
      ...because(unsigned, "list_not_signed"),
      ...because(unapproved, "no_attachment"),
    ],
  });
}

/** SPACE_SCHOOL_SHARE: an approved space proves a school whatever its list; none proves nothing before the list is signed. */
export function spaceSchoolShare(
  schools: readonly SpacesOfSchool[],
  { countyKnownSchools }: ModelParameters = PARAMETERS,
): IndicatorValue {
  const hasSpace = ({ approved, listSigned }: SpacesOfSchool): Truth =>
    approved > 0 || (listSigned ? false : undefined);
  const tally = tallyOf(schools.map(hasSpace));
  return rate("SPACE_SCHOOL_SHARE", tally, {
    enough: schools.length > 0 && atLeast(tally.yes + tally.no, schools.length, countyKnownSchools),
    reasons: [
      ...because(schools.length === 0 ? 1 : 0, "nothing_registered"),
      ...because(tally.unknown, "list_not_signed"),
    ],
  });
}

/** A school attested to be all-fibre, and what its access ports say: absent where none tells its medium. */
export interface OpticalSchool {
  id: string;
  portsAreFibre?: boolean;
}

/** ALL_OPTICAL_COUNT: attested and not contradicted. @param attested absent: nobody has entered attestations */
export function allOpticalCount(attested: readonly OpticalSchool[] | undefined): IndicatorValue {
  if (attested === undefined)
    return indicator("ALL_OPTICAL_COUNT", { enough: false, lo: Exact.of(0), reasons: because(1, "no_entry") });
  const contradicted = attested.filter(({ portsAreFibre }) => portsAreFibre === false).length;
  return count("ALL_OPTICAL_COUNT", attested.length - contradicted, {
    enough: true,
    reasons: because(contradicted, "contradicted"),
  });
}
