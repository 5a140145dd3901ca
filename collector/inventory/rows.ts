// What each kind of inventory row means: one function per file, from cells to an entity.
import { ID_PATTERN } from "../../contract/batch.ts";
import { deviceKey } from "../../contract/mac.ts";
import { dayOf } from "./day.ts";
import {
  type AgentEntry,
  type Area,
  type CalendarEntry,
  type HourRange,
  type InventoryDevice,
  type School,
  type Serves,
  VENUE_KINDS,
  type Venue,
  type VenueKind,
} from "./inventory.ts";
import type { Regions } from "./regions.ts";
import type { Row } from "./table.ts";

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
// The keys of our own constant; its first entry exists.
const KINDS = Object.keys(VENUE_KINDS) as [VenueKind, ...VenueKind[]];

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
  return {
    id,
    name: row.required("name", "the school's name"),
    ...(nameEn !== undefined && { nameEn }),
    county,
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

export function toVenue(row: Row<"venues.csv">): Venue {
  const kind = row.choice("kind", KINDS);
  const byKind = VENUE_KINDS[kind];
  const main = row.text("main_teaching") === undefined ? byKind : row.choice("main_teaching", ["no", "yes"]) === "yes";
  const building = row.text("building");
  const room = row.text("room");
  const areaM2 = row.number("area_m2", "square metres above 0", (v) => v > 0);
  const seats = row.number("seats", "a whole number of seats", isCount);
  return {
    id: row.id("id"),
    school: row.required("school", "a school's id"),
    ...(building !== undefined && { building }),
    ...(room !== undefined && { room }),
    name: row.text("name") ?? [building, room].filter((part) => part !== undefined).join(" "),
    kind,
    mainTeaching: main,
    mainTeachingOverridden: main !== byKind,
    ...(areaM2 !== undefined && { areaM2 }),
    ...(seats !== undefined && { seats }),
  };
}

export function toDevice(row: Row<"devices.csv">): InventoryDevice {
  const kind = row.required("kind", "what it is, for example ap");
  if (kind && !/^[a-z][a-z0-9_-]*$/.test(kind)) row.report("kind", `"${kind}" is not a lower-case word`);
  const id = row.id("id");
  const venue = row.text("venue");
  const parent = row.text("parent");
  return {
    id,
    school: row.required("school", "a school's id"),
    kind,
    name: row.text("name") ?? id,
    key: deviceKey(row.required("key", "what readings call it: a target's id, a serial or a MAC")),
    ...(venue !== undefined && { venue }),
    ...(parent !== undefined && { parent }),
    segment: row.text("segment") ?? "main",
    expectedOn: row.choice("expected_on", ["always", "on_demand"], "always"),
  };
}

export function toServes(row: Row<"serves.csv">): Serves {
  const dbm = row.number("walk_test_dbm", "dBm from -120 to 0", (v) => v >= -120 && v <= 0);
  const day = row.day("walk_test_date");
  // A level without its day, or the reverse, proves nothing, and nobody would notice that it is ignored.
  if (row.text("walk_test_dbm") !== undefined && day === undefined)
    row.report("walk_test_date", "is empty beside a level");
  if (day !== undefined && row.text("walk_test_dbm") === undefined)
    row.report("walk_test_dbm", "is empty beside a date");
  return {
    device: row.required("device", "a device's id"),
    venue: row.required("venue", "a venue's id"),
    role: row.choice("role", ["primary", "secondary"]),
    ...(dbm !== undefined && day !== undefined && { walkTest: { dbm, day } }),
  };
}

export function toAgent(row: Row<"agents.csv">): AgentEntry {
  const id = row.required("id", "an agent's id");
  if (id && !new RegExp(ID_PATTERN).test(id)) {
    row.report("id", `"${id}" is not an agent's id, expected letters, digits, dot, dash and underscore, at most 64`);
  }
  return { id, school: row.required("school", "a school's id"), name: row.text("name") ?? id };
}

export function toCalendarEntry(row: Row<"calendar.csv">): CalendarEntry {
  const from = row.day("from");
  const to = row.day("to");
  if (from === undefined) row.required("from", "a date such as 2026-09-01");
  if (to === undefined) row.required("to", "a date such as 2026-09-01");
  if ((dayOf(from ?? "") ?? 0) > (dayOf(to ?? "") ?? Number.POSITIVE_INFINITY)) row.report("to", `is before ${from}`);
  const name = row.text("name");
  return {
    scope: row.required("scope", "*, a region code or a school's id"),
    from: from ?? "",
    to: to ?? "",
    kind: row.choice("kind", ["term", "holiday", "makeup"]),
    ...(name !== undefined && { name }),
  };
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
