// Workbooks for tests: written by a library, or of XML that no library writes.
import writeXlsxFile, { type Cell, type SheetData } from "write-excel-file/node";
import { zipOf } from "./zip.ts";

export type Grid = (string | number | boolean | Date | null)[][];

/** A workbook with these sheets, as people's programs write it. */
export function workbookOf(sheets: Readonly<Record<string, Grid>>): Promise<Buffer> {
  const all = Object.entries(sheets).map(([sheet, grid]) => ({ sheet, data: dataOf(grid) }));
  return writeXlsxFile(all).toBuffer();
}

function dataOf(grid: Grid): SheetData {
  return grid.map((row) => row.map((value) => (value === null || value === "" ? null : cellOf(value))));
}

function cellOf(value: string | number | boolean | Date): Cell {
  if (typeof value === "string") return { value, type: String };
  if (typeof value === "number") return { value, type: Number };
  return value instanceof Date ? { value, type: Date, format: "yyyy-mm-dd" } : { value, type: Boolean };
}

/** The cells of CSV texts as sheets of text. */
export function gridsOf(texts: ReadonlyMap<string, string>, names: (file: string) => string): Record<string, Grid> {
  const grids = [...texts].map(([file, text]): [string, Grid] => [
    names(file),
    text.split("\n").map((line) => line.split(",")),
  ]);
  return Object.fromEntries(grids);
}

const TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>';
const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/** The files of a workbook whose one sheet has this XML between its `sheetData` tags. */
export function rawFiles(name: string, rows: string, { date1904 = false } = {}): Map<string, Buffer> {
  const files: Record<string, string> = {
    "[Content_Types].xml": TYPES,
    "xl/workbook.xml": `<workbook ${MAIN} xmlns:r="${DOCUMENT}"><workbookPr${date1904 ? ' date1904="1"' : ""}/><sheets><sheet name="${name}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${DOCUMENT}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${DOCUMENT}/styles" Target="styles.xml"/></Relationships>`,
    "xl/styles.xml": `<styleSheet ${MAIN}><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`,
    "xl/worksheets/sheet1.xml": `<worksheet ${MAIN}><sheetData>${rows}</sheetData></worksheet>`,
  };
  return new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text, "utf8")]));
}

export function rawWorkbook(name: string, rows: string, options?: { date1904?: boolean }): Buffer {
  return zipOf(rawFiles(name, rows, options));
}
