import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RegionView, SchoolList, SchoolView, Series, VenueView } from "../contract/api.ts";
import { HEADER } from "../contract/batch.ts";
import { type App, buildApp } from "./app.ts";
import { Board } from "./board.ts";
import { Fleet } from "./fleet.ts";
import { createIngest } from "./ingest/ingest.ts";
import { loadRegions } from "./inventory/regions.ts";
import { Evidence } from "./score/evidence.ts";
import { createMemoryStore } from "./store/memory.ts";

const SCHOOL = "2133000001";
const FILES = {
  "schools.csv": [
    "id,name,name_en,county,area_code,students,school_hours,inventory_confirmed_at",
    `${SCHOOL},示例小学,Example Primary,330106,111,900,,2026-06-01`,
  ],
  "venues.csv": [
    "id,school,building,room,name,kind,main_teaching,area_m2,seats",
    `v1,${SCHOOL},A,101,一年级1班,classroom,,,`,
    `v2,${SCHOOL},A,102,一年级2班,classroom,,,`,
    `v3,${SCHOOL},A,103,办公室,office,,,`,
  ],
  "devices.csv": [
    "id,school,kind,name,key,venue,parent,segment,expected_on",
    `ap1,${SCHOOL},ap,AP 1,AA-BB-CC-00-00-01,v1,,,`,
    `ap2,${SCHOOL},ap,AP 2,aabbcc000002,v1,,,`,
  ],
  "serves.csv": ["device,venue,role", "ap1,v1,primary", "ap2,v1,primary"],
  "agents.csv": ["id,school,name", `gw,${SCHOOL},gateway`],
  "calendar.csv": ["scope,from,to,kind,name", `${SCHOOL},2026-09-07,2027-01-20,term,`],
};
/** Monday of the first week of term, 09:02 in Zhejiang: twelve slots have ended. */
const NOW_MS = Date.parse("2026-09-07T09:02:00+08:00");
const SLOT_MS = 300_000;

let app: App;
let folder: string;
let sequence = 0;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "campanile-app-"));
  sequence = 0;
  const store = createMemoryStore();
  const board = new Board({
    regions: loadRegions(),
    inventory: undefined,
    evidence: new Evidence(),
    fleet: new Fleet(),
  });
  const clock = { nowMs: () => NOW_MS, sleepUntil: async () => {}, kind: "system", speed: () => 1 } as const;
  const ingest = createIngest({
    store,
    schoolOfAgent: (id) => board.inventory?.schoolOfAgent(id)?.id,
    nowMs: clock.nowMs,
    lateAcceptMs: 7 * 86_400_000,
    onStored: (school, samples, info) => board.take(school, samples, info),
  });
  const services = { store, ingest, board, clock, inventoryDir: join(folder, "inventory") };
  app = await buildApp({ services, log: pino({ level: "silent" }), pageDir: undefined });
});

afterEach(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

const texts = (files: Record<string, string[]>) =>
  Object.fromEntries(Object.entries(files).map(([name, lines]) => [name, `${lines.join("\n")}\n`]));

const importInventory = (files: Record<string, string[]> = FILES, query = "") =>
  app.inject({ method: "POST", url: `/v1/inventory${query}`, payload: { files: texts(files) } });

const deliver = (lines: string[], agent = "gw") => {
  sequence += 1;
  return app.inject({
    method: "POST",
    url: "/v1/batches",
    headers: {
      "content-type": "text/plain; charset=utf-8",
      "content-encoding": "gzip",
      [HEADER.agent]: agent,
      [HEADER.session]: "s1",
      [HEADER.sequence]: String(sequence),
    },
    payload: gzipSync(lines.join("\n")),
  });
};

const get = async <T>(url: string): Promise<T> => {
  const response = await app.inject({ url });
  expect(response.statusCode, response.body).toBe(200);
  return response.json<T>();
};

/** Two rounds in each of the twelve ended slots: AP 1 in service or not, AP 2 never, the self-test as given. */
function morning(ap1: (slot: number) => 0 | 1, selfTest: 0 | 1 = 1): string[] {
  const begin = Date.parse("2026-09-07T08:00:00+08:00");
  return Array.from({ length: 24 }, (_, round) => {
    const at = begin + Math.floor(round / 2) * SLOT_MS + (round % 2) * 120_000 + 1_000;
    return [
      `agent,device=gw,instance=main agent_selftest_passed=${selfTest} ${at}`,
      `device,device=aa:bb:cc:00:00:01 wifi_ap_up=${ap1(Math.floor(round / 2))},wifi_clients=${round} ${at}`,
      `device,device=aa:bb:cc:00:00:02 wifi_ap_up=0 ${at}`,
    ];
  }).flat();
}

describe("before anything was imported", () => {
  it("has no schools and says so, knows its regions, and is healthy", async () => {
    expect((await get<SchoolList>("/v1/schools")).schools).toEqual([]);
    const province = await get<RegionView>("/v1/regions/330000");
    expect(province.schools).toBe(0);
    expect(province.children).toHaveLength(11);
    expect(province.fullShare).not.toHaveProperty("value");
    expect((await app.inject({ url: "/healthz" })).statusCode).toBe(200);
    expect((await app.inject({ url: "/readyz" })).statusCode).toBe(200);
  });

  it("accepts no agent", async () => {
    const response = await deliver(["device,device=x uptime_seconds=1 1757203200000"]);
    expect(response.statusCode).toBe(403);
    expect(response.json()).toMatchObject({ code: "AGENT_UNKNOWN" });
  });
});

describe("coverage over HTTP", () => {
  it("tells the whole story of a school: a room served by one of two, a room without an access point", async () => {
    await importInventory();
    expect((await deliver(morning(() => 1))).statusCode).toBe(200);
    const school = await get<SchoolView>(`/v1/schools/${SCHOOL}`);
    expect(school).toMatchObject({
      name: "示例小学",
      county: { code: "330106", name: "西湖区" },
      area: "urban",
      coverage: {
        rate: { status: "value", value: 0.5, numerator: 1, denominator: 2 },
        full: "false",
        venues: 2,
        covered: 1,
        notCovered: 1,
      },
      now: { served: 1, unserved: 0, unknown: 0, notEquipped: 1 },
      agents: [{ id: "gw", state: "seeing", batches: 1 }],
    });
    expect(school.coverage.window.expectedSlots).toBe(12);
    const [v1, v2, v3] = school.venues;
    expect(v1).toMatchObject({
      id: "v1",
      verdict: "covered_quality_unproven",
      share: 1,
      slots: { served: 12, unknown: 0 },
    });
    expect(v2).toMatchObject({ id: "v2", verdict: "not_equipped", now: { state: "not-equipped" } });
    expect(v3?.mainTeaching).toBe(false);
    expect(school.deviceList.find(({ id }) => id === "ap2")).toMatchObject({
      state: "down",
      slots: { down: 12, up: 0 },
    });
    expect(school.deviceList.find(({ id }) => id === "ap1")?.latest.wifi_clients?.value).toBe(23);
  });

  it("names the cause when a room has lost its access points", async () => {
    await importInventory();
    await deliver(morning((slot) => (slot < 10 ? 1 : 0)));
    const venue = await get<VenueView>("/v1/venues/v1");
    expect(venue.now).toMatchObject({
      state: "unserved",
      causes: [{ device: "ap1", state: "down", since: "2026-09-07T08:50:00+08:00" }, { device: "ap2" }],
    });
    expect(venue.days).toEqual([{ day: "2026-09-07", slots: `${"S".repeat(10)}NN${"-".repeat(84)}` }]);
  });

  it("says unknown with its reason, and no figure, when the agent was blind", async () => {
    await importInventory();
    await deliver(morning(() => 0, 0));
    const school = await get<SchoolView>(`/v1/schools/${SCHOOL}`);
    expect(school.coverage.rate.status).toBe("insufficient");
    expect(school.coverage.rate).not.toHaveProperty("value");
    expect(school.coverage.rate.reasons.map(({ reason }) => reason)).toContain("agent_blind");
    expect(school.coverage.rate).toMatchObject({ lo: 0, hi: 0.5 });
    expect(school.now).toMatchObject({ unknown: 1, unserved: 0, served: 0 });
    expect(school.agents[0]?.state).toBe("blind");
    expect(school.venues[0]?.now.causes[0]).toMatchObject({ state: "unknown", reason: "agent_blind" });
  });

  it("stores a repeated batch once", async () => {
    await importInventory();
    await deliver(morning(() => 1));
    sequence -= 1;
    const again = await deliver(morning(() => 1));
    expect(again.json()).toMatchObject({ stored: 0, repeated: 72, refused: [] });
    expect((await get<SchoolView>(`/v1/schools/${SCHOOL}`)).agents[0]?.batches).toBe(1);
  });

  it("refuses a bad line by number and keeps the others", async () => {
    await importInventory();
    const response = await deliver([
      `device,device=ap9 uptime_seconds=5 ${NOW_MS}`,
      `device,device=ap9,school=2133000002 uptime_seconds=5 ${NOW_MS}`,
      `radio,device=ap9,instance=1 wifi_channel_busy_ratio=1.63 ${NOW_MS}`,
    ]);
    expect(response.json()).toMatchObject({
      stored: 1,
      refused: [
        { line: 2, code: "UNKNOWN_TAG" },
        { line: 3, code: "OUT_OF_RANGE" },
      ],
    });
    const school = await get<SchoolView>(`/v1/schools/${SCHOOL}`);
    expect(school.unlisted.map(({ key }) => key)).toEqual(["ap9"]);
  });

  it("gives a device's readings, with gaps left open", async () => {
    await importInventory();
    await deliver(morning(() => 1));
    const series = await get<Series>("/v1/devices/ap1/series?metric=wifi_clients");
    expect(series).toMatchObject({ unit: "clients", instances: [] });
    expect(series.samples).toHaveLength(24);
    expect((await get<Series>("/v1/devices/ap2/series?metric=wifi_clients")).samples).toEqual([]);
  });

  it("pools a region from its schools", async () => {
    await importInventory();
    await deliver(morning(() => 1));
    const county = await get<RegionView>("/v1/regions/330106");
    expect(county).toMatchObject({
      level: "county",
      schools: 1,
      fullShare: { status: "value", value: 0 },
      venueShare: { value: 0.5 },
    });
  });
});

describe("errors", () => {
  it.each([
    ["/v1/schools/0000000000", 404, "NOT_FOUND"],
    ["/v1/venues/none", 404, "NOT_FOUND"],
    ["/v1/devices/none", 404, "NOT_FOUND"],
    ["/v1/regions/999999", 404, "NOT_FOUND"],
    ["/v1/schools?region=999999", 404, "NOT_FOUND"],
    ["/v1/nothing", 404, "NOT_FOUND"],
    ["/v1/devices/ap1/series", 400, "FST_ERR_VALIDATION"],
    ["/v1/devices/ap1/series?metric=wifi_clientz", 400, "BAD_QUERY"],
    ["/v1/devices/ap1/series?metric=wifi_clients&from=yesterday", 400, "BAD_QUERY"],
    ["/v1/devices/ap1/series?metric=wifi_clients&from=2020-01-01", 400, "BAD_QUERY"],
    ["/v1/schools?colour=red", 400, "FST_ERR_VALIDATION"],
  ])("%s answers %i with the code %s", async (url, status, code) => {
    await importInventory();
    const response = await app.inject({ url });
    expect(response.statusCode).toBe(status);
    expect(response.json()).toMatchObject({ code, message: expect.any(String) });
  });

  it("names every problem of an inventory and changes nothing", async () => {
    await importInventory();
    const response = await importInventory({
      ...FILES,
      "serves.csv": ["device,venue,role", "ap1,nowhere,primary", "ap7,v1,third"],
    });
    expect(response.statusCode).toBe(400);
    expect(response.json<{ details: { path: string }[] }>().details.map(({ path }) => path)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^serves\.csv:2/), expect.stringMatching(/^serves\.csv:3/)]),
    );
    expect((await get<SchoolView>(`/v1/schools/${SCHOOL}`)).venues[0]?.servedBy).toEqual(["ap1", "ap2"]);
  });

  it("previews an import without carrying it out", async () => {
    const preview = await importInventory(FILES, "?preview=true");
    expect(preview.json()).toMatchObject({ preview: true, files: { "schools.csv": { added: [SCHOOL] } } });
    expect((await get<SchoolList>("/v1/schools")).schools).toEqual([]);
  });

  it("takes an inventory only from its own machine", async () => {
    const response = await app.inject({
      method: "POST",
      url: "/v1/inventory",
      payload: { files: texts(FILES) },
      remoteAddress: "192.0.2.7",
    });
    expect(response.statusCode).toBe(403);
    expect(response.json()).toMatchObject({ code: "FORBIDDEN" });
  });

  it.each([
    { files: null },
    { files: { "schools.csv": null } },
    { files: { "schools.csv": 7 } },
    { files: {}, more: 1 },
    { files: [] },
  ])("does not bend wrong JSON into right JSON: %j", async (payload) => {
    const response = await app.inject({ method: "POST", url: "/v1/inventory", payload });
    expect(response.statusCode).toBe(400);
  });
});

describe("the API's description", () => {
  it("is OpenAPI 3.1 and holds every route of the contract", async () => {
    const document = await get<{ openapi: string; paths: Record<string, unknown> }>("/openapi.json");
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining([
        "/v1/batches",
        "/v1/schools",
        "/v1/schools/{id}",
        "/v1/venues/{id}",
        "/v1/devices/{id}/series",
        "/v1/regions/{code}",
        "/healthz",
        "/readyz",
      ]),
    );
    expect((await app.inject({ url: "/docs/" })).statusCode).toBe(200);
  });
});
