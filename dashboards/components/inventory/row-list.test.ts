import { describe, expect, it } from "vitest";
import type { InventoryRows } from "../../../contract/inventory.ts";
import type { Pending } from "./pending.ts";
import { matching, shownColumns, shownRows } from "./row-list.ts";

const column = (name: string, isKey = false) => ({ name, kind: "text" as const, isKey, isRequired: true });
const rows: InventoryRows = {
  file: "venues.csv",
  on: "2026-09-07",
  version: 1,
  columns: [column("id", true), column("name"), column("room"), column("seats")],
  rows: [
    { key: "v1", cells: { id: "v1", name: "Room A" } },
    { key: "v2", cells: { id: "v2", name: "Room B" } },
    { key: "v3", cells: { id: "v3", name: "音乐教室" } },
  ],
};
const row = { file: "venues.csv", keyColumns: ["id"] };
const pending: Pending[] = [
  { ...row, kind: "change", key: "v1", was: { id: "v1", name: "Room A" }, cells: { id: "v1", room: "101" } },
  { ...row, kind: "remove", key: "v2", was: { id: "v2", name: "Room B" } },
  { ...row, kind: "add", cells: { id: "v9" } },
  { ...row, file: "devices.csv", kind: "add", cells: { id: "d1" } },
];

describe("the rows of a file", () => {
  it("are shown with what is to become of them", () => {
    const shown = shownRows(rows, pending);
    expect(shown.map(({ state, cells }) => [state, cells.id])).toEqual([
      ["add", "v9"],
      ["change", "v1"],
      ["remove", "v2"],
      ["same", "v3"],
    ]);
    expect([...(shown[1]?.changed ?? [])]).toEqual(["name", "room"]);
    expect(shown[1]?.was?.cells.name).toBe("Room A");
    expect(new Set(shown.map(({ id }) => id)).size).toBe(4);
  });

  it("have the columns that name them and those with anything in them, also if it goes", () => {
    const names = shownColumns(rows.columns, shownRows(rows, pending)).map(({ name }) => name);
    expect(names).toEqual(["id", "name", "room"]);
    expect(shownColumns(rows.columns, []).map(({ name }) => name)).toEqual(["id"]);
  });

  it.each([
    { search: "", want: ["v1", "v2", "v3"] },
    { search: "  ", want: ["v1", "v2", "v3"] },
    { search: "room b", want: ["v2"] },
    { search: "B ROOM", want: ["v2"] },
    { search: "音乐", want: ["v3"] },
    { search: "nowhere", want: [] },
  ])("are found by '$search'", ({ search, want }) => {
    expect(matching(shownRows(rows, []), search).map(({ cells }) => cells.id)).toEqual(want);
  });

  it("stay in sight when they change", () => {
    const found = matching(shownRows(rows, pending), "nowhere");
    expect(found.map(({ state }) => state)).toEqual(["add", "change", "remove"]);
  });
});
