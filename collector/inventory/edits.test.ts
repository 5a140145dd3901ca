import { describe, expect, it } from "vitest";
import { ConfigError } from "../../contract/errors.ts";
import type { InventoryEdit } from "../../contract/inventory.ts";
import { diffInventory } from "./diff.ts";
import { editedFiles } from "./edits.ts";
import { FILES, FULL, filesWith, read, SCHOOL } from "./files-suite.ts";
import { readInventory } from "./read.ts";
import { loadRegions } from "./regions.ts";
import { textOf } from "./table.ts";

const REGIONS = loadRegions();

function afterEdits(edits: readonly InventoryEdit[], texts: ReadonlyMap<string, string> = filesWith({})) {
  const { files, problems } = editedFiles(texts, edits);
  return { files, inventory: readInventory(files, REGIONS, problems) };
}

function problemsOf(edits: readonly InventoryEdit[], texts?: ReadonlyMap<string, string>): string[] {
  try {
    afterEdits(edits, texts);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
}

describe("edits of rows", () => {
  it("change the cells they name and no others", () => {
    const { inventory } = afterEdits([{ file: "venues.csv", key: "v1", cells: { seats: "48", room: "" } }]);
    expect(diffInventory(read(), inventory)["venues.csv"].changed).toEqual([{ key: "v1", columns: ["room", "seats"] }]);
    expect(inventory.venue("v1")).not.toHaveProperty("room");
  });

  it("add rows, remove rows, and leave other files as they are, byte by byte", () => {
    const { files, inventory } = afterEdits([
      { file: "venues.csv", cells: { id: "v9", school: SCHOOL, name: 'Hall, "new"', kind: "lecture_hall" } },
      { file: "serves.csv", key: "ap1 v2", remove: true },
      { file: "serves.csv", cells: { device: "ap1", venue: "v9", role: "primary" } },
    ]);
    const diff = diffInventory(read(), inventory);
    expect(diff["venues.csv"].added).toEqual(["v9"]);
    expect(diff["serves.csv"]).toMatchObject({ added: ["ap1 v9"], removed: ["ap1 v2"], changed: [] });
    expect(inventory.venue("v9")?.name).toBe('Hall, "new"');
    expect(files.get("devices.csv")).toBe(FILES["devices.csv"]);
    const kept = new Map([...files].map(([name, source]) => [name, textOf(source)]));
    expect(readInventory(kept, REGIONS).contents).toEqual(inventory.contents);
  });

  it("add an optional column when it is filled for the first time, and a file that was not there", () => {
    const { files, inventory } = afterEdits([
      { file: "schools.csv", key: SCHOOL, cells: { stage: "primary", zone: "z1" } },
      { file: "zones.csv", cells: { id: "z1", name: "高新区", county: "330106" } },
    ]);
    expect(inventory.school(SCHOOL)).toMatchObject({ stage: "primary", zone: "z1" });
    expect(inventory.zone("z1")?.name).toBe("高新区");
    expect(textOf(files.get("zones.csv") ?? "")).toBe("id,name,county\nz1,高新区,330106\n");
    expect(textOf(files.get("schools.csv") ?? "").split("\n")[0]).toMatch(/,inventory_confirmed_at,stage,zone$/);
  });

  it("see what the edits before them have done", () => {
    const { inventory } = afterEdits([
      { file: "agents.csv", cells: { id: "gw-2", school: SCHOOL, name: "x" } },
      { file: "agents.csv", key: "gw-2", cells: { id: "gw-3" } },
      { file: "agents.csv", key: "gw-3", cells: { name: " Second " } },
      { file: "agents.csv", key: "gw-1", remove: true },
      { file: "agents.csv", cells: { id: "gw-1", school: SCHOOL, name: "again" } },
    ]);
    expect(inventory.contents.agents.map(({ id, name }) => [id, name])).toEqual([
      ["gw-3", "Second"],
      ["gw-1", "again"],
    ]);
  });

  it("name rows of files with several key columns as a diff does", () => {
    const { inventory } = afterEdits(
      [
        { file: "groups.csv", key: "project-a 330106", cells: { to: "2026-07-31" } },
        { file: "groups.csv", key: `rural ${SCHOOL} 2026-09-01`, cells: { from: "2026-10-01" } },
        {
          file: "calendar.csv",
          key: "*,2026-10-01".replace(",", " ").concat(" 2026-10-07 holiday"),
          cells: { name: "国庆节" },
        },
      ],
      filesWith(FULL),
    );
    expect(diffInventory(read(FULL), inventory)).toMatchObject({
      "groups.csv": {
        changed: [{ key: "project-a 330106", columns: ["to"] }],
        added: [`rural ${SCHOOL} 2026-10-01`],
        removed: [`rural ${SCHOOL} 2026-09-01`],
      },
      "calendar.csv": { changed: [{ key: "* 2026-10-01 2026-10-07 holiday", columns: ["name"] }] },
    });
  });

  it("make the first inventory where there was none", () => {
    const { inventory } = afterEdits(
      [{ file: "schools.csv", cells: { id: SCHOOL, name: "X", county: "330106" } }],
      new Map(),
    );
    expect(inventory.contents).toMatchObject({ schools: [{ id: SCHOOL }], venues: [], devices: [] });
  });
});

describe("what is wrong with an edit", () => {
  it.each([
    { what: "no such file", edit: { file: "rooms.csv", cells: {} }, says: 'edits[0].file: "rooms.csv" is not' },
    {
      what: "no such row",
      edit: { file: "venues.csv", key: "v9", cells: {} },
      says: 'edits[0] venues.csv: there is no row "v9"',
    },
    {
      what: "no such row to remove",
      edit: { file: "venues.csv", key: "v9", remove: true },
      says: "edits[0] venues.csv: there is no row",
    },
    {
      what: "removed without a key",
      edit: { file: "venues.csv", remove: true },
      says: "edits[0] venues.csv: removes a row without",
    },
    {
      what: "nothing to do",
      edit: { file: "venues.csv", key: "v1" },
      says: "edits[0] venues.csv: has neither cells nor remove",
    },
    {
      what: "both at once",
      edit: { file: "venues.csv", key: "v1", cells: {}, remove: true },
      says: "edits[0] venues.csv: has cells for",
    },
    {
      what: "an unknown column",
      edit: { file: "agents.csv", key: "gw-1", cells: { mac: "x" } },
      says: 'edits[0] agents.csv: column "mac"',
    },
    {
      what: "a row that is there",
      edit: { file: "agents.csv", cells: { id: "gw-1" } },
      says: 'edits[0] agents.csv: row "gw-1" is there already',
    },
    {
      what: "a key that is taken",
      edit: { file: "venues.csv", key: "v1", cells: { id: "v2" } },
      says: 'edits[0] venues.csv: row "v2" is there already',
    },
  ] satisfies { what: string; edit: InventoryEdit; says: string }[])("$what", ({ edit, says }) => {
    const problems = problemsOf([edit]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(says);
  });

  it("is told with all that is wrong with the rows, which are named by their keys", () => {
    const problems = problemsOf([
      { file: "venues.csv", key: "v1", cells: { kind: "cellar" } },
      { file: "venues.csv", key: "v7", remove: true },
      { file: "devices.csv", cells: { id: "ap9", school: "2133000009", kind: "ap", key: "k9" } },
    ]);
    expect(problems.map((problem) => problem.split(": ")[0]).sort()).toEqual([
      "devices.csv ap9 school",
      "edits[1] venues.csv",
      "venues.csv v1 kind",
    ]);
  });

  it("is also what it does to rows that nobody has edited", () => {
    const problems = problemsOf([{ file: "venues.csv", key: "v2", remove: true }]);
    // They stand in files that were not edited, so they have their line.
    expect(problems.map((problem) => problem.split(": ")[0])).toEqual([
      "devices.csv:4 venue",
      "serves.csv:3 venue",
      "serves.csv:4 venue",
    ]);
  });
});
