// Names of files, columns and choices of the inventory in the page's language; what has no name is shown as it is.
import { useI18n } from "vue-i18n";
import { problemInChinese } from "../../i18n/inventory-problems-zh.ts";
import { inventoryZh } from "../../i18n/inventory-zh.ts";
import { useText } from "../../i18n/text.ts";

type FileStem = keyof typeof inventoryZh.inventoryFile;
type ColumnName = keyof typeof inventoryZh.inventoryColumn;
type HintName = keyof typeof inventoryZh.inventoryHint;
type ChoiceName = keyof typeof inventoryZh.inventoryChoice;

/** The files, in the order in which they are documented. */
export const FILES = Object.keys(inventoryZh.inventoryFile).map((stem) => `${stem}.csv`);

/** Files of which the rows of a school can be asked for only. */
export function needsSchool(file: string): boolean {
  return file === "venues.csv" || file === "devices.csv" || file === "serves.csv";
}

/** Whether a word is the name of a column of some file. */
export function isColumnName(word: string): word is ColumnName {
  return Object.hasOwn(inventoryZh.inventoryColumn, word);
}

/** The name under which the page has a hint for a column; one that is told for the file alone comes first. */
export function hintName(file: string, column: string): HintName | undefined {
  return [`${stemOf(file)}_${column}`, column].find(isHintName);
}

export interface InventoryWords {
  /** `devices.csv` → 设备 */
  file(name: string): string;
  column(name: string): string;
  hint(file: string, column: string): string | undefined;
  /** A cell as people read it: choices as words, all others as they are. */
  cell(file: string, column: string, text: string): string;
  /** What the collector says of a cell or a file. */
  problem(message: string): string;
}

/** To be called inside a component's setup. */
export function useInventoryWords(): InventoryWords {
  const { t, word } = useText();
  const { locale } = useI18n({ useScope: "global" });
  return {
    file: (name) => {
      const stem = stemOf(name);
      return isFileStem(stem) ? t(`inventoryFile.${stem}`) : name;
    },
    column: (name) => (isColumnName(name) ? t(`inventoryColumn.${name}`) : name),
    hint: (file, column) => {
      const name = hintName(file, column);
      return name && t(`inventoryHint.${name}`);
    },
    problem: (message) => (locale.value === "zh-CN" ? problemInChinese(message) : message),
    cell: (file, column, text) => {
      if (file === "schools.csv" && column === "stage") return word("variant", text);
      if (column === "kind" && file === "venues.csv") return word("venueKind", text);
      if (column === "kind" && file === "devices.csv") return word("deviceKind", text);
      return WORDED.has(column) && isChoiceName(text) ? t(`inventoryChoice.${text}`) : text;
    },
  };
}

/** Columns of which the cells are choices that the page has words for. */
const WORDED = new Set([
  "main_teaching",
  "reconfigurable",
  "compatible",
  "recordable",
  "needs_equipment",
  "expected_on",
  "role",
  "kind",
]);

function stemOf(file: string): string {
  return file.replace(/\.csv$/, "");
}

function isFileStem(text: string): text is FileStem {
  return Object.hasOwn(inventoryZh.inventoryFile, text);
}

function isHintName(text: string): text is HintName {
  return Object.hasOwn(inventoryZh.inventoryHint, text);
}

function isChoiceName(text: string): text is ChoiceName {
  return Object.hasOwn(inventoryZh.inventoryChoice, text);
}
