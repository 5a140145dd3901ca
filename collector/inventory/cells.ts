// An inventory's entities as the rows of its files: under the names of the columns, in the one spelling of each value.
import { INVENTORY_FILES, type InventoryFile } from "./files.ts";
import type { HourRange, InventoryContents, InventoryDevice, School, Venue } from "./inventory.ts";

/** Every column of the file is there; an empty cell is `undefined`. */
export type Cells = Readonly<Record<string, string | number | undefined>>;

/** The rows of a file, in its order. */
export function rowsOf(file: InventoryFile, contents: InventoryContents): Cells[] {
  return ROWS[file](contents);
}

/** How many rows a file has. */
export function rowCount(file: InventoryFile, contents: InventoryContents): number {
  return contents[LIST_OF[file]]?.length ?? 0;
}

const LIST_OF = {
  "schools.csv": "schools",
  "venues.csv": "venues",
  "devices.csv": "devices",
  "serves.csv": "serves",
  "agents.csv": "agents",
  "calendar.csv": "calendar",
  "zones.csv": "zones",
  "campuses.csv": "campuses",
  "groups.csv": "groups",
} as const satisfies Record<InventoryFile, keyof InventoryContents>;

/** Names a row within its file: the id, or the key columns with a space between them, an empty one last left out. */
export function keyOf(file: InventoryFile, cells: Cells): string {
  return joinedKey(INVENTORY_FILES[file].key.map((column) => cells[column]));
}

export function joinedKey(cells: readonly (string | number | undefined)[]): string {
  return cells
    .map((cell) => cell ?? "")
    .join(" ")
    .trimEnd();
}

const ROWS: Readonly<Record<InventoryFile, (contents: InventoryContents) => Cells[]>> = {
  "schools.csv": ({ schools }) => schools.map(schoolCells),
  "venues.csv": ({ venues }) => venues.map(venueCells),
  "devices.csv": ({ devices }) => devices.map(deviceCells),
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
  "zones.csv": ({ zones = [] }) => zones.map((z) => ({ id: z.id, name: z.name, county: z.county })),
  "campuses.csv": ({ campuses = [] }) =>
    campuses.map((c) => ({ id: c.id, school: c.school, name: c.name, kind: c.kind })),
  "groups.csv": ({ groups = [] }) =>
    groups.map((g) => ({ group: g.group, member: g.member, from: g.from, to: g.to, source: g.source })),
};

function schoolCells(s: School): Cells {
  return {
    id: s.id,
    name: s.name,
    name_en: s.nameEn,
    county: s.county,
    area_code: s.areaCode,
    students: s.students,
    school_hours: hoursText(s.hours),
    inventory_confirmed_at: s.inventoryConfirmedAt,
    stage: s.stage,
    zone: s.zone,
    area_source: s.areaSource,
  };
}

function venueCells(v: Venue): Cells {
  return {
    id: v.id,
    school: v.school,
    building: v.building,
    room: v.room,
    name: v.name,
    kind: v.kind,
    main_teaching: yesNo(v.mainTeaching),
    area_m2: v.areaM2,
    seats: v.seats,
    campus: v.campus,
    reconfigurable: yesNo(v.traits?.reconfigurable),
    compatible: yesNo(v.traits?.compatible),
    recordable: yesNo(v.traits?.recordable),
    needs_equipment: yesNo(v.needsEquipment),
    approved_on: v.approvedOn,
    approval: v.approval,
  };
}

function deviceCells(d: InventoryDevice): Cells {
  return {
    id: d.id,
    school: d.school,
    kind: d.kind,
    name: d.name,
    key: d.key,
    venue: d.venue,
    parent: d.parent,
    segment: d.segment,
    expected_on: d.expectedOn,
    owner: d.owner,
    operator: d.operator,
    asset_code: d.assetCode,
    location: d.location,
    installed_on: d.installedOn,
    role: d.role,
    uplink_interface: d.uplink?.instance,
    contract_mbps: d.uplink?.contractMbps,
  };
}

function yesNo(value: boolean | undefined): "yes" | "no" | undefined {
  if (value === undefined) return undefined;
  return value ? "yes" : "no";
}

/** School hours as schools.csv writes them: `08:00-12:00 13:00-17:00`. */
export function hoursText(hours: readonly HourRange[]): string {
  return hours.map(({ fromMinute, toMinute }) => `${clockText(fromMinute)}-${clockText(toMinute)}`).join(" ");
}

function clockText(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
}
