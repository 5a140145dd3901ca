// What Telegraf's plugins say in our words. docs/telegraf.md is generated from here: `npm run docs`.
import type { Measurement } from "../../contract/metrics/measurements.ts";
import type { MetricName } from "../../contract/metrics.ts";
import type { FactName } from "../../contract/reading.ts";
import type { ConversionName } from "./convert.ts";

export interface FieldMapping {
  metric: MetricName;
  convert: ConversionName;
}

/** One measurement of a plugin. Fields that are not named here are counted and dropped. */
export interface PluginMapping {
  /** Name of the measurement as it comes over the wire. */
  measurement: string;
  /** The plugin, as Telegraf's configuration calls it. */
  plugin: string;
  /** The tag that names the device: of these, the first that is there. */
  device: readonly string[];
  /** What our readings are of. */
  into: Measurement;
  /** The tags that name the instance: each the first of its list that is there, put together with a blank between them. */
  instance?: readonly (readonly string[])[];
  /** Lines whose tags have other values are counted and dropped. */
  only?: Readonly<Record<string, string>>;
  fields: Readonly<Record<string, FieldMapping>>;
  /** Tags and fields that are facts, when they are texts. */
  facts?: Readonly<Record<string, FactName>>;
  /** Fields that are called as metrics of `into` are these metrics. */
  ownNames?: true;
}

const of = (metric: MetricName, convert: ConversionName = "same"): FieldMapping => ({ metric, convert });

/** The plugin snmp names the asked device in `agent_host`, or in what `agent_host_tag` says. */
const SNMP_DEVICE = ["agent_host", "source"];
const SNMP_INTERFACE = {
  plugin: "snmp",
  device: SNMP_DEVICE,
  into: "interface",
  instance: [["ifName", "ifDescr"]],
  fields: {
    ifOperStatus: of("if_up", "operStatus"),
    ifAdminStatus: of("if_admin_up", "adminStatus"),
    ifHCInOctets: of("if_in_bytes_total"),
    ifHCOutOctets: of("if_out_bytes_total"),
    ifHighSpeed: of("if_speed_bits_per_second", "megabits"),
    ifSpeed: of("if_speed_bits_per_second", "bits"),
    ifInErrors: of("if_in_errors_total"),
    ifOutErrors: of("if_out_errors_total"),
    ifInDiscards: of("if_in_discards_total"),
    ifOutDiscards: of("if_out_discards_total"),
  },
} as const satisfies Omit<PluginMapping, "measurement">;

const UPS = {
  device: ["ups_name", "serial"],
  into: "device",
  fields: {
    battery_charge_percent: of("ups_battery_charge_ratio", "percent"),
    load_percent: of("ups_load_ratio", "percent"),
    time_left_ns: of("ups_battery_runtime_seconds", "nanoseconds"),
    time_on_battery_ns: of("ups_on_battery_seconds", "nanoseconds"),
    internal_temp: of("temperature_celsius"),
  },
  facts: { serial: "serial", model: "model", firmware: "firmware" },
} as const satisfies Omit<PluginMapping, "measurement" | "plugin">;

export const PLUGINS: readonly PluginMapping[] = [
  {
    measurement: "cpu",
    plugin: "cpu",
    device: ["host"],
    into: "device",
    only: { cpu: "cpu-total" },
    fields: { usage_idle: of("cpu_busy_ratio", "freePercent"), usage_active: of("cpu_busy_ratio", "percent") },
  },
  {
    measurement: "mem",
    plugin: "mem",
    device: ["host"],
    into: "device",
    fields: { used_percent: of("memory_used_ratio", "percent") },
  },
  {
    measurement: "system",
    plugin: "system",
    device: ["host"],
    into: "device",
    fields: { uptime: of("host_uptime_seconds") },
  },
  {
    measurement: "disk",
    plugin: "disk",
    device: ["host"],
    into: "storage",
    instance: [["path"]],
    fields: { total: of("storage_size_bytes"), used_percent: of("storage_used_ratio", "percent") },
  },
  {
    measurement: "net",
    plugin: "net",
    device: ["host"],
    into: "interface",
    instance: [["interface"]],
    fields: {
      bytes_recv: of("if_in_bytes_total"),
      bytes_sent: of("if_out_bytes_total"),
      err_in: of("if_in_errors_total"),
      err_out: of("if_out_errors_total"),
      drop_in: of("if_in_discards_total"),
      drop_out: of("if_out_discards_total"),
      speed: of("if_speed_bits_per_second", "megabits"),
    },
  },
  {
    measurement: "temp",
    plugin: "temp",
    device: ["host"],
    into: "sensor",
    instance: [["sensor"]],
    fields: { temp: of("sensor_temperature_celsius") },
  },
  {
    measurement: "sensors",
    plugin: "sensors",
    device: ["host"],
    into: "sensor",
    instance: [["chip"], ["feature"]],
    fields: {
      temp_input: of("sensor_temperature_celsius"),
      fan_input: of("sensor_fan_rpm"),
      in_input: of("sensor_voltage_volts"),
    },
  },
  {
    measurement: "snmp",
    plugin: "snmp",
    device: SNMP_DEVICE,
    into: "device",
    fields: {
      uptime: of("uptime_seconds", "ticks"),
      sysUpTime: of("uptime_seconds", "ticks"),
      sysUptime: of("uptime_seconds", "ticks"),
    },
    facts: {
      sysName: "name",
      sysDescr: "description",
      sysLocation: "location",
      agent_host: "address",
      source: "address",
    },
    ownNames: true,
  },
  { ...SNMP_INTERFACE, measurement: "interface" },
  { ...SNMP_INTERFACE, measurement: "ifTable" },
  { ...SNMP_INTERFACE, measurement: "ifXTable" },
  { ...UPS, measurement: "upsd", plugin: "upsd" },
  { ...UPS, measurement: "apcupsd", plugin: "apcupsd" },
  {
    measurement: "win_cpu",
    plugin: "win_perf_counters",
    device: ["host"],
    into: "device",
    only: { instance: "_Total" },
    fields: { Percent_Processor_Time: of("cpu_busy_ratio", "percent") },
  },
  {
    measurement: "win_system",
    plugin: "win_perf_counters",
    device: ["host"],
    into: "device",
    fields: { System_Up_Time: of("host_uptime_seconds") },
  },
  {
    measurement: "win_disk",
    plugin: "win_perf_counters",
    device: ["host"],
    into: "storage",
    instance: [["instance"]],
    fields: { Percent_Free_Space: of("storage_used_ratio", "freePercent") },
  },
];

/**
 * Fields of mqtt_consumer beside those that are called as metrics of ours: names that Zigbee2MQTT and Tasmota give. Not
 * `voltage`: battery devices give it in millivolts.
 */
export const TOPIC_FIELDS: Readonly<Record<string, FieldMapping>> = {
  temperature: of("sensor_temperature_celsius"),
  humidity: of("sensor_humidity_ratio", "percent"),
  power: of("sensor_power_watts"),
  current: of("sensor_current_amperes"),
  energy: of("sensor_energy_joules_total", "kilowattHours"),
  ENERGY_Power: of("sensor_power_watts"),
  ENERGY_Voltage: of("sensor_voltage_volts"),
  ENERGY_Current: of("sensor_current_amperes"),
  ENERGY_Factor: of("sensor_power_factor_ratio"),
  ENERGY_Total: of("sensor_energy_joules_total", "kilowattHours"),
};

/** Plugins that are often asked for and that our dictionary has nothing for; their lines are counted and dropped. */
export const WITHOUT_METRICS: Readonly<Record<string, string>> = {
  ping: "round trips and losses; reachability is what an agent's own probes prove",
  internet_speed: "throughput to a server on the Internet",
  swap: "swap space",
  diskio: "reads and writes of disks",
  processes: "processes by state",
  kernel: "interrupts and context switches",
};
