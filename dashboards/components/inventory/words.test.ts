import { describe, expect, it } from "vitest";
import { FILES, hintName, isColumnName, needsSchool } from "./words.ts";

describe("names of the inventory", () => {
  it("has nine files, of which three are shown a school at a time", () => {
    expect(FILES).toHaveLength(9);
    expect(FILES.filter(needsSchool)).toEqual(["venues.csv", "devices.csv", "serves.csv"]);
  });

  it.each([
    { file: "schools.csv", column: "id", want: "schools_id" },
    { file: "venues.csv", column: "id", want: "id" },
    { file: "groups.csv", column: "from", want: "groups_from" },
    { file: "calendar.csv", column: "from", want: undefined },
    { file: "venues.csv", column: "toString", want: undefined },
  ])("the hint for $column of $file is $want", ({ file, column, want }) => {
    expect(hintName(file, column)).toBe(want);
  });

  it.each([
    ["kind", true],
    ["v1", false],
    ["constructor", false],
  ])("%s is a column: %s", (word, want) => {
    expect(isColumnName(word)).toBe(want);
  });
});
