// The gap indicators over INFRA_INDEX: between counties, between the schools of a county, between urban and rural schools (scoring model 6.1).
import { Exact } from "../exact.ts";
import { atLeast, MODEL_VERSION, type ModelParameters, PARAMETERS } from "../parameters.ts";
import { type Cv, coefficientOfVariation, LEAST_UNITS, type Unit, type Weighting } from "./cv.ts";
import type { Side } from "./urban-rural.ts";

export interface IndexedSchool {
  id: string;
  /** GB/T 2260 code. */
  county: string;
  /** Such as primary or junior; a CV over schools compares schools of one stage only. */
  stage?: string;
  /** Absent: not known. */
  students?: number;
  /** INFRA_INDEX in points, 0–100, as stored: it counts as the decimal that people read of it. Absent while insufficient. */
  index?: number;
  side: Side;
}

/** The mean of a group's schools, schools equal. */
export interface GroupMean {
  schools: number;
  /** Schools with an index, and the sum of these: denominator and numerator of the mean. */
  known: number;
  sum: Exact;
  /** Absent when too few schools are known, or there is none. */
  mean?: Exact;
  /** Of the schools' indexes; absent without any. */
  min?: number;
  max?: number;
}

/** CV_COUNTY: counties by the mean of their schools; by students (primary) or equal (secondary). */
export interface CountyCv {
  cv: Cv;
  counties: { code: string; mean: GroupMean; students?: number }[];
}

/**
 * A county's mean counts when the same share of its schools is known that its other figures ask for. Its weight is the students of all
 * its schools, those without an index too, and not known when the number of one school is missing.
 *
 * @param counties codes of all counties that are compared: one without a school is shown as left out, not forgotten
 */
export function cvCounty(
  schools: readonly IndexedSchool[],
  counties: readonly string[],
  weighting: Weighting,
  parameters: ModelParameters = PARAMETERS,
): CountyCv {
  const byCounty = new Map<string, IndexedSchool[]>(counties.map((code) => [code, []]));
  for (const school of schools) byCounty.get(school.county)?.push(school);
  const rows = [...byCounty].map(([code, its]) => {
    const students = studentsOf(its);
    return { code, mean: meanOf(its, parameters), ...(students !== undefined && { students }) };
  });
  const units = rows.map(({ code, mean, students }) => ({
    ...unitOf(code, mean),
    ...(students !== undefined && { students }),
  }));
  return { cv: coefficientOfVariation({ units, weighting, least: LEAST_UNITS.counties }), counties: rows };
}

/** CV_SCHOOL: schools of one county and one stage, by students. */
export function cvSchool(schools: readonly IndexedSchool[], county: string, stage: string): Cv {
  const units = schools
    .filter((school) => school.county === county && school.stage === stage)
    .map(({ id, students, index }) => ({
      id,
      ...(students !== undefined && { students }),
      ...(index !== undefined && { value: Exact.of(index) }),
    }));
  return coefficientOfVariation({ units, weighting: "students", least: LEAST_UNITS.schools });
}

export type UrbanRuralReason = "no_school" | "too_many_unclassified" | "too_few_known_schools";

interface UrbanRuralInputs {
  /** City and town together. */
  urban: GroupMean;
  rural: GroupMean;
  /** Ids of the schools that stand in neither group. */
  unclassified: string[];
  schools: number;
  modelVersion: string;
}

export type UrbanRural =
  | (UrbanRuralInputs & {
      status: "value";
      /** GAP_URBAN_RURAL in points: urban mean − rural mean; below 0 when rural schools are better. */
      gap: Exact;
      /** CV_URBAN_RURAL over the two means, equal weights; itself insufficient where both are 0. */
      cv: Cv;
    })
  | (UrbanRuralInputs & { status: "insufficient"; reason: UrbanRuralReason });

/**
 * CV_URBAN_RURAL and GAP_URBAN_RURAL with both groups. Insufficient when more schools are unclassified than the limit allows, or too
 * few schools of a group are known.
 */
export function urbanRural(schools: readonly IndexedSchool[], parameters: ModelParameters = PARAMETERS): UrbanRural {
  const of = (side: Side) => schools.filter((school) => school.side === side);
  const urban = meanOf(of("urban"), parameters);
  const rural = meanOf(of("rural"), parameters);
  const unclassified = of("unclassified").map(({ id }) => id);
  const inputs = { urban, rural, unclassified, schools: schools.length, modelVersion: MODEL_VERSION };
  const insufficient = (reason: UrbanRuralReason): UrbanRural => ({ status: "insufficient", reason, ...inputs });
  const { numerator, denominator } = parameters.unclassifiedLimit;
  if (unclassified.length * denominator > schools.length * numerator) return insufficient("too_many_unclassified");
  if (urban.schools === 0 || rural.schools === 0) return insufficient("no_school");
  if (urban.mean === undefined || rural.mean === undefined) return insufficient("too_few_known_schools");
  const units = [unitOf("urban", urban), unitOf("rural", rural)];
  const cv = coefficientOfVariation({ units, weighting: "equal", least: LEAST_UNITS.groups });
  return { status: "value", gap: urban.mean.minus(rural.mean), cv, ...inputs };
}

function meanOf(schools: readonly IndexedSchool[], { countyKnownSchools }: ModelParameters): GroupMean {
  const indexes = schools.flatMap(({ index }) => (index === undefined ? [] : [index]));
  const sum = Exact.sum(indexes.map(Exact.of));
  const known = indexes.length;
  const enough = known > 0 && atLeast(known, schools.length, countyKnownSchools);
  return {
    schools: schools.length,
    known,
    sum,
    ...(enough && { mean: sum.over(Exact.ratio(known, 1)) }),
    ...(known > 0 && { min: Math.min(...indexes), max: Math.max(...indexes) }),
  };
}

function unitOf(id: string, { schools, mean }: GroupMean): Unit {
  return mean === undefined ? { id, reason: schools > 0 ? "too_few_known_schools" : "no_school" } : { id, value: mean };
}

function studentsOf(schools: readonly IndexedSchool[]): number | undefined {
  let sum = 0;
  for (const { students } of schools) {
    if (students === undefined) return undefined;
    sum += students;
  }
  return sum;
}
