// Rows added, changed and removed by hand: from the texts of a version to the files of the next one.

import type { Problem } from "../../contract/errors.ts";
import type { InventoryEdit } from "../../contract/inventory.ts";
import { joinedKey } from "./cells.ts";
import { type CellRecord, parseCsv } from "./csv.ts";
import { columnsOf, INVENTORY_FILES, type InventoryFile, isInventoryFile } from "./files.ts";
import type { Sources } from "./inventories.ts";
import type { CellTable, FileSource } from "./table.ts";

/** An edit with its place among the edits, for messages. */
interface Numbered {
  edit: InventoryEdit;
  at: string;
}

/**
 * The files after the edits, in order, each on what the one before has left. Files that are not edited stay as they are. What is
 * wrong with an edit itself is among the problems; whether the rows are right is for readInventory to say.
 */
export function editedFiles(texts: ReadonlyMap<string, string>, edits: readonly InventoryEdit[]): Sources {
  const problems: Problem[] = [];
  const ofFile = new Map<InventoryFile, Numbered[]>();
  for (const [i, edit] of edits.entries()) {
    const { file } = edit;
    const at = `edits[${i}]`;
    if (isInventoryFile(file)) ofFile.set(file, [...(ofFile.get(file) ?? []), { edit, at }]);
    else problems.push({ path: `${at}.file`, message: `"${file}" is not an inventory file` });
  }
  const files = new Map<string, FileSource>(texts);
  for (const [file, ofThis] of ofFile) files.set(file, editedFile(file, texts.get(file), ofThis, problems));
  // The first version by hand has all files.
  for (const file of REQUIRED) if (!files.has(file)) files.set(file, editedFile(file, undefined, [], problems));
  return { files, problems };
}

const REQUIRED = ["schools.csv", "venues.csv", "devices.csv", "serves.csv"] as const;

/** The rows of one file while it is edited. */
class EditedFile {
  readonly columns: string[];
  /** By key, in the order of the file. Two rows with one key are a fault of the file, which stays to be reported. */
  readonly rows = new Map<string, CellRecord>();
  readonly #file: InventoryFile;
  /** Where the key columns stand; a header that was recorded has all of them. */
  readonly #keyAt: readonly number[];
  #last = 1;

  constructor(file: InventoryFile, records: readonly CellRecord[]) {
    this.#file = file;
    const [header, ...rows] = records;
    this.columns = header ? header.cells.filter((column) => column !== "") : [...INVENTORY_FILES[file].required];
    const key: readonly string[] = INVENTORY_FILES[file].key;
    this.#keyAt = key.map((column) => this.columns.indexOf(column));
    for (const row of rows) this.put(row.cells);
  }

  keyOf(cells: readonly string[]): string {
    return joinedKey(this.#keyAt.map((at) => cells[at]));
  }

  put(cells: string[]): void {
    this.#last += 1;
    this.rows.set(this.keyOf(cells), { cells, line: this.#last });
  }

  /** Adds an optional column that is filled for the first time. */
  positionOf(column: string): number {
    const at = this.columns.indexOf(column);
    return at >= 0 ? at : this.columns.push(column) - 1;
  }

  toTable(): CellTable {
    const width = this.columns.length;
    const records: CellRecord[] = [{ cells: this.columns, line: 1 }];
    for (const { cells, line } of this.rows.values()) {
      while (cells.length < width) cells.push("");
      records.push({ cells, line });
    }
    const file = this.#file;
    const placeOf = (line: number) => {
      const record = records.find((one) => one.line === line);
      return `${file} ${record && line > 1 ? this.keyOf(record.cells) : "header"}`;
    };
    return { name: file, records, problems: [], placeOf };
  }
}

function editedFile(
  file: InventoryFile,
  text: string | undefined,
  edits: readonly Numbered[],
  problems: Problem[],
): CellTable {
  const edited = new EditedFile(file, (text === undefined ? undefined : parseCsv(file, text, problems)) ?? []);
  for (const { edit, at } of edits) {
    const problem = problemOf(file, edit) ?? apply(edited, edit);
    if (problem !== undefined) problems.push({ path: `${at} ${file}`, message: problem });
  }
  return edited.toTable();
}

/** What is wrong with an edit before it is tried. */
function problemOf(file: InventoryFile, { key, cells, remove }: InventoryEdit): string | undefined {
  if (remove && key === undefined) return "removes a row without saying which: key is missing";
  if (remove && cells) return "has cells for a row that it removes";
  if (!remove && !cells) return "has neither cells nor remove";
  const known: readonly string[] = columnsOf(file);
  const unknown = Object.keys(cells ?? {}).find((column) => !known.includes(column));
  return unknown === undefined ? undefined : `column "${unknown}" is unknown, expected ${known.join(",")}`;
}

/** @returns why it cannot be done */
function apply(edited: EditedFile, { key, cells = {}, remove }: InventoryEdit): string | undefined {
  const row = key === undefined ? undefined : edited.rows.get(key);
  if (key !== undefined && !row) return `there is no row "${key}"`;
  if (key !== undefined && remove) {
    edited.rows.delete(key);
    return undefined;
  }
  const next = [...(row?.cells ?? [])];
  for (const [column, text] of Object.entries(cells)) next[edited.positionOf(column)] = text.trim();
  const filled = edited.columns.map((_, i) => next[i] ?? "");
  const nextKey = edited.keyOf(filled);
  if (nextKey !== key && edited.rows.has(nextKey)) return `row "${nextKey}" is there already`;
  if (row && nextKey === key) row.cells.splice(0, row.cells.length, ...filled);
  else {
    if (key !== undefined) edited.rows.delete(key);
    edited.put(filled);
  }
  return undefined;
}
