import { describe, expect, it } from "vitest";
import {
  changedColumns,
  editsOf,
  keyAfter,
  keyOf,
  otherProblems,
  type Pending,
  pendingOf,
  problemsOf,
  withChange,
  without,
  withRemoval,
} from "./pending.ts";

const ROW = { file: "venues.csv", keyColumns: ["id"] };
const was = { id: "v1", name: "101", kind: "classroom", seats: "40" };
const change = (cells: Record<string, string>, list: Pending[] = []) =>
  withChange(list, { ...ROW, key: "v1", was, cells });

describe("a changed row", () => {
  it("is sent with the cells that differ, an emptied one as an empty text", () => {
    const list = change({ id: "v1", name: " 102 ", kind: "classroom", seats: " " });
    expect(editsOf(list)).toEqual([{ file: "venues.csv", key: "v1", cells: { name: "102", seats: "" } }]);
  });

  it("is no change once everything stands as before", () => {
    expect(change({ ...was, name: "101 " })).toEqual([]);
    expect(change(was, change({ ...was, name: "102" }))).toEqual([]);
  });

  it("is one change, however often it is edited", () => {
    const list = change({ ...was, name: "103" }, change({ ...was, name: "102" }));
    expect(editsOf(list)).toEqual([{ file: "venues.csv", key: "v1", cells: { name: "103" } }]);
  });

  it("is found under the key that it had, and reported under the one that it gets", () => {
    const [pending] = change({ ...was, id: "v9" });
    expect(pendingOf(change({ ...was, id: "v9" }), "venues.csv", "v1")).toEqual(pending);
    expect(pending && keyAfter(pending)).toBe("v9");
  });

  it("can be taken back", () => {
    expect(without(change({ ...was, name: "102" }), "venues.csv", "v1")).toEqual([]);
    expect(without(change({ ...was, name: "102" }), "devices.csv", "v1")).toHaveLength(1);
  });
});

describe("a removed row", () => {
  it("takes the place of what was changed in it", () => {
    const list = withRemoval(change({ ...was, name: "102" }), { ...ROW, key: "v1", was });
    expect(editsOf(list)).toEqual([{ file: "venues.csv", key: "v1", remove: true }]);
  });
});

it("rows that go are sent first, so that others can take their names, and new ones last", () => {
  const added: Pending = { ...ROW, kind: "add", cells: { id: "v2" } };
  const removed: Pending = { ...ROW, kind: "remove", key: "v2", was: {} };
  const list = [added, ...change({ ...was, name: "102" }), removed];
  expect(editsOf(list).map(({ key, remove }) => [key, remove])).toEqual([
    ["v2", true],
    ["v1", undefined],
    [undefined, undefined],
  ]);
});

it.each([
  { columns: ["id"], cells: { id: "v1" }, want: "v1" },
  { columns: ["device", "venue"], cells: { device: "ap1", venue: "v1" }, want: "ap1 v1" },
  { columns: ["group", "member", "from"], cells: { group: "g", member: "330106" }, want: "g 330106" },
  { columns: ["id"], cells: {}, want: "" },
])("a row with $columns is named $want", ({ columns, cells, want }) => {
  expect(keyOf(columns, cells)).toBe(want);
});

it("columns differ when a cell is filled, changed or emptied", () => {
  expect(changedColumns({ a: "1", b: "2", c: "3" }, { a: "1", b: "9", d: "4" })).toEqual(["b", "c", "d"]);
});

describe("what is wrong", () => {
  const serves: Pending = {
    file: "serves.csv",
    keyColumns: ["device", "venue"],
    kind: "add",
    cells: { device: "ap1", venue: "v1" },
  };
  const list = [serves, ...change({ ...was, kind: "cellar" })];
  const [, changed = serves] = list;
  const problems = [
    { path: "venues.csv v1 kind", message: "a" },
    { path: "serves.csv ap1 v1 role", message: "b" },
    { path: "edits[1] serves.csv", message: "c" },
    { path: "serves.csv ap1 v1", message: "d" },
    { path: "serves.csv ap1 v10 role", message: "e" },
    { path: "devices.csv:2 venue", message: "f" },
    { path: "edits[0] devices.csv", message: "g" },
  ];

  it("is told of each change, with its column", () => {
    expect(problemsOf(problems, list, changed)).toEqual([{ column: "kind", message: "a" }]);
    expect(problemsOf(problems, list, serves)).toEqual([
      { column: "role", message: "b" },
      { message: "c" },
      { message: "d" },
    ]);
  });

  it("is forgotten once the row was changed again", () => {
    expect(problemsOf(problems, list, { ...changed })).toEqual([]);
  });

  it("elsewhere is told as well", () => {
    expect(otherProblems(problems, list).map(({ message }) => message)).toEqual(["e", "f", "g"]);
  });
});
