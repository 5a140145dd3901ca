import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { App } from "../app.ts";
import { FILES, NOW_MS, SCHOOL, testApp } from "../app-suite.ts";
import type { ReadingStore } from "../store/store.ts";
import { telegrafLines } from "./telegraf-suite.ts";

const OTHER = "3133000002";
const files = Object.fromEntries(
  Object.entries({
    ...FILES,
    "schools.csv": [...FILES["schools.csv"], `${OTHER},第二初中,Second Middle,330106,111,900,,2026-06-01`],
    "devices.csv": [
      ...FILES["devices.csv"],
      `srv,${SCHOOL},server,Server,server-1,v3,,,`,
      `theirs,${OTHER},server,Their server,server-2,,,,`,
    ],
  }).map(([name, lines]) => [name, lines.join("\n")]),
);

describe("a Telegraf that writes for a school", () => {
  let folder: string;
  let app: App;
  let store: ReadingStore;
  let token: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "telegraf-"));
    ({ app, store } = await testApp(folder));
    const imported = await app.inject({ method: "POST", url: "/v1/inventory", payload: { files } });
    expect(imported.statusCode).toBe(200);
    const payload = { school: SCHOOL, name: "servers", topics: ["zigbee2mqtt/{device}"] };
    const made = await app.inject({ method: "POST", url: "/v1/tokens", payload });
    token = made.json().token;
  });
  afterEach(async () => {
    await app.close();
    await rm(folder, { recursive: true });
  });

  const write = (lines: string, url = "/api/v2/write?org=any&bucket=telegraf") =>
    app.inject({
      method: "POST",
      url,
      headers: {
        authorization: `Token ${token}`,
        "content-encoding": "gzip",
        "content-type": "text/plain; charset=utf-8",
      },
      payload: gzipSync(lines),
    });
  const get = async (url: string) => (await app.inject({ url })).json();

  it("shows up as devices with metrics", async () => {
    const answer = await write(telegrafLines(NOW_MS - 60_000));
    expect([answer.statusCode, answer.body]).toEqual([204, ""]);

    const school = await get(`/v1/schools/${SCHOOL}`);
    const server = school.deviceList.find(({ id }: { id: string }) => id === "srv");
    expect(server).toMatchObject({
      latest: {
        cpu_busy_ratio: { value: 0.0975 },
        memory_used_ratio: { value: 0.195 },
        host_uptime_seconds: { value: 1_249_632 },
      },
    });
    expect(school.unlisted).toEqual(
      expect.arrayContaining([
        {
          key: "10.1.0.2",
          facts: {
            name: "core-switch",
            description: "S5735 Switch V200R019",
            location: "一楼机房",
            address: "10.1.0.2",
          },
        },
      ]),
    );

    const series = await get("/v1/devices/srv/series?metric=if_in_bytes_total");
    expect(series).toMatchObject({ instances: ["eth0"], samples: [[NOW_MS - 60_000, 4_451_214]] });
    const all = await store.latest(SCHOOL, 0);
    expect(all).toContainEqual({
      key: { metric: "sensor_temperature_celsius", device: "room-101", instance: "temperature" },
      sample: { atMs: NOW_MS - 60_000, value: 22.75 },
    });
    expect(all).toContainEqual({
      key: { metric: "if_up", device: "10.1.0.2", instance: "GigabitEthernet0/0/2" },
      sample: { atMs: NOW_MS - 60_000, value: 0 },
    });
    expect(
      all.filter(({ key }) => key.metric === "if_speed_bits_per_second").map(({ sample }) => sample.value),
    ).toEqual([1e9, 1e9]);
  });

  it("proves nothing about probes: what it writes leaves states as they were", async () => {
    const stateOf = async () => (await get("/v1/devices/srv")).state;
    const before = await stateOf();
    await write(telegrafLines(NOW_MS - 60_000));
    await write(
      `probe,device=server-1 probe_ok=1 ${NOW_MS}\ndevice,device=aa:bb:cc:00:00:01 wifi_ap_up=1 ${NOW_MS}`,
      "/write?precision=ms",
    );
    expect(await stateOf()).toBe(before);
    expect((await get("/v1/devices/ap1")).state).toBe((await get("/v1/devices/ap2")).state);
  });

  it("cannot speak of another school's devices", async () => {
    const answer = await write(`mem,host=server-2 used_percent=5\nmem,host=server-1 used_percent=6`);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: "invalid", line: 1, message: expect.stringContaining("dropped=1") });
    expect(await store.latest(OTHER, 0)).toEqual([]);
    expect((await store.latest(SCHOOL, 0)).map(({ key }) => key.device)).toEqual(["server-1"]);
  });

  it("is refused once its token is revoked", async () => {
    expect((await get("/v1/tokens")).tokens).toMatchObject([{ name: "servers", school: SCHOOL }]);
    expect((await app.inject({ method: "DELETE", url: "/v1/tokens/servers" })).statusCode).toBe(200);
    expect((await write(telegrafLines(NOW_MS))).statusCode).toBe(401);
    expect((await get("/v1/tokens")).tokens).toEqual([]);
    expect(await store.latest(SCHOOL, 0)).toEqual([]);
  });

  it("is counted at /metrics", async () => {
    await write(telegrafLines(NOW_MS - 60_000));
    const { body } = await app.inject({ url: "/metrics" });
    expect(body).toContain('campanile_writes_total{outcome="stored"} 1\n');
    expect(body).toContain('campanile_write_unmapped_total{measurement="ping"} 7\n');
    expect(body).not.toContain(token);
  });
});

describe("tokens", () => {
  it.each([
    [404, "NOT_FOUND", { school: "9999999999", name: "a" }],
    [400, "TOKEN_INVALID", { school: SCHOOL, name: "a", topics: ["no/device"] }],
    [409, "TOKEN_EXISTS", { school: SCHOOL, name: "twice" }],
    [400, "FST_ERR_VALIDATION", { school: SCHOOL, name: "a b" }],
    [400, "FST_ERR_VALIDATION", { school: SCHOOL, name: "a", more: 1 }],
  ])("are answered %i %s", async (status, code, payload) => {
    const folder = await mkdtemp(join(tmpdir(), "telegraf-"));
    const { app } = await testApp(folder);
    await app.inject({ method: "POST", url: "/v1/inventory", payload: { files } });
    await app.inject({ method: "POST", url: "/v1/tokens", payload: { school: SCHOOL, name: "twice" } });
    const answer = await app.inject({ method: "POST", url: "/v1/tokens", payload });
    expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
    await app.close();
    await rm(folder, { recursive: true });
  });

  it("are made, listed and revoked from the collector's own machine only", async () => {
    const folder = await mkdtemp(join(tmpdir(), "telegraf-"));
    const { app } = await testApp(folder);
    for (const [method, url] of [
      ["POST", "/v1/tokens"],
      ["GET", "/v1/tokens"],
      ["DELETE", "/v1/tokens/a"],
    ] as const) {
      const answer = await app.inject({
        method,
        url,
        remoteAddress: "10.0.0.9",
        ...(method === "POST" && { payload: {} }),
      });
      expect([answer.statusCode, answer.json().code]).toEqual([403, "FORBIDDEN"]);
    }
    await app.close();
    await rm(folder, { recursive: true });
  });
});
