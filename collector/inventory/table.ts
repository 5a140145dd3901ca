// Reads one CSV file into rows of trimmed cells that know their line, and notes every problem on the way.
import { CsvError, parse } from "csv-parse/sync";
import type { Problem } from "../../contract/errors.ts";
import { dayOf } from "./day.ts";
import { type ColumnOf, INVENTORY_FILES, type InventoryFile } from "./files.ts";

/** One row. Where a cell is wrong the problem is noted and a stand-in returned, so that reading goes on to the next problem. */
export class Row<F extends InventoryFile> {
  readonly #file: F;
  readonly #line: number;
  readonly #cells: ReadonlyMap<string, string>;
  readonly #problems: Problem[];

  constructor(file: F, line: number, cells: ReadonlyMap<string, string>, problems: Problem[]) {
    this.#file = file;
    this.#line = line;
    this.#cells = cells;
    this.#problems = problems;
  }

  /** Notes a problem of this row. */
  report(column: ColumnOf<F>, message: string): void {
    this.#problems.push({ path: `${this.#file}:${this.#line} ${column}`, message });
  }

  /** The cell without blanks around it; `undefined` when it is empty or its optional column is not there. */
  text(column: ColumnOf<F>): string | undefined {
    return this.#cells.get(column) || undefined;
  }

  required(column: ColumnOf<F>, expected: string): string {
    const text = this.text(column);
    if (text === undefined) this.report(column, `is empty, expected ${expected}`);
    return text ?? "";
  }

  /** An id: stands in paths and queries, so it holds no blanks and none of / ? # %. */
  id(column: ColumnOf<F>): string {
    const text = this.required(column, "an id");
    if (/[\s/?#%\\]/.test(text) || text.length > 64) {
      this.report(
        column,
        `"${text}" is not an id, expected at most 64 characters without blanks and without / ? # % \\`,
      );
    }
    return text;
  }

  /** One of the named choices; `fallback` stands for an empty cell, without it the cell must be filled. */
  choice<T extends string>(column: ColumnOf<F>, choices: readonly [T, ...T[]], fallback?: T): T {
    const text = this.text(column);
    if (text === undefined && fallback !== undefined) return fallback;
    const choice = choices.find((c) => c === text);
    if (choice === undefined) this.report(column, `is "${text ?? ""}", expected ${choices.join(", ")}`);
    return choice ?? choices[0];
  }

  number(column: ColumnOf<F>, what: string, accepts: (value: number) => boolean): number | undefined {
    const text = this.text(column);
    if (text === undefined) return undefined;
    const value = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    if (accepts(value)) return value;
    this.report(column, `is "${text}", expected ${what}`);
    return undefined;
  }

  /** `2026-09-01`, checked to exist. */
  day(column: ColumnOf<F>): string | undefined {
    const text = this.text(column);
    if (text === undefined) return undefined;
    if (dayOf(text) === undefined) this.report(column, `is "${text}", expected a date such as 2026-09-01`);
    return text;
  }
}

export interface Table<F extends InventoryFile> {
  rows: Row<F>[];
  /** Every row of the file is there. Otherwise something that is not found may stand in what could not be read. */
  isWhole: boolean;
}

/** All rows of a file, blank ones left out. A header that cannot be used yields no rows, because every cell would be wrong. */
export function readTable<F extends InventoryFile>(file: F, text: string, problems: Problem[]): Table<F> {
  const before = problems.length;
  const rows = readRows(file, text, problems);
  return { rows, isWhole: problems.length === before };
}

interface CsvRecord {
  cells: string[];
  line: number;
}

function readRows<F extends InventoryFile>(file: F, text: string, problems: Problem[]): Row<F>[] {
  const encoding = encodingProblem(file, text);
  if (encoding) {
    problems.push(encoding);
    return [];
  }
  const records = parseCsv(file, text, problems);
  if (!records) return [];
  const [header, ...body] = records;
  // Excel also writes columns that are empty but were touched once.
  if (header) while (header.cells.at(-1) === "") header.cells.pop();
  if (!header || !headerIsUsable(file, header.cells, header.line, problems)) {
    if (!header) problems.push({ path: file, message: `is empty, expected the header ${headerOf(file)}` });
    return [];
  }
  return body.flatMap(({ cells, line }) => {
    while (cells.length > header.cells.length && cells.at(-1) === "") cells.pop();
    if (cells.length !== header.cells.length) {
      const message = `has ${cells.length} cells, expected ${header.cells.length} as in the header`;
      problems.push({ path: `${file}:${line}`, message });
      return [];
    }
    return [new Row(file, line, new Map(header.cells.map((name, i) => [name, cells[i] ?? ""])), problems)];
  });
}

function parseCsv(file: InventoryFile, text: string, problems: Problem[]): CsvRecord[] | undefined {
  const records: CsvRecord[] = [];
  try {
    parse(text, {
      bom: true,
      trim: true,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      on_record: (cells: string[], { lines }) => {
        records.push({ cells, line: lines });
        return undefined; // collected here, with its line
      },
    });
    return records;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    problems.push({ path: `${file}:${String(error.lines ?? "")}`, message: csvProblem(error) });
    return undefined;
  }
}

function csvProblem({ code, message }: CsvError): string {
  if (code === "CSV_QUOTE_NOT_CLOSED")
    return 'a cell that begins with a double quote (") before this line has no other';
  if (!/_QUOTE/.test(code)) return `is not CSV: ${message}`;
  return 'a double quote (") stands inside a cell, expected the whole cell in quotes and the inner one doubled: "A ""B"""';
}

/** U+FFFD stands where bytes were not UTF-8: what Excel writes as plain "CSV" on a Chinese Windows is GBK. */
function encodingProblem(file: string, text: string): Problem | undefined {
  const at = text.search(/[\uFFFD\0]/);
  if (at < 0) return undefined;
  const line = text.slice(0, at).split("\n").length;
  return { path: `${file}:${line}`, message: 'is not UTF-8 (GBK?), expected a file saved in Excel as "CSV UTF-8"' };
}

function headerIsUsable(file: InventoryFile, header: readonly string[], line: number, problems: Problem[]): boolean {
  const { required, optional }: { required: readonly string[]; optional: readonly string[] } = INVENTORY_FILES[file];
  const separator = header.length === 1 ? /[;，、\t]/.exec(header[0] ?? "")?.[0] : undefined;
  if (separator !== undefined) {
    const message = `columns are separated by "${separator}", expected commas (in Excel: saved as "CSV UTF-8")`;
    problems.push({ path: `${file}:${line}`, message });
    return false;
  }
  const found: string[] = [];
  for (const name of required) if (!header.includes(name)) found.push(`column ${name} is missing`);
  for (const [i, name] of header.entries()) {
    if (header.indexOf(name) < i) found.push(`column ${name} is there twice`);
    else if (!required.includes(name) && !optional.includes(name)) {
      found.push(`column "${name}" is unknown, expected ${headerOf(file)}`);
    }
  }
  for (const message of found) problems.push({ path: `${file}:${line}`, message });
  return found.length === 0;
}

function headerOf(file: InventoryFile): string {
  const { required, optional } = INVENTORY_FILES[file];
  return [...required, ...optional].join(",");
}
