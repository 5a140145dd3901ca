// What a group needs to know of one of its schools: who it is on the day, and its figures, live or kept.
import type { SchoolCoverage } from "../../../contract/api.ts";
import { dayOf } from "../../inventory/day.ts";
import type { Inventory, School } from "../../inventory/inventory.ts";
import type { Band } from "../card/bands.ts";
import type { Ready } from "../card/ready.ts";
import type { Exact } from "../exact.ts";
import { type Side, sideOf } from "../gaps/urban-rural.ts";
import type { IndicatorId } from "../indicators/catalogue.ts";
import type { IndicatorValue } from "../indicators/value.ts";
import type { Truth } from "../truth.ts";

/** Figures of a school, as far as groups look at them. */
export interface SchoolFigures {
  coverage: SchoolCoverage;
  frozen: boolean;
  indicators: ReadonlyMap<IndicatorId, IndicatorValue>;
  /** The score as the gates leave it, and its band; absent without minimum evidence. */
  point?: Exact;
  band?: Band;
  ready: Ready;
  /** Absent: nobody has entered it. */
  attested?: boolean;
  /** INFRA_INDEX; absent without minimum evidence. */
  infraIndex?: Exact;
}

export interface GroupSchool {
  school: School;
  /** On which side of the urban–rural gap it stands on the day. */
  side: Side;
  /** Whether it belongs to the group; `undefined`: not known. */
  member: Truth;
  /** Absent: they could not be computed, so nothing is known of it. */
  figures?: SchoolFigures;
}

/** The side of a school on a day, by its county's own list where there is one. @param day `2026-10-31` */
export function sideOn(school: School, inventory: Inventory, day: string): Side {
  const rule = inventory.ruralRuleOf(school.county, dayOf(day) ?? Number.NaN);
  const { id, county, areaCode, areaSource = "schools.csv" } = school;
  const placeClass = areaCode === undefined ? {} : { placeClass: { code: areaCode, source: areaSource } };
  return sideOf({ id, county, ...placeClass }, rule ? [rule] : [], day).side;
}

/** Schools that surely belong. */
export function membersOf(schools: readonly GroupSchool[]): GroupSchool[] {
  return schools.filter(({ member }) => member === true);
}
