// CSV texts: the records of one with their lines, and records as a text.
import { CsvError, parse } from "csv-parse/sync";
import type { Problem } from "../../contract/errors.ts";

/** The cells of a line, or of a row of a sheet. */
export interface CellRecord {
  /** Without blanks around them. */
  cells: string[];
  line: number;
}

/** The records of a CSV text, blank ones left out; `undefined` when it is none, which is noted. */
export function parseCsv(file: string, text: string, problems: Problem[]): CellRecord[] | undefined {
  const encoding = encodingProblem(file, text);
  if (encoding) {
    problems.push(encoding);
    return undefined;
  }
  const records: CellRecord[] = [];
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

/** Records as a CSV text: UTF-8 without a byte order mark, lines end in LF. */
export function csvText(records: Iterable<readonly (string | number | undefined)[]>): string {
  const lines: string[] = [];
  for (const cells of records) lines.push(cells.map(cellText).join(","));
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

function cellText(cell: string | number | undefined): string {
  const text = String(cell ?? "");
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
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
