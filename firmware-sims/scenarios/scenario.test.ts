import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { ConfigError } from "../../contract/errors.ts";
import { deviceIds, planScenario, roomNumbers, targetIds } from "./plan.ts";
import { loadScenario, parseScenario } from "./scenario.ts";
import { momentMs } from "./school-time.ts";

const COUNTY = fileURLToPath(new URL("./county.yaml", import.meta.url));
const county = readFileSync(COUNTY, "utf8");
const MONDAY = "2026-09-07T08:00:00+08:00";
const LAST_IN_JUNE = "2026-06-30T15:30:00+08:00";
const SUMMER = [{ from: "2026-07-01", to: "2026-09-06" }];

/** Paths of everything wrong with the demo county after a change to its text. */
function problemsAfter(...changes: [string, string][]): string[] {
  let text = county;
  for (const [from, to] of changes) {
    expect(text).toContain(from);
    text = text.replace(from, to);
  }
  try {
    parseScenario("county.yaml", text);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ path }) => path);
    throw error;
  }
  return [];
}

describe("the demo county", () => {
  it("has three schools with 72, 50 and 24 access points and about 150 devices, and three small ones", async () => {
    const { schools } = await loadScenario(COUNTY);
    expect(schools.map(({ aps }) => aps.length)).toEqual([72, 50, 24, 5, 5, 4]);
    expect(schools.map((school) => targetIds(school).length)).toEqual([8, 6, 26, 10, 7, 6]);
    expect(schools.slice(0, 3).flatMap(deviceIds)).toHaveLength(162);
    expect(schools.flatMap(deviceIds)).toHaveLength(185);
    expect(schools.map(({ school }) => [school.county, school.wifi.kind])).toEqual([
      ["330106", "ruijie-ac"],
      ["331127", "huawei-ac"],
      ["330922", "unifi"],
      ["330825", "openwrt"],
      ["330324", "unifi"],
      ["330782", "unifi"],
    ]);
  });

  it("gives every device and room an id, every access point a MAC and a serial of its own", async () => {
    const { schools } = await loadScenario(COUNTY);
    const ids = schools.flatMap((school) => [...deviceIds(school), ...school.venues.map(({ id }) => id)]);
    expect(new Set(ids).size).toBe(ids.length);
    const aps = schools.flatMap((school) => school.aps);
    expect(new Set(aps.map(({ mac }) => mac)).size).toBe(160);
    expect(new Set(aps.map(({ serial }) => serial)).size).toBe(160);
    expect(aps.every(({ mac }) => /^02(:[0-9a-f]{2}){5}$/.test(mac))).toBe(true);
  });

  it("serves every main room of the three by one to three access points but for the one that is not equipped", async () => {
    const schools = (await loadScenario(COUNTY)).schools.slice(0, 3);
    const served = new Map<string, number>();
    for (const { venue } of schools.flatMap(({ serves }) => serves)) served.set(venue, (served.get(venue) ?? 0) + 1);
    const without = schools.flatMap(({ venues }) => venues.filter(({ id }) => !served.has(id)).map(({ id }) => id));
    expect(without).toEqual(["xh-c-303"]);
    expect(Math.max(...served.values())).toBe(3);
  });

  it("knows which devices break when, and cuts the island's agent off from every target it has", async () => {
    const { faults, schools } = await loadScenario(COUNTY);
    expect(faults[0]).toMatchObject({ devices: ["xh-ap-051"], atMs: Date.parse(LAST_IN_JUNE) });
    expect(faults[6]).toMatchObject({ atMs: Date.parse("2026-09-07T10:00:00+08:00"), fault: { kind: "silent" } });
    expect(faults[6]?.devices).toEqual(schools[2] && targetIds(schools[2]));
    const [agentFault, ...others] = faults.filter(({ agent }) => agent !== undefined);
    expect(agentFault).toMatchObject({
      agent: "yongjia-gateway",
      devices: [],
      atMs: Date.parse("2026-09-07T08:30:00+08:00"),
      untilMs: Date.parse("2026-09-07T14:00:00+08:00"),
    });
    expect(others).toMatchObject([{ agent: "yongjia-gateway", atMs: Date.parse("2026-09-08T10:00:00+08:00") }]);
    expect(faults.every(({ devices, agent }) => devices.length > 0 || agent !== undefined)).toBe(true);
  });

  it("is planned the same in every run", () => {
    const plan = () => planScenario(parseScenario("county.yaml", county));
    expect(plan()).toEqual(plan());
  });
});

describe("a scenario that cannot be used", () => {
  it("is reported with every problem of its shape at once", () => {
    expect(
      problemsAfter(
        ["seed: 2026", "seed: many"],
        ['id: "2133000101"', 'id: "213300010"'],
        ["kind: ruijie-ac", "kind: cisco"],
        ["community: public", "colour: red"],
        ["- code: a\n", "- code: A\n"],
      ).sort(),
    ).toEqual(["colour", "community", "schools[0].buildings[0].code", "schools[0].id", "schools[0].wifi.kind", "seed"]);
  });

  it("is reported with every problem of its meaning at once", () => {
    expect(
      problemsAfter(
        ["key: jn", "key: xh"],
        ['id: "3133000102"', 'id: "2133000101"'],
        ["id: jingning-gateway", "id: xihu-gateway"],
        ["room: xh-c-201, ap: 2", "room: xh-c-201, ap: 3"],
        ["until: day 2 09:15", "until: day 2 09:00"],
        ["- school: ss", "- school: sx"],
        ["to: 2027-01-29", "to: 2026-01-29"],
      ),
    ).toEqual(
      expect.arrayContaining([
        "schools[1].key",
        "schools[1].id",
        "schools[1].agent.id",
        "schools[1].buildings",
        "faults[0].accessPoint",
        "faults[4].until",
        "faults[6].school",
        "calendar[0].to",
      ]),
    );
  });

  it.each([
    { what: "a weekend as the first day", change: ["2026-06-30T15:30:00", "2026-06-28T15:30:00"], path: "clock.shows" },
    {
      what: "a first day that is skipped",
      change: ["{ from: 2026-07-01,", "{ from: 2026-06-30,"],
      path: "clock.shows",
    },
    { what: "a skip that goes back", change: ["to: 2026-09-06 }", "to: 2026-05-06 }"], path: "clock.skips[0].to" },
    {
      what: "equipment in no room",
      change: ["pc, room: xh-a-101", "pc, room: xh-a-999"],
      path: "schools[0].equipment[2].room",
    },
    { what: "a declaration of no school", change: ["- school: lt", "- school: tl"], path: "declared[0].school" },
    { what: "an agent of no school", change: ["- agent: yj", "- agent: jy"], path: "faults[7].agent" },
    {
      what: "a fault of an agent's machine",
      change: ["- agent: yj", "- agent: yj\n    fault: { kind: slow, delayMs: 1 }"],
      path: "faults[7].fault",
    },
    {
      what: "a device without what is wrong with it",
      change: ["day 2 10:30\n    fault: { kind: silent }", "day 2 10:30"],
      path: "faults[3].fault",
    },
    {
      what: "hours that go back",
      change: ['open: "08:00-12:00 13:00', 'open: "08:00-12:00 11:00'],
      path: "clock.open",
    },
    { what: "an hour that does not exist", change: ['open: "08:00', 'open: "28:00'], path: "clock.open" },
    { what: "a fault at no time", change: ["at: day 2 10:30", "at: half past ten"], path: "faults[3].at" },
    {
      what: "an unknown kind of fault",
      change: ["fault: { kind: silent }", "fault: { kind: tired }"],
      path: "faults[0].fault.kind",
    },
    {
      what: "a fault without its parameter",
      change: [
        "ss\n    at: day 2 10:00\n    fault: { kind: silent }",
        "ss\n    at: day 2 10:00\n    fault: { kind: slow }",
      ],
      path: "faults[6].fault.delayMs",
    },
    {
      what: "a parameter that means nothing",
      change: ["fault: { kind: silent }", "fault: { kind: silent, delayMs: 3 }"],
      path: "faults[0].fault.delayMs",
    },
    {
      what: "an access point behind a controller that sends garbage",
      change: ["fault: { kind: silent }", "fault: { kind: garbage }"],
      path: "faults[0].fault",
    },
    { what: "a fault of two things", change: ["- school: ss", "- device: ss-gw\n    school: ss"], path: "faults[6]" },
    {
      what: "a walk test in a room that is not there",
      change: ["room: xh-a-105, role", "room: xh-a-999, role"],
      path: "schools[0].serves[0].room",
    },
    {
      what: "two rooms of one number",
      change: ["rooms: 101-106 201-206 301-306 401-406", "rooms: 101-106 106"],
      path: "schools[0].buildings",
    },
    { what: "no YAML at all", change: ["schools:", "schools: ]["], path: "line 43" },
  ])("names $what", ({ change: [from = "", to = ""], path }) => {
    expect(problemsAfter([from, to])).toContain(path);
  });

  it("names a file that is not there", async () => {
    await expect(loadScenario("/nowhere/county.yaml")).rejects.toMatchObject({ code: "SCENARIO_UNREADABLE" });
  });
});

describe("times and rooms as scenarios write them", () => {
  it.each([
    { moment: "day 1 08:00", is: "2026-09-07T08:00:00+08:00" },
    { moment: "day 5 16:55", is: "2026-09-11T16:55:00+08:00" },
    { moment: "day 6 10:00", is: "2026-09-14T10:00:00+08:00" },
    { moment: "day 11 00:00", is: "2026-09-21T00:00:00+08:00" },
  ])("$moment is $is, weekends left out", ({ moment, is }) => {
    expect(momentMs(moment, MONDAY)).toBe(Date.parse(is));
  });

  it.each([
    { moment: "day 1 16:00", is: "2026-06-30T16:00:00+08:00" },
    { moment: "day 2 08:00", is: MONDAY },
    { moment: "day 6 08:00", is: "2026-09-11T08:00:00+08:00" },
  ])("$moment is $is where a summer is skipped", ({ moment, is }) => {
    expect(momentMs(moment, LAST_IN_JUNE, SUMMER)).toBe(Date.parse(is));
  });

  it("expands room numbers", () => {
    expect(roomNumbers("101-103 F1 hall")).toEqual(["101", "102", "103", "F1", "hall"]);
  });
});
