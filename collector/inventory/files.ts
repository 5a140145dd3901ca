// The files of an inventory and their columns, in the order in which they are documented.

export const INVENTORY_FILES = {
  "schools.csv": {
    key: ["id"],
    required: ["id", "name", "name_en", "county", "area_code", "students", "school_hours", "inventory_confirmed_at"],
    optional: [],
  },
  "venues.csv": {
    key: ["id"],
    required: ["id", "school", "building", "room", "name", "kind", "main_teaching", "area_m2", "seats"],
    optional: [],
  },
  "devices.csv": {
    key: ["id"],
    required: ["id", "school", "kind", "name", "key", "venue", "parent", "segment", "expected_on"],
    optional: [],
  },
  "serves.csv": {
    key: ["device", "venue"],
    required: ["device", "venue", "role"],
    optional: ["walk_test_dbm", "walk_test_date"],
  },
  "agents.csv": { key: ["id"], required: ["id", "school", "name"], optional: [] },
  "calendar.csv": {
    key: ["scope", "from", "to", "kind"],
    required: ["scope", "from", "to", "kind", "name"],
    optional: [],
  },
} as const satisfies Record<string, { key: string[]; required: string[]; optional: string[] }>;

export type InventoryFile = keyof typeof INVENTORY_FILES;
/** Name of a column of a file. */
export type ColumnOf<F extends InventoryFile> =
  | (typeof INVENTORY_FILES)[F]["required"][number]
  | (typeof INVENTORY_FILES)[F]["optional"][number];

/** What an inventory can do without: schools then teach Monday to Friday, and agents are those that were enrolled. */
export const OPTIONAL_FILES: ReadonlySet<string> = new Set(["agents.csv", "calendar.csv"]);

export function isInventoryFile(name: string): name is InventoryFile {
  return Object.hasOwn(INVENTORY_FILES, name);
}
