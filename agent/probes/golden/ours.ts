// What the agent says of a device, as a flat list in LibreNMS's topics and units.

import type { MetricName } from "../../../contract/metrics.ts";
import type { ProbeResult } from "../probe.ts";
import { channelMegahertz } from "./channel.ts";
import type { Said, Topic } from "./said.ts";

interface Meaning {
  topic: Topic;
  /** Our unit in LibreNMS's. Absent: they are the same. */
  inItsUnit?: (value: number) => number;
}

const asPercent = (ratio: number) => ratio * 100;
const asMinutes = (seconds: number) => seconds / 60;
const asKilowattHours = (joules: number) => joules / 3_600_000;
const asMegabits = (bits: number) => bits / 1_000_000;
/** Good is 1 in the peer's states; these flags are 1 when something is wrong. */
const isFine = (flag: number) => 1 - flag;

/** Which topics a metric of ours may stand beside; interfaces have a topic each. */
const MEANINGS: Partial<Record<MetricName, readonly Meaning[]>> = {
  temperature_celsius: [{ topic: "sensor/temperature" }],
  storage_used_ratio: [{ topic: "storage", inItsUnit: asPercent }],
  supply_level_ratio: [{ topic: "supply", inItsUnit: asPercent }],
  sensor_temperature_celsius: [{ topic: "sensor/temperature" }],
  sensor_humidity_ratio: [{ topic: "sensor/humidity", inItsUnit: asPercent }],
  sensor_voltage_volts: [{ topic: "sensor/voltage" }],
  sensor_current_amperes: [{ topic: "sensor/current" }],
  sensor_power_watts: [{ topic: "sensor/power" }],
  sensor_frequency_hertz: [{ topic: "sensor/frequency" }],
  sensor_fan_rpm: [{ topic: "sensor/fanspeed" }],
  sensor_optical_dbm: [{ topic: "sensor/dbm" }],
  sensor_power_factor_ratio: [{ topic: "sensor/power_factor" }],
  sensor_energy_joules_total: [{ topic: "sensor/power_consumed", inItsUnit: asKilowattHours }],
  sensor_ok: [{ topic: "sensor/state" }],
  outlet_on: [{ topic: "sensor/state" }],
  poe_on: [{ topic: "sensor/state" }],
  poe_watts: [{ topic: "sensor/power" }],
  poe_capacity_watts: [{ topic: "sensor/power" }],
  poe_consumed_watts: [{ topic: "sensor/power" }],
  ups_battery_charge_ratio: [{ topic: "sensor/charge", inItsUnit: asPercent }],
  ups_battery_runtime_seconds: [{ topic: "sensor/runtime", inItsUnit: asMinutes }],
  ups_on_battery_seconds: [{ topic: "sensor/runtime", inItsUnit: asMinutes }],
  ups_load_ratio: [{ topic: "sensor/load", inItsUnit: asPercent }],
  ups_alarms: [{ topic: "sensor/count" }],
  ups_on_battery: [{ topic: "sensor/state", inItsUnit: isFine }],
  ups_battery_low: [{ topic: "sensor/state", inItsUnit: isFine }],
  ups_battery_replace: [{ topic: "sensor/state", inItsUnit: isFine }],
  printer_can_print: [{ topic: "sensor/state" }],
  printer_paper_out: [{ topic: "sensor/state", inItsUnit: isFine }],
  printer_toner_out: [{ topic: "sensor/state", inItsUnit: isFine }],
  printer_door_open: [{ topic: "sensor/state", inItsUnit: isFine }],
  printer_jammed: [{ topic: "sensor/state", inItsUnit: isFine }],
  printer_pages_total: [{ topic: "sensor/count" }],
  projector_on: [{ topic: "sensor/state" }],
  wifi_ap_up: [{ topic: "sensor/state" }],
  wifi_radio_up: [{ topic: "sensor/state" }],
  wifi_aps_registered: [{ topic: "wireless/ap-count" }],
  wifi_aps_up: [{ topic: "wireless/ap-count" }],
  wifi_aps_claimed: [{ topic: "wireless/ap-count" }],
  wifi_clients: [{ topic: "wireless/clients" }],
  wifi_radio_clients: [{ topic: "wireless/clients" }],
  wifi_channel_busy_ratio: [{ topic: "wireless/utilization", inItsUnit: asPercent }],
  wifi_noise_dbm: [{ topic: "wireless/noise-floor" }],
  wifi_tx_power_dbm: [{ topic: "wireless/power" }, { topic: "sensor/dbm" }],
  wifi_client_signal_dbm: [{ topic: "wireless/rssi" }, { topic: "wireless/power" }],
  wifi_client_snr_db: [{ topic: "wireless/snr" }],
  wifi_channel_number: [{ topic: "wireless/channel" }, { topic: "wireless/frequency", inItsUnit: channelMegahertz }],
  ipv6_addresses: [{ topic: "ipv6-addresses" }],
  if_up: [{ topic: "port/up" }],
  if_admin_up: [{ topic: "port/admin-up" }],
  if_speed_bits_per_second: [{ topic: "port/speed", inItsUnit: asMegabits }],
  if_in_bytes_total: [{ topic: "port/bytes-in" }],
  if_out_bytes_total: [{ topic: "port/bytes-out" }],
  if_in_errors_total: [{ topic: "port/errors-in" }],
  if_out_errors_total: [{ topic: "port/errors-out" }],
  if_in_discards_total: [{ topic: "port/discards-in" }],
  if_out_discards_total: [{ topic: "port/discards-out" }],
};

/** Everything that could stand beside a value of LibreNMS. Keys name the device, the instance and the metric. */
export function weSay(target: string, { readings, facts }: ProbeResult): Said[] {
  const said: Said[] = [];
  for (const { device, instance, values, measurement } of readings) {
    for (const [metric, value] of Object.entries(values)) {
      const key = [device === target ? "" : device, instance ?? "", metric].filter((part) => part !== "").join(" ");
      for (const { topic, inItsUnit } of MEANINGS[metric as MetricName] ?? []) {
        const whole = measurement === "interface" ? `${topic}/${instance}` : topic;
        said.push({ topic: whole, key, value: inItsUnit?.(value) ?? value });
      }
    }
  }
  const texts = facts.find(({ device }) => device === target)?.texts ?? {};
  for (const name of ["model", "firmware", "serial"] as const) {
    if (texts[name] !== undefined) said.push({ topic: `os/${name}`, key: name, value: texts[name] });
  }
  return [
    ...said,
    ...mean("cpu", target, readings, "cpu_busy_ratio"),
    ...mean("memory", target, readings, "memory_used_ratio"),
  ];
}

/** Of the target itself; of a controller that has none, the mean over its access points, as LibreNMS lists those. */
function mean(topic: Topic, target: string, readings: ProbeResult["readings"], metric: MetricName): Said[] {
  const found = readings.filter(({ values }) => values[metric] !== undefined);
  const own = found.filter(({ device }) => device === target);
  const counted = own.length > 0 ? own : found;
  if (counted.length === 0) return [];
  const sum = counted.reduce((total, { values }) => total + (values[metric] ?? 0), 0);
  return [{ topic, key: metric, value: (sum / counted.length) * 100 }];
}
