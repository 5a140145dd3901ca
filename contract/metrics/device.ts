// Metrics of any device: what it does with its time, memory and disks.
import { byteSize, type MetricSpec, ratio, seconds } from "./spec.ts";

export const DEVICE_METRICS = {
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
  host_uptime_seconds: {
    ...seconds,
    measurement: "device",
    about: "time since the computer started; uptime_seconds may be that of its SNMP agent only",
    source: "HOST-RESOURCES-MIB::hrSystemUptime / 100",
  },
  storage_size_bytes: {
    ...byteSize,
    measurement: "storage",
    about: "size",
    source: "HOST-RESOURCES-MIB::hrStorageSize × hrStorageAllocationUnits, or as the profile names",
  },
  storage_used_ratio: {
    ...ratio,
    measurement: "storage",
    about: "share in use",
    source: "HOST-RESOURCES-MIB::hrStorageUsed / hrStorageSize, or as the profile names",
  },
} as const satisfies Record<string, MetricSpec>;
