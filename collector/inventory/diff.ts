// What a new inventory changes against the one before, file by file, in the words of the files.
import { type Cells, keyOf, rowCount, rowsOf } from "./cells.ts";
import { INVENTORY_FILE_NAMES, type InventoryFile } from "./files.ts";
import type { Inventory } from "./inventory.ts";

export interface FileDiff {
  /** Keys of rows: the id, or the key columns with a space between them. */
  added: string[];
  changed: { key: string; columns: string[] }[];
  removed: string[];
  unchanged: number;
}

export type InventoryDiff = Record<InventoryFile, FileDiff>;

/**
 * Differences by file; spelling that means the same (a MAC with dashes, a default left empty) is none.
 * @param isSame of a file whose text is known to be the same, so that its rows need not be compared
 */
export function diffInventory(
  before: Inventory | undefined,
  after: Inventory,
  isSame: (file: InventoryFile) => boolean = () => false,
): InventoryDiff {
  const diff = (file: InventoryFile): FileDiff =>
    isSame(file)
      ? { added: [], changed: [], removed: [], unchanged: rowCount(file, after.contents) }
      : diffRows(file, before ? rowsOf(file, before.contents) : [], rowsOf(file, after.contents));
  // Every name of a file is a key of the record.
  return Object.fromEntries(INVENTORY_FILE_NAMES.map((file) => [file, diff(file)])) as InventoryDiff;
}

/** Whether anything differs. */
export function hasChanges(diff: InventoryDiff): boolean {
  return Object.values(diff).some(({ added, changed, removed }) => added.length + changed.length + removed.length > 0);
}

function diffRows(file: InventoryFile, before: readonly Cells[], after: readonly Cells[]): FileDiff {
  const old = new Map(before.map((row) => [keyOf(file, row), row]));
  const diff: FileDiff = { added: [], changed: [], removed: [], unchanged: 0 };
  for (const row of after) {
    const key = keyOf(file, row);
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
  for (const key of old.keys()) diff.removed.push(key);
  return diff;
}
