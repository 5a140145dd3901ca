// The rows of an inventory for who edits them: cells as texts, of one school or of all.
import { type Cells, keyOf, rowsOf } from "./cells.ts";
import type { InventoryFile } from "./files.ts";
import type { Inventory, InventoryContents, School } from "./inventory.ts";

export interface EditableRow {
  key: string;
  /** Empty cells are left out. */
  cells: Record<string, string>;
}

/** Files of which nobody wants all rows of a province. */
export function needsSchool(file: InventoryFile): boolean {
  return file === "venues.csv" || file === "devices.csv" || file === "serves.csv";
}

/** @param schoolId of a school that is there; absent: all rows */
export function editableRows(inventory: Inventory, file: InventoryFile, schoolId?: string): EditableRow[] {
  const school = schoolId === undefined ? undefined : inventory.school(schoolId);
  const rows = rowsOf(file, school ? contentsOf(inventory, school) : inventory.contents);
  return rows.map((row) => ({ key: keyOf(file, row), cells: textsOf(withoutDerived(inventory, file, row)) }));
}

/** A room of which the kind decides whether it is for teaching goes on to follow its kind. */
function withoutDerived(inventory: Inventory, file: InventoryFile, row: Cells): Cells {
  if (file !== "venues.csv" || inventory.venue(String(row.id))?.mainTeachingOverridden) return row;
  return { ...row, main_teaching: undefined };
}

function textsOf(row: Cells): Record<string, string> {
  const filled = Object.entries(row).filter(([, value]) => value !== undefined);
  return Object.fromEntries(filled.map(([column, value]) => [column, String(value)]));
}

/** What of an inventory speaks of a school. */
function contentsOf(inventory: Inventory, school: School): InventoryContents {
  const venues = inventory.venuesOf(school.id);
  const zone = school.zone === undefined ? undefined : inventory.zone(school.zone);
  const { groups = [] } = inventory.contents;
  return {
    schools: [school],
    venues,
    devices: inventory.devicesOf(school.id),
    serves: venues.flatMap(({ id }) => inventory.servesOf(id)),
    agents: inventory.agentsOf(school.id),
    calendar: inventory.calendarOf(school.id),
    zones: zone ? [zone] : [],
    campuses: inventory.campusesOf(school.id),
    groups: groups.filter(({ member }) => member === school.id || member === school.county),
  };
}
