// From the texts of the CSV files to a checked inventory, or to the list of everything that is wrong with them.
import { ConfigError, type Problem } from "../../contract/errors.ts";
import { INVENTORY_FILES, type InventoryFile, isInventoryFile, OPTIONAL_FILES } from "./files.ts";
import {
  type AgentEntry,
  type CalendarEntry,
  Inventory,
  type InventoryDevice,
  type School,
  type Serves,
  type Venue,
} from "./inventory.ts";
import type { Regions } from "./regions.ts";
import { toAgent, toCalendarEntry, toDevice, toSchool, toServes, toVenue } from "./rows.ts";
import { type Row, readTable } from "./table.ts";

/** An entity together with its row, so that a problem found by comparing rows can still name the line. */
interface Read<F extends InventoryFile, T> {
  row: Row<F>;
  item: T;
}

interface ReadFile<F extends InventoryFile, T> {
  rows: readonly Read<F, T>[];
  /** Every row of the file could be read. */
  isWhole: boolean;
}

/** What a file has under which id. */
interface Known<T> {
  get(id: string): T | undefined;
  /** Surely not there; of a file that could not be read whole nobody can say so, and one problem would look like thousands. */
  lacks(id: string): boolean;
}

/**
 * Reads the files of an inventory, by file name.
 *
 * @throws ConfigError with every problem of every file; nothing of a faulty inventory is used
 */
export function readInventory(files: ReadonlyMap<string, string>, regions: Regions): Inventory {
  const problems: Problem[] = [];
  for (const name of files.keys()) {
    if (!isInventoryFile(name))
      problems.push({ path: name, message: `is not an inventory file, expected ${fileNames()}` });
  }
  const read = <F extends InventoryFile, T>(file: F, toItem: (row: Row<F>) => T): ReadFile<F, T> => {
    const text = files.get(file);
    if (text !== undefined) {
      const { rows, isWhole } = readTable(file, text, problems);
      return { rows: rows.map((row) => ({ row, item: toItem(row) })), isWhole };
    }
    if (!OPTIONAL_FILES.has(file)) problems.push({ path: file, message: "is missing" });
    return { rows: [], isWhole: false };
  };
  const schools = read("schools.csv", (row) => toSchool(row, regions));
  const venues = read("venues.csv", toVenue);
  const devices = read("devices.csv", toDevice);
  const serves = read("serves.csv", toServes);
  const agents = read("agents.csv", toAgent);
  const calendar = read("calendar.csv", toCalendarEntry);

  checkTogether({ schools, venues, devices, serves, agents, calendar }, regions);
  if (problems.length > 0) throw new ConfigError("inventory", problems);
  const items = <T>({ rows }: { rows: readonly { item: T }[] }) => rows.map(({ item }) => item);
  return new Inventory(
    {
      schools: items(schools),
      venues: items(venues),
      devices: items(devices),
      serves: items(serves),
      agents: items(agents),
      calendar: items(calendar),
    },
    regions,
  );
}

/** The rows of all files, before it is known whether they fit together. */
interface AllRows {
  schools: ReadFile<"schools.csv", School>;
  venues: ReadFile<"venues.csv", Venue>;
  devices: ReadFile<"devices.csv", InventoryDevice>;
  serves: ReadFile<"serves.csv", Serves>;
  agents: ReadFile<"agents.csv", AgentEntry>;
  calendar: ReadFile<"calendar.csv", CalendarEntry>;
}

/** What can only be seen by comparing rows: ids and keys that are not unique, references that lead nowhere, circles. */
function checkTogether({ schools, venues, devices, serves, agents, calendar }: AllRows, regions: Regions): void {
  const schoolOf = unique(schools, "id");
  const venueOf = unique(venues, "id");
  const deviceOf = unique(devices, "id");
  unique(agents, "id");
  for (const { row, item } of [...venues.rows, ...devices.rows, ...agents.rows])
    checkSchool(row, item.school, schoolOf);
  checkKeys(devices.rows);
  for (const device of devices.rows) checkPlaces(device, venueOf, deviceOf);
  checkCycles(devices.rows, deviceOf);
  checkServes(serves.rows, venueOf, deviceOf);
  checkCalendar(calendar.rows, schoolOf, regions);
}

function fileNames(): string {
  return Object.keys(INVENTORY_FILES).join(", ");
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
  row: Row<"venues.csv"> | Row<"devices.csv"> | Row<"agents.csv">,
  school: string,
  schoolOf: Known<School>,
): void {
  if (school !== "" && schoolOf.lacks(school)) row.report("school", `"${school}" is not in schools.csv`);
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
