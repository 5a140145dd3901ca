// What can only be seen by comparing rows: ids and keys that are not unique, references that lead nowhere, circles.
import type { InventoryFile } from "./files.ts";
import type {
  AgentEntry,
  CalendarEntry,
  Campus,
  GroupMember,
  InventoryDevice,
  School,
  Serves,
  Venue,
  Zone,
} from "./inventory.ts";
import { RURAL_GROUP } from "./membership.ts";
import type { Regions } from "./regions.ts";
import type { Row } from "./row.ts";

/** An entity together with its row, so that a problem found by comparing rows can still name the line. */
export interface Read<F extends InventoryFile, T> {
  row: Row<F>;
  item: T;
}

export interface ReadFile<F extends InventoryFile, T> {
  rows: readonly Read<F, T>[];
  /** Every row of the file could be read. */
  isWhole: boolean;
}

/** The rows of all files, before it is known whether they fit together. */
export interface AllRows {
  schools: ReadFile<"schools.csv", School>;
  venues: ReadFile<"venues.csv", Venue>;
  devices: ReadFile<"devices.csv", InventoryDevice>;
  serves: ReadFile<"serves.csv", Serves>;
  agents: ReadFile<"agents.csv", AgentEntry>;
  calendar: ReadFile<"calendar.csv", CalendarEntry>;
  zones: ReadFile<"zones.csv", Zone>;
  campuses: ReadFile<"campuses.csv", Campus>;
  groups: ReadFile<"groups.csv", GroupMember>;
}

/** What a file has under which id. */
interface Known<T> {
  get(id: string): T | undefined;
  /** Surely not there; of a file that could not be read whole nobody can say so, and one problem would look like thousands. */
  lacks(id: string): boolean;
}

/** Notes every problem at the row where it shows. */
export function checkTogether(all: AllRows, regions: Regions): void {
  const { venues, devices, serves, agents, calendar, campuses, groups } = all;
  const schoolOf = unique(all.schools, "id");
  const venueOf = unique(venues, "id");
  const deviceOf = unique(devices, "id");
  const zoneOf = unique(all.zones, "id");
  const campusOf = unique(campuses, "id");
  unique(agents, "id");
  for (const { rows } of [venues, devices, agents, campuses])
    for (const { row, item } of rows) checkSchool(row, item.school, schoolOf);
  for (const school of all.schools.rows) checkZone(school, zoneOf);
  for (const venue of venues.rows) checkCampus(venue, campusOf);
  checkKeys(devices.rows);
  for (const device of devices.rows) checkPlaces(device, venueOf, deviceOf);
  checkCycles(devices.rows, deviceOf);
  checkServes(serves.rows, venueOf, deviceOf);
  checkCalendar(calendar.rows, schoolOf, regions);
  checkMembers(groups.rows, schoolOf, regions);
  checkPeriods(groups.rows);
}

/** Entities by id; a second one with the same id is a problem. */
function unique<F extends InventoryFile, T extends { id: string }>(
  { rows, isWhole }: ReadFile<F, T>,
  column: "id",
): Known<T> {
  const byId = new Map<string, T>();
  for (const { row, item } of rows) {
    if (item.id !== "" && byId.has(item.id)) row.report(column, `"${item.id}" is there already, ids are unique`);
    else byId.set(item.id, item);
  }
  return { get: (id) => byId.get(id), lacks: (id) => isWhole && !byId.has(id) };
}

/** Empty references have been reported where they were read; the checks below look only at filled ones. */
function checkSchool(
  row: Row<"venues.csv"> | Row<"devices.csv"> | Row<"agents.csv"> | Row<"campuses.csv">,
  school: string,
  schoolOf: Known<School>,
): void {
  if (school !== "" && schoolOf.lacks(school)) row.report("school", `"${school}" is not in schools.csv`);
}

function checkZone({ row, item }: Read<"schools.csv", School>, zoneOf: Known<Zone>): void {
  if (item.zone === undefined) return;
  const zone = zoneOf.get(item.zone);
  if (zoneOf.lacks(item.zone)) row.report("zone", `"${item.zone}" is not in zones.csv`);
  if (zone && zone.county !== "" && item.county !== "" && zone.county !== item.county)
    row.report("zone", `"${item.zone}" rolls up to county ${zone.county}, the school stands in ${item.county}`);
}

function checkCampus({ row, item }: Read<"venues.csv", Venue>, campusOf: Known<Campus>): void {
  if (item.campus === undefined) return;
  const campus = campusOf.get(item.campus);
  if (campusOf.lacks(item.campus)) row.report("campus", `"${item.campus}" is not in campuses.csv`);
  if (campus && campus.school !== item.school)
    row.report("campus", `"${item.campus}" belongs to school ${campus.school}`);
}

function checkKeys(devices: readonly Read<"devices.csv", InventoryDevice>[]): void {
  const holders = new Map<string, string>();
  for (const { row, item } of devices) {
    if (item.key === "") continue;
    const place = `${item.school} ${item.key}`;
    const holder = holders.get(place);
    if (holder !== undefined)
      row.report("key", `"${item.key}" is the key of ${holder} already, keys are unique in a school`);
    else holders.set(place, item.id);
  }
}

function checkPlaces(
  { row, item }: Read<"devices.csv", InventoryDevice>,
  venueOf: Known<Venue>,
  deviceOf: Known<InventoryDevice>,
): void {
  if (item.venue !== undefined) {
    const venue = venueOf.get(item.venue);
    if (venueOf.lacks(item.venue)) row.report("venue", `"${item.venue}" is not in venues.csv`);
    if (venue && venue.school !== item.school) row.report("venue", `"${item.venue}" belongs to school ${venue.school}`);
  }
  if (item.parent !== undefined) {
    const parent = deviceOf.get(item.parent);
    if (deviceOf.lacks(item.parent)) row.report("parent", `"${item.parent}" is not in devices.csv`);
    if (parent && parent.school !== item.school)
      row.report("parent", `"${item.parent}" belongs to school ${parent.school}`);
  }
}

/** A cycle is reported once, at the first of its devices in the file. */
function checkCycles(devices: readonly Read<"devices.csv", InventoryDevice>[], deviceOf: Known<InventoryDevice>): void {
  const done = new Set<string>();
  for (const { row, item } of devices) {
    const path: string[] = [];
    for (let at: InventoryDevice | undefined = item; at && !done.has(at.id); at = deviceOf.get(at.parent ?? "")) {
      if (path.includes(at.id)) {
        const cycle = [...path.slice(path.indexOf(at.id)), at.id];
        row.report("parent", `${cycle.join(" → ")} is a circle, expected a path that ends`);
        break;
      }
      path.push(at.id);
    }
    for (const id of path) done.add(id);
  }
}

function checkServes(
  serves: readonly Read<"serves.csv", Serves>[],
  venueOf: Known<Venue>,
  deviceOf: Known<InventoryDevice>,
): void {
  const pairs = new Set<string>();
  for (const { row, item } of serves) {
    const device = deviceOf.get(item.device);
    const venue = venueOf.get(item.venue);
    if (item.device !== "" && deviceOf.lacks(item.device))
      row.report("device", `"${item.device}" is not in devices.csv`);
    if (item.venue !== "" && venueOf.lacks(item.venue)) row.report("venue", `"${item.venue}" is not in venues.csv`);
    if (device && venue && device.school !== venue.school) {
      row.report("venue", `"${venue.id}" belongs to school ${venue.school}, the device to ${device.school}`);
    }
    const pair = `${item.device} ${item.venue}`;
    if (device && venue && pairs.has(pair))
      row.report("venue", `${item.device} serving ${item.venue} is there already`);
    pairs.add(pair);
  }
}

function checkCalendar(
  entries: readonly Read<"calendar.csv", CalendarEntry>[],
  schoolOf: Known<School>,
  regions: Regions,
): void {
  const seen = new Set<string>();
  for (const { row, item } of entries) {
    const { scope, from, to, kind } = item;
    if (scope !== "" && scope !== "*" && !regions.region(scope) && schoolOf.lacks(scope)) {
      row.report("scope", `"${scope}" is neither *, nor a region code, nor a school's id`);
    }
    const entry = `${scope} ${from} ${to} ${kind}`;
    if (seen.has(entry)) row.report("scope", `${entry} is there already`);
    seen.add(entry);
  }
}

/** A member is a county or a school; of a county's own list of rural schools, a school. */
function checkMembers(
  members: readonly Read<"groups.csv", GroupMember>[],
  schoolOf: Known<School>,
  regions: Regions,
): void {
  for (const { row, item } of members) {
    const { group, member } = item;
    if (member === "" || schoolOf.get(member)) continue;
    const isCounty = regions.region(member)?.level === "county";
    if (group === RURAL_GROUP && isCounty)
      row.report("member", `"${member}" is a county, expected the id of a rural school`);
    else if (!isCounty && schoolOf.lacks(member))
      row.report("member", `"${member}" is neither a county's code nor a school's id of schools.csv`);
  }
}

/** The same member twice on one day would be two answers to one question. */
function checkPeriods(members: readonly Read<"groups.csv", GroupMember>[]): void {
  const periods = new Map<string, GroupMember[]>();
  for (const { row, item } of members) {
    const key = `${item.group} ${item.member}`;
    const before = periods.get(key) ?? [];
    const twin = before.find((other) => overlap(other, item));
    if (twin) {
      const period = `${twin.from ?? "the beginning"} to ${twin.to ?? "further notice"}`;
      row.report("member", `"${item.member}" is in ${item.group} already from ${period}`);
    }
    periods.set(key, [...before, item]);
  }
}

/** Dates in ISO form sort as text. */
function overlap(a: GroupMember, b: GroupMember): boolean {
  return (a.from ?? "") <= (b.to ?? "9999-12-31") && (b.from ?? "") <= (a.to ?? "9999-12-31");
}
