// Neighbours by TP-Link's own LLDP table (TPLINK-LLDPINFO-MIB): JetStream switches show theirs nowhere else.
import { formatAddress, parseAddress, scopeOf } from "../../discover/address.ts";
import { parseOid } from "../../snmp/oid.ts";
import { readArcsOf } from "../../snmp/row-index.ts";
import type { SnmpValue } from "../../snmp/value.ts";
import { hardwareAddressOf } from "../../topology/hardware-address.ts";
import { MOST_NEIGHBOURS, type Neighbour } from "../../topology/sightings.ts";
import { readName } from "../snmp-value.ts";
import type { StandardReader } from "./standard.ts";

/**
 * Chassis id, port id, port description, system name, capabilities enabled, management address: all as texts for people,
 * as recorded from a SG2218P ("E8:28:C1:26:B9:C0", "Bridge Router "). Index: ifIndex, number of the neighbour.
 */
const COLUMNS = [4, 6, 8, 9, 12, 13].map((column) => parseOid(`1.3.6.1.4.1.11863.6.35.1.2.2.1.${column}`));

export const readTplinkLldp: StandardReader = async (device, findings) => {
  const { rowKeys, columns } = await device.walk(COLUMNS);
  if (rowKeys.length === 0) return;
  const { nameOf } = await device.interfaces();
  const neighbours = rowKeys.slice(0, MOST_NEIGHBOURS).flatMap((key, row): Neighbour[] => {
    const port = nameOf.get(readArcsOf(key)?.[0] ?? -1);
    return port === undefined
      ? []
      : [
          neighbourOf(
            port,
            columns.map((column) => column[row]),
          ),
        ];
  });
  findings.see({ neighbours });
};

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
