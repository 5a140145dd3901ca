// Reads an Excel workbook into the files of an inventory: one sheet a file, its first row the names of the columns.
import readXlsxFile from "read-excel-file/node";
import { messageOf, type Problem } from "../../../contract/errors.ts";
import { type ColumnKind, kindOf } from "../columns.ts";
import type { CellRecord } from "../csv.ts";
import { INVENTORY_FILE_NAMES, type InventoryFile, OPTIONAL_FILES } from "../files.ts";
import type { CellTable, FileSource } from "../table.ts";
import { BOUNDS, checkExtent, type SheetBounds } from "./bounds.ts";
import { type CellValue, cellText } from "./cell.ts";
import { WorkbookError } from "./errors.ts";
import { fileOfSheet, isNotes, SHEET_NAMES, sheetTitle } from "./sheets.ts";
import { unzipXml, zipOf } from "./zip.ts";

/** How old workbooks of Excel, and those with a password, begin. */
const OLD_OR_LOCKED = Buffer.from([0xd0, 0xcf, 0x11, 0xe0]);

/**
 * The files that a workbook holds, still to be checked, and what is wrong with its sheets.
 * @throws WorkbookError when it is no workbook, or larger than can be read
 */
export async function readWorkbook(
  bytes: Buffer,
  bounds: SheetBounds = BOUNDS,
): Promise<{ files: Map<string, FileSource>; problems: Problem[] }> {
  const files = new Map<string, FileSource>();
  const problems: Problem[] = [];
  for (const { sheet, data } of await sheetsOf(bytes, bounds)) {
    const file = fileOfSheet(sheet);
    if (file === undefined) {
      const isEmpty = data.every((row) => row.every((cell) => cell === null));
      if (!isEmpty && !isNotes(sheet))
        problems.push({ path: sheet, message: `is no sheet of an inventory, expected ${SHEETS}` });
    } else if (files.has(file)) problems.push({ path: sheet, message: `is there twice: ${sheetTitle(file)}` });
    else files.set(file, tableOf(file, sheet, data));
  }
  for (const file of INVENTORY_FILE_NAMES) {
    if (files.has(file) || OPTIONAL_FILES.has(file)) continue;
    const missing = [{ path: sheetTitle(file), message: "is missing" }];
    files.set(file, { name: file, records: [], placeOf: String, problems: missing });
  }
  return { files, problems };
}

const SHEETS = INVENTORY_FILE_NAMES.map((file) => SHEET_NAMES[file]).join(", ");

async function sheetsOf(bytes: Buffer, bounds: SheetBounds): Promise<{ sheet: string; data: CellValue[][] }[]> {
  if (bytes.length > bounds.packedBytes)
    throw WorkbookError.tooLarge(`it has ${bytes.length} bytes, at most ${bounds.packedBytes} are read`);
  if (bytes.subarray(0, 4).equals(OLD_OR_LOCKED))
    throw WorkbookError.broken("it is one of Excel 97–2003 (.xls), or has a password; save it as .xlsx without one");
  const contents = await unzipXml(bytes, { entries: bounds.entries, bytes: bounds.unpackedBytes });
  for (const [name, content] of contents) {
    if (!name.startsWith("xl/worksheets/") || !name.endsWith(".xml")) continue;
    const xml = content.toString("latin1"); // byte by byte: nothing that is looked for has more than ASCII
    checkExtent(xml, bounds);
    contents.set(name, Buffer.from(withErrorsAsText(xml), "latin1"));
  }
  try {
    // The types of the library say `typeof Date` where it gives a Date.
    return (await readXlsxFile(zipOf(contents))) as unknown as { sheet: string; data: CellValue[][] }[];
  } catch (cause) {
    throw WorkbookError.broken(messageOf(cause), cause);
  }
}

/** The library leaves out cells whose formula failed, as if they were empty; as texts they are reported (cell.ts). */
function withErrorsAsText(xml: string): string {
  return xml.replace(/(<(?:\w+:)?c\s[^>]*?\bt\s*=\s*)(["'])e\2/g, "$1$2str$2");
}

function tableOf(file: InventoryFile, name: string, data: readonly (readonly CellValue[])[]): CellTable {
  const problems: Problem[] = [];
  const placeOf = (line: number) => `${name} R${line}`;
  const kinds: (ColumnKind | undefined)[] = [];
  const columns: string[] = [];
  const records: CellRecord[] = [];
  for (const [i, row] of data.entries()) {
    if (row.every((cell) => cell === null || cell === "")) continue;
    const isHeader = records.length === 0;
    const cells = row.map((value, at) => {
      const read = cellText(value, kinds[at]);
      if ("text" in read) return read.text;
      problems.push({ path: `${placeOf(i + 1)} ${columns[at] ?? ""}`.trimEnd(), message: read.problem });
      return "";
    });
    if (isHeader) {
      while (cells.at(-1) === "") cells.pop();
      columns.push(...cells);
      kinds.push(...cells.map((column) => kindOf(file, column)));
    } else while (cells.length < columns.length) cells.push("");
    records.push({ cells, line: i + 1 });
  }
  return { name, records, placeOf, problems };
}
