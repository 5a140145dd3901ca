// The metrics dictionary: what every number means. Store, API, documents and dashboards read names, units and bounds
// from here; docs/metrics.md is generated from it.

/** Kinds of reading. Each is a line-protocol measurement; `instanceOf` says what the `instance` tag names, where there is one. */
export const MEASUREMENTS = {
  device: { about: "a device as a whole: a controller, an access point, a gateway" },
  radio: { about: "one radio of an access point", instanceOf: "the radio's number or name on its access point" },
  interface: { about: "one network interface", instanceOf: "ifName, because ifIndex may change at reboot" },
  probe: { about: "how one probe run of one target ended" },
  agent: {
    about: "the agent itself",
    instanceOf: "the network segment the self-test looked at; absent for the agent as a whole",
  },
} as const satisfies Record<string, { about: string; instanceOf?: string }>;

export type Measurement = keyof typeof MEASUREMENTS;

/** Why a probe run failed; the number travels as `probe_failure`. Numbers are stable, new reasons are appended. */
export const PROBE_FAILURES = {
  timeout: 1,
  refused: 2,
  auth: 3,
  protocol: 4,
  unreachable: 5,
  unsupported: 6,
  internal: 7,
} as const;

export type ProbeFailure = keyof typeof PROBE_FAILURES;

export interface MetricSpec {
  measurement: Measurement;
  unit: "flag" | "code" | "count" | "clients" | "ratio" | "seconds" | "bytes" | "celsius" | "dbm" | "channel";
  /** A counter only grows until it wraps or the device restarts; a gauge goes both ways. */
  kind: "gauge" | "counter";
  /** Inclusive physical bounds; a value outside them is a device fault, not a reading. */
  min: number;
  max: number;
  /** Only whole numbers are possible. */
  integer: boolean;
  /** What it says, for people. */
  about: string;
  /** Where the number comes from: MIB object, RFC section, or the file here that computes it. */
  source: string;
}

const flag = { unit: "flag", kind: "gauge", min: 0, max: 1, integer: true } as const;
const ratio = { unit: "ratio", kind: "gauge", min: 0, max: 1, integer: false } as const;
/** Counter64's largest value does not fit a double exactly; nothing we count comes near it. */
const COUNTER_MAX = 2 ** 64;

export const METRICS = {
  uptime_seconds: {
    measurement: "device",
    unit: "seconds",
    kind: "gauge",
    min: 0,
    max: 3.2e9,
    integer: false,
    about: "time since the device, or its SNMP agent, last started",
    source: "SNMPv2-MIB::sysUpTime / 100; for access points the controller's uptime column (profile)",
  },
  cpu_busy_ratio: {
    ...ratio,
    measurement: "device",
    about: "processor in use, mean over processors",
    source:
      "HOST-RESOURCES-MIB::hrProcessorLoad / 100, HUAWEI-ENTITY-EXTENT-MIB::hwEntityCpuUsage / 100, or as the profile names",
  },
  memory_used_ratio: {
    ...ratio,
    measurement: "device",
    about: "memory in use",
    source:
      "HUAWEI-ENTITY-EXTENT-MIB::hwEntityMemUsage / 100, FROGFOOT-RESOURCES-MIB 1 − memFree / memTotal, or as the profile names",
  },
  temperature_celsius: {
    measurement: "device",
    unit: "celsius",
    kind: "gauge",
    min: -60,
    max: 150,
    integer: false,
    about: "temperature the device reports of itself",
    source:
      "HUAWEI-ENTITY-EXTENT-MIB::hwEntityTemperature, RUIJIE-AC-MGMT-MIB::ruijieAcTemperature, or as the profile names",
  },
  wifi_aps_registered: {
    measurement: "device",
    unit: "count",
    kind: "gauge",
    min: 0,
    max: 100_000,
    integer: true,
    about: "access points the controller has in its tables, working or not, counted row by row",
    source: "agent/probes/snmp.ts: rows of the profile's access-point table",
  },
  wifi_aps_up: {
    measurement: "device",
    unit: "count",
    kind: "gauge",
    min: 0,
    max: 100_000,
    integer: true,
    about: "access points in service, counted row by row; absent while the state of any of them is not known",
    source: "agent/probes/snmp.ts: rows whose wifi_ap_up is 1",
  },
  wifi_aps_claimed: {
    measurement: "device",
    unit: "count",
    kind: "gauge",
    min: 0,
    max: 100_000,
    integer: true,
    about: "access points in service as the controller's own counter says, to be compared with wifi_aps_up",
    source: "HUAWEI-WLAN-GLOBAL-MIB::hwWlanCurJointApNum, RUIJIE-AC-MGMT-MIB::ruijieAcApNum",
  },
  wifi_ap_up: {
    ...flag,
    measurement: "device",
    about: "the access point is in service: 1 yes, 0 no",
    source:
      "HUAWEI-WLAN-AP-MIB::hwWlanApRunState = normal(8) or committing(9); RUIJIE-AC-MGMT-MIB::ruijieApState = online(1); 1 when an access point answers for itself",
  },
  wifi_clients: {
    measurement: "device",
    unit: "clients",
    kind: "gauge",
    min: 0,
    max: 1_000_000,
    integer: true,
    about: "Wi-Fi clients associated with the device",
    source:
      "HUAWEI-WLAN-AP-MIB::hwWlanApStaNum column 44, RUIJIE-AC-MGMT-MIB ruijieApStaNum column 34, UBNT-UniFi-MIB::unifiVapNumStations summed over virtual APs",
  },
  wifi_radio_clients: {
    measurement: "radio",
    unit: "clients",
    kind: "gauge",
    min: 0,
    max: 2_048,
    integer: true,
    about: "Wi-Fi clients associated with the radio",
    source:
      "HUAWEI-WLAN-AP-RADIO-MIB column 40, RUIJIE-RRM-MIB load table column 4, UBNT-UniFi-MIB::unifiVapNumStations summed by band",
  },
  wifi_radio_up: {
    ...flag,
    measurement: "radio",
    about: "the radio is switched on and working: 1 yes, 0 no",
    source: "HUAWEI-WLAN-AP-RADIO-MIB::hwWlanRadioRunState = up(1), RUIJIE-AC-MGMT-MIB::ruijieApRadioEn = enable(1)",
  },
  wifi_channel_number: {
    measurement: "radio",
    unit: "channel",
    kind: "gauge",
    min: 1,
    max: 233,
    integer: true,
    about: "primary channel (IEEE 802.11 number, 6 GHz included)",
    source: "HUAWEI-WLAN-AP-RADIO-MIB column 7, RUIJIE-AC-MGMT-MIB radio column 11, UBNT-UniFi-MIB::unifiVapChannel",
  },
  wifi_channel_busy_ratio: {
    ...ratio,
    measurement: "radio",
    about: "share of time the channel is in use, by anybody",
    source:
      "HUAWEI-WLAN-AP-RADIO-MIB column 25 / 100, RUIJIE-RRM-MIB load column 3 / 100, UBNT-UniFi-MIB::unifiRadioCuTotal / 100",
  },
  wifi_noise_dbm: {
    measurement: "radio",
    unit: "dbm",
    kind: "gauge",
    min: -130,
    max: -1,
    integer: false,
    about: "noise floor",
    source: "HUAWEI-WLAN-AP-RADIO-MIB column 24 (0 means not known), RUIJIE-RRM-MIB noise table column 2",
  },
  wifi_tx_power_dbm: {
    measurement: "radio",
    unit: "dbm",
    kind: "gauge",
    min: -40,
    max: 60,
    integer: false,
    about: "transmit power (EIRP where the vendor gives that)",
    source:
      "HUAWEI-WLAN-AP-RADIO-MIB column 45 (255 means not known), RUIJIE-AC-MGMT-MIB radio column 17 as 10·log10 mW, UBNT-UniFi-MIB::unifiVapTxPower",
  },
  if_up: {
    ...flag,
    measurement: "interface",
    about: "operational state: 1 up, 0 any other state that is known",
    source: "IF-MIB::ifOperStatus = up(1); unknown(4) is absent",
  },
  if_in_bytes_total: {
    measurement: "interface",
    unit: "bytes",
    kind: "counter",
    min: 0,
    max: COUNTER_MAX,
    integer: true,
    about: "bytes received",
    source: "IF-MIB::ifHCInOctets",
  },
  if_out_bytes_total: {
    measurement: "interface",
    unit: "bytes",
    kind: "counter",
    min: 0,
    max: COUNTER_MAX,
    integer: true,
    about: "bytes sent",
    source: "IF-MIB::ifHCOutOctets",
  },
  probe_ok: {
    ...flag,
    measurement: "probe",
    about: "the target answered as it should: 1 yes, 0 no",
    source: "agent/schedule/scheduler.ts",
  },
  probe_failure: {
    measurement: "probe",
    unit: "code",
    kind: "gauge",
    min: 1,
    max: 7,
    integer: true,
    about: "why the probe run failed; absent when it did not",
    source: "contract/metrics.ts PROBE_FAILURES",
  },
  probe_duration_seconds: {
    measurement: "probe",
    unit: "seconds",
    kind: "gauge",
    min: 0,
    max: 3_600,
    integer: false,
    about: "how long the probe run took",
    source: "agent/schedule/scheduler.ts",
  },
  probe_values_refused: {
    measurement: "probe",
    unit: "count",
    kind: "gauge",
    min: 0,
    max: 1_000_000,
    integer: true,
    about:
      "values of this run that lay outside their physical bounds, or rows that could not be decoded, and were left out",
    source: "agent/probes/probe.ts",
  },
  agent_selftest_passed: {
    ...flag,
    measurement: "agent",
    about: "the agent proved that it can see the segment: 1 yes, 0 no (blind)",
    source: "agent/self-test.ts, scoring model section 4",
  },
  agent_interface_up: {
    ...flag,
    measurement: "agent",
    about: "the agent's own interface has link and an address",
    source: "agent/self-test.ts",
  },
  agent_gateway_answered: {
    ...flag,
    measurement: "agent",
    about: "the default gateway answered in this round",
    source: "agent/self-test.ts",
  },
  agent_reference_answered: {
    ...flag,
    measurement: "agent",
    about: "at least one reference target of the segment answered in this round",
    source: "agent/self-test.ts",
  },
  agent_spool_bytes: {
    measurement: "agent",
    unit: "bytes",
    kind: "gauge",
    min: 0,
    max: COUNTER_MAX,
    integer: true,
    about: "bytes waiting in the spool",
    source: "agent/spool/spool.ts",
  },
  agent_spool_dropped_total: {
    measurement: "agent",
    unit: "count",
    kind: "counter",
    min: 0,
    max: COUNTER_MAX,
    integer: true,
    about: "batches dropped because the spool was full or too old, or cut because they were damaged",
    source: "agent/spool/spool.ts",
  },
} as const satisfies Record<string, MetricSpec>;

export type MetricName = keyof typeof METRICS;

/** Values of one reading; what was not measured is not there. */
export type Values = Partial<Record<MetricName, number>>;

export function isMetricName(name: string): name is MetricName {
  return Object.hasOwn(METRICS, name);
}

/**
 * Why `value` cannot be a value of `name`, or `undefined` when it can.
 *
 * @returns a sentence with the value, the unit and the bounds; NaN and infinities are always refused.
 */
export function boundsProblem(name: MetricName, value: number): string | undefined {
  const { min, max, unit, integer }: MetricSpec = METRICS[name];
  if (!(value >= min && value <= max)) return `${name} is ${value} ${unit}, expected ${min} to ${max}`;
  if (integer && !Number.isInteger(value)) return `${name} is ${value} ${unit}, expected a whole number`;
  return undefined;
}
