// What the models of Wi-Fi controllers have in common: their options, their ports and their own health.
import { type Clock, systemClock } from "../../contract/clock.ts";
import { createStaticMib, type Mib, type MibRow } from "../snmp/mib.ts";
import {
  type AccessPoints,
  type ApPatch,
  type ApSpec,
  type ApState,
  createAccessPoints,
  macAfter,
} from "./access-point.ts";
import { between } from "./chance.ts";
import { createInterfaces, type Interfaces } from "./interfaces.ts";
import { peopleOnlineRatio } from "./lesson-rhythm.ts";
import { type SystemState, systemRows } from "./mib2.ts";

export interface ControllerOptions {
  aps: readonly ApSpec[];
  name?: string;
  serial?: string;
  location?: string;
  /** Names of the networks every radio offers; the first one carries most people. */
  ssids?: readonly string[];
  clock?: Pick<Clock, "nowMs">;
  seed?: number;
}

/** Fixed values for tests; absent ones follow the lesson rhythm. */
export interface HealthState {
  cpuPercent?: number;
  memoryPercent?: number;
  temperatureCelsius?: number;
}

/** A controller with its access points, whose values can be changed while it answers. */
export interface SimulatedController {
  readonly mib: Mib;
  readonly aps: readonly Readonly<ApState>[];
  readonly accessPoints: AccessPoints;
  /** @throws CampusError `SIM_AP_UNKNOWN` naming the MAC. */
  setAp(mac: string, patch: ApPatch): void;
  setHealth(patch: HealthState): void;
}

/** The parts of a controller's model, before its vendor's tables are made of them. */
export interface ControllerParts {
  name: string;
  serial: string;
  ssids: readonly string[];
  nowMs: () => number;
  system: SystemState;
  interfaces: Interfaces;
  accessPoints: AccessPoints;
  /** Access points that are online. */
  online(): number;
  /** Clients of all access points, or of those on one radio, or in one network by its position in `ssids`. */
  clients(of?: { radio?: 0 | 1; ssid?: number }): number;
  health(): Required<HealthState>;
  setHealth(patch: HealthState): void;
}

export interface ControllerVendor {
  name: string;
  serial: string;
  description: string;
  objectId: string;
  /** Name of port `n`, counting from 1. */
  portName: (n: number) => string;
  ap: { model: string; firmware: string };
}

export function createControllerParts(options: ControllerOptions, vendor: ControllerVendor): ControllerParts {
  const {
    name = vendor.name,
    serial = vendor.serial,
    ssids = ["campus", "guest"],
    clock = systemClock,
    seed = 1,
  } = options;
  const nowMs = () => clock.nowMs();
  const system: SystemState = {
    name,
    description: vendor.description,
    objectId: vendor.objectId,
    location: options.location ?? "",
    contact: "",
    bootedAtMs: nowMs() - Math.floor(between(20, 90, seed, name, "uptime") * 86_400_000),
  };
  let fixed: HealthState = {};
  const health = () => {
    const ratio = peopleOnlineRatio(nowMs(), seed, name);
    return {
      cpuPercent: Math.round(9 + 22 * ratio),
      memoryPercent: 47,
      temperatureCelsius: Math.round(41 + 5 * ratio),
      ...fixed,
    };
  };
  const accessPoints = createAccessPoints({ specs: options.aps, vendor: vendor.ap, clock, seed });
  return {
    name,
    serial,
    ssids,
    nowMs,
    system,
    interfaces: createInterfaces(ports(vendor, name, options.aps.length), system.bootedAtMs, nowMs),
    accessPoints,
    online: () => accessPoints.all.filter((ap) => ap.online).length,
    clients: (of) => countClients(accessPoints, ssids.length, of),
    health,
    setHealth: (patch) => {
      fixed = { ...fixed, ...patch };
    },
  };
}

function countClients(
  { all, measure }: AccessPoints,
  ssids: number,
  { radio, ssid }: { radio?: 0 | 1; ssid?: number } = {},
): number {
  let total = 0;
  for (const ap of all) {
    for (const [i, { clients }] of measure(ap).radios.entries()) {
      if (radio === undefined || radio === i)
        total += ssid === undefined ? clients : clientsOfSsid(clients, ssid, ssids);
    }
  }
  return total;
}

/** The device that answers with a vendor's tables beside what every device says of itself and its interfaces. */
export function controllerOf(parts: ControllerParts, tables: readonly MibRow[]): SimulatedController {
  const { accessPoints, interfaces, system, nowMs, setHealth } = parts;
  return {
    mib: createStaticMib([...systemRows(system, nowMs), ...interfaces.rows, ...tables]),
    aps: accessPoints.all,
    accessPoints,
    setAp: accessPoints.set,
    setHealth,
  };
}

/** Eight ports: the first two carry the traffic of the access points, the rest is free. */
function ports({ portName }: ControllerVendor, name: string, aps: number) {
  return Array.from({ length: 8 }, (_, i) => ({
    name: portName(i + 1),
    description: portName(i + 1),
    mac: macAfter(
      `02:ac:00:00:${Math.floor(between(0, 256, name, "mac"))
        .toString(16)
        .padStart(2, "0")}:00`,
      i + 1,
    ),
    speedMbps: 1_000,
    adminUp: true,
    up: i < 2,
    inBytesPerSecond: i < 2 ? aps * 40_000 : 0,
    outBytesPerSecond: i < 2 ? aps * 55_000 : 0,
  }));
}

/** People of a radio shared among the networks it offers: the first has what the others leave, each of which has a tenth. */
export function clientsOfSsid(clients: number, ssid: number, ssids: number): number {
  const tenth = Math.floor(clients / 10);
  return ssid === 0 ? clients - tenth * (ssids - 1) : tenth;
}
