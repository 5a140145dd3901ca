// Neighbours by Cisco's CDP (CISCO-CDP-MIB): for switches and access points on which LLDP is switched off, as Cisco does.
import { parseOid } from "../../snmp/oid.ts";
import { bytesOf, type SnmpValue } from "../../snmp/value.ts";
import { hardwareAddressOf } from "../../topology/hardware-address.ts";
import type { Neighbour } from "../../topology/sightings.ts";
import { readName } from "../snmp-value.ts";
import { addressText } from "./lldp.ts";
import { neighbourReader } from "./neighbour-table.ts";

/** cdpCacheAddressType, …Address, …DeviceId, …DevicePort, …Platform, …Capabilities. Index: ifIndex, number of the device. */
const COLUMNS = [3, 4, 6, 7, 8, 9].map((column) => parseOid(`1.3.6.1.4.1.9.9.23.1.2.1.1.${column}`));
/** CiscoNetworkProtocol ip(1) and ipv6(20), as address families. */
const FAMILY: Readonly<Record<number, number>> = { 1: 1, 20: 2 };
/** Capabilities, as the protocol has them: the low bits of the last octet. Switch, and transparent bridge. */
const BRIDGE = 0x08 | 0x02;
const ACCESS_POINT = /\bAIR-|\bC9\d{3}AX/;

export const readCdp = neighbourReader(COLUMNS, neighbourOf);

function neighbourOf(
  port: string,
  [type, octets, id, remote, platform, capabilities]: readonly (SnmpValue | undefined)[],
): Neighbour {
  const deviceId = readName(id);
  const mac = deviceId === undefined ? undefined : hardwareAddressOf(deviceId);
  const remotePort = readName(remote);
  const bytes = typeof octets === "string" ? [...bytesOf(octets)] : [];
  const address = addressText(typeof type === "number" ? FAMILY[type] : undefined, bytes);
  const roles = typeof capabilities === "string" ? bytesOf(capabilities).at(-1) : undefined;
  return {
    port,
    macs: mac === undefined ? [] : [mac],
    names: deviceId === undefined ? [] : namesOf(deviceId),
    addresses: address === undefined ? [] : [address],
    ...(remotePort !== undefined && { remotePort }),
    ...(roles !== undefined && { isBridge: (roles & BRIDGE) !== 0 }),
    isAccessPoint: ACCESS_POINT.test(readName(platform) ?? ""),
  };
}

/** The name as it is, and without the domain that Cisco adds. */
function namesOf(deviceId: string): string[] {
  const [host] = deviceId.split(".");
  return host === undefined || host === "" || host === deviceId ? [deviceId] : [deviceId, host];
}
