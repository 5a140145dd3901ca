import { describe, expect, it } from "vitest";
import type { InventoryRows } from "../../../contract/inventory.ts";
import type { RowsQuery } from "./client.ts";
import type { Pending } from "./pending.ts";
import { referencesOf } from "./references.ts";

const CELLS: Record<string, Record<string, string>[]> = {
  "venues.csv": [{ id: "v1", name: "Room 1" }, { id: "v2", building: "A", room: "102" }, { id: "v3" }],
  "devices.csv": [{ id: "ap1", name: "AP 1" }],
  "zones.csv": [{ id: "z1", name: "Zone" }],
};

function reader() {
  const asked: RowsQuery[] = [];
  const read = (query: RowsQuery): Promise<InventoryRows> => {
    asked.push(query);
    const rows = (CELLS[query.file] ?? []).map((cells) => ({ key: cells.id ?? "", cells }));
    return Promise.resolve({ file: query.file, on: "2026-09-07", version: 1, columns: [], rows });
  };
  return { asked, read };
}

describe("what a column can name", () => {
  it("is the rooms and devices of the school, by the name that they have", async () => {
    const { asked, read } = reader();
    const query = { file: "serves.csv", school: "2133000001", on: "2026-10-01" };
    await expect(referencesOf(query, [], read)).resolves.toEqual({
      device: [{ id: "ap1", name: "AP 1" }],
      venue: [
        { id: "v1", name: "Room 1" },
        { id: "v2", name: "A 102" },
        { id: "v3", name: "v3" },
      ],
    });
    expect(asked).toEqual([
      { file: "devices.csv", school: "2133000001", on: "2026-10-01" },
      { file: "venues.csv", school: "2133000001", on: "2026-10-01" },
    ]);
  });

  it("is all zones, also for one school", async () => {
    const { asked, read } = reader();
    const references = await referencesOf({ file: "schools.csv", school: "2133000001" }, [], read);
    expect(references).toEqual({ zone: [{ id: "z1", name: "Zone" }] });
    expect(asked).toEqual([{ file: "zones.csv" }]);
  });

  it("is asked for only where it can be", async () => {
    const { asked, read } = reader();
    await expect(referencesOf({ file: "devices.csv" }, [], read)).resolves.toEqual({});
    await expect(referencesOf({ file: "calendar.csv" }, [], read)).resolves.toEqual({});
    expect(asked).toEqual([]);
  });

  it("follows what is to be saved", async () => {
    const row = { file: "venues.csv", keyColumns: ["id"] };
    const pending: Pending[] = [
      { ...row, kind: "remove", key: "v1", was: {} },
      { ...row, kind: "change", key: "v2", was: {}, cells: { id: "v2", name: "Music" } },
      { ...row, kind: "add", cells: { id: "v9", name: "New" } },
    ];
    const { venue } = await referencesOf({ file: "devices.csv", school: "2133000001" }, pending, reader().read);
    expect(venue).toEqual([
      { id: "v2", name: "Music" },
      { id: "v3", name: "v3" },
      { id: "v9", name: "New" },
    ]);
  });
});
