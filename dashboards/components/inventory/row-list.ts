// The rows of a file as the page shows them: those of the version with what is to become of them, and new ones.
import type { InventoryColumn, InventoryRows } from "../../../contract/inventory.ts";
import { type Cells, changedColumns, type Pending, pendingOf } from "./pending.ts";

export interface ShownRow {
  /** Differs from that of every other shown row. */
  id: string;
  state: "same" | "add" | "change" | "remove";
  /** As it will be; a row that goes is shown as it was. */
  cells: Cells;
  /** Columns that change. */
  changed: ReadonlySet<string>;
  /** As it is in the version; `undefined` for a new one. */
  was?: { key: string; cells: Cells };
  /** What is to be saved of it. */
  pending?: Pending;
}

/** New rows first, because that is where somebody looks for them. */
export function shownRows(rows: InventoryRows, pending: readonly Pending[]): ShownRow[] {
  const added = pending
    .filter((one) => one.kind === "add" && one.file === rows.file)
    .map((one, i): ShownRow => {
      const cells = one.kind === "remove" ? {} : one.cells;
      return { id: `new ${i}`, state: "add", cells, changed: new Set(), pending: one };
    });
  return [...added, ...rows.rows.map((row) => shownRow(rows.file, row, pending))];
}

function shownRow(file: string, { key, cells }: InventoryRows["rows"][number], list: readonly Pending[]): ShownRow {
  const was = { key, cells };
  const pending = pendingOf(list, file, key);
  const id = `row ${key}`;
  if (pending?.kind === "change") {
    const changed = new Set(changedColumns(cells, pending.cells));
    return { id, state: "change", cells: pending.cells, changed, was, pending };
  }
  return { id, state: pending ? "remove" : "same", cells, changed: new Set(), was, ...(pending && { pending }) };
}

/** Columns that are worth a place: those that name a row, and those with anything in them. */
export function shownColumns(columns: readonly InventoryColumn[], rows: readonly ShownRow[]): InventoryColumn[] {
  const filled = new Set(rows.flatMap(({ cells, was }) => [...Object.keys(cells), ...Object.keys(was?.cells ?? {})]));
  return columns.filter(({ name, isKey }) => isKey || filled.has(name));
}

/** Rows in which every word stands somewhere, whatever its case; changed rows stay, so that none is out of sight. */
export function matching(rows: readonly ShownRow[], search: string): ShownRow[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...rows];
  return rows.filter(({ state, cells }) => {
    const text = Object.values(cells).join("\n").toLowerCase();
    return state !== "same" || words.every((word) => text.includes(word));
  });
}
