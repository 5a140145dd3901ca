import { describe, expect, it } from "vitest";
import type { InventoryChanges, InventoryVersion } from "../../../contract/inventory.ts";
import { fileChanges, hasFirst, makesVersion, totalsOf, versionOn, versionState } from "./versions.ts";

const version = (number: number, validFrom: string, more: Partial<InventoryVersion> = {}): InventoryVersion => ({
  number,
  validFrom,
  recordedAt: "2026-09-07T08:00:00+08:00",
  isSuperseded: false,
  isInForce: false,
  ...more,
});

describe("a version today", () => {
  it.each([
    { one: version(1, "2026-09-01", { isInForce: true }), want: "in_force" },
    { one: version(1, "2026-09-01"), want: "past" },
    { one: version(1, "2026-09-07"), want: "past" },
    { one: version(1, "2026-09-08"), want: "planned" },
    { one: version(1, "2026-09-08", { isSuperseded: true }), want: "superseded" },
  ])("is $want", ({ one, want }) => {
    expect(versionState(one, "2026-09-07")).toBe(want);
  });
});

describe("the version of a day", () => {
  const versions = [version(3, "2026-08-01"), version(2, "2026-10-01"), version(1, "2026-07-01")];

  it.each([
    { day: "2026-06-30", want: undefined },
    { day: "2026-07-01", want: 1 },
    { day: "2026-07-31", want: 1 },
    { day: "2026-08-01", want: 3 },
    { day: "2026-10-01", want: 3 },
  ])("$day: $want", ({ day, want }) => {
    expect(versionOn(versions, day)?.number).toBe(want);
  });

  it("can only be told of versions that were read", () => {
    expect([hasFirst(versions), hasFirst([]), hasFirst([version(2, "2026-10-01")])]).toEqual([true, true, false]);
  });
});

describe("changes", () => {
  const none = { added: [], changed: [], removed: [], unchanged: 0 };
  const files = {
    "schools.csv": { ...none, unchanged: 3 },
    "venues.csv": { ...none, added: ["a", "b"], removed: ["c"] },
    "devices.csv": { ...none, changed: [{ key: "d", columns: ["name"] }] },
    "zones.csv": none,
  };
  const changes = (more: Partial<InventoryChanges>): InventoryChanges => ({
    preview: true,
    basedOn: 1,
    files: { "schools.csv": { ...none, unchanged: 3 } },
    supersedes: [],
    ...more,
  });

  it("are counted, and files without a row are left out", () => {
    expect(totalsOf(files)).toEqual({ added: 2, changed: 1, removed: 1 });
    expect(fileChanges(files).map(({ file }) => file)).toEqual(["schools.csv", "venues.csv", "devices.csv"]);
  });

  it.each([
    { what: "the same rows", changed: changes({}), from: "", want: false },
    { what: "the same rows from the same day", changed: changes({}), from: "2026-09-01", want: false },
    { what: "the same rows from an earlier day", changed: changes({}), from: "2026-08-31", want: true },
    { what: "another row", changed: changes({ files }), from: "", want: true },
    { what: "a plan undone", changed: changes({ supersedes: [2] }), from: "", want: true },
    { what: "the first", changed: { preview: true, files: {}, supersedes: [] }, from: "", want: true },
  ])("make a version or not: $what", ({ changed, from, want }) => {
    expect(makesVersion(changed, [version(1, "2026-09-01")], from)).toBe(want);
  });
});
