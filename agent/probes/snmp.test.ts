import { pino } from "pino";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Values } from "../../contract/metrics.ts";
import type { ApSpec } from "../../firmware-sims/models/access-point.ts";
import { createGateway } from "../../firmware-sims/models/gateway.ts";
import { createHuaweiAc } from "../../firmware-sims/models/huawei-ac.ts";
import { createRuijieAc } from "../../firmware-sims/models/ruijie-ac.ts";
import { createUnifiAp } from "../../firmware-sims/models/unifi-ap.ts";
import { type SnmpDevice, startSnmpDevice } from "../../firmware-sims/snmp/device.ts";
import { createStaticMib, type Mib, type MibRow } from "../../firmware-sims/snmp/mib.ts";
import { macIndex, parseOid } from "../../firmware-sims/snmp/oid.ts";
import { gauge32, integer, ipAddress, oidValue, text } from "../../firmware-sims/snmp/value.ts";
import { loadProfiles } from "../profiles/load.ts";
import type { Profiles } from "../profiles/profile.ts";
import { createSnmpEngine, type SnmpEngine } from "../snmp/engine.ts";
import type { ProbeResult, ProbeTarget } from "./probe.ts";
import { createProbes } from "./table.ts";

const AT_MS = 1_790_000_000_000;
const MACS = ["50:6f:77:00:00:01", "50:6f:77:00:00:02", "50:6f:77:00:00:03"] as const;
const [FIRST, SECOND, THIRD] = MACS;

let engine: SnmpEngine;
let profiles: Profiles;
const devices: SnmpDevice[] = [];

beforeAll(async () => {
  profiles = await loadProfiles();
});
beforeEach(() => {
  engine = createSnmpEngine({ tickMs: 5 });
});
afterEach(async () => {
  await engine.close();
  await Promise.all(devices.splice(0).map((device) => device.close()));
});

async function start(mib: Mib): Promise<SnmpDevice> {
  const device = await startSnmpDevice({ mib, community: "public" });
  devices.push(device);
  return device;
}

async function probe(device: SnmpDevice, options: Partial<ProbeTarget> = {}): Promise<ProbeResult> {
  const { host, port } = device;
  const address = { kind: "snmp", host, port, community: "public" } as const;
  const target = { id: "ac-1", address, segment: "main", timeoutMs: 2_000, retries: 1, ...options };
  const context = { signal: AbortSignal.timeout(15_000), log: pino({ level: "silent" }), nowMs: () => AT_MS };
  return createProbes({ engine, profiles }).snmp(target, context);
}

/** Values of one device, radio or interface; `undefined` when nothing is said of it. */
function valuesOf({ readings }: ProbeResult, device: string, instance?: string): Values | undefined {
  const found = readings.filter((reading) => reading.device === device && reading.instance === instance);
  expect(found.length).toBeLessThanOrEqual(1);
  return found[0]?.values;
}

const factsOf = ({ facts }: ProbeResult, device: string) => facts.find((fact) => fact.device === device)?.texts;

/** Three access points whose every value is fixed, made anew because a model changes what it is given. */
function threeAps(): ApSpec[] {
  const both = { enabled: true, widthMhz: 20 } as const;
  return MACS.map((mac, i) => ({
    mac,
    serial: `SER${i + 1}`,
    name: `教学楼-${i + 1}`,
    cpuPercent: 10 + i,
    memoryPercent: 40 + i,
    temperatureCelsius: 45,
    radios: [
      { ...both, band: "2.4", channel: 6, powerDbm: 17, clients: 3 + i, busyPercent: 40, noiseDbm: -92 },
      { ...both, band: "5", channel: 149, powerDbm: 20, clients: 20, busyPercent: 15, noiseDbm: -96 },
    ],
  }));
}

describe("a Ruijie controller", () => {
  it("says what it is, and counts its access points row by row", async () => {
    const ac = createRuijieAc({ aps: threeAps() });
    ac.setHealth({ cpuPercent: 21, memoryPercent: 57, temperatureCelsius: 41 });
    ac.setAp(THIRD, { online: false });
    const result = await probe(await start(ac.mib));
    expect(valuesOf(result, "ac-1")).toMatchObject({
      wifi_aps_registered: 3,
      wifi_aps_up: 2,
      wifi_aps_claimed: 2,
      wifi_clients: 47,
      cpu_busy_ratio: 0.21,
      memory_used_ratio: 0.57,
      temperature_celsius: 41,
    });
    expect(factsOf(result, "ac-1")).toMatchObject({ vendor: "Ruijie", model: "WS5708", name: "ruijie-ac" });
    expect(result).toMatchObject({ valuesRefused: 0 });
  });

  it("says of each access point what it measures and who it is", async () => {
    const result = await probe(await start(createRuijieAc({ aps: threeAps() }).mib));
    expect(valuesOf(result, SECOND)).toEqual({
      wifi_ap_up: 1,
      wifi_clients: 24,
      cpu_busy_ratio: 0.11,
      memory_used_ratio: 0.41,
    });
    expect(factsOf(result, SECOND)).toEqual({
      vendor: "Ruijie",
      controller: "ac-1",
      mac: SECOND,
      serial: "SER2",
      name: "教学楼-2",
      model: "AP820-L(V3)",
      firmware: "AP_RGOS 11.9(6)W1B1, Release(07242718)",
      address: "10.33.1.12",
    });
  });

  it("turns milliwatts into dBm, and takes the noise of the channel in use", async () => {
    const result = await probe(await start(createRuijieAc({ aps: threeAps() }).mib));
    expect(valuesOf(result, FIRST, "2")).toEqual({
      wifi_radio_up: 1,
      wifi_channel_number: 149,
      wifi_tx_power_dbm: 20,
      wifi_channel_busy_ratio: 0.15,
      wifi_radio_clients: 20,
      wifi_noise_dbm: -96,
    });
  });

  it("says of an access point that is offline only that", async () => {
    const ac = createRuijieAc({ aps: threeAps() });
    ac.setAp(FIRST, { online: false });
    const result = await probe(await start(ac.mib));
    expect(valuesOf(result, FIRST)).toEqual({ wifi_ap_up: 0 });
    expect(valuesOf(result, FIRST, "1")).toBeUndefined();
    expect(factsOf(result, FIRST)).toMatchObject({ name: "教学楼-1" });
  });

  it("counts what stands only in the table of offline access points", async () => {
    const offline = `1.3.6.1.4.1.4881.1.1.10.2.56.2.1.5.1.2.${macIndex(FIRST).join(".")}`;
    const result = await probe(await start(ruijieMib([{ oid: parseOid(offline), value: text("lost") }])));
    expect(valuesOf(result, "ac-1")).toEqual({ wifi_aps_registered: 1, wifi_aps_up: 0 });
    expect(valuesOf(result, FIRST)).toEqual({ wifi_ap_up: 0 });
  });

  it("does not know how many access points there are when their table is not shown", async () => {
    const claimed = { oid: parseOid("1.3.6.1.4.1.4881.1.1.10.2.56.1.1.11.0"), value: gauge32(12) };
    expect(valuesOf(await probe(await start(ruijieMib([claimed]))), "ac-1")).toEqual({ wifi_aps_claimed: 12 });
  });

  it("has no access point when it says so itself", async () => {
    const claimed = { oid: parseOid("1.3.6.1.4.1.4881.1.1.10.2.56.1.1.11.0"), value: gauge32(0) };
    expect(valuesOf(await probe(await start(ruijieMib([claimed]))), "ac-1")).toEqual({
      wifi_aps_claimed: 0,
      wifi_aps_registered: 0,
      wifi_aps_up: 0,
      wifi_aps_agree: 1,
    });
  });
});

function ruijieMib(rows: MibRow[]): Mib {
  return createStaticMib([
    { oid: parseOid("1.3.6.1.2.1.1.2.0"), value: oidValue("1.3.6.1.4.1.4881.1.3.1.1.1") },
    ...rows,
  ]);
}

describe("a Huawei controller", () => {
  it("says what it is, and counts its access points row by row", async () => {
    const ac = createHuaweiAc({ aps: threeAps() });
    ac.setHealth({ cpuPercent: 7, memoryPercent: 36, temperatureCelsius: 40 });
    ac.setAp(THIRD, { online: false });
    const result = await probe(await start(ac.mib));
    expect(valuesOf(result, "ac-1")).toMatchObject({
      wifi_aps_registered: 3,
      wifi_aps_up: 2,
      wifi_aps_claimed: 2,
      wifi_clients: 47,
      cpu_busy_ratio: 0.07,
      memory_used_ratio: 0.36,
      temperature_celsius: 40,
    });
    expect(factsOf(result, "ac-1")).toMatchObject({ vendor: "Huawei", model: "AC6605-26-PWR" });
    expect(valuesOf(result, THIRD)).toEqual({ wifi_ap_up: 0 });
    expect(factsOf(result, THIRD)).not.toHaveProperty("address");
    expect(result.valuesRefused).toBe(0);
  });

  it("says of each radio what it measures", async () => {
    const result = await probe(await start(createHuaweiAc({ aps: threeAps() }).mib));
    expect(valuesOf(result, FIRST)).toMatchObject({ wifi_ap_up: 1, wifi_clients: 23, temperature_celsius: 45 });
    expect(valuesOf(result, FIRST, "0")).toEqual({
      wifi_radio_up: 1,
      wifi_channel_number: 6,
      wifi_noise_dbm: -92,
      wifi_channel_busy_ratio: 0.4,
      wifi_radio_clients: 3,
      wifi_tx_power_dbm: 20,
    });
  });

  it("does not say what a radio that is off cannot know", async () => {
    const ac = createHuaweiAc({ aps: threeAps() });
    ac.setAp(FIRST, { radios: [{ enabled: false }] });
    const result = await probe(await start(ac.mib));
    expect(valuesOf(result, FIRST, "0")).toEqual({ wifi_radio_up: 0, wifi_radio_clients: 0 });
    expect(result.valuesRefused).toBe(0);
  });

  it.each([
    { state: 1, name: "idle", up: 0 },
    { state: 4, name: "fault", up: 0 },
    { state: 8, name: "normal", up: 1 },
    { state: 9, name: "committing", up: 1 },
    { state: 255, name: "a state the MIB does not have", up: undefined },
  ])("reads the state $name", async ({ state, up }) => {
    const result = await probe(await start(huaweiMib({ [FIRST]: state })));
    expect(valuesOf(result, FIRST)?.wifi_ap_up).toBe(up);
    expect(valuesOf(result, "ac-1")).toMatchObject({ wifi_aps_registered: 1 });
    expect(valuesOf(result, "ac-1")?.wifi_aps_up).toBe(up);
  });

  it("leaves access points out that the other controller of the pair serves", async () => {
    const result = await probe(await start(huaweiMib({ [FIRST]: 11, [SECOND]: 4, [THIRD]: 11 })));
    expect(valuesOf(result, "ac-1")).toMatchObject({ wifi_aps_registered: 1, wifi_aps_up: 0 });
    for (const device of [FIRST, THIRD]) {
      expect(valuesOf(result, device)).toBeUndefined();
      expect(valuesOf(result, device, "0")).toBeUndefined();
      expect(factsOf(result, device)).toBeUndefined();
    }
  });

  it("counts a value that cannot be, and keeps the others", async () => {
    const cpu = { oid: parseOid(`${AP_TABLE}.41.${macIndex(FIRST).join(".")}`), value: integer(130) };
    const result = await probe(await start(huaweiMib({ [FIRST]: 8 }, [cpu])));
    expect(valuesOf(result, FIRST)).toEqual({ wifi_ap_up: 1 });
    expect(result.valuesRefused).toBe(1);
  });

  it("counts a row whose index is no MAC, and keeps the others", async () => {
    const row = { oid: parseOid(`${AP_TABLE}.6.1.2.3`), value: integer(8) };
    const result = await probe(await start(huaweiMib({ [FIRST]: 8 }, [row])));
    expect(valuesOf(result, "ac-1")).toMatchObject({ wifi_aps_registered: 1, wifi_aps_up: 1 });
    expect(result.valuesRefused).toBe(1);
  });
});

const AP_TABLE = "1.3.6.1.4.1.2011.6.139.13.3.3.1";

/** A controller with access points in these states, each with an address and one radio. */
function huaweiMib(states: Record<string, number>, rows: MibRow[] = []): Mib {
  const aps = Object.entries(states).flatMap(([mac, state]): MibRow[] => [
    { oid: [...parseOid(`${AP_TABLE}.6`), ...macIndex(mac)], value: integer(state) },
    { oid: [...parseOid(`${AP_TABLE}.13`), ...macIndex(mac)], value: ipAddress("10.1.2.3") },
    { oid: [...parseOid("1.3.6.1.4.1.2011.6.139.16.1.2.1.7"), ...macIndex(mac), 0], value: gauge32(6) },
  ]);
  const identity = { oid: parseOid("1.3.6.1.2.1.1.2.0"), value: oidValue("1.3.6.1.4.1.2011.2.240.6") };
  return createStaticMib([identity, ...aps, ...rows]);
}

describe("a UniFi access point", () => {
  it("answers for itself, one channel and power a band", async () => {
    const [spec = { mac: FIRST, serial: "", name: "" }] = threeAps();
    const result = await probe(await start(createUnifiAp({ ap: spec }).mib), { id: "ap-9" });
    expect(valuesOf(result, "ap-9")).toMatchObject({ wifi_ap_up: 1, wifi_clients: 23, cpu_busy_ratio: 0.1 });
    expect(valuesOf(result, "ap-9")?.memory_used_ratio).toBeCloseTo(0.4, 3);
    expect(valuesOf(result, "ap-9", "na")).toEqual({
      wifi_channel_number: 149,
      wifi_radio_clients: 20,
      wifi_tx_power_dbm: 20,
      wifi_radio_up: 1,
      wifi_channel_busy_ratio: 0.15,
    });
    expect(factsOf(result, "ap-9")).toMatchObject({ vendor: "Ubiquiti", model: "U6-Pro", firmware: "6.6.77.15402" });
    expect(factsOf(result, "ap-9")).not.toHaveProperty("controller");
  });
});

describe("any other device", () => {
  it("says what it is and how its interfaces are, by their names", async () => {
    const gateway = createGateway();
    gateway.setHealth({ cpuPercent: 25, memoryPercent: 44 });
    const result = await probe(await start(gateway.mib), { id: "gw" });
    expect(valuesOf(result, "gw")).toMatchObject({ cpu_busy_ratio: 0.25 });
    expect(valuesOf(result, "gw")?.memory_used_ratio).toBeCloseTo(0.44, 3);
    expect(valuesOf(result, "gw")?.uptime_seconds).toBeGreaterThan(0);
    expect(valuesOf(result, "gw", "wan0")).toMatchObject({ if_up: 1 });
    expect(valuesOf(result, "gw", "wan0")?.if_in_bytes_total).toBeGreaterThan(2 ** 32);
    expect(valuesOf(result, "gw", "lan3")).toEqual({
      if_up: 0,
      if_admin_up: 1,
      if_speed_bits_per_second: 1e9,
      if_in_bytes_total: 0,
      if_out_bytes_total: 0,
      if_in_errors_total: 0,
      if_out_errors_total: 0,
      if_in_discards_total: 0,
      if_out_discards_total: 0,
    });
    expect(factsOf(result, "gw")).toEqual({
      name: "gateway",
      description: "Linux campus-gateway 5.10.0 aarch64",
      firmware: "5.10.0",
      address: "127.0.0.1",
    });
    expect(result.readings.every(({ atMs }) => atMs === AT_MS)).toBe(true);
  });

  it("is unsupported when it answers and knows nothing", async () => {
    const nothing = createStaticMib([{ oid: parseOid("1.3.6.1.4.1.99.1.0"), value: integer(1) }]);
    await expect(probe(await start(nothing))).rejects.toMatchObject({ reason: "unsupported" });
  });

  it("is read by the profile its target names", async () => {
    const result = await probe(await start(createGateway().mib), { id: "gw", profile: "unifi-ap" });
    expect(valuesOf(result, "gw")).toMatchObject({ wifi_ap_up: 1 });
  });

  it("is unsupported when its target names no profile there is", async () => {
    const device = await start(createGateway().mib);
    await expect(probe(device, { profile: "acme" })).rejects.toMatchObject({ reason: "unsupported" });
  });
});

describe("what a person sees when the device", () => {
  it.each([
    { case: "is off", fault: { kind: "silent" }, reason: "timeout" },
    { case: "answers garbage", fault: { kind: "garbage" }, reason: "timeout" },
    { case: "answers half", fault: { kind: "truncate" }, reason: "timeout" },
  ] as const)("$case: $reason", async ({ fault, reason }) => {
    const device = await start(createHuaweiAc({ aps: threeAps() }).mib);
    device.setFault(fault);
    await expect(probe(device, { timeoutMs: 40 })).rejects.toMatchObject({ reason });
  });

  it.each([
    { case: "sends every answer twice", fault: { kind: "duplicate" } },
    { case: "stays silent when its answer would be large", fault: { kind: "silent-when-large", maxRepetitions: 1 } },
  ] as const)("$case: everything", async ({ fault }) => {
    const device = await start(createHuaweiAc({ aps: threeAps() }).mib);
    device.setFault(fault);
    const result = await probe(device, { timeoutMs: 150, retries: 3 });
    expect(valuesOf(result, "ac-1")).toMatchObject({ wifi_aps_registered: 3, wifi_aps_up: 3 });
  });

  it("answers values of no type: the rest, and how many were refused", async () => {
    const device = await start(createHuaweiAc({ aps: threeAps() }).mib);
    device.setFault({ kind: "unknown-type" });
    const result = await probe(device, { profile: "huawei-ac" });
    expect(result.valuesRefused).toBeGreaterThan(0);
    expect(valuesOf(result, "ac-1")).toMatchObject({ wifi_aps_registered: 3 });
  });

  it("has another community: timeout, as SNMP has no word for it", async () => {
    const device = await start(createGateway().mib);
    const { host, port } = device;
    const address = { kind: "snmp", host, port, community: "wrong" } as const;
    await expect(probe(device, { address, timeoutMs: 40 })).rejects.toMatchObject({ reason: "timeout" });
  });
});
