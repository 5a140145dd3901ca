// Changes of rows that somebody has made on the page and not saved yet.
import type { Problem } from "../../../contract/errors.ts";
import type { InventoryEdit } from "../../../contract/inventory.ts";

/** Cells by column; an empty one is left out. */
export type Cells = Readonly<Record<string, string>>;

interface OfRow {
  file: string;
  /** Of the columns that name a row, in their order. */
  keyColumns: readonly string[];
}

export type Pending =
  | (OfRow & { kind: "add"; cells: Cells })
  | (OfRow & { kind: "change"; key: string; was: Cells; cells: Cells })
  | (OfRow & { kind: "remove"; key: string; was: Cells });

/** What names a row, as the collector does it. */
export function keyOf(keyColumns: readonly string[], cells: Cells): string {
  return keyColumns
    .map((column) => cells[column] ?? "")
    .join(" ")
    .trimEnd();
}

/** The key under which the collector reports what is wrong with the row. */
export function keyAfter(pending: Pending): string {
  return pending.kind === "remove" ? pending.key : keyOf(pending.keyColumns, pending.cells);
}

/** Without blanks around the cells, and without empty ones. */
export function trimmed(cells: Cells): Cells {
  return Object.fromEntries(
    Object.entries(cells)
      .map(([column, text]): [string, string] => [column, text.trim()])
      .filter(([, text]) => text !== ""),
  );
}

/** Columns that differ, in the order in which they first appear. */
export function changedColumns(was: Cells, cells: Cells): string[] {
  const columns = new Set([...Object.keys(was), ...Object.keys(cells)]);
  return [...columns].filter((column) => (was[column] ?? "") !== (cells[column] ?? ""));
}

/** With the row as it should be now: a change that changes nothing is none. */
export function withChange(
  list: readonly Pending[],
  row: OfRow & { key: string; was: Cells; cells: Cells },
): Pending[] {
  const cells = trimmed(row.cells);
  const at = indexOfRow(list, row.file, row.key);
  const isSame = changedColumns(row.was, cells).length === 0;
  const change: Pending = { ...row, cells, kind: "change" };
  if (at < 0) return isSame ? [...list] : [...list, change];
  return isSame ? list.filter((_, i) => i !== at) : list.with(at, change);
}

export function withRemoval(list: readonly Pending[], row: OfRow & { key: string; was: Cells }): Pending[] {
  const removal: Pending = { ...row, kind: "remove" };
  return [...without(list, row.file, row.key), removal];
}

/** The row as it was. */
export function without(list: readonly Pending[], file: string, key: string): Pending[] {
  const at = indexOfRow(list, file, key);
  return list.filter((_, i) => i !== at);
}

/** What is to become of a row that is there; `undefined`: it stays. */
export function pendingOf(list: readonly Pending[], file: string, key: string): Pending | undefined {
  return list[indexOfRow(list, file, key)];
}

function indexOfRow(list: readonly Pending[], file: string, key: string): number {
  return list.findIndex((one) => one.kind !== "add" && one.file === file && one.key === key);
}

const ORDER = { remove: 0, change: 1, add: 2 } as const;

/** In the order in which they are sent: what goes makes room for what takes its name. */
export function inOrder(list: readonly Pending[]): Pending[] {
  return list.toSorted((a, b) => ORDER[a.kind] - ORDER[b.kind]);
}

/** As the collector is told; cells that did not change are not named, and an emptied one is an empty text. */
export function editsOf(list: readonly Pending[]): InventoryEdit[] {
  return inOrder(list).map(editOf);
}

function editOf(one: Pending): InventoryEdit {
  switch (one.kind) {
    case "remove":
      return { file: one.file, key: one.key, remove: true };
    case "add":
      return { file: one.file, cells: { ...one.cells } };
    case "change": {
      const changed = changedColumns(one.was, one.cells);
      const cells = Object.fromEntries(changed.map((column) => [column, one.cells[column] ?? ""]));
      return { file: one.file, key: one.key, cells };
    }
  }
}

/** A problem of a row, in the column where it lies; `undefined`: of the row as a whole. */
export interface RowProblem {
  column?: string;
  message: string;
}

/**
 * What is wrong with a change, of all that the collector said.
 * @param sent what it was asked about; a change that was made since is not among these, and nothing is known against it
 */
export function problemsOf(problems: readonly Problem[], sent: readonly Pending[], pending: Pending): RowProblem[] {
  const at = inOrder(sent).indexOf(pending);
  if (at < 0) return [];
  const edit = `edits[${at}] ${pending.file}`;
  const row = `${pending.file} ${keyAfter(pending)}`;
  return problems.flatMap(({ path, message }): RowProblem[] => {
    if (path === edit || path === row) return [{ message }];
    const column = path.startsWith(`${row} `) ? path.slice(row.length + 1) : undefined;
    return column === undefined || column.includes(" ") ? [] : [{ column, message }];
  });
}

/** What lies elsewhere: in rows that were not changed. */
export function otherProblems(problems: readonly Problem[], sent: readonly Pending[]): Problem[] {
  return problems.filter((problem) => !sent.some((pending) => problemsOf([problem], sent, pending).length > 0));
}
