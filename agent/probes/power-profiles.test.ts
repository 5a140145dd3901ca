// UPSs of APC and Eaton, and sockets, made of rows as their MIB modules describe them: what each state means, also those
// that no recording shows.
import { describe, expect, it } from "vitest";
import type { ProbeResult } from "./probe.ts";
import { identity, rowDevice, valuesOf } from "./row-suite.ts";

const ID = "it";
const { probe, value } = rowDevice(ID);

describe("an APC UPS", () => {
  const A = "1.3.6.1.4.1.318.1.1.1";
  const ups = (...rows: string[]) => probe([...identity("1.3.6.1.4.1.318.1.3.27", "APC card"), ...rows]);

  it.each([
    { status: "unknown(1)", raw: 1, battery: undefined, bypass: undefined },
    { status: "onLine(2)", raw: 2, battery: 0, bypass: 0 },
    { status: "onBattery(3)", raw: 3, battery: 1, bypass: 0 },
    { status: "onSmartBoost(4)", raw: 4, battery: 0, bypass: 0 },
    { status: "softwareBypass(6)", raw: 6, battery: 0, bypass: 1 },
    { status: "off(7)", raw: 7, battery: 0, bypass: 0 },
    { status: "rebooting(8)", raw: 8, battery: undefined, bypass: undefined },
    { status: "switchedBypass(9)", raw: 9, battery: 0, bypass: 1 },
    { status: "hardwareFailureBypass(10)", raw: 10, battery: 0, bypass: 1 },
    { status: "onSmartTrim(12)", raw: 12, battery: 0, bypass: 0 },
    { status: "ecoMode(13)", raw: 13, battery: 0, bypass: 0 },
    { status: "onBatteryTest(15)", raw: 15, battery: 1, bypass: 0 },
    { status: "emergencyStaticBypass(16)", raw: 16, battery: 0, bypass: 1 },
    { status: "spotMode(19)", raw: 19, battery: undefined, bypass: undefined },
  ])("is $status", async ({ raw, battery, bypass }) => {
    const result = await ups(`${A}.4.1.1.0|2|${raw}`);
    expect([value(result, "ups_on_battery"), value(result, "ups_on_bypass")]).toEqual([battery, bypass]);
  });

  it.each([
    { state: "unknown(1)", raw: 1, low: undefined, works: undefined },
    { state: "batteryNormal(2)", raw: 2, low: 0, works: 1 },
    { state: "batteryLow(3)", raw: 3, low: 1, works: 1 },
    { state: "batteryInFaultCondition(4)", raw: 4, low: undefined, works: 0 },
    { state: "noBatteryPresent(5)", raw: 5, low: undefined, works: 0 },
  ])("has a battery that is $state", async ({ raw, low, works }) => {
    const result = await ups(`${A}.2.1.1.0|2|${raw}`);
    expect([value(result, "ups_battery_low"), value(result, "sensor_ok", "battery")]).toEqual([low, works]);
  });

  it("asks for a new battery with 2, not with 1", async () => {
    expect(value(await ups(`${A}.2.2.4.0|2|1`), "ups_battery_replace")).toBe(0);
    expect(value(await ups(`${A}.2.2.4.0|2|2`), "ups_battery_replace")).toBe(1);
  });

  it("takes tenths before whole numbers, and whole numbers where there are no tenths", async () => {
    const whole = [`${A}.2.2.1.0|66|97`, `${A}.3.2.1.0|66|230`, `${A}.4.2.3.0|66|31`];
    const tenths = [`${A}.2.3.1.0|66|973`, `${A}.3.3.1.0|66|2304`, `${A}.4.3.3.0|66|312`];
    const [coarse, fine] = [await ups(...whole), await ups(...whole, ...tenths)];
    const all = (result: ProbeResult) => [
      value(result, "ups_battery_charge_ratio"),
      value(result, "sensor_voltage_volts", "input 1"),
      value(result, "ups_load_ratio"),
    ];
    expect(all(coarse)).toEqual([0.97, 230, 0.31]);
    expect(all(fine)).toEqual([0.973, 230.4, 0.312]);
  });

  it.each([
    { case: "25.4 °C", tenths: 254, whole: 25, celsius: 25.4 },
    { case: "25.5 °C, which in tenths means that there is no sensor", tenths: 255, whole: 25, celsius: 25 },
    { case: "no sensor", tenths: 255, whole: 255, celsius: undefined },
  ])("measures $case", async ({ tenths, whole, celsius }) => {
    const result = await ups(`${A}.2.3.2.0|66|${tenths}`, `${A}.2.2.2.0|66|${whole}`);
    expect(value(result, "sensor_temperature_celsius", "battery")).toBe(celsius);
  });

  it("reads probes that answer, and −1 of none", async () => {
    const E = "1.3.6.1.4.1.318.1.1.25.1.2.1";
    const rows = [
      [1, "Rack", 21, 48, 2],
      [2, "Door", 22, -1, 2],
      [3, "Lost", 23, 50, 3],
    ].flatMap(([port, name, temperature, humidity, connection]) => [
      `${E}.3.${port}.1|4|${name}`,
      `${E}.6.${port}.1|2|${temperature}`,
      `${E}.7.${port}.1|2|${humidity}`,
      `${E}.10.${port}.1|2|${connection}`,
    ]);
    const result = await ups(...rows);
    expect(valuesOf(result, ID, "Rack")).toEqual({ sensor_temperature_celsius: 21, sensor_humidity_ratio: 0.48 });
    expect(valuesOf(result, ID, "Door")).toEqual({ sensor_temperature_celsius: 22 });
    expect(valuesOf(result, ID, "Lost")).toBeUndefined();
  });
});

describe("an Eaton UPS", () => {
  const X = "1.3.6.1.4.1.534.1";
  const ups = (...rows: string[]) => probe([...identity(X, "Eaton 9PX"), ...rows]);

  it.each([
    { source: "other(1)", raw: 1, battery: undefined, bypass: undefined },
    { source: "normal(3)", raw: 3, battery: 0, bypass: 0 },
    { source: "bypass(4)", raw: 4, battery: 0, bypass: 1 },
    { source: "battery(5)", raw: 5, battery: 1, bypass: 0 },
    { source: "highEfficiencyMode(10)", raw: 10, battery: 0, bypass: 0 },
    { source: "maintenanceBypass(11)", raw: 11, battery: 0, bypass: 1 },
    { source: "essMode(12)", raw: 12, battery: 0, bypass: 0 },
  ])("feeds its load from $source, whatever UPS-MIB calls it", async ({ raw, battery, bypass }) => {
    const result = await ups(`${X}.4.5.0|2|${raw}`, "1.3.6.1.2.1.33.1.4.1.0|2|1");
    expect([value(result, "ups_on_battery"), value(result, "ups_on_bypass")]).toEqual([battery, bypass]);
  });

  it.each([
    { case: "works", present: 2, failed: 2, works: 1 },
    { case: "has failed", present: 2, failed: 1, works: 0 },
    { case: "is not there", present: 1, failed: 2, works: 0 },
  ])("has a battery that $case", async ({ present, failed, works }) => {
    const result = await ups(`${X}.2.8.0|2|${present}`, `${X}.2.7.0|2|${failed}`);
    expect(value(result, "sensor_ok", "battery")).toBe(works);
  });

  it.each([
    { capacity: 1, status: 2, low: 1 },
    { capacity: 2, status: 2, low: 0 },
    { capacity: 2, status: 3, low: 1 },
    { capacity: 2, status: 1, low: undefined },
  ])("is low by either of its two words ($capacity, $status)", async ({ capacity, status, low }) => {
    const result = await ups(`${X}.2.10.0|2|${capacity}`, `1.3.6.1.2.1.33.1.2.1.0|2|${status}`);
    expect(value(result, "ups_battery_low")).toBe(low);
  });

  it("says whether contacts are as they should be, of those that are used", async () => {
    const contacts = [
      [1, 1, 1],
      [2, 2, 2],
      [3, 1, 4],
      [4, 2, 3],
      [5, 4, 1],
    ].flatMap(([contact, type, state]) => [`${X}.6.8.1.2.${contact}|2|${type}`, `${X}.6.8.1.3.${contact}|2|${state}`]);
    const result = await ups(...contacts);
    expect([1, 2, 3, 4, 5].map((contact) => value(result, "sensor_ok", `contact ${contact}`))).toEqual([
      1,
      1,
      0,
      0,
      undefined,
    ]);
  });

  it.each([
    { status: "on(1)", raw: 1, on: 1 },
    { status: "off(2)", raw: 2, on: 0 },
    { status: "pendingOff(3)", raw: 3, on: 1 },
    { status: "pendingOn(4)", raw: 4, on: 0 },
    { status: "unknown(5)", raw: 5, on: undefined },
  ])("has a socket that is $status", async ({ raw, on }) => {
    expect(value(await ups(`${X}.12.2.1.2.1|2|${raw}`), "outlet_on", "1")).toBe(on);
  });
});

describe("sockets", () => {
  it("of an APC PDU are on with 2 in one table and with 1 in the other", async () => {
    const A = "1.3.6.1.4.1.318.1.1";
    const device = identity("1.3.6.1.4.1.318.1.3.4.6", "APC PDU");
    const newer = await probe([...device, `${A}.26.9.2.3.1.5.1|2|1`, `${A}.26.9.2.3.1.5.2|2|2`]);
    expect(["1", "2"].map((outlet) => value(newer, "outlet_on", outlet))).toEqual([0, 1]);
    const older = await probe([...device, `${A}.4.4.2.1.3.1|2|1`, `${A}.4.4.2.1.3.2|2|2`, `${A}.4.4.2.1.3.3|2|4`]);
    expect(["1", "2", "3"].map((outlet) => value(older, "outlet_on", outlet))).toEqual([1, 0, undefined]);
  });

  it("of an APC PDU of the first generation are off with 2", async () => {
    const A = "1.3.6.1.4.1.318.1.1.12";
    const result = await probe([
      ...identity("1.3.6.1.4.1.318.1.3.4.5", "APC PDU"),
      `${A}.3.5.1.1.4.1|2|1`,
      `${A}.3.5.1.1.4.2|2|2`,
      `${A}.2.3.1.1.2.1|66|64`,
      `${A}.2.3.1.1.3.1|2|4`,
    ]);
    expect(["1", "2"].map((outlet) => value(result, "outlet_on", outlet))).toEqual([1, 0]);
    expect(valuesOf(result, ID, "load 1")).toEqual({ sensor_ok: 0, sensor_current_amperes: 6.4 });
  });

  it("of a GUDE switch are off with 0, and its line says nothing while its data are not valid", async () => {
    const G = "1.3.6.1.4.1.28507.43.1";
    const result = await probe([
      ...identity("1.3.6.1.4.1.28507.43", "Expert Power Control 1202-1"),
      `${G}.3.1.2.1.3.1|2|0`,
      `${G}.3.1.2.1.3.2|2|1`,
      `${G}.5.1.2.1.2.1|2|0`,
      `${G}.5.1.2.1.6.1|66|0`,
      `${G}.6.1.1.2.1|2|-9999`,
    ]);
    expect(["1", "2"].map((outlet) => value(result, "outlet_on", outlet))).toEqual([0, 1]);
    expect(valuesOf(result, ID, "line 1")).toBeUndefined();
    expect(valuesOf(result, ID, "probe 1")).toBeUndefined();
  });

  it.each([
    { state: "lowLoad(1)", raw: 1, works: 1 },
    { state: "normal(2)", raw: 2, works: 1 },
    { state: "nearOverload(3)", raw: 3, works: 1 },
    { state: "overload(4)", raw: 4, works: 0 },
    { state: "notsupported(5)", raw: 5, works: undefined },
  ])("of an APC PDU together are $state", async ({ raw, works }) => {
    const row = `1.3.6.1.4.1.318.1.1.26.4.3.1.4.1|2|${raw}`;
    const result = await probe([...identity("1.3.6.1.4.1.318.1.3.4.6", "APC PDU"), row]);
    expect(value(result, "sensor_ok", "load of PDU 1")).toBe(works);
  });
});
