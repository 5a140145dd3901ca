import { describe, expect, it } from "vitest";
import { FILES, filesWith, moreLines, OTHER_SCHOOL, problemsOf, read, SCHOOL } from "./files-suite.ts";
import { readInventory } from "./read.ts";
import { loadRegions } from "./regions.ts";

describe("an inventory without faults", () => {
  const inventory = read();

  it("gives schools their defaults and leaves absent what is empty", () => {
    expect(inventory.school(SCHOOL)).toEqual({
      id: SCHOOL,
      name: "第一小学",
      nameEn: "First Primary",
      county: "330106",
      areaCode: "111",
      area: "urban",
      students: 1200,
      hours: [
        { fromMinute: 480, toMinute: 720 },
        { fromMinute: 780, toMinute: 1020 },
      ],
      inventoryConfirmedAt: "2026-09-01",
    });
    expect(inventory.school(OTHER_SCHOOL)).toEqual({
      id: OTHER_SCHOOL,
      name: "第二, 初中",
      county: "330122",
      area: "unclassified",
      hours: [
        { fromMinute: 480, toMinute: 690 },
        { fromMinute: 780, toMinute: 990 },
      ],
    });
  });

  it("decides by kind which venue is a main one and remembers what was said otherwise", () => {
    const shown = inventory.venuesOf(SCHOOL).map((v) => [v.id, v.name, v.mainTeaching, v.mainTeachingOverridden]);
    expect(shown).toEqual([
      ["v1", "一年级1班", true, false],
      ["v2", "A 102", true, true],
      ["v3", "Store", false, false],
    ]);
  });

  it("finds devices by any spelling of their MAC, within their school only", () => {
    expect(inventory.deviceByKey(SCHOOL, "aa:bb:cc:dd:ee:01")?.id).toBe("ap1");
    expect(inventory.deviceByKey(SCHOOL, "AABBCCDDEE02")?.id).toBe("ap2");
    expect(inventory.deviceByKey(SCHOOL, " switch-a ")?.id).toBe("sw1");
    expect(inventory.deviceByKey(OTHER_SCHOOL, "switch-a")).toBeUndefined();
    expect(inventory.device("ap2")).toMatchObject({ name: "ap2", segment: "wifi", expectedOn: "always" });
    expect(inventory.device("tv1")).toMatchObject({ segment: "main", expectedOn: "on_demand" });
  });

  it("answers who serves what, who belongs where and who speaks for whom", () => {
    expect(inventory.servesOf("v2")).toEqual([
      { device: "ap1", venue: "v2", role: "secondary", walkTest: { dbm: -64.5, day: "2025-03-01" } },
      { device: "ap2", venue: "v2", role: "primary" },
    ]);
    expect(inventory.venuesServedBy("ap1").map(({ venue }) => venue)).toEqual(["v1", "v2"]);
    expect(inventory.servesOf("v3")).toEqual([]);
    expect(inventory.devicesOf(SCHOOL)).toHaveLength(4);
    expect(inventory.devicesOf("nobody")).toEqual([]);
    expect(inventory.schoolOfAgent("gw-1")?.id).toBe(SCHOOL);
    expect(inventory.schoolOfAgent("gw-2")).toBeUndefined();
    expect(inventory.agentsOf(OTHER_SCHOOL)).toEqual([]);
  });

  it("lists the schools of a county, a city and the province", () => {
    expect(inventory.schoolsIn("330106").map(({ id }) => id)).toEqual([SCHOOL]);
    expect(inventory.schoolsIn("330100").map(({ id }) => id)).toEqual([SCHOOL, OTHER_SCHOOL]);
    expect(inventory.schoolsIn("330000")).toHaveLength(2);
    expect(inventory.schoolsIn("330200")).toEqual([]);
  });

  it("hands a school the calendar of everybody, of its regions and its own", () => {
    expect(inventory.calendarOf(SCHOOL)).toHaveLength(3);
    expect(inventory.calendarOf(OTHER_SCHOOL).map(({ kind }) => kind)).toEqual(["holiday", "makeup"]);
  });

  it("reads the same from a file with a BOM, CRLF, blank rows and blanks around cells", () => {
    const asExcelWrites = (text: string) =>
      `\uFEFF${text.replaceAll("\n", "\r\n").replaceAll(",main,", ", main ,")}\r\n,,,\r\n\r\n`;
    const files = new Map([...filesWith({})].map(([name, text]) => [name, asExcelWrites(text)]));
    expect(readInventory(files, loadRegions()).contents).toEqual(inventory.contents);
  });

  it("needs no calendar and no columns for walk tests", () => {
    const small = read({ "calendar.csv": undefined, "serves.csv": "device,venue,role\nap1,v1,primary" });
    expect(small.contents.calendar).toEqual([]);
    expect(small.servesOf("v1")).toEqual([{ device: "ap1", venue: "v1", role: "primary" }]);
  });

  it("takes columns in any order", () => {
    expect(read({ "agents.csv": `name,id,school\nGateway,gw-1,${SCHOOL}` }).contents.agents).toEqual(
      inventory.contents.agents,
    );
  });
});

const school = (cells: string) => ({ "schools.csv": moreLines("schools.csv", cells) });
const venue = (cells: string) => ({ "venues.csv": moreLines("venues.csv", cells) });
const device = (...rows: string[]) => ({ "devices.csv": moreLines("devices.csv", ...rows) });
const serves = (cells: string) => ({ "serves.csv": moreLines("serves.csv", cells) });
const agent = (cells: string) => ({ "agents.csv": moreLines("agents.csv", cells) });
const day = (cells: string) => ({ "calendar.csv": moreLines("calendar.csv", cells) });

describe("a fault in one cell is named with its file, line and column", () => {
  it.each([
    { what: "nine digits", changes: school("213300000,X,,330106,,,,"), at: "schools.csv:4 id" },
    { what: "Excel's number", changes: school("2.13E+09,X,,330106,,,,"), at: "schools.csv:4 id" },
    { what: "no category 23", changes: school("2333000003,X,,330106,,,,"), at: "schools.csv:4 id" },
    { what: "another province", changes: school("2132000003,X,,330106,,,,"), at: "schools.csv:4 id" },
    { what: "the same school twice", changes: school(`${SCHOOL},X,,330106,,,,`), at: "schools.csv:4 id" },
    { what: "a school without id", changes: school(",X,,330106,,,,"), at: "schools.csv:4 id" },
    { what: "a school without name", changes: school("2133000003,,,330106,,,,"), at: "schools.csv:4 name" },
    { what: "a city as county", changes: school("2133000003,X,,330100,,,,"), at: "schools.csv:4 county" },
    { what: "a county that is no more", changes: school("2133000003,X,,330103,,,,"), at: "schools.csv:4 county" },
    { what: "an unknown area code", changes: school("2133000003,X,,330106,113,,,"), at: "schools.csv:4 area_code" },
    { what: "half a student", changes: school("2133000003,X,,330106,,1.5,,"), at: "schools.csv:4 students" },
    { what: "negative students", changes: school("2133000003,X,,330106,,-1,,"), at: "schools.csv:4 students" },
    {
      what: "hours off the grain",
      changes: school("2133000003,X,,330106,,,08:02-12:00,"),
      at: "schools.csv:4 school_hours",
    },
    {
      what: "hours backwards",
      changes: school("2133000003,X,,330106,,,12:00-08:00,"),
      at: "schools.csv:4 school_hours",
    },
    {
      what: "hours that overlap",
      changes: school("2133000003,X,,330106,,,08:00-12:00 11:55-13:00,"),
      at: "schools.csv:4 school_hours",
    },
    {
      what: "hours past midnight",
      changes: school("2133000003,X,,330106,,,20:00-24:05,"),
      at: "schools.csv:4 school_hours",
    },
    { what: "hours in words", changes: school("2133000003,X,,330106,,,morning,"), at: "schools.csv:4 school_hours" },
    {
      what: "a day that does not exist",
      changes: school("2133000003,X,,330106,,,,2026-02-30"),
      at: "schools.csv:4 inventory_confirmed_at",
    },
    { what: "the same venue twice", changes: venue(`v1,${SCHOOL},,,X,classroom,,,`), at: "venues.csv:5 id" },
    { what: "a slash in an id", changes: venue(`a/1,${SCHOOL},,,X,classroom,,,`), at: "venues.csv:5 id" },
    { what: "an unknown kind of venue", changes: venue(`v9,${SCHOOL},,,X,cellar,,,`), at: "venues.csv:5 kind" },
    { what: "no kind of venue", changes: venue(`v9,${SCHOOL},,,X,,,,`), at: "venues.csv:5 kind" },
    { what: "a venue of no school", changes: venue("v9,2133000009,,,X,classroom,,,"), at: "venues.csv:5 school" },
    {
      what: "maybe a main venue",
      changes: venue(`v9,${SCHOOL},,,X,classroom,maybe,,`),
      at: "venues.csv:5 main_teaching",
    },
    { what: "a venue without area", changes: venue(`v9,${SCHOOL},,,X,classroom,,0,`), at: "venues.csv:5 area_m2" },
    { what: "seats in words", changes: venue(`v9,${SCHOOL},,,X,classroom,,,many`), at: "venues.csv:5 seats" },
    { what: "the same device twice", changes: device(`ap1,${SCHOOL},ap,X,k,,,,`), at: "devices.csv:6 id" },
    {
      what: "the same key in other spelling",
      changes: device(`d9,${SCHOOL},ap,X,AABBCCDDEE01,,,,`),
      at: "devices.csv:6 key",
    },
    { what: "a device without key", changes: device(`d9,${SCHOOL},ap,X,,,,,`), at: "devices.csv:6 key" },
    { what: "a kind with blanks", changes: device(`d9,${SCHOOL},access point,X,k,,,,`), at: "devices.csv:6 kind" },
    { what: "a venue that is not there", changes: device(`d9,${SCHOOL},ap,X,k,v9,,,`), at: "devices.csv:6 venue" },
    {
      what: "a venue of another school",
      changes: device(`d9,${OTHER_SCHOOL},ap,X,k,v1,,,`),
      at: "devices.csv:6 venue",
    },
    { what: "a parent that is not there", changes: device(`d9,${SCHOOL},ap,X,k,,sw9,,`), at: "devices.csv:6 parent" },
    {
      what: "a parent in another school",
      changes: device(`d9,${OTHER_SCHOOL},ap,X,k,,sw1,,`),
      at: "devices.csv:6 parent",
    },
    { what: "its own parent", changes: device(`d9,${SCHOOL},ap,X,k,,d9,,`), at: "devices.csv:6 parent" },
    {
      what: "expected sometimes",
      changes: device(`d9,${SCHOOL},ap,X,k,,,,sometimes`),
      at: "devices.csv:6 expected_on",
    },
    { what: "an unknown device serving", changes: serves("ap9,v1,primary,,"), at: "serves.csv:5 device" },
    { what: "an unknown venue served", changes: serves("ap1,v9,primary,,"), at: "serves.csv:5 venue" },
    { what: "an unknown role", changes: serves("ap1,v3,backup,,"), at: "serves.csv:5 role" },
    { what: "the same relation twice", changes: serves("ap1,v1,secondary,,"), at: "serves.csv:5 venue" },
    { what: "a walk test without date", changes: serves("ap1,v3,secondary,-60,"), at: "serves.csv:5 walk_test_date" },
    {
      what: "a walk test without level",
      changes: serves("ap1,v3,secondary,,2026-01-01"),
      at: "serves.csv:5 walk_test_dbm",
    },
    {
      what: "a level above nothing",
      changes: serves("ap1,v3,secondary,60,2026-01-01"),
      at: "serves.csv:5 walk_test_dbm",
    },
    { what: "the same agent twice", changes: agent(`gw-1,${SCHOOL},X`), at: "agents.csv:3 id" },
    { what: "an agent with blanks", changes: agent(`gw 1,${SCHOOL},X`), at: "agents.csv:3 id" },
    { what: "an agent of no school", changes: agent("gw-2,2133000009,X"), at: "agents.csv:3 school" },
    { what: "a scope nobody has", changes: day("339999,2026-10-01,2026-10-02,holiday,"), at: "calendar.csv:5 scope" },
    { what: "days backwards", changes: day("*,2026-10-02,2026-10-01,holiday,"), at: "calendar.csv:5 to" },
    { what: "no last day", changes: day("*,2026-10-02,,holiday,"), at: "calendar.csv:5 to" },
    { what: "an unknown kind of day", changes: day("*,2026-11-02,2026-11-03,trip,"), at: "calendar.csv:5 kind" },
    { what: "the same entry twice", changes: day("*,2026-10-01,2026-10-07,holiday,X"), at: "calendar.csv:5 scope" },
  ])("$what", ({ changes, at }) => {
    const problems = problemsOf(changes);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(`${at}: `);
  });
});

describe("a fault of a whole file", () => {
  it.each([
    { what: "a missing file", changes: { "serves.csv": undefined }, problem: /^serves\.csv: is missing/ },
    { what: "an empty file", changes: { "agents.csv": "" }, problem: /^agents\.csv: is empty/ },
    {
      what: "a missing column",
      changes: { "agents.csv": "id,school" },
      problem: /^agents\.csv:1: column name is missing/,
    },
    {
      what: "an unknown column",
      changes: { "agents.csv": "id,school,name,mac" },
      problem: /^agents\.csv:1: column "mac"/,
    },
    {
      what: "a column twice",
      changes: { "agents.csv": "id,school,name,id" },
      problem: /^agents\.csv:1: column id is there twice/,
    },
    { what: "a short row", changes: agent("gw-2,x"), problem: /^agents\.csv:3: has 2 cells, expected 3/ },
    { what: "an open quote", changes: agent('gw-2,"x,y'), problem: /^agents\.csv:3: a cell that begins with a double/ },
    {
      what: "a quote inside a cell",
      changes: agent('gw-2,x"y,z'),
      problem: /^agents\.csv:3: a double quote .* inside/,
    },
    { what: "a full cell too many", changes: agent(`gw-2,${SCHOOL},X,y`), problem: /^agents\.csv:3: has 4 cells/ },
    {
      what: "semicolons",
      changes: { "agents.csv": "id;school;name" },
      problem: /^agents\.csv:1: .*";", expected commas/,
    },
    {
      what: "Chinese commas",
      changes: { "agents.csv": "id，school，name" },
      problem: /^agents\.csv:1: .*expected commas/,
    },
    {
      what: "a column without name",
      changes: { "agents.csv": "id,,school,name" },
      problem: /^agents\.csv:1: column ""/,
    },
    {
      what: "GBK bytes",
      changes: agent("gw-2,2133000001,\uFFFD\uFFFD"),
      problem: /^agents\.csv:3: is not UTF-8.*CSV UTF-8/,
    },
    { what: "UTF-16 bytes", changes: { "agents.csv": "i\0d\0,\0" }, problem: /^agents\.csv:1: is not UTF-8/ },
    {
      what: "a file of another name",
      changes: { "device.csv": "id" },
      problem: /^device\.csv: is not an inventory file/,
    },
  ])("$what", ({ changes, problem }) => {
    const [first] = problemsOf(changes).filter((p) => !p.includes(" is not in "));
    expect(first).toMatch(problem);
  });

  it("names the line of a row after a cell with a line feed in it", () => {
    expect(problemsOf(agent(`gw-2,${SCHOOL},"two\nlines"\ngw-3,2133000009,X`))[0]).toMatch("agents.csv:5 school: ");
  });
});

describe("files as Excel writes them", () => {
  it("may begin with a byte order mark, end lines with CR LF, and have empty columns and rows at their ends", () => {
    const excel = (name: string) => `\uFEFF${(FILES[name] ?? "").split("\n").join(",,\r\n")},,\r\n,,,,,,,,,,\r\n`;
    const names = Object.keys(FILES);
    expect(read(Object.fromEntries(names.map((name) => [name, excel(name)]))).contents).toEqual(read().contents);
  });

  it("may have commas, quotes and line feeds inside quoted cells", () => {
    const files = venue(`v9,${SCHOOL},"A, north",901,"Room ""9""\r\n(new)",classroom,,,`);
    expect(read(files).venue("v9")).toMatchObject({ building: "A, north", name: 'Room "9"\r\n(new)' });
  });
});

describe("faults together", () => {
  it.each([
    { what: "a file that is missing", changes: { "venues.csv": undefined }, at: "venues.csv" },
    { what: "an unreadable file", changes: { "schools.csv": "\uFFFD" }, at: "schools.csv:1" },
    { what: "a wrong header", changes: { "devices.csv": "id,school" }, at: "devices.csv:1" },
    {
      what: "a row with too few cells",
      changes: venue("v9"),
      more: { "serves.csv": "device,venue,role\nap1,v9,primary" },
      at: "venues.csv:5",
    },
  ])("of $what are not repeated for every row that refers to it", ({ changes, more = {}, at }) => {
    const paths = problemsOf({ ...changes, ...more }).map((p) => p.split(": ")[0]);
    expect(new Set(paths)).toEqual(new Set([at]));
  });

  it("are all reported at once", () => {
    const problems = problemsOf({
      ...venue("v9,2133000009,,,X,cellar,,0,"),
      ...agent("gw-1,,X"),
      "serves.csv": undefined,
    });
    expect(problems.map((p) => p.split(": ")[0]).sort()).toEqual([
      "agents.csv:3 id",
      "agents.csv:3 school",
      "serves.csv",
      "venues.csv:5 area_m2",
      "venues.csv:5 kind",
      "venues.csv:5 school",
    ]);
  });

  it("do not make a sound row that refers to a faulty one look faulty", () => {
    expect(problemsOf(device(`d8,${SCHOOL},ap,X,k8,,,,never`, `d9,${SCHOOL},ap,X,k9,,d8,,`))).toHaveLength(1);
  });

  it("name a circle of parents once", () => {
    const problems = problemsOf(
      device(
        `c1,${SCHOOL},sw,X,k1,,c2,,`,
        `c2,${SCHOOL},sw,X,k2,,c3,,`,
        `c3,${SCHOOL},sw,X,k3,,c1,,`,
        `c4,${SCHOOL},ap,X,k4,,c3,,`,
      ),
    );
    expect(problems).toEqual([expect.stringMatching(/^devices\.csv:6 parent: c1 → c2 → c3 → c1 /)]);
  });

  it("leave no doubt that the sample itself is sound", () => {
    expect(problemsOf({})).toEqual([]);
    expect(Object.keys(FILES)).toHaveLength(6);
  });
});
