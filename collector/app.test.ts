import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DeviceWithEvents, RegionView, SchoolList, SchoolView, Series, VenueView } from "../contract/api.ts";
import { HEADER, IDENTITY_REFUSALS } from "../contract/batch.ts";
import type { InventoryChanges } from "../contract/inventory.ts";
import { encodeEvent } from "../contract/line.ts";
import type { App } from "./app.ts";
import { FILES, NOW_MS, SCHOOL, SLOT_MS, testApp } from "./app-suite.ts";
import { loadInventoryFiles } from "./inventory/folder-suite.ts";
import { type ReadingStore, StoreError } from "./store/store.ts";

let app: App;
let folder: string;
let sequence = 0;
let store: ReadingStore;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "campanile-app-"));
  sequence = 0;
  ({ app, store } = await testApp(folder));
});

afterEach(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

const texts = (files: Record<string, string[]>) =>
  Object.fromEntries(Object.entries(files).map(([name, lines]) => [name, `${lines.join("\n")}\n`]));

const importInventory = (files: Record<string, string[]> = FILES, query = "") =>
  app.inject({ method: "POST", url: `/v1/inventory${query}`, payload: { files: texts(files) } });

const deliver = (lines: string[], agent = "gw", headers: Record<string, string> = {}) => {
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
      ...headers,
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

  it("gives what happened to a device, the newest first", async () => {
    await importInventory();
    const now = (text: string, before: number) =>
      encodeEvent({ device: "aa:bb:cc:00:00:01", atMs: NOW_MS - before, kind: "ap_left", text });
    await deliver([now("earlier", 60_000), now("now", 0), now("long ago", 40 * 86_400_000)]);
    const { events } = await get<DeviceWithEvents>("/v1/devices/ap1");
    expect(events).toEqual([
      { at: "2026-09-07T09:02:00+08:00", kind: "ap_left", text: "now" },
      { at: "2026-09-07T09:01:00+08:00", kind: "ap_left", text: "earlier" },
    ]);
    expect((await get<DeviceWithEvents>("/v1/devices/ap2")).events).toEqual([]);
  });

  it("gives a device's readings, with gaps left open", async () => {
    await importInventory();
    await deliver(morning(() => 1));
    const series = await get<Series>("/v1/devices/ap1/series?metric=wifi_clients");
    expect(series).toMatchObject({ unit: "clients", instances: [] });
    expect(series.samples).toHaveLength(24);
    expect((await get<Series>("/v1/devices/ap2/series?metric=wifi_clients")).samples).toEqual([]);
  });

  it("gives a device's readings by windows, with the least and the greatest of each", async () => {
    await importInventory();
    await deliver(morning(() => 1));
    const raw = await get<Series>("/v1/devices/ap1/series?metric=wifi_clients&resolution=raw");
    expect(await get<Series>("/v1/devices/ap1/series?metric=wifi_clients&resolution=auto")).toEqual(raw);
    expect(raw).toMatchObject({ resolution: "raw" });
    expect(raw).not.toHaveProperty("min");
    const hours = await get<Series>("/v1/devices/ap1/series?metric=wifi_clients&resolution=1h");
    const values = raw.samples.filter(([atMs]) => atMs < NOW_MS - 2 * 60_000).map(([, value]) => value);
    expect(hours.resolution).toBe("1h");
    expect(hours.samples[0]).toEqual([NOW_MS - 62 * 60_000, values.reduce((a, b) => a + b) / values.length]);
    expect(hours.min?.[0]).toBe(Math.min(...values));
    expect(hours.max?.[0]).toBe(Math.max(...values));
    for (const list of [hours.min, hours.max]) expect(list).toHaveLength(hours.samples.length);
    const year = await get<Series>("/v1/devices/ap1/series?metric=wifi_clients&from=2025-09-07T00:00:00Z");
    expect(year.resolution).toBe("1d");
    expect(year.samples).toHaveLength(1);
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
    ["/v1/devices/ap1/series?metric=wifi_clients&from=2010-01-01", 400, "BAD_QUERY"],
    ["/v1/devices/ap1/series?metric=wifi_clients&from=2026-01-01&resolution=raw", 400, "BAD_QUERY"],
    ["/v1/devices/ap1/series?metric=wifi_clients&resolution=2h", 400, "FST_ERR_VALIDATION"],
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

describe("evidence and inventory in any order", () => {
  const device = async (id: string) =>
    (await get<SchoolView>(`/v1/schools/${SCHOOL}`)).deviceList.find((d) => d.id === id);
  const withDevices = (...rows: string[]) => ({
    ...FILES,
    "devices.csv": [...(FILES["devices.csv"] ?? []), ...rows],
  });
  const selfTest = (atMs: number) => `agent,device=gw,instance=main agent_selftest_passed=1 ${atMs}`;

  it("judges a device by readings that came before it was in the inventory, in any spelling of its MAC", async () => {
    await importInventory();
    await deliver([selfTest(NOW_MS), `device,device=AABB.CC00.0009 wifi_ap_up=1 ${NOW_MS}`]);
    expect((await get<SchoolView>(`/v1/schools/${SCHOOL}`)).unlisted.map(({ key }) => key)).toEqual([
      "aa:bb:cc:00:00:09",
    ]);
    await importInventory(withDevices(`ap9,${SCHOOL},ap,AP 9,aa-bb-cc-00-00-09,,,,`));
    expect(await device("ap9")).toMatchObject({ state: "up", latest: { wifi_ap_up: { value: 1 } } });
    expect((await get<SchoolView>(`/v1/schools/${SCHOOL}`)).unlisted).toEqual([]);
  });

  it("knows nothing of a device that moved in from another school, and keeps what was seen there apart", async () => {
    const other = "2133000002";
    const files = {
      ...FILES,
      "schools.csv": [...(FILES["schools.csv"] ?? []), `${other},另一小学,,330106,111,,,2026-06-01`],
      "agents.csv": [...(FILES["agents.csv"] ?? []), `gw2,${other},gateway`],
    };
    await importInventory({
      ...files,
      "devices.csv": [...(FILES["devices.csv"] ?? []), `tv,${other},panel,TV,tv,,,,`],
    });
    await deliver([`probe,device=tv probe_ok=1 ${NOW_MS}`], "gw2");
    await importInventory({
      ...files,
      "devices.csv": [...(FILES["devices.csv"] ?? []), `tv,${SCHOOL},panel,TV,tv,,,,`],
    });
    expect(await device("tv")).toMatchObject({ state: "unknown", slots: { up: 0, down: 0 } });
  });

  it("fills the slots of readings that come days late, and refuses what is older than a week", async () => {
    const files = { ...FILES, "calendar.csv": ["scope,from,to,kind,name"] };
    await importInventory(files);
    await deliver(morning(() => 1));
    const week = 7 * 86_400_000;
    const lastTuesday = Date.parse("2026-09-01T08:00:30+08:00");
    const before = await device("ap1");
    const late = await deliver([
      `device,device=aa:bb:cc:00:00:01 wifi_ap_up=1 ${lastTuesday}`,
      `device,device=aa:bb:cc:00:00:01 wifi_ap_up=1 ${NOW_MS - week}`,
      `device,device=aa:bb:cc:00:00:01 wifi_ap_up=1 ${NOW_MS - week - 1}`,
    ]);
    expect(late.json()).toMatchObject({ stored: 2, refused: [{ line: 3, code: "TOO_OLD" }] });
    const after = await device("ap1");
    // Two slots: that of the report, and the next one, in which the report is not yet ten minutes old.
    expect(after?.slots.up).toBe((before?.slots.up ?? 0) + 4);
    expect(after?.slots.unknown).toBe((before?.slots.unknown ?? 0) - 4);
  });

  it("shows by how much an agent's clock is off whose readings lie in the future", async () => {
    await importInventory();
    const ahead = NOW_MS + 6 * 60_000;
    const response = await deliver([selfTest(ahead)], "gw", { [HEADER.sentAt]: String(ahead) });
    expect(response.json()).toMatchObject({ stored: 0, refused: [{ line: 1, code: "IN_THE_FUTURE" }] });
    const [agent] = (await get<SchoolView>(`/v1/schools/${SCHOOL}`)).agents;
    expect(agent).toMatchObject({ state: "blind", clockOffsetSeconds: 360, batches: 1 });
    expect((await app.inject({ url: "/metrics" })).body).toContain("campanile_agents_clock_off 1\n");
  });
});

describe("imports at the same time", () => {
  it("are carried out one after another, and the last one is in force here and on disk", async () => {
    const named = (name: string) => ({ ...FILES, "agents.csv": ["id,school,name", `gw,${SCHOOL},${name}`] });
    const answers = await Promise.all(["a", "b", "c", "d"].map((name) => importInventory(named(name))));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200]);
    const saved = await loadInventoryFiles(join(folder, "inventory"));
    const winner = saved?.get("agents.csv");
    expect(
      answers.filter((a) => a.json<{ files: InventoryChanges["files"] }>().files["agents.csv"]?.unchanged === 0),
    ).toHaveLength(4);
    const preview = await importInventory(named((winner ?? "").trim().slice(-1)), "?preview=true");
    expect(preview.json()).toMatchObject({ files: { "agents.csv": { changed: [], unchanged: 1 } } });
  });
});

describe("GET /metrics", () => {
  it("says as Prometheus reads it what was stored, how the agents are, and whether the store is ready", async () => {
    await importInventory({ ...FILES, "agents.csv": [...(FILES["agents.csv"] ?? []), `gw9,${SCHOOL},spare`] });
    await deliver([...morning(() => 1), "nonsense"]);
    sequence -= 1;
    await deliver(morning(() => 1));
    await deliver(
      morning(() => 1),
      "stranger",
    );
    const response = await app.inject({ url: "/metrics" });
    expect(response.headers["content-type"]).toBe("text/plain; version=0.0.4; charset=utf-8");
    const samples = response.body.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    expect(samples).toEqual([
      'campanile_batches_total{outcome="stored"} 1',
      'campanile_batches_total{outcome="repeated"} 1',
      'campanile_batches_total{outcome="failed"} 0',
      'campanile_lines_total{outcome="stored"} 72',
      'campanile_lines_total{outcome="refused"} 1',
      ...["stored", "partial", "failed", "unauthorized", "busy"].map(
        (outcome) => `campanile_writes_total{outcome="${outcome}"} 0`,
      ),
      ...["stored", "refused", "unmapped"].map((outcome) => `campanile_write_lines_total{outcome="${outcome}"} 0`),
      ...Object.keys(IDENTITY_REFUSALS).map((code) => `campanile_refused_total{code="${code}"} 0`),
      "campanile_enrolments_throttled_total 0",
      "campanile_rollup_windows_total 12",
      "campanile_rollup_failures_total 3",
      'campanile_maintenances_total{outcome="done"} 2',
      'campanile_maintenances_total{outcome="failed"} 1',
      'campanile_agents{state="seeing"} 1',
      'campanile_agents{state="blind"} 0',
      'campanile_agents{state="offline"} 0',
      'campanile_agents{state="never"} 1',
      "campanile_agents_clock_off 0",
      "campanile_schools 1",
      "campanile_store_ready 1",
      "process_resident_memory_bytes 100000000",
    ]);
    for (const name of new Set(samples.map((line) => line.split(/[{ ]/)[0])))
      expect(response.body).toMatch(new RegExp(`^# HELP ${name} .+\n# TYPE ${name} (counter|gauge)$`, "m"));
  });

  it("answers also when the store is away, and counts what it could not take", async () => {
    await importInventory();
    const away = () => Promise.reject(new StoreError(true, "the disk is full"));
    Object.assign(store, { write: away, ready: away });
    expect((await deliver(morning(() => 1))).statusCode).toBe(503);
    expect((await app.inject({ url: "/readyz" })).statusCode).toBe(503);
    const { body } = await app.inject({ url: "/metrics" });
    expect(body).toContain('campanile_batches_total{outcome="failed"} 1\n');
    expect(body).toContain("campanile_store_ready 0\n");
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
        "/metrics",
      ]),
    );
    expect((await app.inject({ url: "/docs/" })).statusCode).toBe(200);
  });
});
