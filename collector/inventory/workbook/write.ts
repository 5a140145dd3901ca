// Writes the files of an inventory as an Excel workbook that reading gives back unchanged: one sheet a file.
import writeXlsxFile, { type SheetData } from "write-excel-file/node";
import { CampusError, type Problem } from "../../../contract/errors.ts";
import { kindOf } from "../columns.ts";
import { parseCsv } from "../csv.ts";
import { INVENTORY_FILE_NAMES, INVENTORY_FILES, type InventoryFile } from "../files.ts";
import { BOUNDS } from "./bounds.ts";
import { WorkbookError } from "./errors.ts";
import { SHEET_NAMES } from "./sheets.ts";

/** Cells of text stay text when somebody types into them: `@` is Excel's own name of that format. */
const TEXT_FORMAT = "@";
/** Characters that XML 1.0 cannot hold: a workbook with one does not open. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const NARROW = 12;
const WIDE = 24;

/**
 * @param texts CSV texts by file name, as they were recorded; a file that is not there becomes a sheet with a header only
 * @throws WorkbookError when a file has more rows than reading takes
 */
export async function writeWorkbook(texts: ReadonlyMap<string, string>): Promise<Buffer> {
  const sheets = INVENTORY_FILE_NAMES.map((file) => {
    const [header = [], ...rows] = recordsOf(file, texts.get(file));
    if (rows.length >= BOUNDS.rows)
      throw WorkbookError.tooLarge(`${file} has ${rows.length} rows, at most ${BOUNDS.rows} stand in a sheet`);
    return {
      sheet: SHEET_NAMES[file],
      data: [
        header.map((value) => ({ value, type: String, fontWeight: "bold" as const })),
        ...dataOf(file, header, rows),
      ],
      columns: header.map((column) => ({ width: kindOf(file, column) === "text" ? WIDE : NARROW })),
      stickyRowsCount: 1,
    };
  });
  return writeXlsxFile(sheets).toBuffer();
}

function dataOf(file: InventoryFile, header: readonly string[], rows: readonly string[][]): SheetData {
  const isNumber = header.map((column) => kindOf(file, column) === "number");
  return rows.map((cells) =>
    cells.slice(0, header.length).map((text, i) => {
      const shown = text.replace(CONTROL, "");
      if (shown === "") return null;
      if (isNumber[i] && String(Number(text)) === text) return { value: Number(text), type: Number };
      return { value: shown, type: String, format: TEXT_FORMAT };
    }),
  );
}

function recordsOf(file: InventoryFile, text: string | undefined): string[][] {
  const problems: Problem[] = [];
  const records = text === undefined ? undefined : parseCsv(file, text, problems);
  const [problem] = problems;
  // What was recorded was read before, so somebody has changed it.
  if (problem) throw new CampusError("INVENTORY_DAMAGED", `${problem.path}: ${problem.message}`);
  const [header, ...rows] = records?.map(({ cells }) => cells) ?? [];
  const columns = header ?? [...INVENTORY_FILES[file].required];
  return [columns.filter((column) => column !== ""), ...rows];
}
