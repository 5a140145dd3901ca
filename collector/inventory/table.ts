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

/** All rows of a file, blank ones left out. A header that cannot be used yields no rows, because every cell would be wrong. */
export function readTable<F extends InventoryFile>(file: F, text: string, problems: Problem[]): Row<F>[] {
  const encoding = encodingProblem(file, text);
  if (encoding) {
    problems.push(encoding);
    return [];
  }
  const records: { cells: string[]; line: number }[] = [];
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
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    problems.push({ path: `${file}:${String(error.lines ?? "")}`, message: `is not CSV: ${error.message}` });
    return [];
  }
  const [header, ...body] = records;
  if (!header || !headerIsUsable(file, header.cells, header.line, problems)) {
    if (!header) problems.push({ path: file, message: `is empty, expected the header ${headerOf(file)}` });
    return [];
  }
  return body.flatMap(({ cells, line }) => {
    if (cells.length !== header.cells.length) {
      const message = `has ${cells.length} cells, expected ${header.cells.length} as in the header`;
      problems.push({ path: `${file}:${line}`, message });
      return [];
    }
    return [new Row(file, line, new Map(header.cells.map((name, i) => [name, cells[i] ?? ""])), problems)];
  });
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
