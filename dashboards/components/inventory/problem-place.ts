// Where a problem of the inventory lies: the collector names it by file and line, by sheet and row, or by file and key.

export interface Place {
  /** `devices.csv`, or the name of a sheet. */
  where: string;
  /** Line of the file, or row of the sheet. */
  line?: number;
  /** Of the row, when it was edited. */
  key?: string;
  column?: string;
}

const LINE = /^(\S+\.csv):(\d*)(?: (\S+))?$/;
const SHEET_ROW = /^(.+?) R(\d+)(?: (.+))?$/;
const EDIT = /^edits\[\d+\](?:\.file)? ?(\S*)$/;
const FILE_ROW = /^(\S+\.csv) (.*)$/;

/** @param isColumn whether a word is the name of a column, which a key may end in as well */
export function placeOf(path: string, isColumn: (word: string) => boolean): Place {
  const [, file, line, lineColumn] = LINE.exec(path) ?? [];
  if (file !== undefined) return { where: file, ...(line && { line: Number(line) }), ...columnIn(lineColumn) };
  const [, ofEdit] = EDIT.exec(path) ?? [];
  if (ofEdit !== undefined) return { where: ofEdit };
  const [, edited, rest = ""] = FILE_ROW.exec(path) ?? [];
  if (edited !== undefined) return { where: edited, ...keyAndColumn(rest, isColumn) };
  const [, sheet, row, rowColumn] = SHEET_ROW.exec(path) ?? [];
  if (sheet !== undefined) return { where: sheet, line: Number(row), ...columnIn(rowColumn) };
  return { where: path };
}

function keyAndColumn(rest: string, isColumn: (word: string) => boolean): Pick<Place, "key" | "column"> {
  const at = rest.lastIndexOf(" ");
  const last = rest.slice(at + 1);
  if (at < 0 || !isColumn(last)) return rest === "" ? {} : { key: rest };
  const key = rest.slice(0, at);
  return { ...(key !== "" && { key }), column: last };
}

function columnIn(column: string | undefined): Pick<Place, "column"> {
  return column === undefined ? {} : { column };
}
