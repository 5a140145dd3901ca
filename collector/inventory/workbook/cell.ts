// From a cell as Excel has it to the text that would stand in a CSV file, or to why there is none.

import type { ColumnKind } from "../columns.ts";
import { DAY_MS } from "../day.ts";

/** What a reader of workbooks makes of a cell; `null` is an empty one. */
export type CellValue = string | number | boolean | Date | null;

export type CellText = { text: string } | { problem: string };

/** Excel keeps fifteen digits of a number; of a longer one the last digits are not what was typed. */
const LARGEST_NUMBER = 1e15;

/** What Excel shows where a formula failed. */
const FORMULA_ERROR = /^#(?:N\/A|[A-Z_]+(?:\/0)?[!?]|GETTING_DATA)$/;

/** @param kind of the column; absent for a header */
export function cellText(value: CellValue, kind: ColumnKind | undefined): CellText {
  if (value === null) return { text: "" };
  if (typeof value === "string") {
    return FORMULA_ERROR.test(value) ? { problem: `is ${value}, the error of a formula` } : { text: value.trim() };
  }
  if (typeof value === "number") return numberText(value);
  if (value instanceof Date) return dateText(value, kind);
  if (kind === "yes_no") return { text: value ? "yes" : "no" };
  return { problem: `is the truth value ${value ? "TRUE" : "FALSE"}, expected a text cell` };
}

function numberText(value: number): CellText {
  if (Math.abs(value) < LARGEST_NUMBER) return { text: String(value) };
  return { problem: `is the number ${value}, of which Excel keeps only 15 digits, expected a text cell` };
}

/** A room "3-2" becomes the second of March when it is typed into a cell that is not of text. */
function dateText(value: Date, kind: ColumnKind | undefined): CellText {
  if (Number.isNaN(value.getTime())) return { problem: "is a date that does not exist" };
  const text = value.toISOString();
  if (kind !== "date") return { problem: `is the date ${text.slice(0, 10)}, expected a text cell` };
  if (value.getTime() % DAY_MS !== 0)
    return { problem: `is ${text.slice(0, 16).replace("T", " ")}, expected a date only` };
  return { text: text.slice(0, 10) };
}
