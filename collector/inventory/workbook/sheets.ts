// Which sheet of a workbook stands for which file: named like the file, in English or in Chinese.
import { INVENTORY_FILE_NAMES, type InventoryFile } from "../files.ts";

/** The names that a workbook of ours has. */
export const SHEET_NAMES: Readonly<Record<InventoryFile, string>> = {
  "schools.csv": "学校",
  "venues.csv": "场所",
  "devices.csv": "设备",
  "serves.csv": "覆盖关系",
  "agents.csv": "代理",
  "calendar.csv": "校历",
  "zones.csv": "功能区",
  "campuses.csv": "校区",
  "groups.csv": "分组",
};

/** Sheets that are for people and not read. */
const NOTES = new Set(["说明", "notes"]);

/** `undefined`: a sheet of none of them. Case and blanks around the name do not matter. */
export function fileOfSheet(name: string): InventoryFile | undefined {
  const plain = name.trim().toLowerCase();
  return INVENTORY_FILE_NAMES.find((file) => plain === SHEET_NAMES[file] || plain === file || `${plain}.csv` === file);
}

export function isNotes(name: string): boolean {
  return NOTES.has(name.trim().toLowerCase());
}

/** How a message names the sheet of a file: `devices (设备)`. */
export function sheetTitle(file: InventoryFile): string {
  return `${file.replace(".csv", "")} (${SHEET_NAMES[file]})`;
}
