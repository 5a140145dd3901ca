// How many devices a router knows by IPv4 and IPv6, and the device's own IPv6 addresses (IP-MIB, RFC 4293, and its elders).
//
// Only counts leave this file. A family that the device shows no table of is absent and never 0: many agents show the
// table of both families with rows of IPv4 alone, whatever their clients speak.
import { parseAddress } from "../../address.ts";
import { type Oid, parseOid } from "../../snmp/oid.ts";
import { readArcsOf } from "../../snmp/row-index.ts";
import type { SnmpTable } from "../../snmp/table.ts";
import { bytesOf } from "../../snmp/value.ts";
import { hardwareAddress, isVirtualRouter } from "../../topology/hardware-address.ts";
import type { StandardQuestions, StandardReader } from "./standard.ts";

const columnsOf = (entry: string, ...columns: number[]): readonly Oid[] =>
  columns.map((column) => parseOid(`${entry}.${column}`));

/** ipForwarding and ipv6IpForwarding: forwarding(1), notForwarding(2). */
const FORWARDING = columnsOf("1.3.6.1.2.1.4", 1, 25);
/** ipNetToPhysicalPhysAddress, …Type, …State. Index: ifIndex, InetAddressType, length, address. */
const PHYSICAL = columnsOf("1.3.6.1.2.1.4.35.1", 4, 6, 7);
/** ipNetToMediaPhysAddress, …Type. Index: ifIndex, four bytes. */
const MEDIA = columnsOf("1.3.6.1.2.1.4.22.1", 2, 4);
/** IPV6-MIB (RFC 2465): ipv6NetToMediaPhysAddress, …Type, ipv6IfNetToMediaState. Index: ifIndex, sixteen bytes. */
const MEDIA_6 = columnsOf("1.3.6.1.2.1.55.1.12.1", 2, 3, 4);
/** ipAddressIfIndex, …Type, …Status. Index: InetAddressType, length, address. */
const ADDRESSES = columnsOf("1.3.6.1.2.1.4.34.1", 3, 4, 7);
/** IPV6-MIB: ipv6AddrPfxLength, …AnycastFlag, …Status. Index: ifIndex, sixteen bytes. */
const ADDRESSES_6 = columnsOf("1.3.6.1.2.1.55.1.8.1", 2, 4, 5);

const NOT_FORWARDING = 2;
/** Entries typed in stay when the device is off; the router's own and invalid ones are no neighbours. */
const PHYSICAL_TYPES_LEFT_OUT = new Set([2, 4, 5]); // invalid, static, local
const MEDIA_TYPES_LEFT_OUT = new Set([2, 4]); // invalid, static
const MEDIA_6_TYPES_LEFT_OUT = new Set([3, 4]); // static, local
const STATES_LEFT_OUT = new Set([5, 7]); // invalid, incomplete
/** InetAddressType: link-local addresses may carry a zone. */
const TYPES: Readonly<Record<number, 4 | 6>> = { 1: 4, 2: 6, 3: 4, 4: 6 };
/** IpAddressStatusTC and ipv6AddrStatus: invalid, inaccessible, tentative, duplicate. */
const STATUSES_LEFT_OUT = new Set([3, 4, 6, 7]);
const ANYCAST = 2;
const TRUE = 1;

/** Hardware addresses known by one family. */
interface Family {
  all: Set<number>;
  /** Of these, the ones with an address in 2000::/3. */
  global: Set<number>;
}

/**
 * Neighbours of a device that forwards; one that says it does not is no router, and whom it knows means nothing. The own
 * IPv6 addresses of any device.
 */
export const readIpNeighbours: StandardReader = async (device, findings) => {
  const own = await ownAddresses(device);
  if (own !== undefined) findings.add("ipv6_addresses", own);
  const { columns } = await device.walk(FORWARDING);
  const forwarding = columns.map((column) => column[0]).filter((value) => value !== undefined);
  if (forwarding.length > 0 && forwarding.every((value) => value === NOT_FORWARDING)) return;
  const { ipv4, ipv6 } = await neighbours(device);
  if (ipv4) findings.add("neighbours_ipv4", ipv4.all.size);
  if (!ipv6) return;
  findings.add("neighbours_ipv6", ipv6.all.size);
  findings.add("neighbours_ipv6_global", ipv6.global.size);
  if (ipv4) findings.add("neighbours_both", [...ipv4.all].filter((mac) => ipv6.global.has(mac)).length);
};

async function neighbours(device: StandardQuestions): Promise<{ ipv4?: Family; ipv6?: Family }> {
  const { byMac: own } = await device.interfaces();
  const physical = await device.walk(PHYSICAL);
  const both = { left: PHYSICAL_TYPES_LEFT_OUT, own };
  const ipv4 =
    readFamily(physical, 4, physicalAddress, both) ??
    readFamily(await device.walk(MEDIA), 4, (arcs) => arcs.slice(1), { left: MEDIA_TYPES_LEFT_OUT, own });
  const ipv6 =
    readFamily(physical, 6, physicalAddress, both) ??
    readFamily(await device.walk(MEDIA_6), 6, plainAddress6, { left: MEDIA_6_TYPES_LEFT_OUT, own });
  return { ...(ipv4 && { ipv4 }), ...(ipv6 && { ipv6 }) };
}

/** Neighbours of one family; `undefined` when the table has no row of it. */
function readFamily(
  { rowKeys, columns: [macs = [], types = [], states = []] }: SnmpTable,
  family: 4 | 6,
  addressOf: (arcs: readonly number[]) => readonly number[] | undefined,
  { left, own }: { left: ReadonlySet<unknown>; own: ReadonlyMap<number, string> },
): Family | undefined {
  const found: Family = { all: new Set(), global: new Set() };
  let isThere = false;
  rowKeys.forEach((key, row) => {
    const address = addressOf(readArcsOf(key) ?? []);
    if (address?.length !== (family === 4 ? 4 : 16)) return;
    isThere = true;
    const octets = macs[row];
    const mac = typeof octets === "string" ? hardwareAddress(bytesOf(octets)) : undefined;
    if (mac === undefined || own.has(mac) || isVirtualRouter(mac)) return;
    if (left.has(types[row]) || STATES_LEFT_OUT.has(Number(states[row]))) return;
    found.all.add(mac);
    if (family === 6 && isGlobal(address)) found.global.add(mac);
  });
  return isThere ? found : undefined;
}

/** Own global unicast addresses; `undefined` when the device shows no address of IPv6 at all. */
async function ownAddresses(device: StandardQuestions): Promise<number | undefined> {
  const table = await device.walk(ADDRESSES);
  const counted = countGlobal(
    table,
    (arcs) => addressOfType(arcs),
    (type) => type === ANYCAST,
  );
  return counted ?? countGlobal(await device.walk(ADDRESSES_6), plainAddress6, (flag) => flag === TRUE);
}

function countGlobal(
  { rowKeys, columns: [, kinds = [], statuses = []] }: SnmpTable,
  addressOf: (arcs: readonly number[]) => readonly number[] | undefined,
  isAnycast: (kind: unknown) => boolean,
): number | undefined {
  let isThere = false;
  const addresses = new Set<string>();
  rowKeys.forEach((key, row) => {
    const address = addressOf(readArcsOf(key) ?? []);
    if (address?.length !== 16) return;
    isThere = true;
    if (isAnycast(kinds[row]) || STATUSES_LEFT_OUT.has(Number(statuses[row]))) return;
    if (isGlobal(address)) addresses.add(address.join("."));
  });
  return isThere ? addresses.size : undefined;
}

function physicalAddress([, ...typed]: readonly number[]): readonly number[] | undefined {
  return addressOfType(typed);
}

/** Type, length, bytes and perhaps a zone of four. Some agents write ipv6z without length and zone. */
function addressOfType([type, ...rest]: readonly number[]): readonly number[] | undefined {
  const family = TYPES[type ?? 0];
  if (family === undefined) return undefined;
  const size = family === 4 ? 4 : 16;
  if (rest.length === size) return rest;
  const [length, ...bytes] = rest;
  return length === bytes.length && (length === size || length === size + 4) ? bytes.slice(0, size) : undefined;
}

/** ifIndex and sixteen bytes, before which some agents put their number; FS.COM puts the address as a text instead. */
function plainAddress6([, ...bytes]: readonly number[]): readonly number[] | undefined {
  if (bytes.length <= 16) return bytes;
  if (bytes.length === 17 && bytes[0] === 16) return bytes.slice(1);
  const address = parseAddress(String.fromCharCode(...bytes).replace(/\/\d+$/, ""));
  if (address?.family !== 6) return undefined;
  return Array.from({ length: 16 }, (_, i) => Number((address.value >> BigInt(120 - 8 * i)) & 0xffn));
}

/** 2000::/3, all that is given out (RFC 4291 section 2.4, IANA). */
function isGlobal([first = 0]: readonly number[]): boolean {
  return (first & 0xe0) === 0x20;
}
