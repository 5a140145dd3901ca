// Computes the result of a group from the results of its schools, and how its gaps have changed since the years before.
import type { NarrowingView, ResultInputs } from "../../contract/scorecard.ts";
import type { Inventory } from "../inventory/inventory.ts";
import type { Groups } from "../score/gaps/groups.ts";
import { type MonitoredYear, narrowing } from "../score/gaps/narrowing.ts";
import type { Measure } from "../score/gaps/panel.ts";
import type { Pool } from "../score/group/figure.ts";
import type { Gap } from "../score/group/gaps.ts";
import { type GroupResult, groupResult } from "../score/group/group.ts";
import type { GroupScope } from "../score/group/population.ts";
import type { GroupSchool, SchoolFigures } from "../score/group/school.ts";
import { sha256Of } from "./canonical.ts";
import { narrowingView, unitsIn } from "./gap-view.ts";
import { type GroupBody, type GroupCard, groupBody } from "./group-body.ts";
import { endOfDayMs } from "./sources.ts";

/** A school's figures with what they were made from. */
export interface SchoolKnown {
  figures: SchoolFigures;
  /** Of its result. */
  sha256: string;
  inputs: ResultInputs;
}

/** Everything that the groups of one day are made of. */
export interface GroupWorld {
  inventory: Inventory;
  groups: Groups;
  day: string;
  /** By school; one that is not there could not be computed. */
  schools: ReadonlyMap<string, SchoolKnown>;
  pool: Pool;
}

/** A kept card of the end of an earlier year. */
export interface YearCard {
  year: number;
  card: GroupCard;
}

/** The year from which the documents count. */
const BASELINE_YEAR = 2021;

export function groupOn(
  scope: GroupScope,
  world: GroupWorld,
  years: readonly YearCard[],
): { body: GroupBody; inputs: ResultInputs } {
  const schools = withFigures(scope, world);
  const { counties, county } = scope;
  const result = groupResult({
    schools,
    asOfMs: endOfDayMs(world.day),
    pool: world.pool,
    ...(counties && { counties }),
    ...(county !== undefined && { county }),
  });
  const inputs = groupInputs(schools, world);
  const earlier = years.filter(({ year }) => year < Number(world.day.slice(0, 4)));
  const body = groupBody({
    scope,
    result,
    regions: world.inventory.regions,
    narrowing: narrowings(result, earlier, world.day, inputs),
    inputs,
  });
  return { body, inputs };
}

/** The scope's schools with what is known of them. */
export function withFigures({ schools }: Pick<GroupScope, "schools">, world: GroupWorld): GroupSchool[] {
  return schools.map((member) => {
    const known = world.schools.get(member.school.id);
    return { ...member, ...(known && { figures: known.figures }) };
  });
}

/** What a group is made from: the results of those of its schools that may belong. */
export function groupInputs(schools: readonly GroupSchool[], world: GroupWorld): ResultInputs {
  const its = schools.flatMap(({ school, member }) => (member === false ? [] : [school.id]));
  const lines = its.map((id) => `${id} ${world.schools.get(id)?.sha256 ?? "-"}`);
  const known = its.flatMap((id) => world.schools.get(id)?.inputs ?? []);
  const first = least(known.flatMap(({ fromDay }) => fromDay ?? []));
  const last = greatest(known.flatMap(({ toDay }) => toDay ?? []));
  const inventory = known.find((inputs) => inputs.inventory !== undefined)?.inventory;
  return {
    ...(inventory !== undefined && { inventory }),
    evidence: sha256Of(lines.join("\n")),
    ...(first !== undefined && { fromDay: first }),
    ...(last !== undefined && { toDay: last }),
    recordedOn: greatest(known.map(({ recordedOn }) => recordedOn)) ?? world.day,
  };
}

/** Days sort as text. */
function least(days: readonly string[]): string | undefined {
  return [...days].sort()[0];
}

function greatest(days: readonly string[]): string | undefined {
  return [...days].sort().at(-1);
}

/** Each coefficient of variation over the years: those that were kept, and this one if its day ends it. */
function narrowings(
  { gaps, modelVersion }: GroupResult,
  years: readonly YearCard[],
  day: string,
  { recordedOn }: ResultInputs,
): NarrowingView[] {
  return gaps.flatMap((gap): NarrowingView[] => {
    if (!("cv" in gap)) return [];
    const own = day.endsWith("-12-31") ? [yearOf(Number(day.slice(0, 4)), gap, modelVersion, recordedOn)] : [];
    const input = {
      years: [...kept(gap, years), ...own],
      measure: gap.measure,
      baselineYear: BASELINE_YEAR,
      // What is shown is how it stands now: no target's deadline closes it.
      deadline: `${day.slice(0, 4)}-12-31`,
      asOf: day,
    };
    return input.years.length > 0 ? [narrowingView(gap, narrowing(input))] : [];
  });
}

function yearOf(year: number, { cv }: Extract<Gap, { measure: Measure }>, modelVersion: string, recordedOn: string) {
  const units = [
    ...cv.parts.map(({ id, value, weight }) => ({
      id,
      value,
      ...(cv.weighting === "students" && { students: weight }),
    })),
    ...cv.leftOut.map(({ id, reason }) => ({ id, reason })),
  ];
  return { year, modelVersion, recordedOn, units };
}

/** A gap's years in cards that were kept. */
export function kept({ id, variant }: { id: string; variant?: string }, years: readonly YearCard[]): MonitoredYear[] {
  return years.flatMap(({ year, card }) => {
    const gap = card.gaps.find((one) => one.id === id && one.variant === variant);
    if (!gap) return [];
    const recordedOn = card.inputs?.recordedOn;
    return [
      { year, modelVersion: card.modelVersion, units: unitsIn(gap), ...(recordedOn !== undefined && { recordedOn }) },
    ];
  });
}
