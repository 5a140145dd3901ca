// Kinds of events, each with what it means. Stable: rules and pages refer to them. A kind that is not in here is stored and
// shown as it is, because agents may be newer than their collector.

export const EVENT_KINDS = {
  link_down: "a port or radio has lost its link (IF-MIB linkDown)",
  link_up: "a port or radio has its link again (IF-MIB linkUp)",
  cold_start: "the device has started, its configuration may have changed (SNMPv2-MIB coldStart)",
  warm_start: "the device has started again with the same configuration (SNMPv2-MIB warmStart)",
  snmp_auth_failure: "somebody asked the device over SNMP with a wrong secret (SNMPv2-MIB authenticationFailure)",
  ap_joined: "an access point has come to its controller",
  ap_left: "an access point has been lost by its controller",
  ups_on_battery: "the mains have failed, the UPS feeds from its battery",
  ups_power_restored: "the mains are back",
  ups_battery_low: "the UPS will soon be without power",
  poe_port_changed: "a port has begun or ended to feed a device (POWER-ETHERNET-MIB)",
  printer_alert: "a printer wants something (Printer-MIB)",
  topology_changed: "the spanning tree has changed (BRIDGE-MIB)",
  new_root: "the device has become the root of the spanning tree (BRIDGE-MIB)",
  lldp_neighbours_changed: "what is connected has changed (LLDP-MIB)",
  snmp_notification: "another notification, with its object identifier",
  trap_refused: "the device sends traps that its agent does not believe: wrong community, user or password",
} as const satisfies Record<string, string>;

export type EventKind = keyof typeof EVENT_KINDS;

export function isEventKind(name: string): name is EventKind {
  return Object.hasOwn(EVENT_KINDS, name);
}
