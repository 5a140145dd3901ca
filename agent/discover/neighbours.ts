// Which other devices a device has spoken to: its ARP and ND tables, and the management addresses of its LLDP neighbours.
import { macFromBytes } from "../../contract/mac.ts";
import {
  addressOfBytes,
  formatAddress,
  isLinkLocal6,
  isOwnNetwork,
  type NumberedAddress,
  parseAddress,
  scopeOf,
} from "../address.ts";
import { ProbeError } from "../probes/probe.ts";
import type { SnmpEngine } from "../snmp/engine.ts";
import { parseOid } from "../snmp/oid.ts";
import type { SnmpPeer } from "../snmp/peer.ts";
import { readArcsOf } from "../snmp/row-index.ts";
import type { SnmpTable } from "../snmp/table.ts";
import { bytesOf } from "../snmp/value.ts";

export interface Neighbour {
  /** In its one spelling. */
  address: string;
  mac?: string;
}

/** IP-MIB::ipNetToPhysicalPhysAddress, …Type; and the older ipNetToMediaPhysAddress, …Type. */
const PHYSICAL = ["1.3.6.1.2.1.4.35.1.4", "1.3.6.1.2.1.4.35.1.6"].map(parseOid);
const MEDIA = ["1.3.6.1.2.1.4.22.1.2", "1.3.6.1.2.1.4.22.1.4"].map(parseOid);
/** LLDP-MIB::lldpRemManAddrIfSubtype: the address itself stands in the index. */
const LLDP = [parseOid("1.0.8802.1.1.2.1.4.2.1.3")];
/** An entry that is being forgotten (ipNetToMediaType, ipNetToPhysicalType). */
const INVALID = 2;
/** InetAddressType. */
const IPV4 = 1;

/** What its tables say, as far as it has them and they can be read to their end. */
export async function askNeighbours(engine: SnmpEngine, peer: SnmpPeer, signal: AbortSignal): Promise<Neighbour[]> {
  const found: Neighbour[] = [];
  for (const [columns, addressOf] of [
    [PHYSICAL, physicalAddress],
    [MEDIA, mediaAddress],
    [LLDP, lldpAddress],
  ] as const) {
    try {
      found.push(...readTable(await engine.walkColumns(peer, columns, signal), addressOf));
    } catch (error) {
      // A hint that is not given is not a fault: the next table may give it.
      if (!(error instanceof ProbeError)) throw error;
    }
  }
  return found;
}

/**
 * Whether a neighbour may be asked: in somebody's own network, or anywhere with `allowPublic`. A device's loopback is itself
 * and not this machine, so those count only where this machine's own were asked for.
 */
export function mayBeAsked({ address }: Neighbour, allow: { allowPublic: boolean; loopback: boolean }): boolean {
  const at = parseAddress(address);
  if (!at || isLinkLocal6(at)) return false;
  switch (scopeOf(at)) {
    case "loopback":
      return allow.loopback;
    case "never":
      return false;
    case "private":
    case "public":
      return allow.allowPublic || isOwnNetwork(at.family, at.value, at.value);
  }
}

function readTable(
  { rowKeys, columns: [macs = [], types = []] }: SnmpTable,
  addressOf: (arcs: readonly number[]) => NumberedAddress | undefined,
): Neighbour[] {
  return rowKeys.flatMap((key, row) => {
    const address = types[row] === INVALID ? undefined : addressOf(readArcsOf(key) ?? []);
    if (!address) return [];
    const raw = macs[row];
    const mac = typeof raw === "string" ? macFromBytes(bytesOf(raw)) : undefined;
    return [{ address: formatAddress(address), ...(mac === undefined ? {} : { mac }) }];
  });
}

/** ifIndex, InetAddressType, length, bytes. */
function physicalAddress([, type, length, ...bytes]: readonly number[]): NumberedAddress | undefined {
  return length === bytes.length ? addressOfBytes(type, bytes) : undefined;
}

/** ifIndex, four bytes. */
function mediaAddress([, ...bytes]: readonly number[]): NumberedAddress | undefined {
  return addressOfBytes(IPV4, bytes);
}

/** Time mark, local port, remote index, family, length, bytes. */
function lldpAddress([, , , family, length, ...bytes]: readonly number[]): NumberedAddress | undefined {
  return length === bytes.length ? addressOfBytes(family, bytes) : undefined;
}
