// Metrics of network interfaces, of power over Ethernet, and of who is behind them.
import { byteCounter, count, counter, flag, type MetricSpec, watts } from "./spec.ts";

export const INTERFACE_METRICS = {
  if_up: {
    ...flag,
    measurement: "interface",
    about: "operational state: 1 up, 0 any other state that is known",
    source: "IF-MIB::ifOperStatus = up(1); unknown(4) is absent",
  },
  if_in_bytes_total: {
    ...byteCounter,
    measurement: "interface",
    about: "bytes received",
    source: "IF-MIB::ifHCInOctets",
  },
  if_out_bytes_total: {
    ...byteCounter,
    measurement: "interface",
    about: "bytes sent",
    source: "IF-MIB::ifHCOutOctets",
  },
  if_admin_up: {
    ...flag,
    measurement: "interface",
    about: "switched on by configuration: 1 yes, 0 no; a port that is off by intent is not down",
    source: "IF-MIB::ifAdminStatus = up(1)",
  },
  if_speed_bits_per_second: {
    measurement: "interface",
    unit: "bits_per_second",
    kind: "gauge",
    min: 1,
    max: 1e13,
    integer: true,
    about: "speed of the link",
    source: "IF-MIB::ifHighSpeed × 10⁶; 0 is not known",
  },
  if_in_errors_total: {
    ...counter,
    measurement: "interface",
    about: "packets received with errors",
    source: "IF-MIB::ifInErrors",
  },
  if_out_errors_total: {
    ...counter,
    measurement: "interface",
    about: "packets not sent because of errors",
    source: "IF-MIB::ifOutErrors",
  },
  if_in_discards_total: {
    ...counter,
    measurement: "interface",
    about: "packets received and dropped without an error",
    source: "IF-MIB::ifInDiscards",
  },
  if_out_discards_total: {
    ...counter,
    measurement: "interface",
    about: "packets to be sent and dropped without an error",
    source: "IF-MIB::ifOutDiscards",
  },
  if_learned_macs: {
    ...count,
    measurement: "interface",
    about: "hardware addresses that the bridge learned behind the port",
    source: "Q-BRIDGE-MIB::dot1qTpFdbPort, BRIDGE-MIB::dot1dTpFdbPort, counted by agent/probes/standard",
  },
  poe_on: {
    ...flag,
    measurement: "poe",
    about: "the port feeds a device: 1 yes, 0 no",
    source: "POWER-ETHERNET-MIB::pethPsePortDetectionStatus = deliveringPower(3)",
  },
  poe_fault: {
    ...flag,
    measurement: "poe",
    about: "the port should feed and cannot: 1 yes, 0 no",
    source: "POWER-ETHERNET-MIB::pethPsePortDetectionStatus = fault(4) or otherFault(6)",
  },
  poe_watts: {
    ...watts,
    measurement: "poe",
    about: "power the port gives",
    source: "vendors' own MIBs (profile): the standard has no power of a port",
  },
  poe_denied_total: {
    ...counter,
    measurement: "poe",
    about: "times a device was refused power",
    source: "POWER-ETHERNET-MIB::pethPsePortPowerDeniedCounter",
  },
  poe_capacity_watts: {
    ...watts,
    measurement: "device",
    about: "power the device can give over Ethernet, summed over its power groups",
    source: "POWER-ETHERNET-MIB::pethMainPsePower",
  },
  poe_consumed_watts: {
    ...watts,
    measurement: "device",
    about: "power the device gives over Ethernet, summed over its power groups",
    source: "POWER-ETHERNET-MIB::pethMainPseConsumptionPower",
  },
  neighbours_ipv4: {
    ...count,
    measurement: "device",
    about: "devices that the router knows by IPv4, counted by hardware address",
    source: "IP-MIB::ipNetToPhysicalTable or ipNetToMediaTable, valid entries that nobody typed in (RFC 4293)",
  },
  neighbours_ipv6: {
    ...count,
    measurement: "device",
    about: "devices that the router knows by IPv6, link-local or wider, counted by hardware address",
    source:
      "IP-MIB::ipNetToPhysicalTable or IPV6-MIB::ipv6NetToMediaTable, complete and valid entries that nobody typed in",
  },
  neighbours_ipv6_global: {
    ...count,
    measurement: "device",
    about: "devices that the router knows by a global IPv6 address (2000::/3), counted by hardware address",
    source:
      "IP-MIB::ipNetToPhysicalTable or IPV6-MIB::ipv6NetToMediaTable, complete and valid entries that nobody typed in",
  },
  neighbours_both: {
    ...count,
    measurement: "device",
    about: "devices that the router knows by IPv4 and by a global IPv6 address as well",
    source: "IP-MIB::ipNetToPhysicalTable (RFC 4293)",
  },
  ipv6_addresses: {
    ...count,
    measurement: "device",
    about: "global IPv6 addresses (2000::/3) the device has itself, preferred or deprecated",
    source: "IP-MIB::ipAddressTable or IPV6-MIB::ipv6AddrTable",
  },
} as const satisfies Record<string, MetricSpec>;
