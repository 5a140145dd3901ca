import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RegionWhatIfView, SchoolWhatIfView } from "../../contract/what-if.ts";
import type { App } from "../app.ts";
import { FILES, importFiles, SCHOOL, testApp } from "../app-suite.ts";

const COUNTY = "330106";
/** A school without a room beside the one of FILES, and one without a list of rooms that it confirmed. */
const THREE_SCHOOLS = {
  ...FILES,
  "schools.csv": [
    ...FILES["schools.csv"],
    `2133000002,空校,Empty,${COUNTY},111,100,,2026-06-01`,
    `2133000003,未确认,Unconfirmed,${COUNTY},111,100,,`,
  ],
  "venues.csv": [...FILES["venues.csv"], "w1,2133000003,A,101,一年级1班,classroom,,,"],
};

let folder: string;
let app: App;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "campanile-what-if-"));
  ({ app } = await testApp(folder));
  await importFiles(app, THREE_SCHOOLS);
});
afterEach(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});

const school = async (query = "") =>
  (await app.inject(`/v1/schools/${SCHOOL}/what-if${query}`)).json<SchoolWhatIfView>();
const region = async (query: string) =>
  (await app.inject(`/v1/regions/${COUNTY}/what-if${query}`)).json<RegionWhatIfView>();

describe("what would make a school full", () => {
  it("names the rooms in the way, what each needs, and the cheapest set", async () => {
    const answer = await school();
    expect(answer).toMatchObject({
      ...{ school: SCHOOL, name: "示例小学", full: "false", modelVersion: "2026.1" },
      ...{ cost: 3.5, costAtLeast: 3.5, isCheapest: true, service: { slots: 48, teachingDays: 0 } },
      costs: { confirm_inventory: 0.5, evidence: 0.5, mend: 1, walk_test: 1, new_ap: 3 },
    });
    expect(answer.measures).toEqual([
      { kind: "evidence", reason: "agent_offline", cost: 0.5, rooms: ["v1"] },
      { kind: "new_ap", venue: "v2", venueName: "一年级2班", cost: 3, rooms: ["v2"] },
    ]);
    expect(answer.rooms.map(({ venue, verdict, ways }) => [venue, verdict, ways.map(({ chosen }) => chosen)])).toEqual([
      ["v1", "insufficient", [true, false, false]],
      ["v2", "not_equipped", [true]],
    ]);
  });

  it("takes other costs", async () => {
    const answer = await school("?evidence=4&newAp=1.25");
    expect(answer).toMatchObject({ cost: 2.5, costs: { evidence: 4, new_ap: 1.25, mend: 1 } });
    expect(answer.measures.map(({ kind, venue }) => [kind, venue])).toEqual([
      ["new_ap", "v1"],
      ["new_ap", "v2"],
    ]);
  });

  it.each(["?mend=0", "?mend=0.000", "?mend=-1", "?mend=1.2345", "?mend=", "?repair=1", "?mend=1&mend=2"])(
    "refuses %s",
    async (query) => {
      const answer = await app.inject(`/v1/schools/${SCHOOL}/what-if${query}`);
      expect(answer.statusCode).toBe(400);
    },
  );

  it("is a 404 for a school that is not in the inventory", async () => {
    expect((await app.inject("/v1/schools/2133009999/what-if")).statusCode).toBe(404);
  });
});

describe("which schools would bring a region to a share", () => {
  it("names them, the cheapest first, and those that nothing makes full at the end", async () => {
    const answer = await region("?share=0.5");
    expect(answer).toMatchObject({
      ...{ region: COUNTY, share: 0.5, reached: "no", cost: 0, schools: { yes: 0, no: 1, unknown: 2 } },
    });
    expect(answer.toFill.map((one) => [one.school, one.cost, one.obstacle, one.chosen])).toEqual([
      [SCHOOL, 3.5, undefined, false],
      ["2133000003", 3.5, undefined, false],
      ["2133000002", undefined, "no_main_venue", false],
    ]);
  });

  it("chooses where the figure can then be printed", async () => {
    await importFiles(app);
    const answer = await region("?share=1");
    expect(answer).toMatchObject({ reached: "with_these", cost: 3.5, isCheapest: true, service: { slots: 48 } });
    expect(answer.toFill.map(({ school: id, chosen, measures, rooms }) => [id, chosen, measures, rooms])).toEqual([
      [SCHOOL, true, 2, 2],
    ]);
    expect(await region("?share=0")).toMatchObject({ reached: "already", cost: 0 });
  });

  it("says no for a region without schools", async () => {
    const answer = await app.inject("/v1/regions/330102/what-if?share=0.95");
    expect(answer.json()).toMatchObject({ reached: "no", schools: { yes: 0, no: 0, unknown: 0 }, toFill: [] });
  });

  it.each(["", "?share=2", "?share=1.01", "?share=0.12345", "?share=.5", "?share=95%25"])(
    "refuses %s",
    async (query) => {
      expect((await app.inject(`/v1/regions/${COUNTY}/what-if${query}`)).statusCode).toBe(400);
    },
  );

  it("is a 404 for a region that is none", async () => {
    expect((await app.inject("/v1/regions/999999/what-if?share=1")).statusCode).toBe(404);
  });

  it("refuses a region with more schools than it can look at", async () => {
    const many = Array.from(
      { length: 501 },
      (_, i) => `21330${String(i + 10_000)},学校,School,${COUNTY},111,100,,2026-06-01`,
    );
    await importFiles(app, { ...FILES, "schools.csv": [...FILES["schools.csv"], ...many] });
    const answer = await app.inject(`/v1/regions/${COUNTY}/what-if?share=1`);
    expect(answer.json()).toMatchObject({ code: "BAD_QUERY" });
  });
});
