// UPSs of many makers by UPS-MIB and XPPC-MIB, made of rows as these describe them: what each state means, also those that no
// recording shows.
import { describe, expect, it } from "vitest";
import { identity, rowDevice, textsOf, valuesOf } from "./row-suite.ts";

const ID = "it";
const { probe, value } = rowDevice(ID);

describe("a UPS with UPS-MIB", () => {
  const U = "1.3.6.1.2.1.33.1";
  const ups = (...rows: string[]) => probe([...identity("1.3.6.1.2.1.33", "UPS card"), ...rows]);

  it.each([
    { source: "other(1)", raw: 1, battery: undefined, bypass: undefined },
    { source: "none(2)", raw: 2, battery: 0, bypass: 0 },
    { source: "normal(3)", raw: 3, battery: 0, bypass: 0 },
    { source: "bypass(4)", raw: 4, battery: 0, bypass: 1 },
    { source: "battery(5)", raw: 5, battery: 1, bypass: 0 },
    { source: "booster(6)", raw: 6, battery: 0, bypass: 0 },
    { source: "reducer(7)", raw: 7, battery: 0, bypass: 0 },
    { source: "what no one has defined", raw: 8, battery: undefined, bypass: undefined },
  ])("feeds its load from $source", async ({ raw, battery, bypass }) => {
    const result = await ups(`${U}.4.1.0|2|${raw}`);
    expect([value(result, "ups_on_battery"), value(result, "ups_on_bypass")]).toEqual([battery, bypass]);
  });

  it.each([
    { state: "unknown(1)", raw: 1, low: undefined },
    { state: "batteryNormal(2)", raw: 2, low: 0 },
    { state: "batteryLow(3)", raw: 3, low: 1 },
    { state: "batteryDepleted(4)", raw: 4, low: 1 },
  ])("has a battery that is $state", async ({ raw, low }) => {
    expect(value(await ups(`${U}.2.1.0|2|${raw}`), "ups_battery_low")).toBe(low);
  });

  it.each([
    { minutes: "0", seconds: 0 },
    { minutes: "1", seconds: 60 },
    { minutes: "438", seconds: 26_280 },
    { minutes: "65534", seconds: 3_932_040 },
    { minutes: "65535", seconds: undefined },
    { minutes: "2147483647", seconds: undefined },
    { minutes: "4294967295", seconds: undefined },
  ])("estimates $minutes minutes", async ({ minutes, seconds }) => {
    const result = await ups(`${U}.2.3.0|66|${minutes}`);
    expect(value(result, "ups_battery_runtime_seconds")).toBe(seconds);
    expect(result.valuesRefused).toBe(0);
  });

  it("knows nothing where the card says −1", async () => {
    const result = await ups(...["2.3", "2.4", "2.5"].map((object) => `${U}.${object}.0|2|-1`));
    expect(value(result, "ups_battery_runtime_seconds")).toBeUndefined();
    expect(value(result, "ups_battery_charge_ratio")).toBeUndefined();
    expect(value(result, "sensor_voltage_volts", "battery")).toBeUndefined();
    expect(result.valuesRefused).toBe(0);
  });

  it("takes 0 °C, 0 V and 0 Hz for what is not measured, and an input of 0 V for a power cut", async () => {
    const result = await ups(
      `${U}.2.5.0|2|0`,
      `${U}.2.7.0|2|0`,
      `${U}.4.2.0|2|0`,
      `${U}.3.3.1.2.1|2|0`,
      `${U}.3.3.1.3.1|2|0`,
    );
    expect(valuesOf(result, ID, "battery")).toBeUndefined();
    expect(valuesOf(result, ID, "output")).toBeUndefined();
    expect(valuesOf(result, ID, "input 1")).toEqual({ sensor_voltage_volts: 0 });
  });

  it("has three phases, and the load of the one with most", async () => {
    const lines = [1, 2, 3].flatMap((line) => [
      `${U}.3.3.1.2.${line}|2|499`,
      `${U}.3.3.1.3.${line}|2|${228 + line}`,
      `${U}.3.3.1.4.${line}|2|${30 + line}`,
      `${U}.3.3.1.5.${line}|2|${600 + line}`,
      `${U}.4.4.1.2.${line}|2|${229 + line}`,
      `${U}.4.4.1.3.${line}|2|${100 + line}`,
      `${U}.4.4.1.4.${line}|2|${2_000 + line}`,
      `${U}.4.4.1.5.${line}|2|${[40, 75, 60][line - 1]}`,
      `${U}.5.3.1.2.${line}|2|${226 + line}`,
    ]);
    const result = await ups(...lines, `${U}.4.2.0|2|500`);
    expect(value(result, "ups_load_ratio")).toBe(0.75);
    expect(valuesOf(result, ID, "input 3")).toEqual({
      sensor_frequency_hertz: 49.9,
      sensor_voltage_volts: 231,
      sensor_current_amperes: 3.3,
      sensor_power_watts: 603,
    });
    expect(valuesOf(result, ID, "output 2")).toEqual({
      sensor_voltage_volts: 231,
      sensor_current_amperes: 10.2,
      sensor_power_watts: 2_002,
    });
    expect(valuesOf(result, ID, "output")).toEqual({ sensor_frequency_hertz: 50 });
    expect(valuesOf(result, ID, "bypass 1")).toEqual({ sensor_voltage_volts: 227 });
  });

  it("may be loaded to twice what it is rated for", async () => {
    expect(value(await ups(`${U}.4.4.1.5.1|2|200`), "ups_load_ratio")).toBe(2);
  });

  it.each([
    { case: "no alarm", rows: [`${U}.6.1.0|66|0`], replace: 0 },
    { case: "an alarm of a bad battery", rows: [`${U}.6.1.0|66|1`, `${U}.6.2.1.2.4|6|${U}.6.3.1`], replace: 1 },
    {
      case: "that one among others",
      rows: [`${U}.6.1.0|66|2`, `${U}.6.2.1.2.4|6|${U}.6.3.2`, `${U}.6.2.1.2.5|6|${U}.6.3.1`],
      replace: 1,
    },
    { case: "only others", rows: [`${U}.6.1.0|66|1`, `${U}.6.2.1.2.4|6|${U}.6.3.2`], replace: undefined },
  ])("asks for a new battery with $case", async ({ rows, replace }) => {
    expect(value(await ups(...rows), "ups_battery_replace")).toBe(replace);
  });

  it("says its maker itself, where the number of the maker is nobody's", async () => {
    expect(textsOf(await ups(`${U}.1.1.0|4|KSTAR`, `${U}.1.2.0|4|YDC9103S`), ID)).toMatchObject({
      vendor: "KSTAR",
      model: "YDC9103S",
    });
  });
});

describe("a UPS with XPPC-MIB", () => {
  const P = "1.3.6.1.4.1.935.1.1.1";

  it.each([
    { status: "unknown(1)", raw: 1, battery: undefined, bypass: undefined },
    { status: "onLine(2)", raw: 2, battery: 0, bypass: 0 },
    { status: "onBattery(3)", raw: 3, battery: 1, bypass: 0 },
    { status: "onBypass(6)", raw: 6, battery: 0, bypass: 1 },
    { status: "standBy(8)", raw: 8, battery: undefined, bypass: undefined },
    { status: "onBuck(9)", raw: 9, battery: 0, bypass: 0 },
  ])("is $status", async ({ raw, battery, bypass }) => {
    const result = await probe([...identity("1.3.6.1.4.1.935", "UPS"), `${P}.4.1.1.0|2|${raw}`]);
    expect([value(result, "ups_on_battery"), value(result, "ups_on_bypass")]).toEqual([battery, bypass]);
  });

  it("measures in tenths", async () => {
    const rows = [`${P}.2.2.1.0|2|88`, `${P}.2.2.2.0|2|546`, `${P}.2.2.3.0|2|265`, `${P}.3.2.1.0|2|2231`];
    const result = await probe([...identity("1.3.6.1.4.1.935.10", "UPS"), ...rows]);
    expect(value(result, "ups_battery_charge_ratio")).toBe(0.88);
    expect(valuesOf(result, ID, "battery")).toEqual({ sensor_voltage_volts: 54.6, sensor_temperature_celsius: 26.5 });
    expect(valuesOf(result, ID, "input 1")).toEqual({ sensor_voltage_volts: 223.1 });
  });
});
