// The gaps of a group over INFRA_INDEX: between its counties, its schools of one stage, its urban and rural schools (scoring model 6.1).
import { type Cv, LEAST_UNITS } from "../gaps/cv.ts";
import { cvCounty, cvSchool, type IndexedSchool, type UrbanRural, urbanRural } from "../gaps/indicators.ts";
import type { Measure } from "../gaps/panel.ts";
import { type ModelParameters, PARAMETERS } from "../parameters.ts";
import { type GroupSchool, membersOf } from "./school.ts";

/** One gap, with the measure that its years are compared by. */
export type Gap =
  | { id: "CV_COUNTY" | "CV_SCHOOL" | "CV_URBAN_RURAL"; variant?: string; cv: Cv; measure: Measure }
  /** Insufficient as a whole: neither the coefficient nor the gap in points has its two groups. */
  | { id: "CV_URBAN_RURAL" | "GAP_URBAN_RURAL"; sides: UrbanRural };

export interface GapsInput {
  schools: readonly GroupSchool[];
  /** Codes of the counties that are compared; absent: the group lies in one county, or is no region. */
  counties?: readonly string[];
  /** The county whose schools are compared, stage by stage. */
  county?: string;
}

export function gapsOf(input: GapsInput, parameters: ModelParameters = PARAMETERS): Gap[] {
  const schools = membersOf(input.schools).map(indexed);
  return [...countyGaps(schools, input, parameters), ...schoolGaps(schools, input), ...sideGaps(schools, parameters)];
}

function countyGaps(schools: readonly IndexedSchool[], { counties }: GapsInput, parameters: ModelParameters): Gap[] {
  if (counties === undefined) return [];
  const by = (weighting: Measure["weighting"]): Gap => ({
    id: "CV_COUNTY",
    ...(weighting === "equal" && { variant: weighting }),
    cv: cvCounty(schools, counties, weighting, parameters).cv,
    measure: { weighting, least: LEAST_UNITS.counties },
  });
  return [by("students"), by("equal")];
}

function schoolGaps(schools: readonly IndexedSchool[], { county }: GapsInput): Gap[] {
  if (county === undefined) return [];
  const stages = new Set(schools.flatMap(({ stage }) => stage ?? []));
  return [...stages].sort().map((stage) => ({
    id: "CV_SCHOOL",
    variant: stage,
    cv: cvSchool(schools, county, stage),
    measure: { weighting: "students", least: LEAST_UNITS.schools },
  }));
}

function sideGaps(schools: readonly IndexedSchool[], parameters: ModelParameters): Gap[] {
  const sides = urbanRural(schools, parameters);
  const points: Gap = { id: "GAP_URBAN_RURAL", sides };
  if (sides.status === "insufficient") return [{ id: "CV_URBAN_RURAL", sides }, points];
  const measure: Measure = { weighting: "equal", least: LEAST_UNITS.groups };
  return [{ id: "CV_URBAN_RURAL", cv: sides.cv, measure }, points];
}

function indexed({ school, side, figures }: GroupSchool): IndexedSchool {
  const { id, county, stage, students } = school;
  return {
    id,
    county,
    side,
    ...(stage !== undefined && { stage }),
    ...(students !== undefined && { students }),
    ...(figures?.infraIndex && { index: figures.infraIndex.toNumber() }),
  };
}
