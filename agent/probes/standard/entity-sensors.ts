// Sensors of a device by ENTITY-SENSOR-MIB (RFC 3433): what each measures stands in its own row.
import type { MetricName } from "../../../contract/metrics.ts";
import { type Oid, parseOid } from "../../snmp/oid.ts";
import { readArcsOf } from "../../snmp/row-index.ts";
import type { SnmpTable } from "../../snmp/table.ts";
import type { SnmpFindings } from "../snmp-findings.ts";
import { readName } from "../snmp-value.ts";
import type { StandardQuestions, StandardReader } from "./standard.ts";

/** entPhySensorTable, and Cisco's own table of the same shape, which knows dBm as well. Index: entPhysicalIndex. */
const ENTITY_SENSORS = "1.3.6.1.2.1.99.1.1.1";
const CISCO_SENSORS = "1.3.6.1.4.1.9.9.91.1.1.1.1";
/** entPhysicalDescr and entPhysicalName. */
const NAMES: readonly Oid[] = ["1.3.6.1.2.1.47.1.1.1.1.2", "1.3.6.1.2.1.47.1.1.1.1.7"].map(parseOid);

const OPERATIONAL = 1;
/** EntitySensorDataScale: units(9), milli(8), kilo(10) and so on by thousands. */
const UNITS = 9;
/** EntitySensorValue: this and its negative are what lies outside of what can be said. */
const OVERFLOW = 1_000_000_000;

/** EntitySensorDataType. truthvalue(12) is left out: whether true is good or bad stands nowhere. */
const METRIC_OF: Readonly<Record<number, { metric: MetricName; divideBy?: number }>> = {
  3: { metric: "sensor_voltage_volts" },
  4: { metric: "sensor_voltage_volts" },
  5: { metric: "sensor_current_amperes" },
  6: { metric: "sensor_power_watts" },
  7: { metric: "sensor_frequency_hertz" },
  8: { metric: "sensor_temperature_celsius" },
  9: { metric: "sensor_humidity_ratio", divideBy: 100 },
  10: { metric: "sensor_fan_rpm" },
  14: { metric: "sensor_optical_dbm" },
};

export const readEntitySensors: StandardReader = (device, findings) => readSensors(device, findings, ENTITY_SENSORS);
export const readCiscoEntitySensors: StandardReader = (device, findings) =>
  readSensors(device, findings, CISCO_SENSORS);

/** Columns of a root, made once so that the engine knows them again. */
const COLUMNS = new Map(
  [ENTITY_SENSORS, CISCO_SENSORS].map((root) => [root, [1, 2, 3, 4, 5].map((column) => parseOid(`${root}.${column}`))]),
);

async function readSensors(device: StandardQuestions, findings: SnmpFindings, root: string): Promise<void> {
  const sensors = await device.walk(COLUMNS.get(root) ?? []);
  if (sensors.rowKeys.length === 0) return;
  const nameOf = namesOf(sensors, await device.walk(NAMES));
  sensors.rowKeys.forEach((key, row) => {
    const [type, scale, precision, value, status] = sensors.columns.map((column) => column[row]);
    const meaning = typeof type === "number" ? METRIC_OF[type] : undefined;
    if (meaning === undefined || status !== OPERATIONAL) return;
    if (typeof scale !== "number" || typeof precision !== "number" || typeof value !== "number") return;
    if (Math.abs(value) >= OVERFLOW) return;
    // A negative precision is how many digits are accurate, and moves no decimal point.
    const exponent = 3 * (scale - UNITS) - Math.max(0, precision);
    // Dividing by a power of ten is exact where multiplying with a negative one is not: 21.5, not 21.500000000000004.
    const real = exponent < 0 ? value / 10 ** -exponent : value * 10 ** exponent;
    findings.add(meaning.metric, real / (meaning.divideBy ?? 1), nameOf(key));
  });
}

/** Names of sensors by their row key: entPhysicalName, entPhysicalDescr where that is empty; with the index where not unique. */
function namesOf(sensors: SnmpTable, entities: SnmpTable): (key: string) => string {
  const [descriptions = [], names = []] = entities.columns;
  const texts = new Map(
    entities.rowKeys.map((key, row) => [key, readName(names[row]) ?? readName(descriptions[row])] as const),
  );
  const uses = new Map<string, number>();
  for (const key of sensors.rowKeys) {
    const text = texts.get(key);
    if (text !== undefined) uses.set(text, (uses.get(text) ?? 0) + 1);
  }
  return (key) => {
    const text = texts.get(key);
    const index = readArcsOf(key)?.join(".") ?? "";
    if (text === undefined) return `sensor ${index}`;
    return uses.get(text) === 1 ? text : `${text} ${index}`;
  };
}
