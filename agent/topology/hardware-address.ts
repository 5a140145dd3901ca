// Hardware addresses as numbers: a switch learns thousands, and as texts they would be the bulk of the agent's memory.
import { normalizeMac } from "../../contract/mac.ts";

/**
 * The 48 bits of one device's address as a number; `undefined` when there are not six bytes, or when they are no address
 * of one device: all zero (devices write "none" so), broadcast and multicast.
 */
export function hardwareAddress(bytes: ArrayLike<number>): number | undefined {
  if (bytes.length !== 6) return undefined;
  let value = 0;
  for (let i = 0; i < 6; i++) {
    const byte = bytes[i] ?? 0;
    if (byte > 0xff) return undefined;
    value = value * 256 + byte;
  }
  const isGroup = ((bytes[0] ?? 0) & 1) === 1;
  return value === 0 || isGroup ? undefined : value;
}

/** The same of a MAC written as a text, in any spelling. */
export function hardwareAddressOf(text: string): number | undefined {
  const mac = normalizeMac(text);
  return mac === undefined ? undefined : hardwareAddress(Buffer.from(mac.replaceAll(":", ""), "hex"));
}

/** First bytes of addresses that routers share, in hexadecimal digits: VRRP (RFC 9568), HSRP, GLBP. */
const SHARED = ["00005e0001", "00005e0002", "00000c07ac", "00000c9ff", "000573a0", "0007b4"];

/** Whether the address belongs to a group of routers and moves between them, so that it names no device. */
export function isVirtualRouter(address: number): boolean {
  const digits = address.toString(16).padStart(12, "0");
  return SHARED.some((start) => digits.startsWith(start));
}
