// Neighbours by LLDP-MIB (IEEE 802.1AB-2005): who is on the other end of each cable.
import { addressOfBytes, formatAddress, scopeOf } from "../../address.ts";
import { type Oid, parseOid } from "../../snmp/oid.ts";
import { readArcsOf } from "../../snmp/row-index.ts";
import type { SnmpTable } from "../../snmp/table.ts";
import { bytesOf, type SnmpValue } from "../../snmp/value.ts";
import { hardwareAddress, hardwareAddressOf } from "../../topology/hardware-address.ts";
import { MOST_MANAGED, MOST_NEIGHBOURS, type Neighbour, type Sightings } from "../../topology/sightings.ts";
import { readName } from "../snmp-value.ts";
import { BASE_PORT_COLUMNS, readBasePorts } from "./base-ports.ts";
import type { OwnInterfaces } from "./interfaces.ts";
import type { StandardQuestions, StandardReader } from "./standard.ts";

/** Its root is 1.0, not 1.3. */
const LLDP = "1.0.8802.1.1.2.1";
/** lldpLocChassisIdSubtype, …ChassisId, lldpLocSysCapEnabled: single values. */
const LOCAL_SYSTEM = [1, 2, 6].map((object) => parseOid(`${LLDP}.3.${object}`));
/** lldpLocPortIdSubtype, …PortId, …PortDesc. Index: local port number. */
const LOCAL_PORTS = [2, 3, 4].map((column) => parseOid(`${LLDP}.3.7.1.${column}`));
/** lldpRemChassisIdSubtype, …ChassisId, …PortIdSubtype, …PortId, …PortDesc, …SysName, …SysCapEnabled. */
const REMOTE = [4, 5, 6, 7, 8, 9, 12].map((column) => parseOid(`${LLDP}.4.1.1.${column}`));
/** lldpRemManAddrIfSubtype and …IfId; the address itself stands in the index. */
const ADDRESSES: readonly Oid[] = [3, 4].map((column) => parseOid(`${LLDP}.4.2.1.${column}`));

/** LldpChassisIdSubtype. */
const CHASSIS = { mac: 4, network: 5 } as const;
/** LldpPortIdSubtype: the two enumerations differ. */
const PORT = { mac: 3 } as const;
/** LldpSystemCapabilitiesMap, by the bits of its first octet. */
const BRIDGE = 0x20;
const ACCESS_POINT = 0x10;

/** A device without LLDP adds nothing; one that has it and hears nobody has no neighbours. */
export const readLldp: StandardReader = async (device, findings) => {
  const system = await device.walk(LOCAL_SYSTEM);
  const remote = await device.walk(REMOTE);
  if (system.rowKeys.length === 0 && remote.rowKeys.length === 0) return;
  const neighbours =
    remote.rowKeys.length === 0 ? [] : await neighboursOf(device, remote, findings.refuse.bind(findings));
  findings.see({ ...ownSystem(system), neighbours });
};

function ownSystem({ columns }: SnmpTable): Sightings {
  const [subtype, id, capabilities] = columns.map((column) => column[0]);
  const { mac } = chassisOf(subtype, id);
  return { ...(mac !== undefined && { chassis: mac, own: new Map([[mac, ""]]) }), ...rolesOf(capabilities) };
}

async function neighboursOf(
  device: StandardQuestions,
  remote: SnmpTable,
  refuse: (problem: string) => void,
): Promise<Neighbour[]> {
  const portName = localPortNames(
    await device.walk(LOCAL_PORTS),
    readBasePorts(await device.walk(BASE_PORT_COLUMNS)),
    await device.interfaces(),
  );
  const addresses = managementAddresses(await device.walk(ADDRESSES));
  // Where the table changed while it was walked, a neighbour may stand in it twice, under two time marks.
  const found = new Map<string, Neighbour>();
  remote.rowKeys.slice(0, MOST_NEIGHBOURS).forEach((key, row) => {
    const index = neighbourIndex(key);
    if (index === "unreadable") refuse("LLDP: a neighbour whose index cannot be read");
    if (typeof index === "string") return;
    const cells = remote.columns.map((column) => column[row]);
    found.set(index.key, neighbourOf(portName(index.port), cells, addresses.get(index.key) ?? []));
  });
  return [...found.values()];
}

function neighbourOf(
  port: string,
  [chassisSubtype, chassisId, portSubtype, portId, portDescription, name, capabilities]: (SnmpValue | undefined)[],
  addresses: readonly string[],
): Neighbour {
  const chassis = chassisOf(chassisSubtype, chassisId);
  const remotePortMac = portSubtype === PORT.mac ? macOf(portId) : undefined;
  const remotePort = (portSubtype === PORT.mac ? undefined : readName(portId)) ?? readName(portDescription);
  const said = readName(name);
  return {
    port,
    macs: [chassis.mac, remotePortMac].filter((mac) => mac !== undefined),
    names: said === undefined ? [] : [said],
    addresses: [...(chassis.address === undefined ? [] : [chassis.address]), ...addresses],
    ...(remotePort !== undefined && { remotePort }),
    ...(remotePortMac !== undefined && { remotePortMac }),
    ...rolesOf(capabilities),
  };
}

/**
 * Time mark, local port number, remote index; the mark is a moment and says nothing of who it is. RouterOS numbers its
 * neighbours without a port, or with port 0, which there is not: nobody knows where such a one is.
 */
function neighbourIndex(rowKey: string): { key: string; port: number } | "unplaced" | "unreadable" {
  const arcs = readArcsOf(rowKey) ?? [];
  const [, port, index] = arcs;
  if (arcs.length === 1 || port === 0) return "unplaced";
  if (arcs.length !== 3 || port === undefined || index === undefined) return "unreadable";
  return { key: `${port}.${index}`, port };
}

function chassisOf(subtype: SnmpValue | undefined, id: SnmpValue | undefined): { mac?: number; address?: string } {
  if (typeof id !== "string") return {};
  if (subtype === CHASSIS.network) {
    const [family, ...bytes] = bytesOf(id);
    const address = addressText(family, bytes);
    return address === undefined ? {} : { address };
  }
  // Whoever names his chassis by an interface or a text of his own may still write a MAC there.
  const mac = subtype === CHASSIS.mac ? macOf(id) : hardwareAddressOf(id);
  return mac === undefined ? {} : { mac };
}

/** Six bytes, or as some agents do, the text of them. */
function macOf(octets: SnmpValue | undefined): number | undefined {
  if (typeof octets !== "string") return undefined;
  return hardwareAddress(bytesOf(octets)) ?? hardwareAddressOf(octets);
}

/** The map has eight bits; agents send one octet or two. What is longer is not the map. */
function rolesOf(capabilities: SnmpValue | undefined): { isBridge?: boolean; isAccessPoint?: boolean } {
  if (typeof capabilities !== "string" || capabilities.length < 1 || capabilities.length > 2) return {};
  const octet = bytesOf(capabilities)[0] ?? 0;
  return { isBridge: (octet & BRIDGE) !== 0, isAccessPoint: (octet & ACCESS_POINT) !== 0 };
}

/**
 * What a local port number means. It is no ifIndex by definition: first what the port says of itself is looked for among
 * the interfaces; then the number is taken as bridge port, as IEEE 802.1AB-2005 recommends, and as ifIndex only where the
 * device has no bridge ports. At last the port is called what it calls itself.
 */
function localPortNames(
  { rowKeys, columns: [, ids = [], descriptions = []] }: SnmpTable,
  basePorts: ReadonlyMap<number, number>,
  { nameOf, byText, byMac }: OwnInterfaces,
): (port: number) => string {
  const rowOf = new Map(rowKeys.map((key, row) => [readArcsOf(key)?.[0], row]));
  return (port) => {
    const row = rowOf.get(port);
    const [id, description] = row === undefined ? [] : [ids[row], descriptions[row]];
    const [idText, descriptionText] = [readName(id), readName(description)];
    const mac = macOf(id);
    const named =
      (idText !== undefined && byText.get(idText)) ||
      (mac !== undefined && byMac.get(mac)) ||
      (descriptionText !== undefined && byText.get(descriptionText));
    if (named) return named;
    const index = basePorts.size > 0 ? basePorts.get(port) : port;
    return (index !== undefined && nameOf.get(index)) || idText || `port ${port}`;
  };
}

/** Time mark, local port number, remote index, family, length, bytes; some agents leave out the length. */
function managementAddresses({ rowKeys }: SnmpTable): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const rowKey of rowKeys) {
    const [, port, index, family, ...rest] = readArcsOf(rowKey) ?? [];
    const bytes = rest[0] === rest.length - 1 ? rest.slice(1) : rest;
    const address = addressText(family, bytes);
    if (address === undefined) continue;
    const key = `${port}.${index}`;
    const there = found.get(key);
    if (there === undefined) found.set(key, [address]);
    else if (there.length < MOST_MANAGED) there.push(address);
  }
  return found;
}

/** AddressFamilyNumbers: IPv4 is 1, IPv6 is 2. An address of nobody (0.0.0.0, multicast) is none. */
export function addressText(family: number | undefined, bytes: readonly number[]): string | undefined {
  const address = addressOfBytes(family, bytes);
  return address && scopeOf(address) !== "never" ? formatAddress(address) : undefined;
}
