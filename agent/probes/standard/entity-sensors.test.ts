import { describe, expect, it } from "vitest";
import { readSnmprec } from "../../../firmware-sims/snmp/snmprec.ts";
import { readCiscoEntitySensors, readEntitySensors } from "./entity-sensors.ts";
import { type Read, readFrom } from "./reader-suite.ts";

const STANDARD = "1.3.6.1.2.1.99.1.1.1";
const CISCO = "1.3.6.1.4.1.9.9.91.1.1.1.1";
const NAME = "1.3.6.1.2.1.47.1.1.1.1.7";
const DESCR = "1.3.6.1.2.1.47.1.1.1.1.2";
const [CELSIUS, UNITS, OK] = [8, 9, 1];

interface Sensor {
  index?: number;
  type?: number;
  scale?: number;
  precision?: number;
  value: number;
  status?: number;
}

/** entPhySensorType, -Scale, -Precision, -Value, -OperStatus. */
function rowsOf(root: string, sensor: Sensor): string[] {
  const { index = 7, type = CELSIUS, scale = UNITS, precision = 0, value, status = OK } = sensor;
  return [type, scale, precision, value, status].map((cell, i) => `${root}.${i + 1}.${index}|2|${cell}`);
}

const rows = (...lines: string[]) => readSnmprec(lines.join("\n")).rows;
const read = (...sensors: Sensor[]) =>
  readFrom(rows(...sensors.flatMap((one) => rowsOf(STANDARD, one))), readEntitySensors);
const onlyValue = ({ readings }: Read) => readings.map(({ values }) => values);

describe("readEntitySensors", () => {
  it.each<{ case: string; sensor: Sensor; says: object[] }>([
    { case: "whole degrees", sensor: { value: 41 }, says: [{ sensor_temperature_celsius: 41 }] },
    { case: "tenths by precision", sensor: { value: 215, precision: 1 }, says: [{ sensor_temperature_celsius: 21.5 }] },
    { case: "below zero", sensor: { value: -5 }, says: [{ sensor_temperature_celsius: -5 }] },
    {
      case: "millivolts, direct",
      sensor: { type: 4, scale: 8, value: 3_312 },
      says: [{ sensor_voltage_volts: 3.312 }],
    },
    { case: "volts, alternating", sensor: { type: 3, value: 231 }, says: [{ sensor_voltage_volts: 231 }] },
    {
      case: "milliamperes with a decimal",
      sensor: { type: 5, scale: 8, precision: 1, value: 18_155 },
      says: [{ sensor_current_amperes: 1.8155 }],
    },
    { case: "kilowatts", sensor: { type: 6, scale: 10, value: 2 }, says: [{ sensor_power_watts: 2_000 }] },
    { case: "hertz", sensor: { type: 7, precision: 1, value: 499 }, says: [{ sensor_frequency_hertz: 49.9 }] },
    { case: "relative humidity", sensor: { type: 9, value: 45 }, says: [{ sensor_humidity_ratio: 0.45 }] },
    { case: "a fan that stands still", sensor: { type: 10, value: 0 }, says: [{ sensor_fan_rpm: 0 }] },
    {
      case: "a negative precision, which is how many digits are accurate",
      sensor: { value: 41, precision: -2 },
      says: [{ sensor_temperature_celsius: 41 }],
    },
  ])("reads $case", async ({ sensor, says }) => {
    const result = await read(sensor);
    expect(onlyValue(result)).toEqual(says);
    expect(result.problems).toEqual([]);
  });

  it.each<{ case: string; sensor: Sensor }>([
    { case: "a sensor that is unavailable(2)", sensor: { value: 0, status: 2 } },
    { case: "a sensor that is nonoperational(3)", sensor: { value: 41, status: 3 } },
    { case: "a type of other(1)", sensor: { type: 1, value: 41 } },
    { case: "a type of unknown(2)", sensor: { type: 2, value: 41 } },
    { case: "airflow, for which there is no metric", sensor: { type: 11, value: 41 } },
    { case: "a truthvalue(12), whose good side is not known", sensor: { type: 12, value: 1 } },
    { case: "an overflow", sensor: { value: 1_000_000_000 } },
    { case: "an underflow", sensor: { value: -1_000_000_000 } },
  ])("says nothing of $case", async ({ sensor }) => {
    expect(onlyValue(await read(sensor))).toEqual([]);
  });

  it("refuses a temperature that cannot be, and keeps the others", async () => {
    const result = await read({ index: 1, value: 4_100 }, { index: 2, value: 41 });
    expect(onlyValue(result)).toEqual([{ sensor_temperature_celsius: 41 }]);
    expect(result.problems).toHaveLength(1);
  });

  it("says nothing of a row that lacks its scale", async () => {
    const lines = rowsOf(STANDARD, { value: 41 }).filter((line) => !line.startsWith(`${STANDARD}.2.`));
    expect(onlyValue(await readFrom(rows(...lines), readEntitySensors))).toEqual([]);
  });

  it("says nothing of a device without the table", async () => {
    expect(onlyValue(await readFrom([], readEntitySensors))).toEqual([]);
  });

  it("goes by entPhysicalName, by entPhysicalDescr where that is empty, and by number where there is neither", async () => {
    const result = await readFrom(
      rows(
        ...[1, 2, 3].flatMap((index) => rowsOf(STANDARD, { index, value: 40 + index })),
        `${NAME}.1|4|Inlet`,
        `${NAME}.2|4|`,
        `${DESCR}.1|4|Temperature sensor`,
        `${DESCR}.2|4|Outlet temperature`,
      ),
      readEntitySensors,
    );
    expect(result.value("sensor_temperature_celsius", "Inlet")).toBe(41);
    expect(result.value("sensor_temperature_celsius", "Outlet temperature")).toBe(42);
    expect(result.value("sensor_temperature_celsius", "sensor 3")).toBe(43);
  });

  it("adds the number to names that several sensors have, so that none is lost", async () => {
    const result = await readFrom(
      rows(
        ...[1, 2, 3].flatMap((index) => rowsOf(STANDARD, { index, value: 40 + index })),
        `${NAME}.1|4|Temp`,
        `${NAME}.2|4|Temp`,
        `${NAME}.3|4|Board`,
        // What measures nothing may be called so as well.
        `${NAME}.9|4|Board`,
      ),
      readEntitySensors,
    );
    expect(result.readings.map(({ instance }) => instance)).toEqual(["Temp 1", "Temp 2", "Board"]);
  });
});

describe("readCiscoEntitySensors", () => {
  it("reads the same columns under Cisco's root, and dBm", async () => {
    const result = await readFrom(
      rows(
        ...rowsOf(CISCO, { index: 1, type: 14, precision: 1, value: -53 }),
        ...rowsOf(CISCO, { index: 2, value: 30 }),
        `${NAME}.1|4|Te1/1/1 Receive Power`,
      ),
      readCiscoEntitySensors,
    );
    expect(result.value("sensor_optical_dbm", "Te1/1/1 Receive Power")).toBe(-5.3);
    expect(result.value("sensor_temperature_celsius", "sensor 2")).toBe(30);
  });

  it("does not read the standard table", async () => {
    const standard = rows(...rowsOf(STANDARD, { value: 41 }));
    expect(onlyValue(await readFrom(standard, readCiscoEntitySensors))).toEqual([]);
  });
});
