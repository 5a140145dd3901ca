// What a new inventory changes against the one before, file by file, in the words of the files.
import { INVENTORY_FILES, type InventoryFile } from "./files.ts";
import type { HourRange, Inventory, InventoryContents } from "./inventory.ts";

export interface FileDiff {
  /** Keys of rows: the id, or the key columns with a space between them. */
  added: string[];
  changed: { key: string; columns: string[] }[];
  removed: string[];
  unchanged: number;
}

export type InventoryDiff = Record<InventoryFile, FileDiff>;

type Cells = Readonly<Record<string, string | number | undefined>>;

/** Differences by file; spelling that means the same (a MAC with dashes, a default left empty) is none. */
export function diffInventory(before: Inventory | undefined, after: Inventory): InventoryDiff {
  const diff = (file: InventoryFile) =>
    diffRows(file, before ? ROWS[file](before.contents) : [], ROWS[file](after.contents));
  return {
    "schools.csv": diff("schools.csv"),
    "venues.csv": diff("venues.csv"),
    "devices.csv": diff("devices.csv"),
    "serves.csv": diff("serves.csv"),
    "agents.csv": diff("agents.csv"),
    "calendar.csv": diff("calendar.csv"),
  };
}

function diffRows(file: InventoryFile, before: readonly Cells[], after: readonly Cells[]): FileDiff {
  const keyOf = (row: Cells) => INVENTORY_FILES[file].key.map((column) => row[column]).join(" ");
  const old = new Map(before.map((row) => [keyOf(row), row]));
  const diff: FileDiff = { added: [], changed: [], removed: [], unchanged: 0 };
  for (const row of after) {
    const key = keyOf(row);
    const was = old.get(key);
    old.delete(key);
    if (!was) {
      diff.added.push(key);
      continue;
    }
    const columns = Object.keys(row).filter((column) => row[column] !== was[column]);
    if (columns.length > 0) diff.changed.push({ key, columns });
    else diff.unchanged += 1;
  }
  diff.removed.push(...old.keys());
  return diff;
}

/** Rows under the names of the columns, every column present, an empty cell `undefined`. */
const ROWS: Readonly<Record<InventoryFile, (contents: InventoryContents) => Cells[]>> = {
  "schools.csv": ({ schools }) =>
    schools.map((s) => ({
      id: s.id,
      name: s.name,
      name_en: s.nameEn,
      county: s.county,
      area_code: s.areaCode,
      students: s.students,
      school_hours: hoursText(s.hours),
      inventory_confirmed_at: s.inventoryConfirmedAt,
    })),
  "venues.csv": ({ venues }) =>
    venues.map((v) => ({
      id: v.id,
      school: v.school,
      building: v.building,
      room: v.room,
      name: v.name,
      kind: v.kind,
      main_teaching: v.mainTeaching ? "yes" : "no",
      area_m2: v.areaM2,
      seats: v.seats,
    })),
  "devices.csv": ({ devices }) =>
    devices.map((d) => ({
      id: d.id,
      school: d.school,
      kind: d.kind,
      name: d.name,
      key: d.key,
      venue: d.venue,
      parent: d.parent,
      segment: d.segment,
      expected_on: d.expectedOn,
    })),
  "serves.csv": ({ serves }) =>
    serves.map((s) => ({
      device: s.device,
      venue: s.venue,
      role: s.role,
      walk_test_dbm: s.walkTest?.dbm,
      walk_test_date: s.walkTest?.day,
    })),
  "agents.csv": ({ agents }) => agents.map((a) => ({ id: a.id, school: a.school, name: a.name })),
  "calendar.csv": ({ calendar }) =>
    calendar.map((c) => ({ scope: c.scope, from: c.from, to: c.to, kind: c.kind, name: c.name })),
};

/** School hours as schools.csv writes them: `08:00-12:00 13:00-17:00`. */
export function hoursText(hours: readonly HourRange[]): string {
  return hours.map(({ fromMinute, toMinute }) => `${clockText(fromMinute)}-${clockText(toMinute)}`).join(" ");
}

function clockText(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
}
