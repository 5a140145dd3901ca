// One row of an inventory file: cells that can be asked for by column, and that note what is wrong with them.
import type { Problem } from "../../contract/errors.ts";
import { dayOf } from "./day.ts";
import type { ColumnOf, InventoryFile } from "./files.ts";

/** Columns in which hardly any two rows have the same text. */
const UNIQUE_COLUMNS: ReadonlySet<string> = new Set(["id", "name", "key", "asset_code"]);

/** What the rows of one table share. */
export interface RowContext {
  /** Where each column stands in a row's cells. */
  columns: ReadonlyMap<string, number>;
  /** How a problem names a line: `devices.csv:14`, or `设备 R14`. */
  placeOf(line: number): string;
  problems: Problem[];
  /** Texts that many rows have, each once: a school's id stands in every row of its devices. */
  shared: Map<string, string>;
}

/** One row. Where a cell is wrong the problem is noted and a stand-in returned, so that reading goes on to the next problem. */
export class Row<F extends InventoryFile> {
  readonly #context: RowContext;
  readonly #line: number;
  readonly #cells: readonly string[];

  constructor(context: RowContext, line: number, cells: readonly string[]) {
    this.#context = context;
    this.#line = line;
    this.#cells = cells;
  }

  /** Notes a problem of this row. */
  report(column: ColumnOf<F>, message: string): void {
    this.#context.problems.push({ path: `${this.#context.placeOf(this.#line)} ${column}`, message });
  }

  /** The cell without blanks around it; `undefined` when it is empty or its optional column is not there. */
  text(column: ColumnOf<F>): string | undefined {
    const at = this.#context.columns.get(column);
    const text = at !== undefined && this.#cells[at];
    if (!text) return undefined;
    return UNIQUE_COLUMNS.has(column) ? text : sharedIn(this.#context.shared, text);
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
    return this.option(column, choices) ?? choices[0];
  }

  /** One of the named choices; `undefined` for an empty cell where `isOptional`, and for one that names none of them. */
  option<T extends string>(column: ColumnOf<F>, choices: readonly T[], isOptional = false): T | undefined {
    const text = this.text(column);
    if (text === undefined && isOptional) return undefined;
    const choice = choices.find((c) => c === text);
    if (choice === undefined) this.report(column, `is "${text ?? ""}", expected ${choices.join(", ")}`);
    return choice;
  }

  /** `yes` or `no`; `undefined` for an empty cell: nobody has said. */
  yesNo(column: ColumnOf<F>): boolean | undefined {
    const choice = this.option(column, ["yes", "no"], true);
    return choice && choice === "yes";
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

function sharedIn(shared: Map<string, string>, text: string): string {
  const same = shared.get(text);
  if (same === undefined) shared.set(text, text);
  return same ?? text;
}
