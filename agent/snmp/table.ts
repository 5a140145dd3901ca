// A table being read: rows are found by the bytes of their index, and cells of one row meet although columns arrive apart.
import type { SnmpValue } from "./value.ts";

/** Rows and cells of columns that were walked to their end. */
export interface SnmpTable {
  /** Index of each row, in order of arrival: the encoded arcs after the column's OID, one character a byte (row-index.ts). */
  readonly rowKeys: readonly string[];
  /** One list per column asked, by row; a cell the device does not have is `undefined` or beyond the list's end. */
  readonly columns: readonly (readonly (SnmpValue | undefined)[])[];
  /** Cells that arrived and could not be read. */
  readonly refused: number;
}

/** Collects cells. Columns walked side by side name the same rows in the same order, so a row is mostly found by guess. */
export class TableBuilder implements SnmpTable {
  readonly rowKeys: string[] = [];
  readonly columns: (SnmpValue | undefined)[][];
  refused = 0;
  readonly #rowByKey = new Map<string, number>();
  /** The row each column is likely to name next. */
  readonly #nextRow: number[];

  constructor(columnCount: number) {
    this.columns = Array.from({ length: columnCount }, () => []);
    this.#nextRow = Array.from({ length: columnCount }, () => 0);
  }

  /** Puts a cell into the row whose index lies between `start` and `end`; `undefined` only makes the row known. */
  put(column: number, bytes: Buffer, start: number, end: number, value: SnmpValue | undefined): void {
    const row = this.#rowOf(this.#nextRow[column] ?? 0, bytes, start, end);
    this.#nextRow[column] = row + 1;
    if (value === undefined) return;
    const cells = this.columns[column];
    if (cells === undefined) return;
    while (cells.length < row) cells.push(undefined);
    cells[row] = value;
  }

  #rowOf(guess: number, bytes: Buffer, start: number, end: number): number {
    const guessed = this.rowKeys[guess];
    if (guessed !== undefined && isKey(guessed, bytes, start, end)) return guess;
    const key = bytes.toString("latin1", start, end);
    const known = this.#rowByKey.get(key);
    if (known !== undefined) return known;
    const row = this.rowKeys.push(key) - 1;
    this.#rowByKey.set(key, row);
    return row;
  }
}

function isKey(key: string, bytes: Buffer, start: number, end: number): boolean {
  if (key.length !== end - start) return false;
  // Neighbouring rows differ at their end.
  for (let i = key.length - 1; i >= 0; i--) {
    if (key.charCodeAt(i) !== bytes[start + i]) return false;
  }
  return true;
}
