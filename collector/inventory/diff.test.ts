import { describe, expect, it } from "vitest";
import { diffInventory } from "./diff.ts";
import { FILES, moreLines, OTHER_SCHOOL, read, SCHOOL } from "./files-suite.ts";

describe("what a new inventory changes", () => {
  const before = read();

  it("is everything when there was none", () => {
    const diff = diffInventory(undefined, before);
    expect(diff["schools.csv"]).toEqual({ added: [SCHOOL, OTHER_SCHOOL], changed: [], removed: [], unchanged: 0 });
    expect(diff["serves.csv"].added).toEqual(["ap1 v1", "ap1 v2", "ap2 v2"]);
  });

  it("is nothing when only the spelling differs", () => {
    const devices = FILES["devices.csv"]
      ?.replace("AA-BB-CC-DD-EE-01", "aabbccddee01")
      .replace(",on_demand", " ,on_demand");
    const schools = FILES["schools.csv"]?.replace(",1200,,", ",1200,08:00-12:00 13:00-17:00,");
    const diff = diffInventory(before, read({ "devices.csv": devices, "schools.csv": schools }));
    for (const file of Object.values(diff)) expect(file).toMatchObject({ added: [], changed: [], removed: [] });
    expect(diff["devices.csv"].unchanged).toBe(4);
  });

  it("names added, changed and removed rows, and the columns that changed", () => {
    const diff = diffInventory(
      before,
      read({
        "venues.csv": moreLines("venues.csv", `v4,${SCHOOL},,,New,library,,,`).replace("62.5,45", "62.5,48"),
        "devices.csv": FILES["devices.csv"]?.replace(`tv1,${SCHOOL},panel,Panel,panel-1,v1,,,on_demand`, ""),
        "serves.csv": FILES["serves.csv"]?.replace("-64.5,2025-03-01", "-66,2026-03-01"),
        "calendar.csv": undefined,
      }),
    );
    expect(diff["venues.csv"]).toEqual({
      added: ["v4"],
      changed: [{ key: "v1", columns: ["seats"] }],
      removed: [],
      unchanged: 2,
    });
    expect(diff["devices.csv"].removed).toEqual(["tv1"]);
    expect(diff["serves.csv"].changed).toEqual([{ key: "ap1 v2", columns: ["walk_test_dbm", "walk_test_date"] }]);
    expect(diff["calendar.csv"].removed).toHaveLength(3);
    expect(diff["agents.csv"]).toEqual({ added: [], changed: [], removed: [], unchanged: 1 });
  });
});
