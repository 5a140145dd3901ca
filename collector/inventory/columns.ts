// What may stand in a column, for who reads cells that are no text yet and for who lets people fill them in.
import { columnsOf, INVENTORY_FILES, type InventoryFile } from "./files.ts";
import {
  CALENDAR_KINDS,
  CAMPUS_KINDS,
  DEVICE_ROLES,
  EXPECTED_ON,
  SERVES_ROLES,
  STAGES,
  VENUE_KINDS,
} from "./inventory.ts";

export type ColumnKind = "text" | "number" | "date" | "yes_no" | "choice";

const YES_NO = ["yes", "no"] as const;
const YES_NO_COLUMNS = new Set(["main_teaching", "reconfigurable", "compatible", "recordable", "needs_equipment"]);
const NUMBER_COLUMNS = new Set(["students", "area_m2", "seats", "walk_test_dbm", "contract_mbps"]);
const DATE_COLUMNS = new Set(["inventory_confirmed_at", "approved_on", "installed_on", "walk_test_date", "from", "to"]);
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  "schools.csv stage": STAGES,
  "venues.csv kind": Object.keys(VENUE_KINDS),
  "devices.csv expected_on": EXPECTED_ON,
  "devices.csv role": DEVICE_ROLES,
  "serves.csv role": SERVES_ROLES,
  "calendar.csv kind": CALENDAR_KINDS,
  "campuses.csv kind": CAMPUS_KINDS,
};

/** Names mean the same in all files, but for those that choices are named for. */
export function kindOf(file: InventoryFile, column: string): ColumnKind {
  if (CHOICES[`${file} ${column}`]) return "choice";
  if (YES_NO_COLUMNS.has(column)) return "yes_no";
  if (NUMBER_COLUMNS.has(column)) return "number";
  return DATE_COLUMNS.has(column) ? "date" : "text";
}

export interface ColumnDescription {
  name: string;
  kind: ColumnKind;
  /** What a filled cell can be; absent: anything of its kind. */
  choices?: string[];
  /** Part of what names a row. */
  isKey: boolean;
  /** Every file has it. */
  isRequired: boolean;
}

export function describeColumns(file: InventoryFile): ColumnDescription[] {
  const { key, required }: { key: readonly string[]; required: readonly string[] } = INVENTORY_FILES[file];
  return columnsOf(file).map((name) => {
    const kind = kindOf(file, name);
    const choices = kind === "yes_no" ? YES_NO : CHOICES[`${file} ${name}`];
    return {
      name,
      kind,
      ...(choices && { choices: [...choices] }),
      isKey: key.includes(name),
      isRequired: required.includes(name),
    };
  });
}
