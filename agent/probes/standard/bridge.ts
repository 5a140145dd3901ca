// Which hardware addresses a switch learned behind which of its ports: Q-BRIDGE-MIB (RFC 4363), else BRIDGE-MIB (RFC 4188).
import { parseOid } from "../../snmp/oid.ts";
import { readArcsOf } from "../../snmp/row-index.ts";
import type { SnmpTable } from "../../snmp/table.ts";
import { bytesOf } from "../../snmp/value.ts";
import { hardwareAddress } from "../../topology/hardware-address.ts";
import { MOST_ADDRESSES, type Sightings } from "../../topology/sightings.ts";
import type { SnmpFindings } from "../snmp-findings.ts";
import { BASE_PORT_COLUMNS, readBasePorts } from "./base-ports.ts";
import type { StandardReader } from "./standard.ts";

/** dot1qTpFdbPort and …Status. Index: FDB id (with most makers the VLAN), address. */
const BY_VLAN = [2, 3].map((column) => parseOid(`1.3.6.1.2.1.17.7.1.2.2.1.${column}`));
/** dot1dTpFdbPort and …Status. Index: address. Cisco shows here only the first VLAN, the others by community@VLAN. */
const PLAIN = [2, 3].map((column) => parseOid(`1.3.6.1.2.1.17.4.3.1.${column}`));
/** dot1dBaseBridgeAddress. */
const BRIDGE_ADDRESS = [parseOid("1.3.6.1.2.1.17.1.1")];

/** Fdb status: entries that are the switch itself, typed in or out of date say nothing of who is behind a port. */
const LEARNED = 3;

/** How JetStream numbers its first bridge port. */
const JETSTREAM_FIRST = 49_153;

/** Addresses by bridge port. */
type Learned = Map<number, Set<number>>;

/**
 * Counts the addresses behind each port and remembers them for topology; none is ever sent. A switch that shows no entry
 * at all shows no table, so nothing is said of its ports. That there is nobody behind a port is said only where all VLANs
 * are shown, and where the ports of the entries are known.
 */
export const readBridge: StandardReader = async (device, findings) => {
  const byVlan = await device.walk(BY_VLAN);
  const hasAllVlans = byVlan.rowKeys.length > 0;
  const learned = learnedBehind(hasAllVlans ? byVlan : await device.walk(PLAIN));
  const own = ownAddress(await device.walk(BRIDGE_ADDRESS));
  if (own !== undefined) findings.see({ own: new Map([[own, ""]]) });
  if (learned.size === 0) return;
  const basePorts = readBasePorts(await device.walk(BASE_PORT_COLUMNS));
  const { nameOf, byMac } = await device.interfaces();
  findings.see({ own: byMac });
  const indexOf = portIndexes(basePorts, [...learned.keys()]);
  const behind = new Map<string, Set<number>>();
  for (const [port, addresses] of learned) put(behind, nameOf.get(indexOf(port) ?? -1), addresses);
  if (behind.size === 0) return;
  if (hasAllVlans) for (const index of basePorts.values()) put(behind, nameOf.get(index), []);
  publish(findings, behind);
};

function publish(findings: SnmpFindings, behind: ReadonlyMap<string, ReadonlySet<number>>): void {
  let room = MOST_ADDRESSES;
  const kept = new Map<string, readonly number[]>();
  for (const [name, addresses] of behind) {
    findings.add("if_learned_macs", addresses.size, name);
    if (addresses.size > 0) kept.set(name, [...addresses].slice(0, room));
    room = Math.max(0, room - addresses.size);
  }
  const seen: Sightings = { behind: kept };
  findings.see(seen);
}

function learnedBehind({ rowKeys, columns: [ports = [], states = []] }: SnmpTable): Learned {
  const learned: Learned = new Map();
  rowKeys.forEach((key, row) => {
    const port = ports[row];
    const state = states[row];
    // Port 0 is an address of which the switch does not know where it is. A few agents have no status.
    if (typeof port !== "number" || port <= 0 || (state !== undefined && state !== LEARNED)) return;
    const address = hardwareAddress((readArcsOf(key) ?? []).slice(-6));
    if (address === undefined) return;
    const behind = learned.get(port) ?? new Set();
    learned.set(port, behind.add(address));
  });
  return learned;
}

function ownAddress({ columns }: SnmpTable): number | undefined {
  const octets = columns[0]?.[0];
  return typeof octets === "string" ? hardwareAddress(bytesOf(octets)) : undefined;
}

/**
 * The ifIndex of a bridge port. A device without the table of bridge ports means ifIndex. TP-Link's JetStream numbers the
 * ports of that table from 49,153 and those of the address table from 1.
 */
function portIndexes(
  basePorts: ReadonlyMap<number, number>,
  used: readonly number[],
): (port: number) => number | undefined {
  if (basePorts.size === 0) return (port) => port;
  const isShifted = basePorts.has(JETSTREAM_FIRST) && used.every((port) => !basePorts.has(port));
  return (port) => basePorts.get(isShifted ? JETSTREAM_FIRST + port - 1 : port);
}

function put(behind: Map<string, Set<number>>, name: string | undefined, addresses: Iterable<number>): void {
  if (name === undefined) return;
  const there = behind.get(name) ?? new Set();
  for (const address of addresses) there.add(address);
  behind.set(name, there);
}
