// How large the sheets of a workbook may be: a single cell far out makes a reader fill everything before it.
import { WorkbookError } from "./errors.ts";

export interface SheetBounds {
  /** Bytes of the file as it is sent. */
  packedBytes: number;
  /** Bytes of its XML files together. */
  unpackedBytes: number;
  /** Files in the archive. */
  entries: number;
  /** Rows that hold anything, counted from the first. */
  rows: number;
  /** Columns that hold anything. */
  columns: number;
}

/** Enough for the devices of a city. A province comes as CSV. */
export const BOUNDS: SheetBounds = {
  packedBytes: 32 * 1024 * 1024,
  unpackedBytes: 160 * 1024 * 1024,
  entries: 500,
  rows: 200_000,
  columns: 200,
};

/** Excel's own last row; what says to be beyond it is no workbook. */
const LAST_ROW = 1_048_576;

const TAG = /<(?:\w+:)?(row|c)(?=[\s/>])([^>]*)>/g;
const REFERENCE = /\sr\s*=\s*["']\s*([A-Za-z]*)(\d+)\s*["']/;

/** Cells that are only formatted do not count. @throws WorkbookError */
export function checkExtent(xml: string, { rows, columns }: SheetBounds): void {
  for (const [, tag, attributes = ""] of xml.matchAll(TAG)) {
    const [, letters = "", digits] = REFERENCE.exec(attributes) ?? [];
    if (digits === undefined) {
      if (tag === "c") throw WorkbookError.broken("it has cells without an address");
      continue;
    }
    const row = Number(digits);
    if (row < 1 || row > LAST_ROW) throw WorkbookError.broken(`it has a row ${digits}`);
    if (tag === "row" || attributes.endsWith("/")) continue;
    if (row > rows) throw WorkbookError.tooLarge(`a sheet has a cell in row ${row}, at most ${rows} rows are read`);
    const column = columnNumber(letters);
    if (column > columns)
      throw WorkbookError.tooLarge(`a sheet has a cell in column ${letters}, at most ${columns} columns are read`);
  }
}

/** A is 1, Z 26, AA 27. */
function columnNumber(letters: string): number {
  let number = 0;
  for (const letter of letters.toUpperCase()) number = number * 26 + letter.charCodeAt(0) - 64;
  return number;
}
