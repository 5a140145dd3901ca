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

/**
 * Collects cells. Columns walked side by side name the same rows in the same order, so a row is mostly found by guess. Each
 * column has to name its rows in the order of their indexes, as a walk that advances does.
 */
export class TableBuilder implements SnmpTable {
  readonly rowKeys: string[] = [];
  readonly columns: (SnmpValue | undefined)[][];
  refused = 0;
  /** Made when a guess has failed. */
  #rowByKey: Map<string, number> | undefined;
  /** Rows stand in the order of their indexes so far. */
  #isSorted = true;
  /** The row each column is likely to name next. */
  readonly #nextRow: number[];

  constructor(columnCount: number) {
    this.columns = Array.from({ length: columnCount }, () => []);
    this.#nextRow = Array.from({ length: columnCount }, () => 0);
  }

  /** Puts a cell into the row whose index lies between `start` and `end`; `undefined` only makes the row known. */
  put(column: number, bytes: Buffer, start: number, end: number, value: SnmpValue | undefined): void {
    const guess = this.#nextRow[column] ?? 0;
    const guessed = this.rowKeys[guess];
    const row =
      guessed !== undefined && isKey(guessed, bytes, start, end) ? guess : this.#rowOf(guess, keyOf(bytes, start, end));
    this.#nextRow[column] = row + 1;
    if (value === undefined) return;
    const cells = this.columns[column];
    if (cells === undefined) return;
    while (cells.length < row) cells.push(undefined);
    cells[row] = value;
  }

  /** The row of a key that is not where it was guessed. */
  #rowOf(guess: number, key: string): number {
    // The column's row before was the last of all, so this one comes behind all.
    if (this.#isSorted && guess === this.rowKeys.length) return this.#add(key);
    this.#rowByKey ??= new Map(this.rowKeys.map((known, row) => [known, row]));
    const known = this.#rowByKey.get(key);
    if (known !== undefined) return known;
    this.#isSorted = false;
    return this.#add(key);
  }

  #add(key: string): number {
    const row = this.rowKeys.push(key) - 1;
    this.#rowByKey?.set(key, row);
    return row;
  }
}

/** A short key, as most are, without a call into native code. */
function keyOf(bytes: Buffer, start: number, end: number): string {
  const first = bytes[start] ?? 0;
  if (end - start === 1) return String.fromCharCode(first);
  if (end - start === 2) return String.fromCharCode(first, bytes[start + 1] ?? 0);
  return bytes.toString("latin1", start, end);
}

function isKey(key: string, bytes: Buffer, start: number, end: number): boolean {
  if (key.length !== end - start) return false;
  // Neighbouring rows differ at their end.
  for (let i = key.length - 1; i >= 0; i--) {
    if (key.charCodeAt(i) !== bytes[start + i]) return false;
  }
  return true;
}
