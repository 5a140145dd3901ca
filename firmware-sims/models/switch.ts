// A switch: MIB-II and IF-MIB, who is on its ports (LLDP-MIB), what it learned behind them (Q-BRIDGE-MIB), and its power
// over Ethernet (POWER-ETHERNET-MIB). Nothing of any vendor's but a sysObjectID, by which it is known as a switch.
import { type Clock, systemClock } from "../../contract/clock.ts";
import { createStaticMib, type Mib, type MibRow } from "../snmp/mib.ts";
import { macIndex } from "../snmp/oid.ts";
import { gauge32, integer, macOctets, octets, text } from "../snmp/value.ts";
import { between } from "./chance.ts";
import { createInterfaces, type InterfacePatch, type InterfaceState } from "./interfaces.ts";
import { type SystemState, systemRows } from "./mib2.ts";
import { scalars, tableRow } from "./rows.ts";

export type Role = "bridge" | "router" | "access-point" | "station";

/** Who is on the other end of a cable, by what it says of itself. */
export interface SwitchNeighbour {
  /** Port of the switch, counting from 1. */
  port: number;
  /** Chassis address. */
  mac: string;
  name?: string;
  /** What it calls its own port. */
  remotePort: string;
  roles: readonly Role[];
  /** IPv4 address under which it is managed. */
  address?: string;
}

export interface SwitchOptions {
  name?: string;
  location?: string;
  mac?: string;
  ports?: number;
  portName?: (n: number) => string;
  /** Ports that can feed a device; absent: none. */
  poePorts?: number;
  neighbours?: readonly SwitchNeighbour[];
  /** Hardware addresses by port. */
  learned?: Readonly<Record<number, readonly string[]>>;
  clock?: Pick<Clock, "nowMs">;
  seed?: number;
}

export interface SimulatedSwitch {
  readonly mib: Mib;
  readonly name: string;
  readonly mac: string;
  /** The neighbour replaces whoever was on the port. */
  connect(neighbour: SwitchNeighbour): void;
  /** Nobody is heard on the port any more, and what was learned behind it is forgotten. */
  disconnect(port: number): void;
  /** Replaces what is learned behind the port. */
  learn(port: number, macs: readonly string[]): void;
  /** @throws CampusError `SIM_INTERFACE_UNKNOWN` naming it. */
  setInterface(name: string, patch: InterfacePatch): void;
}

const LLDP = "1.0.8802.1.1.2.1";
const VLAN = 1;
/** A maker whose switches are asked by the standard tables alone. */
const EDGECORE = "1.3.6.1.4.1.259.10.1.45.104";
/** LldpSystemCapabilitiesMap: the first bit is the high one. */
const ROLE_BITS: Readonly<Record<Role, number>> = { bridge: 0x20, "access-point": 0x10, router: 0x08, station: 0x01 };
/** What a port gives to a device that it feeds, of 30 W it may. */
const WATTS_PER_DEVICE = 9;

export function createSwitch(options: SwitchOptions = {}): SimulatedSwitch {
  const { name = "switch", mac = "02:6a:7e:10:00:00", clock = systemClock, seed = 1 } = options;
  const nowMs = () => clock.nowMs();
  const ports = portsOf(options, mac);
  const system: SystemState = {
    name,
    description: `${ports.length - 1}-port Gigabit switch`,
    objectId: EDGECORE,
    location: options.location ?? "",
    contact: "",
    bootedAtMs: nowMs() - Math.floor(between(20, 90, seed, name, "uptime") * 86_400_000),
  };
  const interfaces = createInterfaces(ports, system.bootedAtMs, nowMs);
  const neighbours = new Map((options.neighbours ?? []).map((neighbour) => [neighbour.port, neighbour]));
  const learned = new Map(Object.entries(options.learned ?? {}).map(([port, macs]) => [Number(port), macs]));
  const poePorts = options.poePorts ?? 0;
  const isFeeding = (port: number) => neighbours.get(port)?.roles.includes("access-point") ?? false;
  let changes = 0;

  const build = () =>
    createStaticMib([
      ...systemRows(system, nowMs),
      ...interfaces.rows,
      ...lldpRows(name, mac, ports, [...neighbours.values()], changes),
      ...bridgeRows(mac, ports, learned),
      ...poeRows(poePorts, isFeeding),
    ]);
  let mib = build();
  const changed = () => {
    changes += 1;
    mib = build();
  };
  return {
    mib: {
      get size() {
        return mib.size;
      },
      get: (oid) => mib.get(oid),
      next: (oid) => mib.next(oid),
    },
    name,
    mac,
    connect: (neighbour) => {
      neighbours.set(neighbour.port, neighbour);
      changed();
    },
    disconnect: (port) => {
      neighbours.delete(port);
      learned.delete(port);
      changed();
    },
    learn: (port, macs) => {
      learned.set(port, macs);
      changed();
    },
    setInterface: interfaces.set,
  };
}

/** The first interface is the one under which the switch is managed, so that port n has ifIndex n + 1. */
function portsOf(
  { ports = 24, portName = (n) => `GigabitEthernet1/0/${n}` }: SwitchOptions,
  mac: string,
): InterfaceState[] {
  const port = (name: string, description: string): InterfaceState => ({
    name,
    description,
    mac,
    speedMbps: 1_000,
    adminUp: true,
    up: true,
    inBytesPerSecond: 40_000,
    outBytesPerSecond: 160_000,
  });
  return [
    port("Vlan-interface1", "management"),
    ...Array.from({ length: ports }, (_, i) => port(portName(i + 1), `port ${i + 1}`)),
  ];
}

/** Time marks grow with each change, as devices' do; local port numbers are those of the bridge. */
function lldpRows(
  name: string,
  mac: string,
  ports: readonly InterfaceState[],
  neighbours: readonly SwitchNeighbour[],
  changes: number,
): MibRow[] {
  return [
    ...scalars(`${LLDP}.3`, {
      1: integer(4),
      2: macOctets(mac),
      3: text(name),
      5: rolesValue(["bridge"]),
      6: rolesValue(["bridge"]),
    }),
    ...ports
      .slice(1)
      .flatMap((port, i) =>
        tableRow(`${LLDP}.3.7.1`, [i + 1], { 2: integer(5), 3: text(port.name), 4: text(port.name) }),
      ),
    ...neighbours.flatMap((neighbour) => neighbourRows(neighbour, [1_000 + changes * 100, neighbour.port, 1])),
  ];
}

function neighbourRows(neighbour: SwitchNeighbour, index: readonly number[]): MibRow[] {
  const { mac, name = "", remotePort, roles, address } = neighbour;
  return [
    ...tableRow(`${LLDP}.4.1.1`, index, {
      4: integer(4),
      5: macOctets(mac),
      6: integer(5),
      7: text(remotePort),
      8: text(remotePort),
      9: text(name),
      11: rolesValue(roles),
      12: rolesValue(roles),
    }),
    ...(address === undefined
      ? []
      : tableRow(`${LLDP}.4.2.1`, [...index, 1, 4, ...address.split(".").map(Number)], {
          3: integer(2),
          4: integer(1),
        })),
  ];
}

function rolesValue(roles: readonly Role[]) {
  return octets(
    Uint8Array.of(
      roles.reduce((bits, role) => bits | ROLE_BITS[role], 0),
      0,
    ),
  );
}

function bridgeRows(
  mac: string,
  ports: readonly InterfaceState[],
  learned: ReadonlyMap<number, readonly string[]>,
): MibRow[] {
  const entry = (address: string, port: number, status: number) =>
    tableRow("1.3.6.1.2.1.17.7.1.2.2.1", [VLAN, ...macIndex(address)], { 2: integer(port), 3: integer(status) });
  return [
    ...scalars("1.3.6.1.2.1.17.1", { 1: macOctets(mac), 2: integer(ports.length - 1), 3: integer(2) }),
    ...ports
      .slice(1)
      .flatMap((_, i) => tableRow("1.3.6.1.2.1.17.1.4.1", [i + 1], { 1: integer(i + 1), 2: integer(i + 2) })),
    ...entry(mac, 0, 4),
    ...[...learned].flatMap(([port, macs]) => macs.flatMap((address) => entry(address, port, 3))),
  ];
}

/** One group of ports: on or searching, and what is consumed. */
function poeRows(poePorts: number, isFeeding: (port: number) => boolean): MibRow[] {
  if (poePorts === 0) return [];
  const numbers = Array.from({ length: poePorts }, (_, i) => i + 1);
  const fed = () => numbers.filter(isFeeding).length;
  return [
    ...numbers.flatMap((port) =>
      tableRow("1.3.6.1.2.1.105.1.1.1", [1, port], {
        3: integer(1),
        6: () => integer(isFeeding(port) ? 3 : 2),
        7: integer(3),
        10: () => integer(isFeeding(port) ? 5 : 1),
        12: integer(0),
      }),
    ),
    ...tableRow("1.3.6.1.2.1.105.1.3.1.1", [1], {
      2: gauge32(poePorts * 15),
      3: integer(1),
      4: () => gauge32(fed() * WATTS_PER_DEVICE),
    }),
  ];
}
