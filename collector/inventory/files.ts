// The files of an inventory and their columns, in the order in which they are documented.

export const INVENTORY_FILES = {
  "schools.csv": {
    key: ["id"],
    required: ["id", "name", "name_en", "county", "area_code", "students", "school_hours", "inventory_confirmed_at"],
    optional: ["stage", "zone", "area_source"],
  },
  "venues.csv": {
    key: ["id"],
    required: ["id", "school", "building", "room", "name", "kind", "main_teaching", "area_m2", "seats"],
    optional: ["campus", "reconfigurable", "compatible", "recordable", "needs_equipment", "approved_on", "approval"],
  },
  "devices.csv": {
    key: ["id"],
    required: ["id", "school", "kind", "name", "key", "venue", "parent", "segment", "expected_on"],
    optional: [
      "owner",
      "operator",
      "asset_code",
      "location",
      "installed_on",
      "role",
      "uplink_interface",
      "contract_mbps",
    ],
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
  "zones.csv": { key: ["id"], required: ["id", "name", "county"], optional: [] },
  "campuses.csv": { key: ["id"], required: ["id", "school", "name", "kind"], optional: [] },
  "groups.csv": {
    key: ["group", "member", "from"],
    required: ["group", "member", "from", "to", "source"],
    optional: [],
  },
} as const satisfies Record<string, { key: string[]; required: string[]; optional: string[] }>;

export type InventoryFile = keyof typeof INVENTORY_FILES;
/** Name of a column of a file. */
export type ColumnOf<F extends InventoryFile> =
  | (typeof INVENTORY_FILES)[F]["required"][number]
  | (typeof INVENTORY_FILES)[F]["optional"][number];

/** What an inventory can do without: schools then teach Monday to Friday, agents are those that were enrolled, and so on. */
export const OPTIONAL_FILES: ReadonlySet<string> = new Set([
  "agents.csv",
  "calendar.csv",
  "zones.csv",
  "campuses.csv",
  "groups.csv",
]);

/** All of them, in the order in which they are documented. */
// The keys of our own constant.
export const INVENTORY_FILE_NAMES = Object.keys(INVENTORY_FILES) as InventoryFile[];

/** Columns of a file: the required ones, then the optional ones. */
export function columnsOf<F extends InventoryFile>(file: F): readonly ColumnOf<F>[] {
  const { required, optional }: { required: readonly ColumnOf<F>[]; optional: readonly ColumnOf<F>[] } =
    INVENTORY_FILES[file];
  return [...required, ...optional];
}

export function isInventoryFile(name: string): name is InventoryFile {
  return Object.hasOwn(INVENTORY_FILES, name);
}
