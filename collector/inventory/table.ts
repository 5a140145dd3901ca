// Reads one file of an inventory, from CSV or from cells, into rows that know their line, and notes every problem on the way.
import type { Problem } from "../../contract/errors.ts";
import { type CellRecord, csvText, parseCsv } from "./csv.ts";
import { columnsOf, INVENTORY_FILES, type InventoryFile } from "./files.ts";
import { Row, type RowContext } from "./row.ts";

/** Cells that stand for a file: a sheet of a workbook, or a file that rows were changed of. */
export interface CellTable {
  /** How problems name it. */
  name: string;
  /** The header first; blank rows are left out. */
  records: readonly CellRecord[];
  /** How problems name a record. */
  placeOf(line: number): string;
  /** Of cells that could not be read. */
  problems: readonly Problem[];
}

/** A file as it came: a CSV text, or cells. */
export type FileSource = string | CellTable;

/** The file as it is kept. */
export function textOf(source: FileSource): string {
  return typeof source === "string" ? source : csvText(source.records.map(({ cells }) => cells));
}

export interface Table<F extends InventoryFile> {
  rows: Row<F>[];
  /** Every row of the file is there. Otherwise something that is not found may stand in what could not be read. */
  isWhole: boolean;
}

/** All rows of a file, blank ones left out. A header that cannot be used yields no rows, because every cell would be wrong. */
export function readTable<F extends InventoryFile>(
  file: F,
  source: FileSource,
  { problems, shared }: Pick<RowContext, "problems" | "shared">,
): Table<F> {
  const before = problems.length;
  const rows = readRows<F>(file, source, { problems, shared });
  return { rows, isWhole: problems.length === before };
}

function readRows<F extends InventoryFile>(
  file: F,
  source: FileSource,
  { problems, shared }: Pick<RowContext, "problems" | "shared">,
): Row<F>[] {
  const isText = typeof source === "string";
  const name = isText ? file : source.name;
  const placeOf = isText ? (line: number) => `${file}:${line}` : (line: number) => source.placeOf(line);
  if (!isText) problems.push(...source.problems);
  const records = isText ? parseCsv(file, source, problems) : source.records;
  if (!records) return [];
  const [header, ...body] = records;
  if (!header && !isText && source.problems.length > 0) return []; // what is wrong with it has been said
  // Excel also writes columns that are empty but were touched once.
  const columns = header ? withoutEmptyEnd(header.cells, 0) : [];
  if (!header || !headerIsUsable(file, columns, placeOf(header.line), problems)) {
    if (!header) problems.push({ path: name, message: `is empty, expected the header ${headerOf(file)}` });
    return [];
  }
  const context: RowContext = { columns: new Map(columns.map((column, i) => [column, i])), placeOf, problems, shared };
  const rows: Row<F>[] = [];
  for (const record of body) {
    const cells = withoutEmptyEnd(record.cells, columns.length);
    if (cells.length === columns.length) rows.push(new Row(context, record.line, cells));
    else {
      const message = `has ${cells.length} cells, expected ${columns.length} as in the header`;
      problems.push({ path: placeOf(record.line), message });
    }
  }
  return rows;
}

/** Without the empty cells beyond the first `keep`. */
function withoutEmptyEnd(cells: readonly string[], keep: number): readonly string[] {
  let end = cells.length;
  while (end > keep && cells[end - 1] === "") end -= 1;
  return end === cells.length ? cells : cells.slice(0, end);
}

function headerIsUsable(file: InventoryFile, header: readonly string[], place: string, problems: Problem[]): boolean {
  const required: readonly string[] = INVENTORY_FILES[file].required;
  const known: readonly string[] = columnsOf(file);
  const separator = header.length === 1 ? /[;，、\t]/.exec(header[0] ?? "")?.[0] : undefined;
  if (separator !== undefined) {
    const message = `columns are separated by "${separator}", expected commas (in Excel: saved as "CSV UTF-8")`;
    problems.push({ path: place, message });
    return false;
  }
  const found: string[] = [];
  for (const name of required) if (!header.includes(name)) found.push(`column ${name} is missing`);
  for (const [i, name] of header.entries()) {
    if (header.indexOf(name) < i) found.push(`column ${name} is there twice`);
    else if (!known.includes(name)) found.push(`column "${name}" is unknown, expected ${headerOf(file)}`);
  }
  for (const message of found) problems.push({ path: place, message });
  return found.length === 0;
}

function headerOf(file: InventoryFile): string {
  return columnsOf(file).join(",");
}
