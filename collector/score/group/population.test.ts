import { describe, expect, it } from "vitest";
import type { GroupMember, School } from "../../inventory/inventory.ts";
import { Inventory } from "../../inventory/inventory.ts";
import { loadRegions } from "../../inventory/regions.ts";
import { school } from "../campus-suite.ts";
import { loadGroups } from "../gaps/groups.ts";
import type { Population } from "../policy/target.ts";
import { allScopes, namesList, populationOf, scopeOf } from "./population.ts";

const REGIONS = loadRegions();
const GROUPS = loadGroups();
const [XIHU, WENCHENG, PINGYANG, DONGTOU] = ["330106", "330328", "330326", "330305"] as const;

function world(schools: readonly Partial<School>[], groups: readonly GroupMember[] = [], day = "2026-09-30") {
  const inventory = new Inventory(
    {
      schools: schools.map((one) => school(one)),
      ...{ venues: [], devices: [], serves: [], agents: [], calendar: [] },
      groups,
      zones: [{ id: "zone-1", name: "开发区", county: XIHU }],
    },
    REGIONS,
  );
  return { inventory, groups: GROUPS, day };
}

const population = (...lists: string[][]): Population => ({
  text: lists.map((l) => l.join("|")).join("&"),
  allOf: lists,
});
const membersIn = (found: ReturnType<typeof populationOf>) => found?.map(({ school: { id }, member }) => [id, member]);

describe("the population of a policy target", () => {
  it.each([
    { word: "province", has: ["2133000001", "3133000002", "3433000003"] },
    { word: "school:primary", has: ["2133000001"] },
    { word: "school:secondary", has: ["3133000002", "3433000003"] },
    { word: "compulsory", has: ["2133000001", "3133000002"] },
    { word: "vocational", has: ["3633000004"] },
    { word: "university", has: ["4133000005"] },
    { word: "city:330100", has: ["2133000001"] },
  ])("$word has its schools and no kindergarten", ({ word, has }) => {
    const found = populationOf(
      population([word]),
      world([
        { id: "2133000001", county: XIHU },
        { id: "3133000002", county: WENCHENG },
        { id: "3433000003", county: WENCHENG },
        { id: "3633000004", county: XIHU },
        { id: "4133000005", county: XIHU },
        { id: "1133000006", county: XIHU },
      ]),
      undefined,
    );
    expect(membersIn(found)?.flatMap(([id, member]) => (member ? [id] : []))).toEqual(has);
  });

  it("is not known where a school has no class, or nobody says who runs it", () => {
    const schools = world([
      { id: "2133000001", areaCode: "220" },
      { id: "2133000002", areaCode: "111" },
      { id: "2133000003" },
    ]);
    expect(membersIn(populationOf(population(["rural"]), schools, undefined))).toEqual([
      ["2133000001", true],
      ["2133000002", false],
      ["2133000003", undefined],
    ]);
    const open = populationOf(population(["compulsory"], ["public"]), schools, undefined);
    expect(open?.map(({ member }) => member)).toEqual([undefined, undefined, undefined]);
  });

  it("of mountain counties is that of the list of the day", () => {
    const schools = world([
      { id: "2133000001", county: WENCHENG },
      { id: "2133000002", county: PINGYANG },
      { id: "2133000003", county: DONGTOU },
    ]);
    const on = (day: string | undefined) =>
      populationOf(population(["mountain26"]), schools, day)?.map(({ member }) => member);
    expect(on("2021-11-25")).toEqual([true, true, false]);
    expect(on("2026-09-30")).toEqual([true, false, true]);
    expect(on(undefined)).toEqual([undefined, undefined, undefined]);
  });

  it("of mountain or rural schools of the compulsory stage joins what is known of each", () => {
    const found = populationOf(
      population(["mountain26", "rural"], ["compulsory"]),
      world([
        { id: "2133000001", county: WENCHENG },
        { id: "2133000002", county: XIHU, areaCode: "210" },
        { id: "2133000003", county: XIHU },
        { id: "3433000004", county: WENCHENG },
      ]),
      "2021-11-25",
    );
    expect(membersIn(found)).toEqual([
      ["2133000001", true],
      ["2133000002", true],
      ["2133000003", undefined],
      ["3433000004", false],
    ]);
  });

  it("of networks and websites is none of schools", () => {
    expect(populationOf(population(["network:education"]), world([{}]), undefined)).toBeUndefined();
  });

  it("names a list only where the list changed", () => {
    expect(namesList(population(["mountain26", "rural"]))).toBe(true);
    expect(namesList(population(["rural"]))).toBe(false);
  });
});

describe("a scope", () => {
  const member = (changes: Partial<GroupMember>): GroupMember => ({
    ...{ group: "pilot", member: XIHU, source: "文件" },
    ...changes,
  });

  it("is a region with all its schools, a city with the counties that are compared", () => {
    const there = world([
      { id: "1133000001", county: XIHU },
      { id: "2133000002", county: WENCHENG },
    ]);
    expect(scopeOf(XIHU, there)).toMatchObject({ kind: "county", name: "西湖区", county: XIHU, parent: "330100" });
    expect(scopeOf("330100", there)).toMatchObject({
      kind: "city",
      counties: expect.arrayContaining([XIHU, "330108"]),
    });
    expect(scopeOf("330000", there)?.schools).toHaveLength(2);
    expect(scopeOf("330000", there)?.counties).toHaveLength(90);
    expect(scopeOf("999999", there)).toBeUndefined();
  });

  it("is a functional zone, which rolls up to its county all the same", () => {
    const there = world([{ id: "2133000001", zone: "zone-1" }, { id: "2133000002" }]);
    expect(scopeOf("zone-1", there)).toMatchObject({
      kind: "zone",
      name: "开发区",
      parent: XIHU,
      schools: [{ member: true }],
    });
    expect(scopeOf(XIHU, there)?.schools).toHaveLength(2);
  });

  it("is a list of the documents, with how old its confirmation is", () => {
    const scope = scopeOf("mountain_island25", world([{ county: WENCHENG }]));
    expect(scope).toMatchObject({
      ...{ kind: "group", name: "山区海岛25县", schools: [{ member: true }] },
      list: { on: "2026-09-30", lists: ["mountain_island25"], confirmedOn: "2025-01-07" },
    });
  });

  it("is a dated group of the inventory, of counties and of schools", () => {
    const schools = [
      { id: "2133000001" },
      { id: "2133000002", county: WENCHENG },
      { id: "2133000003", county: WENCHENG },
    ];
    const groups = [member({ member: XIHU, to: "2026-09-30" }), member({ member: "2133000003", from: "2026-10-01" })];
    const on = (day: string) => scopeOf("pilot", world(schools, groups, day))?.schools.map(({ school: { id } }) => id);
    expect(on("2026-09-30")).toEqual(["2133000001"]);
    expect(on("2026-10-01")).toEqual(["2133000003"]);
  });

  it("takes a county's own list of rural schools before the classes", () => {
    const schools = [
      { id: "2133000001", areaCode: "220" },
      { id: "2133000002", areaCode: "111" },
    ];
    const there = world(schools, [member({ group: "rural", member: "2133000002" })]);
    expect(membersIn(scopeOf("rural", there)?.schools as ReturnType<typeof populationOf>)).toEqual([
      ["2133000001", false],
      ["2133000002", true],
    ]);
  });

  it("all of them: regions and zones that have a school, and the groups", () => {
    const there = world([{ county: WENCHENG }], [member({})]);
    expect(allScopes(there)).toEqual([
      ...["330000", "330300", WENCHENG],
      ...["mountain26", "mountain_island25", "island", "rural", "pilot"],
    ]);
  });
});
