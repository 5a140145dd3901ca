// From a row of schools.csv to a school.
import { type Area, type HourRange, type School, STAGES } from "./inventory.ts";
import type { Regions } from "./regions.ts";
import type { Row } from "./row.ts";

/** Category digits of the school code (scoring model section 2). */
const CATEGORIES = "11 21 22 31 32 33 34 35 36 37 41 42 51 91 92 93".split(" ");
const PROVINCE_DIGITS = "33";
const DEFAULT_HOURS = "08:00-12:00 13:00-17:00";
/** Urban–rural classes of the statistical code (scoring model section 2). */
const AREA_OF_CODE: Readonly<Record<string, Area>> = {
  111: "urban",
  112: "urban",
  121: "town",
  122: "town",
  123: "town",
  210: "rural",
  220: "rural",
};
export function toSchool(row: Row<"schools.csv">, regions: Regions): School {
  const id = row.required("id", "the ten digits of the school code");
  const problem = schoolCodeProblem(id);
  if (id && problem) row.report("id", `"${id}" ${problem}`);
  const county = row.required("county", "a county's six-digit code");
  if (county && regions.region(county)?.level !== "county") {
    row.report("county", `"${county}" is not the code of a county, expected one of regions.csv, for example 330106`);
  }
  const areaCode = row.text("area_code");
  const area = areaCode === undefined ? "unclassified" : AREA_OF_CODE[areaCode];
  if (area === undefined) row.report("area_code", `is "${areaCode}", expected ${Object.keys(AREA_OF_CODE).join(", ")}`);
  const nameEn = row.text("name_en");
  const students = row.number("students", "a whole number of students", isCount);
  const confirmed = row.day("inventory_confirmed_at");
  const stage = row.option("stage", STAGES, true);
  const zone = row.text("zone");
  const areaSource = row.text("area_source");
  if (areaSource !== undefined && areaCode === undefined)
    row.report("area_source", "is said of an area_code, which is empty");
  return {
    id,
    name: row.required("name", "the school's name"),
    ...(nameEn !== undefined && { nameEn }),
    county,
    ...(stage !== undefined && { stage }),
    ...(zone !== undefined && { zone }),
    ...(areaSource !== undefined && { areaSource }),
    ...(areaCode !== undefined && { areaCode }),
    area: area ?? "unclassified",
    ...(students !== undefined && { students }),
    hours: toHours(row),
    ...(confirmed !== undefined && { inventoryConfirmedAt: confirmed }),
  };
}

/** Why a text is no school code of this province; its serial has no check digit, so a wrong one cannot be seen. */
function schoolCodeProblem(id: string): string | undefined {
  if (!/^\d{10}$/.test(id)) return "is not a school code, expected ten digits (in Excel: a text cell)";
  if (!CATEGORIES.includes(id.slice(0, 2))) return `begins with ${id.slice(0, 2)}, expected ${CATEGORIES.join(", ")}`;
  if (id.slice(2, 4) !== PROVINCE_DIGITS) {
    return `has province digits ${id.slice(2, 4)}, expected ${PROVINCE_DIGITS} in third and fourth place`;
  }
  return undefined;
}

function toHours(row: Row<"schools.csv">): HourRange[] {
  const text = row.text("school_hours") ?? DEFAULT_HOURS;
  const ranges: HourRange[] = [];
  let after = 0;
  for (const part of text.split(/\s+/)) {
    const [, h1, m1, h2, m2] = (/^(\d{2}):([0-5]\d)-(\d{2}):([0-5]\d)$/.exec(part) ?? []).map(Number);
    const range = { fromMinute: (h1 ?? Number.NaN) * 60 + (m1 ?? 0), toMinute: (h2 ?? Number.NaN) * 60 + (m2 ?? 0) };
    const { fromMinute, toMinute } = range;
    if (!(fromMinute >= after && fromMinute < toMinute && toMinute <= 1440)) {
      row.report(
        "school_hours",
        `"${part}" is not a range, expected ranges one after another such as ${DEFAULT_HOURS}`,
      );
    } else if (fromMinute % 5 !== 0 || toMinute % 5 !== 0) {
      row.report("school_hours", `"${part}" does not begin and end on five minutes`);
    }
    after = Number.isNaN(toMinute) ? after : toMinute;
    ranges.push(range);
  }
  return ranges;
}

/** A whole number from 0 up. */
export function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
