// Rows that a column can name, for who fills it in: rooms and devices of the school, campuses, zones.
import type { InventoryRows } from "../../../contract/inventory.ts";
import type { RowsQuery } from "./client.ts";
import { type Cells, type Pending, pendingOf } from "./pending.ts";
import { needsSchool } from "./words.ts";

export interface Reference {
  id: string;
  name: string;
}

/** By column. */
export type References = Readonly<Record<string, readonly Reference[]>>;

/** Of which file the ids are that a column holds. */
const NAMED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "schools.csv": { zone: "zones.csv" },
  "venues.csv": { campus: "campuses.csv" },
  "devices.csv": { venue: "venues.csv", parent: "devices.csv" },
  "serves.csv": { device: "devices.csv", venue: "venues.csv" },
};

/**
 * What the columns of a file can name, with rows that are to be added and without those that are to go.
 * @param query the file, the school and the day of the rows that are looked at
 * @throws what `read` throws
 */
export async function referencesOf(
  query: RowsQuery,
  pending: readonly Pending[],
  read: (query: RowsQuery) => Promise<InventoryRows>,
): Promise<References> {
  const columns = Object.entries(NAMED[query.file] ?? {}).filter(
    ([, file]) => query.school !== undefined || !needsSchool(file),
  );
  const files = [...new Set(columns.map(([, file]) => file))];
  const found = await Promise.all(
    // A zone serves schools of a county, so those of one school are too few.
    files.map(async (file): Promise<[string, Reference[]]> => {
      const { school, ...all } = query;
      const rows = await read(
        file === "zones.csv" || school === undefined ? { ...all, file } : { ...all, school, file },
      );
      return [file, withPending(rows, pending)];
    }),
  );
  const ofFile = new Map(found);
  return Object.fromEntries(columns.map(([column, file]) => [column, ofFile.get(file) ?? []]));
}

function withPending({ file, rows }: InventoryRows, pending: readonly Pending[]): Reference[] {
  const there = rows.flatMap(({ key, cells }) => {
    const now = pendingOf(pending, file, key);
    if (now === undefined) return [cells];
    return now.kind === "remove" ? [] : [now.cells];
  });
  const added = pending.flatMap((one) => (one.kind === "add" && one.file === file ? [one.cells] : []));
  return [...there, ...added].flatMap(referenceIn);
}

function referenceIn({ id, name, building, room }: Cells): Reference[] {
  if (id === undefined) return [];
  const place = [building, room].filter((part) => part !== undefined).join(" ");
  return [{ id, name: name ?? (place || id) }];
}
