import { describe, expect, it } from "vitest";
import { dayOf } from "./day.ts";
import { diffInventory } from "./diff.ts";
import { FILES, FULL, OTHER_SCHOOL, problemsOf, read, SCHOOL } from "./files-suite.ts";

const day = (text: string) => dayOf(text) ?? Number.NaN;
/** The text of a full file with more lines at its end. */
const full = (name: string, ...lines: string[]) => ({ ...FULL, [name]: [FULL[name] ?? "", ...lines].join("\n") });
const replaced = (name: string, from: string, to: string) => ({
  ...FULL,
  [name]: (FULL[name] ?? "").replace(from, to),
});

describe("what the optional columns and files say", () => {
  const inventory = read(FULL);

  it("of schools: stage, zone, and where the urban–rural class is taken from", () => {
    expect(inventory.school(SCHOOL)).toMatchObject({
      stage: "primary",
      zone: "xihu-zone",
      areaSource: "2025年统计用区划代码",
    });
    expect(inventory.school(OTHER_SCHOOL)).not.toHaveProperty("zone");
    expect(inventory.zone("xihu-zone")).toEqual({ id: "xihu-zone", name: "西湖科技园", county: "330106" });
    expect(inventory.schoolsOfZone("xihu-zone").map(({ id }) => id)).toEqual([SCHOOL]);
    expect(inventory.zone("nowhere")).toBeUndefined();
    expect(inventory.schoolsOfZone("nowhere")).toEqual([]);
  });

  it("of venues: campus, what was assessed, equipment, approval", () => {
    expect(inventory.venue("v1")).toMatchObject({
      campus: `${SCHOOL}-east`,
      traits: { reconfigurable: true, compatible: false },
      needsEquipment: false,
    });
    expect(inventory.venue("v1")?.traits).not.toHaveProperty("recordable");
    expect(inventory.venue("v2")).toMatchObject({ approvedOn: "2026-03-01", approval: "杭教技〔2026〕3号" });
    expect(inventory.venue("v2")).not.toHaveProperty("traits");
    expect(inventory.campusesOf(SCHOOL).map(({ name, kind }) => [name, kind])).toEqual([
      ["东校区", "campus"],
      ["山背教学点", "teaching_point"],
    ]);
    expect(inventory.campusesOf(OTHER_SCHOOL)).toEqual([]);
  });

  it("of devices: the asset register, the role, the uplink and its contract", () => {
    expect(inventory.device("gw1")).toMatchObject({
      owner: "学校",
      operator: "信息中心",
      assetCode: "ZC-0001",
      location: "机房",
      installedOn: "2021-08-15",
      role: "egress",
      uplink: { instance: "ge-0/0/1", contractMbps: 500 },
    });
    expect(inventory.device("sw1")).toMatchObject({ role: "core" });
    for (const absent of ["uplink", "owner", "installedOn"]) expect(inventory.device("sw1")).not.toHaveProperty(absent);
  });

  it("leaves everything absent where nothing says it", () => {
    const plain = read();
    expect(plain.contents).toMatchObject({ zones: [], campuses: [], groups: [] });
    expect(plain.groups).toEqual([]);
    for (const absent of ["stage", "zone", "areaSource"]) expect(plain.school(SCHOOL)).not.toHaveProperty(absent);
    for (const absent of ["campus", "traits", "needsEquipment", "approval"])
      expect(plain.venue("v1")).not.toHaveProperty(absent);
  });
});

describe("dated groups", () => {
  const inventory = read(FULL);
  const members = (group: string, on: string) => inventory.groupMembersOn(group, day(on)).map(({ member }) => member);

  it.each([
    { on: "2025-12-31", who: ["330106"] },
    { on: "2026-01-01", who: ["330106", OTHER_SCHOOL] },
    { on: "2026-06-30", who: ["330106", OTHER_SCHOOL] },
    { on: "2026-07-01", who: [OTHER_SCHOOL] },
  ])("has $who.length members on $on: first and last days belong to it", ({ on, who }) => {
    expect(members("project-a", on)).toEqual(who);
  });

  it("knows nobody of a group that is not listed", () => {
    expect(members("project-b", "2026-01-01")).toEqual([]);
    expect(inventory.groups).toEqual(["rural", "project-a"]);
  });

  it.each([
    { on: "2024-08-31", source: undefined },
    { on: "2024-09-01", source: "区教〔2024〕7号" },
    { on: "2025-08-31", source: "区教〔2024〕7号" },
    { on: "2025-09-01", source: undefined },
    { on: "2026-09-01", source: "区教〔2026〕2号" },
  ])("a county's own list of rural schools on $on is of $source", ({ on, source }) => {
    const rule = inventory.ruralRuleOf("330106", day(on));
    expect(rule).toEqual(source && { county: "330106", source, ruralSchools: [SCHOOL] });
  });

  it("says nothing of the rural schools of another county", () => {
    expect(inventory.ruralRuleOf("330122", day("2026-10-01"))).toBeUndefined();
  });

  it("names every document that a list is taken from", () => {
    const twoCounties = read({
      ...full("groups.csv", "rural,2133000009,2026-09-01,,补充通知"),
      "schools.csv": `${FULL["schools.csv"]}\n2133000009,第九小学,,330106,,,,,,,`,
    });
    expect(twoCounties.ruralRuleOf("330106", day("2026-10-01"))).toEqual({
      county: "330106",
      source: "区教〔2026〕2号; 补充通知",
      ruralSchools: [SCHOOL, "2133000009"],
    });
  });
});

describe("whether public holidays are known", () => {
  const known = (on: string, calendar: string[] = [], school?: string) =>
    read({ "calendar.csv": ["scope,from,to,kind,name", ...calendar].join("\n") }).publicHolidaysKnown(day(on), school);

  it.each([
    { on: "2024-12-31", is: false },
    { on: "2025-01-01", is: true },
    { on: "2026-12-31", is: true },
    { on: "2027-01-01", is: false },
  ])("built in, on $on: $is", ({ on, is }) => {
    expect(known(on)).toBe(is);
  });

  it.each([
    { what: "1 May speaks for the spring", row: "*,2027-05-01,2027-05-05,holiday,", on: "2027-07-31", is: true },
    { what: "and not for the autumn", row: "*,2027-05-01,2027-05-05,holiday,", on: "2027-08-01", is: false },
    { what: "1 October speaks for the autumn", row: "*,2027-09-30,2027-10-07,holiday,", on: "2027-12-31", is: true },
    { what: "and not for the spring", row: "*,2027-10-01,2027-10-07,holiday,", on: "2027-03-01", is: false },
    {
      what: "a day off for a typhoon shows nothing",
      row: "*,2027-07-20,2027-07-20,holiday,",
      on: "2027-07-01",
      is: false,
    },
    { what: "a term is no holiday", row: "*,2027-02-20,2027-07-01,term,", on: "2027-05-03", is: false },
    { what: "the year before shows nothing", row: "*,2026-05-01,2027-01-02,holiday,", on: "2027-03-01", is: false },
  ])("entered in the calendar: $what", ({ row, on, is }) => {
    expect(known(on, [row])).toBe(is);
  });

  it("from a school's own calendar, for that school only", () => {
    const own = [`${SCHOOL},2027-05-01,2027-05-05,holiday,`];
    expect(known("2027-03-01", own, SCHOOL)).toBe(true);
    expect(known("2027-03-01", own, OTHER_SCHOOL)).toBe(false);
    expect(known("2027-03-01", own)).toBe(false);
    expect(known("2027-03-01", ["330106,2027-05-01,2027-05-05,holiday,"], SCHOOL)).toBe(true);
  });
});

describe("a fault in an optional cell is named with its file, line and column", () => {
  const school = (cells: string) => full("schools.csv", `2133000003,X,,330106,${cells}`);
  const venue = (cells: string) => full("venues.csv", `v9,${SCHOOL},,,X,${cells}`);
  const device = (cells: string) => full("devices.csv", `d9,${SCHOOL},gateway,X,k9,,,,,${cells}`);
  it.each([
    { what: "an unknown stage", changes: school(",,,,middle,,"), at: "schools.csv:4 stage" },
    { what: "a zone that is not there", changes: school(",,,,,zone-9,"), at: "schools.csv:4 zone" },
    { what: "a zone without a file of zones", changes: { ...FULL, "zones.csv": undefined }, at: "schools.csv:2 zone" },
    {
      what: "a zone of another county",
      changes: replaced("zones.csv", "330106", "330122"),
      at: "schools.csv:2 zone",
    },
    { what: "a source of no class", changes: school(",,,,,,somewhere"), at: "schools.csv:4 area_source" },
    { what: "a campus that is not there", changes: venue("office,,,,c9,,,,,,"), at: "venues.csv:5 campus" },
    {
      what: "a campus of another school",
      changes: full("venues.csv", `v9,${OTHER_SCHOOL},,,X,office,,,,${SCHOOL}-east,,,,,,`),
      at: "venues.csv:5 campus",
    },
    { what: "perhaps compatible", changes: venue("office,,,,,,perhaps,,,,"), at: "venues.csv:5 compatible" },
    { what: "equipment needed: 1", changes: venue("office,,,,,,,,1,,"), at: "venues.csv:5 needs_equipment" },
    { what: "an approved classroom", changes: venue("classroom,,,,,,,,,2026-01-01,"), at: "venues.csv:5 approved_on" },
    { what: "an approval of an office", changes: venue("office,,,,,,,,,,X"), at: "venues.csv:5 approval" },
    { what: "approved some day", changes: venue("new_space,,,,,,,,,2026,"), at: "venues.csv:5 approved_on" },
    { what: "installed some day", changes: device(",,,,2021,,,"), at: "devices.csv:5 installed_on" },
    { what: "an unknown role", changes: device(",,,,,edge,,"), at: "devices.csv:5 role" },
    { what: "an uplink of no egress", changes: device(",,,,,core,wan0,"), at: "devices.csv:5 uplink_interface" },
    { what: "an uplink of anything", changes: device(",,,,,,wan0,"), at: "devices.csv:5 uplink_interface" },
    { what: "a contract of no uplink", changes: device(",,,,,egress,,100"), at: "devices.csv:5 contract_mbps" },
    { what: "a contract of nothing", changes: device(",,,,,egress,wan0,0"), at: "devices.csv:5 contract_mbps" },
    { what: "the same zone twice", changes: full("zones.csv", "xihu-zone,X,330106"), at: "zones.csv:3 id" },
    { what: "a zone without a name", changes: full("zones.csv", "z,,330106"), at: "zones.csv:3 name" },
    { what: "a zone of a city", changes: full("zones.csv", "z,X,330100"), at: "zones.csv:3 county" },
    {
      what: "the same campus twice",
      changes: full("campuses.csv", `${SCHOOL}-east,${SCHOOL},X,campus`),
      at: "campuses.csv:4 id",
    },
    {
      what: "a campus called otherwise",
      changes: full("campuses.csv", `east,${SCHOOL},X,campus`),
      at: "campuses.csv:4 id",
    },
    {
      what: "a campus without suffix",
      changes: full("campuses.csv", `${SCHOOL}-,${SCHOOL},X,campus`),
      at: "campuses.csv:4 id",
    },
    {
      what: "a campus of no school",
      changes: full("campuses.csv", "2133000009-a,2133000009,X,campus"),
      at: "campuses.csv:4 school",
    },
    { what: "a branch", changes: full("campuses.csv", `${SCHOOL}-b,${SCHOOL},X,branch`), at: "campuses.csv:4 kind" },
    { what: "a group of nobody", changes: full("groups.csv", "g,,,,X"), at: "groups.csv:6 member" },
    { what: "a member nobody knows", changes: full("groups.csv", "g,339999,,,X"), at: "groups.csv:6 member" },
    { what: "a city as a member", changes: full("groups.csv", "g,330100,,,X"), at: "groups.csv:6 member" },
    { what: "a rural county", changes: full("groups.csv", "rural,330106,,,X"), at: "groups.csv:6 member" },
    { what: "a member without a source", changes: full("groups.csv", "g,330106,,,"), at: "groups.csv:6 source" },
    { what: "days backwards", changes: full("groups.csv", "g,330106,2026-02-02,2026-02-01,X"), at: "groups.csv:6 to" },
    { what: "a member for half a day", changes: full("groups.csv", "g,330106,2026-02,,X"), at: "groups.csv:6 from" },
    {
      what: "a member twice on its last day",
      changes: full("groups.csv", "project-a,330106,2026-06-30,,X"),
      at: "groups.csv:6 member",
    },
    { what: "a member twice for ever", changes: full("groups.csv", "project-a,330106,,,X"), at: "groups.csv:6 member" },
    { what: "a group with a blank", changes: full("groups.csv", "my group,330106,,,X"), at: "groups.csv:6 group" },
  ])("$what", ({ changes, at }) => {
    const problems = problemsOf(changes);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(`${at}: `);
  });

  it("or there is none: the day after a period ends another may begin", () => {
    expect(problemsOf(FULL)).toEqual([]);
    expect(problemsOf(full("groups.csv", "project-a,330106,2026-07-01,,X"))).toEqual([]);
  });

  it("and one problem of zones.csv is not repeated for every school", () => {
    expect(problemsOf({ ...FULL, "zones.csv": "id,name" })).toEqual(["zones.csv:1: column county is missing"]);
  });
});

describe("what changes in optional columns", () => {
  it("is nothing when a file with empty optional columns replaces one without them", () => {
    const wider = FILES["schools.csv"]
      ?.split("\n")
      .map((line, i) => (i === 0 ? `${line},stage,zone,area_source` : `${line},,,`))
      .join("\n");
    const diff = diffInventory(read(), read({ "schools.csv": wider }));
    expect(diff["schools.csv"]).toEqual({ added: [], changed: [], removed: [], unchanged: 2 });
  });

  it("names the columns, and the keys of the new files", () => {
    const changed = read({
      ...replaced("devices.csv", "ge-0/0/1,500", "ge-0/0/1,1000"),
      "venues.csv": FULL["venues.csv"]?.replace(",yes,no,,no,", ",,no,yes,,"),
      "groups.csv": FULL["groups.csv"]?.replace("2026-09-01,,区教〔2026〕2号", "2026-10-01,,区教〔2026〕2号"),
    });
    const diff = diffInventory(read(FULL), changed);
    expect(diff["devices.csv"].changed).toEqual([{ key: "gw1", columns: ["contract_mbps"] }]);
    expect(diff["venues.csv"].changed).toEqual([
      { key: "v1", columns: ["reconfigurable", "recordable", "needs_equipment"] },
    ]);
    expect(diff["groups.csv"]).toMatchObject({
      added: [`rural ${SCHOOL} 2026-10-01`],
      removed: [`rural ${SCHOOL} 2026-09-01`],
      unchanged: 3,
    });
    expect(diffInventory(read(), read(FULL))["groups.csv"].added).toContain("project-a 330106");
    expect(diff["zones.csv"]).toEqual({ added: [], changed: [], removed: [], unchanged: 1 });
  });
});
