// Network addresses as numbers and back as text, and whose they are.
import { isIP, SocketAddress } from "node:net";

export interface NumberedAddress {
  family: 4 | 6;
  value: bigint;
  /** The interface of a link-local IPv6 address: `eth0` of `fe80::1%eth0`. */
  zone?: string;
}

/**
 * - `loopback` this machine itself
 * - `private` a network of one's own: RFC 1918, RFC 6598 (100.64/10), RFC 3927 and RFC 4291 link-local, RFC 4193
 * - `public` anybody's
 * - `never` no address of one device: unspecified, multicast, reserved, or IPv4 written as IPv6
 */
export type Scope = "loopback" | "private" | "public" | "never";

const BITS = { 4: 32, 6: 128 } as const;

const BLOCKS: readonly { scope: Scope; family: 4 | 6; first: bigint; bits: number }[] = [
  block("loopback", "127.0.0.0", 8),
  block("private", "10.0.0.0", 8),
  block("private", "172.16.0.0", 12),
  block("private", "192.168.0.0", 16),
  block("private", "100.64.0.0", 10),
  block("private", "169.254.0.0", 16),
  block("never", "0.0.0.0", 8),
  block("never", "224.0.0.0", 3),
  block("loopback", "::1", 128),
  block("private", "fc00::", 7),
  block("private", "fe80::", 10),
  block("never", "::", 128),
  block("never", "::ffff:0:0", 96),
  block("never", "ff00::", 8),
];

/** An address with dots or colons; `undefined` for anything else, names included. */
export function parseAddress(text: string): NumberedAddress | undefined {
  const [address = "", zone, ...more] = text.split("%");
  const family = isIP(address);
  if (family === 4) return zone === undefined ? { family, value: fromParts(address.split("."), 8n, 10) } : undefined;
  if (family !== 6 || more.length > 0 || zone === "") return undefined;
  return { family, value: fromParts(hextets(address), 16n, 16), ...(zone === undefined ? {} : { zone }) };
}

/**
 * The address of these bytes by InetAddressType or AddressFamilyNumbers, where ipv4 is 1 and ipv6 is 2 alike; `undefined` for
 * another type, and for bytes that are none or too many or few.
 */
export function addressOfBytes(type: number | undefined, bytes: readonly number[]): NumberedAddress | undefined {
  const family = type === 1 && bytes.length === 4 ? 4 : type === 2 && bytes.length === 16 ? 6 : undefined;
  if (family === undefined || bytes.some((byte) => byte > 0xff)) return undefined;
  return { family, value: bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n) };
}

/** The one spelling of an address, as the operating system writes it. */
export function formatAddress({ family, value, zone }: NumberedAddress): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 0xffn)).join(".");
  const parts = Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - i * 16)) & 0xffffn).toString(16));
  const { address } = new SocketAddress({ family: "ipv6", address: parts.join(":") });
  return zone === undefined ? address : `${address}%${zone}`;
}

export function scopeOf({ family, value }: NumberedAddress): Scope {
  return blockOf(family, value)?.scope ?? "public";
}

/** Whether all addresses between two lie in one block of addresses that may be asked without being told so. */
export function isOwnNetwork(family: 4 | 6, first: bigint, last: bigint): boolean {
  const own = blockOf(family, first);
  return own !== undefined && own.scope !== "never" && own === blockOf(family, last);
}

/** How many bits an address of the family has. */
export function bitsOf(family: 4 | 6): number {
  return BITS[family];
}

export function isLinkLocal6({ family, value }: NumberedAddress): boolean {
  return family === 6 && value >> 118n === 0xfe80n >> 6n;
}

function blockOf(family: 4 | 6, value: bigint) {
  return BLOCKS.find(({ family: of, first, bits }) => {
    const shift = BigInt(BITS[family] - bits);
    return of === family && value >> shift === first >> shift;
  });
}

function block(scope: Scope, text: string, bits: number) {
  const address = parseAddress(text);
  if (address === undefined) throw new RangeError(`${text} is no address`);
  return { scope, family: address.family, first: address.value, bits };
}

/** The eight groups of an IPv6 address, the shortened ones and an IPv4 tail written out. */
function hextets(address: string): string[] {
  const [head = "", tail] = address.split("::", 2);
  const before = groups(head);
  if (tail === undefined) return before;
  const after = groups(tail);
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => "0"), ...after];
}

function groups(text: string): string[] {
  if (text === "") return [];
  return text.split(":").flatMap((group) => {
    if (!group.includes(".")) return [group];
    const value = fromParts(group.split("."), 8n, 10);
    return [(value >> 16n).toString(16), (value & 0xffffn).toString(16)];
  });
}

function fromParts(parts: readonly string[], bits: bigint, radix: number): bigint {
  let value = 0n;
  for (const part of parts) value = (value << bits) | BigInt(Number.parseInt(part, radix));
  return value;
}
