// Switches as their MIB modules describe them, where no recording shows it: rows made by us.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ProbeResult } from "./probe.ts";
import { identity, openRowProbe, type RowProbe } from "./row-suite.ts";

let rows: RowProbe;
beforeAll(async () => {
  rows = await openRowProbe();
});
afterAll(() => rows.close());

/** Values of the switch itself, or of the named port or sensor of it. */
function valuesOf({ readings }: ProbeResult, measurement: string, instance?: string) {
  return readings.find((reading) => reading.measurement === measurement && reading.instance === instance)?.values;
}

const IF = "1.3.6.1.2.1.2.2.1";
const IFX = "1.3.6.1.2.1.31.1.1.1";
const ENTITY = "1.3.6.1.2.1.47.1.1.1.1";
const GENERIC = identity("1.3.6.1.4.1.99999.1", "A switch");

describe("interfaces", () => {
  const interfaces = (result: ProbeResult) =>
    result.readings.filter(({ measurement }) => measurement === "interface").map(({ instance }) => instance);

  it("go by ifName, and by ifIndex as well where two have the same", async () => {
    const names = [`${IFX}.1.1|4|eth0`, `${IFX}.1.2|4|WLAN`, `${IFX}.1.3|4|WLAN`];
    const result = await rows.probe([...GENERIC, ...names, `${IF}.8.1|2|1`, `${IF}.8.2|2|1`, `${IF}.8.3|2|2`]);
    expect(interfaces(result)).toEqual(["eth0", "WLAN 2", "WLAN 3"]);
    expect(valuesOf(result, "interface", "WLAN 3")).toEqual({ if_up: 0 });
  });

  it("go by ifDescr where there is no ifName", async () => {
    const old = [`${IF}.2.1|4|lo`, `${IF}.2.2|4|eth0`, `${IF}.8.1|2|1`, `${IF}.8.2|2|1`, `${IF}.5.2|66|100000000`];
    const result = await rows.probe([...GENERIC, ...old]);
    expect(interfaces(result)).toEqual(["lo", "eth0"]);
    expect(valuesOf(result, "interface", "eth0")).toEqual({ if_up: 1, if_speed_bits_per_second: 100_000_000 });
    expect(result.valuesRefused).toBe(0);
  });

  it.each([
    { case: "1 Gbit/s", high: 1_000, speed: 1e9 },
    { case: "not known", high: 0, speed: undefined },
    { case: "in bit/s, against the MIB", high: 1_000_000_000, speed: undefined },
  ])("have the speed that ifHighSpeed says: $case", async ({ high, speed }) => {
    const row = [`${IFX}.1.1|4|1`, `${IF}.8.1|2|1`, `${IF}.7.1|2|1`, `${IFX}.15.1|66|${high}`];
    const result = await rows.probe([...GENERIC, ...row]);
    expect(valuesOf(result, "interface", "1")?.if_speed_bits_per_second).toBe(speed);
    expect(valuesOf(result, "interface", "1")?.if_admin_up).toBe(1);
    expect(result.valuesRefused).toBe(0);
  });
});

it("model, serial number and firmware are those of the first chassis", async () => {
  const chassis = (entity: number, kind: number, name: string) => [
    `${ENTITY}.5.${entity}|2|${kind}`,
    `${ENTITY}.10.${entity}|4|${name}-1.2`,
    `${ENTITY}.11.${entity}|4|${name}-serial`,
    `${ENTITY}.13.${entity}|4|${name}`,
  ];
  const result = await rows.probe([
    ...GENERIC,
    ...chassis(1, 9, "module"),
    ...chassis(2, 3, "A"),
    ...chassis(3, 3, "B"),
  ]);
  expect(result.facts[0]?.texts).toMatchObject({ model: "A", serial: "A-serial", firmware: "A-1.2" });
});

describe("POWER-ETHERNET-MIB", () => {
  const PORT = "1.3.6.1.2.1.105.1.1.1";
  const MAIN = "1.3.6.1.2.1.105.1.3.1.1";
  const ports = [1, 2, 3, 4, 5, 6].map((status) => `${PORT}.6.1.${status}|2|${status}`);

  it("says of each port whether it feeds a device, and whether it cannot", async () => {
    const switchRows = [...identity("1.3.6.1.4.1.3320.1.104", "S2900"), ...ports, `${PORT}.12.1.4|65|9`];
    const result = await rows.probe(switchRows);
    const said = ports.map((_, i) => valuesOf(result, "poe", `1.${i + 1}`));
    expect(said.map((values) => values?.poe_on)).toEqual([0, 0, 1, 0, 0, 0]);
    expect(said.map((values) => values?.poe_fault)).toEqual([0, 0, 0, 1, 0, 1]);
    expect(said[3]?.poe_denied_total).toBe(9);
  });

  it("sums what its power groups can give and do give", async () => {
    const groups = [`${MAIN}.2.1|66|740`, `${MAIN}.2.2|66|370`, `${MAIN}.4.1|66|26`, `${MAIN}.4.2|66|52`];
    const result = await rows.probe([...identity("1.3.6.1.4.1.3320.1.104", "S2900"), ...groups]);
    expect(valuesOf(result, "device")).toMatchObject({ poe_capacity_watts: 1110, poe_consumed_watts: 78 });
  });
});

describe("vendors' switches", () => {
  it("Huawei: fans that are there, ports with power, and the whole", async () => {
    const FAN = "1.3.6.1.4.1.2011.5.25.31.1.1.10.1";
    const POE = "1.3.6.1.4.1.2011.5.25.195";
    const fans = [
      `${FAN}.6.0.1|2|1`,
      `${FAN}.7.0.1|2|1`,
      `${FAN}.6.0.2|2|1`,
      `${FAN}.7.0.2|2|2`,
      `${FAN}.6.0.3|2|2`,
      `${FAN}.7.0.3|2|2`,
    ];
    const poe = [
      `${POE}.3.1.6.5|4|on`,
      `${POE}.3.1.10.5|2|4240`,
      `${POE}.3.1.6.6|4|off`,
      `${POE}.3.1.10.6|2|0`,
      `${POE}.2.1.5.0|2|4240`,
    ];
    const result = await rows.probe([...identity("1.3.6.1.4.1.2011.2.23.291", "S5720-56C-PWR-EI-AC"), ...fans, ...poe]);
    expect(["fan 0.1", "fan 0.2", "fan 0.3"].map((fan) => valuesOf(result, "sensor", fan)?.sensor_ok)).toEqual([
      1,
      0,
      undefined,
    ]);
    expect(valuesOf(result, "poe", "5")).toEqual({ poe_on: 1, poe_watts: 4.24 });
    expect(valuesOf(result, "poe", "6")).toEqual({ poe_on: 0, poe_watts: 0 });
    expect(valuesOf(result, "device")).toMatchObject({ poe_consumed_watts: 4.24 });
    expect(result.facts[0]?.texts).toMatchObject({ vendor: "Huawei", model: "S5720-56C-PWR-EI-AC" });
  });

  it("H3C: what its sysDescr says, watts of ports, fans", async () => {
    const descr =
      "H3C Comware Platform Software, Software Version 7.1.070, Release 6318P01 H3C S5130S-28S-PWR-EI Copyright (c)";
    const H = "1.3.6.1.4.1.25506";
    const fans = [`${H}.8.35.9.1.1.1.2.1|2|1`, `${H}.8.35.9.1.1.1.2.2|2|2`, `${H}.8.35.9.1.1.1.2.3|2|3`];
    const result = await rows.probe([...identity(`${H}.1.1881`, descr), ...fans, `${H}.2.14.1.1.5.4.7|2|2400`]);
    expect(result.facts[0]?.texts).toMatchObject({
      vendor: "H3C",
      model: "S5130S-28S-PWR-EI",
      firmware: "7.1.070, Release 6318P01",
    });
    expect(["fan 1", "fan 2", "fan 3"].map((fan) => valuesOf(result, "sensor", fan)?.sensor_ok)).toEqual([
      1,
      0,
      undefined,
    ]);
    expect(valuesOf(result, "poe", "4.7")).toEqual({ poe_watts: 2.4 });
  });

  it("Cisco: processor, memory, states by names without the state, watts of ports", async () => {
    const C = "1.3.6.1.4.1.9.9";
    const load = [`${C}.109.1.1.1.1.8.1|66|12`, `${C}.48.1.1.1.5.1|66|300`, `${C}.48.1.1.1.6.1|66|100`];
    const fans = [`${C}.13.1.4.1.2.1|4|Switch 1 - FAN 1, Normal`, `${C}.13.1.4.1.3.1|2|1`];
    const supplies = [`${C}.13.1.5.1.2.2|4|Switch 1 - Power Supply B, Critical`, `${C}.13.1.5.1.3.2|2|3`];
    const result = await rows.probe([
      ...identity("1.3.6.1.4.1.9.1.1208", "Cisco IOS Software, C2960X Software (C2960X), Version 15.2(7)E3, RELEASE"),
      ...load,
      ...fans,
      ...supplies,
      `${C}.402.1.2.1.9.1.3|66|5300`,
    ]);
    expect(valuesOf(result, "device")).toMatchObject({ cpu_busy_ratio: 0.12, memory_used_ratio: 0.75 });
    expect(valuesOf(result, "sensor", "Switch 1 - FAN 1")).toEqual({ sensor_ok: 1 });
    expect(valuesOf(result, "sensor", "Switch 1 - Power Supply B")).toEqual({ sensor_ok: 0 });
    expect(valuesOf(result, "poe", "1.3")).toEqual({ poe_watts: 5.3 });
    expect(result.facts[0]?.texts.firmware).toBe("15.2(7)E3");
  });

  it("Ruijie: processor, memory, ports with power", async () => {
    const R = "1.3.6.1.4.1.4881.1.1.10.2";
    const health = [`${R}.36.1.1.2.0|66|9`, `${R}.35.1.1.1.3.1|2|41`, `${R}.1.1.2.0|4|S29_RGOS 11.4(1)B70`];
    const result = await rows.probe([
      ...identity("1.3.6.1.4.1.4881.1.1.10.1.200", "Ruijie Gigabit Switch(S2910-24GT4XS-UP-H) By Ruijie Networks"),
      ...health,
      `${R}.110.1.1.1.4.1|2|1`,
      `${R}.110.1.1.1.4.2|2|2`,
    ]);
    expect(valuesOf(result, "device")).toMatchObject({ cpu_busy_ratio: 0.09, memory_used_ratio: 0.41 });
    expect([valuesOf(result, "poe", "1")?.poe_on, valuesOf(result, "poe", "2")?.poe_on]).toEqual([1, 0]);
    expect(result.facts[0]?.texts).toMatchObject({ model: "S2910-24GT4XS-UP-H", firmware: "S29_RGOS 11.4(1)B70" });
  });

  it("Cisco Business: what the unit is, its processor, watts of ports", async () => {
    const R = "1.3.6.1.4.1.9.6.1.101";
    const unit = [`${R}.53.14.1.2.1|4|3.1.1.7`, `${R}.53.14.1.5.1|4|DNI2400`, `${R}.53.14.1.11.1|4|CBS350-24P`];
    const result = await rows.probe([
      ...identity("1.3.6.1.4.1.9.6.1.1004.24.2", "CBS350-24P-4G 24-Port Gigabit PoE Managed Switch"),
      ...unit,
      `${R}.1.9.0|2|101`,
      `${R}.108.1.1.5.1.49|2|6100`,
    ]);
    expect(result.facts[0]?.texts).toMatchObject({ model: "CBS350-24P", serial: "DNI2400", firmware: "3.1.1.7" });
    expect(valuesOf(result, "device")?.cpu_busy_ratio).toBeUndefined();
    expect(valuesOf(result, "poe", "1.49")).toEqual({ poe_watts: 6.1 });
  });

  it("MikroTik: gauges by their unit, and ports with power", async () => {
    const K = "1.3.6.1.4.1.14988.1.1";
    const gauge = (index: number, name: string, value: number, unit: number) => [
      `${K}.3.100.1.2.${index}|4|${name}`,
      `${K}.3.100.1.3.${index}|2|${value}`,
      `${K}.3.100.1.4.${index}|2|${unit}`,
    ];
    const gauges = [
      ...gauge(1, "cpu-temperature", 47, 1),
      ...gauge(2, "fan1-speed", 3900, 2),
      ...gauge(3, "psu1-voltage", 241, 3),
    ];
    const poe = [`${K}.15.1.1.2.7|4|ether5`, `${K}.15.1.1.3.7|2|4`, `${K}.15.1.1.6.7|2|0`];
    const result = await rows.probe([...identity("1.3.6.1.4.1.14988.1", "RouterOS CRS328"), ...gauges, ...poe]);
    expect(valuesOf(result, "sensor", "cpu-temperature")).toEqual({ sensor_temperature_celsius: 47 });
    expect(valuesOf(result, "sensor", "fan1-speed")).toEqual({ sensor_fan_rpm: 3900 });
    expect(valuesOf(result, "sensor", "psu1-voltage")).toEqual({ sensor_voltage_volts: 24.1 });
    expect(valuesOf(result, "poe", "ether5")).toEqual({ poe_on: 0, poe_fault: 1, poe_watts: 0 });
  });
});
