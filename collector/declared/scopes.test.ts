import { describe, expect, it } from "vitest";
import { FILES, FULL, SCHOOL } from "../inventory/files-suite.ts";
import { readInventory } from "../inventory/read.ts";
import { loadRegions } from "../inventory/regions.ts";
import { loadPolicyTargets } from "../score/policy/load.ts";
import { populationNames, scopeKindOf } from "./scopes.ts";

const regions = loadRegions();
const populations = populationNames(loadPolicyTargets().values());
const inventory = readInventory(new Map(Object.entries({ ...FILES, ...FULL })), regions);

describe("what a scope's name is", () => {
  it.each([
    [SCHOOL, "school"],
    ["330106", "region"],
    ["330000", "region"],
    ["xihu-zone", "zone"],
    ["mountain26", "group"],
    ["mountain26|rural", "group"],
    ["vocational", "group"],
    ["network:education", "group"],
    ["province", undefined],
    ["school:primary|secondary", undefined],
    ["county:*", undefined],
    ["urban/rural", undefined],
    ["", undefined],
  ])("%s: %s", (scope, kind) => {
    expect(scopeKindOf(scope, { regions, inventory }, populations)).toBe(kind);
  });

  it("knows groups of the inventory", () => {
    const [group] = inventory.contents.groups ?? [];
    expect(group && scopeKindOf(group.group, { regions, inventory }, populations)).toBe("group");
  });

  it("before an inventory was imported there are regions and groups", () => {
    const known = { regions, inventory: undefined };
    expect([SCHOOL, "330106", "rural"].map((scope) => scopeKindOf(scope, known, populations))).toEqual([
      undefined,
      "region",
      "group",
    ]);
  });
});
