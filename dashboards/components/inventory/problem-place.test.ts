import { describe, expect, it } from "vitest";
import { placeOf } from "./problem-place.ts";

const COLUMNS = new Set(["kind", "venue", "id", "role"]);

describe("the place of a problem", () => {
  it.each([
    { path: "devices.csv:14 kind", want: { where: "devices.csv", line: 14, column: "kind" } },
    { path: "devices.csv:1", want: { where: "devices.csv", line: 1 } },
    { path: "devices.csv:", want: { where: "devices.csv" } },
    { path: "devices.csv", want: { where: "devices.csv" } },
    { path: "设备 R12 kind", want: { where: "设备", line: 12, column: "kind" } },
    { path: "My devices R3", want: { where: "My devices", line: 3 } },
    { path: "devices (设备)", want: { where: "devices (设备)" } },
    { path: "venues.csv v2 kind", want: { where: "venues.csv", key: "v2", column: "kind" } },
    { path: "serves.csv ap1 v1 role", want: { where: "serves.csv", key: "ap1 v1", column: "role" } },
    { path: "serves.csv ap1 v1", want: { where: "serves.csv", key: "ap1 v1" } },
    { path: "venues.csv R2 kind", want: { where: "venues.csv", key: "R2", column: "kind" } },
    { path: "venues.csv  id", want: { where: "venues.csv", column: "id" } },
    { path: "edits[2] venues.csv", want: { where: "venues.csv" } },
    { path: "edits[2].file", want: { where: "" } },
    { path: "body/author", want: { where: "body/author" } },
  ])("$path", ({ path, want }) => {
    expect(placeOf(path, (word) => COLUMNS.has(word))).toEqual(want);
  });
});
