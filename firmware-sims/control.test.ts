import { readFileSync } from "node:fs";
import { request } from "node:http";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../contract/clock.ts";
import { type Control, startControl } from "./control.ts";
import { type Campus, startCampus } from "./scenarios/campus.ts";
import { faultEvents, playFaults } from "./scenarios/fault-plan.ts";
import { type Plan, planScenario } from "./scenarios/plan.ts";
import { parseScenario } from "./scenarios/scenario.ts";

const log = pino({ level: "silent" });
let plan: Plan;
let campus: Campus;
let control: Control;
beforeAll(async () => {
  const file = new URL("./scenarios/county.yaml", import.meta.url);
  plan = planScenario(parseScenario("county.yaml", readFileSync(file, "utf8")));
  campus = await startCampus({ plan, clock: systemClock, basePort: 0 });
  control = await startControl(campus, 0, log);
});
afterAll(async () => {
  await Promise.all([control.close(), campus.close()]);
});

async function call(method: string, path: string, body?: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${control.url}${path}`, { method, ...(body !== undefined && { body }) });
  return { status: response.status, body: await response.json() };
}
const put = (id: string, body: unknown) => call("PUT", `/devices/${id}`, JSON.stringify(body));

describe("the control API", () => {
  it("lists every device with where it answers and whether it is online", async () => {
    const { status, body } = await call("GET", "/devices");
    expect(status).toBe(200);
    expect(body).toHaveLength(185);
    expect(body).toContainEqual({
      id: "jn-ap-001",
      kind: "ap",
      school: "3133000102",
      controller: "jn-ac1",
      online: true,
    });
    expect((await call("GET", "/devices/xh-gw")).body).toEqual({
      id: "xh-gw",
      kind: "gateway",
      school: "2133000101",
      url: `snmp://127.0.0.1:${campus.device("xh-gw").snmp?.port}`,
      online: true,
    });
  });

  it.each(["xh-ap-003", "jn-ap-003", "ss-ap-003", "xh-gw", "jn-ac1"])("switches %s off and on", async (id) => {
    expect((await put(id, { online: false })).body).toMatchObject({ online: false, fault: { kind: "silent" } });
    expect((await call("GET", `/devices/${id}`)).body).toMatchObject({ online: false });
    expect((await put(id, { online: true })).body).toMatchObject({ online: true });
  });

  it("gives a device a fault and takes it away", async () => {
    const fault = { kind: "slow", delayMs: 40 };
    expect((await put("ss-gw", { fault })).body).toMatchObject({ online: true, fault });
    expect(campus.device("ss-gw").snmp?.fault).toEqual(fault);
    expect((await put("ss-gw", { fault: null })).body).not.toHaveProperty("fault");
  });

  it.each([
    {
      what: "a device it does not have",
      method: "PUT",
      path: "/devices/xh-ap-999",
      body: '{"online":true}',
      status: 404,
      code: "SIM_DEVICE_UNKNOWN",
    },
    {
      what: "a fault no access point behind a controller can have",
      method: "PUT",
      path: "/devices/xh-ap-001",
      body: '{"fault":{"kind":"loop"}}',
      status: 409,
      code: "SIM_FAULT_IMPOSSIBLE",
    },
    {
      what: "a fault without its parameter",
      method: "PUT",
      path: "/devices/ss-gw",
      body: '{"fault":{"kind":"slow"}}',
      status: 400,
      code: "BODY_INVALID",
    },
    {
      what: "a fault of no kind",
      method: "PUT",
      path: "/devices/ss-gw",
      body: '{"fault":{"kind":"tired"}}',
      status: 400,
      code: "BODY_INVALID",
    },
    {
      what: "a word for a flag",
      method: "PUT",
      path: "/devices/ss-gw",
      body: '{"online":"no"}',
      status: 400,
      code: "BODY_INVALID",
    },
    {
      what: "more than was asked",
      method: "PUT",
      path: "/devices/ss-gw",
      body: '{"online":true,"x":1}',
      status: 400,
      code: "BODY_INVALID",
    },
    { what: "no JSON", method: "PUT", path: "/devices/ss-gw", body: "off", status: 400, code: "BODY_INVALID" },
    {
      what: "a very long body",
      method: "PUT",
      path: "/devices/ss-gw",
      body: "x".repeat(20_000),
      status: 413,
      code: "BODY_TOO_LARGE",
    },
    {
      what: "a broken path",
      method: "PUT",
      path: "/devices/%ff",
      body: '{"online":true}',
      status: 400,
      code: "PATH_INVALID",
    },
    { what: "another place", method: "GET", path: "/schools", status: 404, code: "NOT_FOUND" },
    {
      what: "a change of everything",
      method: "PUT",
      path: "/devices",
      body: "{}",
      status: 405,
      code: "METHOD_NOT_ALLOWED",
    },
    { what: "removing a device", method: "DELETE", path: "/devices/ss-gw", status: 405, code: "METHOD_NOT_ALLOWED" },
  ])("refuses $what", async ({ method, path, body, status, code }) => {
    expect(await call(method, path, body)).toEqual({ status, body: { code, message: expect.any(String) } });
  });

  it("names the port that is in use", async () => {
    const port = Number(new URL(control.url).port);
    await expect(startControl(campus, port, log)).rejects.toMatchObject({
      code: "SIM_PORT_IN_USE",
      message: expect.stringContaining(String(port)),
    });
  });

  it("closes although somebody keeps a connection open", async () => {
    const own = await startControl(campus, 0, log);
    const open = request(`${own.url}/devices`, { method: "PUT", headers: { "content-length": 10 } });
    const ended = new Promise((resolve) => open.on("error", resolve));
    open.flushHeaders();
    await new Promise((resolve) => open.on("socket", (socket) => socket.on("connect", resolve)));
    await own.close();
    await ended;
  });
});

describe("a campus", () => {
  it("starts nothing when one port is taken", async () => {
    const taken = campus.device("xh-gw").snmp?.port ?? 0;
    const start = () => startCampus({ plan, clock: systemClock, basePort: taken });
    await expect(start()).rejects.toMatchObject({ code: "SIM_PORT_IN_USE" });
  });

  it("breaks and mends devices when the clock gets there", async () => {
    let nowMs = 0;
    const sleepUntil = async (atMs: number) => {
      nowMs = Math.max(nowMs, atMs);
    };
    const clock = { nowMs: () => nowMs, sleepUntil };
    const seen: [number, boolean][] = [];
    const faults = [{ devices: ["jn-ap-005"], fault: { kind: "silent" } as const, atMs: 10, untilMs: 20, teaches: "" }];
    await playFaults(campus, faults, clock, new AbortController().signal, () => {
      seen.push([nowMs, campus.device("jn-ap-005").status().online]);
    });
    expect(seen).toEqual([
      [10, false],
      [20, true],
    ]);
  });

  it("plays nothing any more once it is told to stop", async () => {
    const stop = new AbortController();
    stop.abort();
    const seen: unknown[] = [];
    await playFaults(campus, plan.faults, systemClock, stop.signal, (event) => seen.push(event));
    expect(seen).toEqual([]);
  });

  it("mends before it breaks what is due at the same instant", () => {
    const first = { devices: ["a"], fault: { kind: "silent" } as const, atMs: 1, untilMs: 5, teaches: "" };
    const second = { devices: ["a"], fault: { kind: "loop" } as const, atMs: 5, teaches: "" };
    expect(faultEvents([first, second]).map(({ atMs, fault }) => [atMs, fault?.kind])).toEqual([
      [1, "silent"],
      [5, undefined],
      [5, "loop"],
    ]);
  });
});
