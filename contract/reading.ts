// What travels from an agent to the collector: readings (numbers), facts (slow text) and events (things that happened).
import type { Measurement } from "./metrics/measurements.ts";
import type { Values } from "./metrics.ts";

/** Numbers one probe run learned about one device, or about one radio or port of it, at one time. */
export interface Reading {
  measurement: Measurement;
  /** The target's id, or for something behind a controller its stable key: serial or MAC (see mac.ts). */
  device: string;
  /** Which radio, port or segment, where the measurement has several per device. */
  instance?: string;
  /** When the device said it, milliseconds since 1970 by the agent's clock. */
  atMs: number;
  values: Values;
}

/** Names of the texts we keep about a device. Each is sent when it changes and once a day. */
export const FACTS = {
  vendor: "maker of the device",
  model: "model as the maker writes it",
  firmware: "software version",
  serial: "serial number",
  mac: "hardware address, as mac.ts writes it",
  name: "name the device or its controller gives it (SNMPv2-MIB::sysName for a target)",
  address: "network address under which it was asked or is managed",
  description: "SNMPv2-MIB::sysDescr",
  location: "where it stands, as typed into it (SNMPv2-MIB::sysLocation)",
  controller: "device key of the controller that reported it",
  parent: "device key of the device it hangs on: the switch an access point is plugged into (agent/topology)",
  parent_port: "interface of `parent` it hangs on, by ifName",
} as const satisfies Record<string, string>;

export type FactName = keyof typeof FACTS;

export function isFactName(name: string): name is FactName {
  return Object.hasOwn(FACTS, name);
}

/** What is known about a device in words; what is not known is not there. */
export interface Fact {
  device: string;
  atMs: number;
  texts: Partial<Record<FactName, string>>;
}

/** Something that happened at one moment; `kind` is snake_case and stable, `text` is for people. */
export interface CampusEvent {
  device: string;
  atMs: number;
  kind: string;
  text: string;
}

/** Everything one probe run learned. */
export interface Findings {
  readings: Reading[];
  facts: Fact[];
}
