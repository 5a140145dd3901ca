// From the files of an inventory, as texts or as sheets, to a checked inventory, or to the list of everything that is wrong.
import { ConfigError, type Problem } from "../../contract/errors.ts";
import { checkTogether, type ReadFile } from "./cross-checks.ts";
import { toDevice, toServes } from "./device-row.ts";
import { INVENTORY_FILE_NAMES, type InventoryFile, isInventoryFile, OPTIONAL_FILES } from "./files.ts";
import { Inventory } from "./inventory.ts";
import type { Regions } from "./regions.ts";
import type { Row } from "./row.ts";
import { toAgent, toCalendarEntry, toCampus, toGroupMember, toZone } from "./rows.ts";
import { toSchool } from "./school-row.ts";
import { type FileSource, readTable } from "./table.ts";
import { toVenue } from "./venue-row.ts";

/**
 * Reads the files of an inventory, by file name.
 *
 * @param found what is known to be wrong already, which is reported with the rest
 * @throws ConfigError with every problem of every file; nothing of a faulty inventory is used
 */
export function readInventory(
  files: ReadonlyMap<string, FileSource>,
  regions: Regions,
  found: readonly Problem[] = [],
): Inventory {
  const problems: Problem[] = [...found];
  const shared = new Map<string, string>();
  for (const name of files.keys()) {
    if (!isInventoryFile(name))
      problems.push({ path: name, message: `is not an inventory file, expected ${INVENTORY_FILE_NAMES.join(", ")}` });
  }
  const read = <F extends InventoryFile, T>(file: F, toItem: (row: Row<F>) => T): ReadFile<F, T> => {
    const source = files.get(file);
    if (source !== undefined) {
      const { rows, isWhole } = readTable(file, source, { problems, shared });
      return { rows: rows.map((row) => ({ row, item: toItem(row) })), isWhole };
    }
    if (OPTIONAL_FILES.has(file)) return { rows: [], isWhole: true };
    problems.push({ path: file, message: "is missing" });
    return { rows: [], isWhole: false };
  };
  const schools = read("schools.csv", (row) => toSchool(row, regions));
  const venues = read("venues.csv", toVenue);
  const devices = read("devices.csv", toDevice);
  const serves = read("serves.csv", toServes);
  const agents = read("agents.csv", toAgent);
  const calendar = read("calendar.csv", toCalendarEntry);
  const zones = read("zones.csv", (row) => toZone(row, regions));
  const campuses = read("campuses.csv", toCampus);
  const groups = read("groups.csv", toGroupMember);

  checkTogether({ schools, venues, devices, serves, agents, calendar, zones, campuses, groups }, regions);
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
      zones: items(zones),
      campuses: items(campuses),
      groups: items(groups),
    },
    regions,
  );
}
