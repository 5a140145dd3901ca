// What a person names as places to look in, and the addresses that are asked because of it.
import { CampusError } from "../../contract/errors.ts";
import { bitsOf, formatAddress, isLinkLocal6, isOwnNetwork, parseAddress, scopeOf } from "../address.ts";

/** Addresses from `first` to `last`, both included. */
export interface Range {
  /** As it was written. */
  text: string;
  family: 4 | 6;
  first: bigint;
  last: bigint;
  zone?: string;
}

export interface RangeLimits {
  /** Most addresses that are asked. */
  maxHosts: number;
  /** Ask addresses outside one's own networks as well. */
  allowPublic: boolean;
}

/** The shortest IPv6 prefix that is asked address by address: 4,096 of them. A usual /64 would take ten thousand years. */
const SHORTEST_IPV6_PREFIX = 116;

/**
 * `192.168.1.0/24` (without its network and broadcast address), `192.168.1.10-192.168.1.40`, `192.168.1.10-40`, one address,
 * and the same with IPv6.
 * @returns `undefined` when it is none of these, so that it may be a host's name.
 * @throws CampusError `RANGE_INVALID`
 */
export function parseRange(text: string): Range | undefined {
  const slash = text.lastIndexOf("/");
  if (slash >= 0) return prefixRange(text, text.slice(0, slash), text.slice(slash + 1));
  const single = parseAddress(text);
  if (single) return { ...only(text, single.zone), family: single.family, first: single.value, last: single.value };
  const dash = text.indexOf("-");
  return dash > 0 ? spanRange(text, text.slice(0, dash), text.slice(dash + 1)) : undefined;
}

/**
 * Every address of the ranges once, in the order given.
 * @throws CampusError `RANGE_NOT_ALLOWED` when one may not be asked, `RANGE_TOO_LARGE` when they are too many.
 */
export function addressesOf(ranges: readonly Range[], { maxHosts, allowPublic }: RangeLimits): string[] {
  for (const range of ranges) checkAllowed(range, allowPublic);
  const sizes = ranges.map(({ first, last }) => last - first + 1n);
  const total = sizes.reduce((sum, size) => sum + size, 0n);
  if (total > BigInt(maxHosts)) {
    const names = ranges.map(({ text }) => text).join(" ");
    throw new CampusError(
      "RANGE_TOO_LARGE",
      `${names}: ${total} addresses, expected at most ${maxHosts}; name smaller ranges, or allow more with --max-hosts`,
    );
  }
  const addresses = new Set<string>();
  for (const { family, first, last, zone } of ranges) {
    for (let value = first; value <= last; value++) {
      addresses.add(formatAddress({ family, value, ...(zone === undefined ? {} : { zone }) }));
    }
  }
  return [...addresses];
}

function checkAllowed(range: Range, allowPublic: boolean): void {
  const { text, family, first, last, zone } = range;
  const ends = [first, last].map((value) => ({ family, value }));
  if (ends.some((end) => scopeOf(end) === "never")) {
    throw new CampusError(
      "RANGE_NOT_ALLOWED",
      `${text}: these are no addresses of devices (multicast, reserved, or 0)`,
    );
  }
  if (zone === undefined && ends.some(isLinkLocal6)) {
    throw new CampusError(
      "RANGE_INVALID",
      `${text}: a link-local address needs its interface, for example fe80::1%eth0`,
    );
  }
  if (allowPublic || isOwnNetwork(family, first, last)) return;
  throw new CampusError(
    "RANGE_NOT_ALLOWED",
    `${text}: not in a private network (10/8, 172.16/12, 192.168/16, 100.64/10, 169.254/16, fc00::/7, fe80::/10, loopback); if these devices are yours, say --allow-public`,
  );
}

function prefixRange(text: string, network: string, length: string): Range {
  const address = parseAddress(network);
  if (!address) throw invalid(text);
  const { family, value, zone } = address;
  const bits = bitsOf(family);
  const prefix = /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN;
  if (!(prefix >= 0 && prefix <= bits)) {
    throw new CampusError("RANGE_INVALID", `${text}: "${length}" is no prefix length, expected 0 to ${bits}`);
  }
  if (family === 6 && prefix < SHORTEST_IPV6_PREFIX) {
    throw new CampusError(
      "RANGE_TOO_LARGE",
      `${text}: an IPv6 network is too large to ask every address, expected /${SHORTEST_IPV6_PREFIX} or longer; name the hosts, or find them with --neighbours`,
    );
  }
  const size = 1n << BigInt(bits - prefix);
  const first = (value / size) * size;
  // An IPv4 subnet begins with its own name and ends with its broadcast address (RFC 3021: not one of two addresses).
  const edge = family === 4 && size > 2n ? 1n : 0n;
  return { ...only(text, zone), family, first: first + edge, last: first + size - 1n - edge };
}

/** `undefined` when the text before the dash is no address: host names have dashes too. */
function spanRange(text: string, from: string, to: string): Range | undefined {
  const first = parseAddress(from);
  if (!first) return undefined;
  const isLastPart = first.family === 4 && /^\d{1,3}$/.test(to);
  const last = parseAddress(isLastPart ? `${from.slice(0, from.lastIndexOf("."))}.${to}` : to);
  if (!last || last.family !== first.family) throw invalid(text);
  if (last.zone !== undefined && last.zone !== first.zone) throw invalid(text);
  if (last.value < first.value) throw new CampusError("RANGE_INVALID", `${text}: ends before it begins`);
  return { ...only(text, first.zone), family: first.family, first: first.value, last: last.value };
}

function only(text: string, zone: string | undefined) {
  return { text, ...(zone === undefined ? {} : { zone }) };
}

function invalid(text: string): CampusError {
  return new CampusError(
    "RANGE_INVALID",
    `"${text}" is no range, expected for example 192.168.1.0/24, 192.168.1.10-192.168.1.40 or one address`,
  );
}
