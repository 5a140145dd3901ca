// A school's gateway: a router that knows MIB-II, IF-MIB, and its own processors and memory, and nothing of any vendor's.
import { type Clock, systemClock } from "../../contract/clock.ts";
import { createStaticMib, type Mib } from "../snmp/mib.ts";
import { between } from "./chance.ts";
import type { HealthState } from "./controller.ts";
import { createInterfaces, type InterfacePatch, type InterfaceState } from "./interfaces.ts";
import { peopleOnlineRatio } from "./lesson-rhythm.ts";
import { processorRows, type SystemState, systemRows, ucdMemoryRows } from "./mib2.ts";

export interface GatewayOptions {
  name?: string;
  location?: string;
  /** Absent: an uplink, two lines to the campus, and a port nobody uses. */
  interfaces?: readonly InterfaceState[];
  /** People of the school, from which the traffic is made. */
  people?: number;
  clock?: Pick<Clock, "nowMs">;
  seed?: number;
}

export interface SimulatedGateway {
  readonly mib: Mib;
  readonly interfaces: readonly Readonly<InterfaceState>[];
  /** @throws CampusError `SIM_INTERFACE_UNKNOWN` naming it. */
  setInterface(name: string, patch: InterfacePatch): void;
  setHealth(patch: HealthState): void;
}

export function createGateway(options: GatewayOptions = {}): SimulatedGateway {
  const { name = "gateway", location = "", people = 800, clock = systemClock, seed = 1 } = options;
  const nowMs = () => clock.nowMs();
  const system: SystemState = {
    name,
    description: "Linux campus-gateway 5.10.0 aarch64",
    objectId: "1.3.6.1.4.1.8072.3.2.10",
    location,
    contact: "",
    bootedAtMs: nowMs() - Math.floor(between(5, 120, seed, name, "uptime") * 86_400_000),
  };
  const interfaces = createInterfaces(options.interfaces ?? usualPorts(people), system.bootedAtMs, nowMs);
  let fixed: HealthState = {};
  const cpuPercent = () => fixed.cpuPercent ?? 6 + 30 * peopleOnlineRatio(nowMs(), seed, name);
  return {
    mib: createStaticMib([
      ...systemRows(system, nowMs),
      ...interfaces.rows,
      ...processorRows([cpuPercent, cpuPercent, cpuPercent, cpuPercent]),
      ...ucdMemoryRows(4_051_000, () => fixed.memoryPercent ?? 44),
    ]),
    interfaces: interfaces.all,
    setInterface: interfaces.set,
    setHealth: (patch) => {
      fixed = { ...fixed, ...patch };
    },
  };
}

function usualPorts(people: number): InterfaceState[] {
  const port = (n: number, name: string, description: string, share: number): InterfaceState => ({
    name,
    description,
    mac: `02:6a:7e:00:00:0${n}`,
    speedMbps: 1_000,
    adminUp: true,
    up: share > 0,
    inBytesPerSecond: people * share * 3_000,
    outBytesPerSecond: people * share * 900,
  });
  return [
    port(1, "wan0", "uplink to the education network", 1),
    port(2, "lan1", "campus", 0.7),
    port(3, "lan2", "campus", 0.3),
    port(4, "lan3", "not used", 0),
  ];
}
