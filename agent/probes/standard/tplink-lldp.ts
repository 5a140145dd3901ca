// Neighbours by TP-Link's own LLDP table (TPLINK-LLDPINFO-MIB): JetStream switches show theirs nowhere else.
import { formatAddress, parseAddress, scopeOf } from "../../address.ts";
import { parseOid } from "../../snmp/oid.ts";
import type { SnmpValue } from "../../snmp/value.ts";
import { hardwareAddressOf } from "../../topology/hardware-address.ts";
import type { Neighbour } from "../../topology/sightings.ts";
import { readName } from "../snmp-value.ts";
import { neighbourReader } from "./neighbour-table.ts";

/**
 * Chassis id, port id, port description, system name, capabilities enabled, management address: all as texts for people,
 * as recorded from a SG2218P ("E8:28:C1:26:B9:C0", "Bridge Router "). Index: ifIndex, number of the neighbour.
 */
const COLUMNS = [4, 6, 8, 9, 12, 13].map((column) => parseOid(`1.3.6.1.4.1.11863.6.35.1.2.2.1.${column}`));

export const readTplinkLldp = neighbourReader(COLUMNS, neighbourOf);

function neighbourOf(port: string, cells: readonly (SnmpValue | undefined)[]): Neighbour {
  const [chassis, portId, description, name, capabilities, management] = cells.map((cell) => readName(cell));
  const macs = [chassis, portId].map((text) => (text === undefined ? undefined : hardwareAddressOf(text)));
  const remotePortMac = macs[1];
  const remotePort = (remotePortMac === undefined ? portId : undefined) ?? description;
  const address = parseAddress(management ?? "");
  return {
    port,
    macs: macs.filter((mac) => mac !== undefined),
    names: name === undefined ? [] : [name],
    addresses: address === undefined || scopeOf(address) === "never" ? [] : [formatAddress(address)],
    ...(remotePort !== undefined && { remotePort }),
    ...(remotePortMac !== undefined && { remotePortMac }),
    ...(capabilities !== undefined && {
      isBridge: /\bBridge\b/i.test(capabilities),
      isAccessPoint: /\bWLAN\b/i.test(capabilities),
    }),
  };
}
