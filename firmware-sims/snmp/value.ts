// Values of SNMP variables, and how long each is on the wire.
import { encodeOid, type Oid, parseOid } from "./oid.ts";

/** Types that carry a whole number; `counter64` has its own shape because a double does not hold it. */
export type NumberType = "integer" | "counter32" | "gauge32" | "timeticks";

export type Value =
  | { type: NumberType; value: number }
  | { type: "counter64"; value: bigint }
  | { type: "octets" | "address" | "opaque"; value: Uint8Array }
  | { type: "oid"; value: Oid }
  | { type: "null" | Exception }
  /** A tag that does not exist, for a device that answers nonsense. */
  | { type: "raw"; tag: number; value: Uint8Array };

/** What SNMPv2c says in place of a value (RFC 3416 section 3). */
export type Exception = "noSuchObject" | "noSuchInstance" | "endOfMibView";

/** Signed 32 bits. */
export const integer = (value: number): Value => ({ type: "integer", value: Math.round(value) });
/** Unsigned 32 bits, a number that goes both ways. */
export const gauge32 = (value: number): Value => ({ type: "gauge32", value: Math.round(value) });
/** Unsigned 32 bits, wraps. */
export const counter32 = (value: number): Value => ({ type: "counter32", value: Math.floor(value) % 2 ** 32 });
/** A counter of 64 bits from a whole number a double still holds exactly. */
export const counter64 = (value: number): Value => ({ type: "counter64", value: BigInt(Math.floor(value)) });
/** Hundredths of a second from milliseconds; wraps after 497 days. */
export const timeTicks = (ms: number): Value => ({ type: "timeticks", value: Math.floor(ms / 10) % 2 ** 32 });
export const text = (value: string): Value => ({ type: "octets", value: Buffer.from(value, "utf8") });
export const octets = (value: Uint8Array): Value => ({ type: "octets", value });
/** Six raw bytes of a MAC written with colons. */
export const macOctets = (mac: string): Value => octets(Buffer.from(mac.replaceAll(":", ""), "hex"));
/** Four bytes of an IPv4 address in dotted form. */
export const ipAddress = (dotted: string): Value => ({
  type: "address",
  value: Uint8Array.from(dotted.split("."), Number),
});
export const oidValue = (dotted: string): Value => ({ type: "oid", value: parseOid(dotted) });

const TAG: Record<Exclude<Value["type"], "raw">, number> = {
  integer: 0x02,
  octets: 0x04,
  null: 0x05,
  oid: 0x06,
  address: 0x40,
  counter32: 0x41,
  gauge32: 0x42,
  timeticks: 0x43,
  opaque: 0x44,
  counter64: 0x46,
  noSuchObject: 0x80,
  noSuchInstance: 0x81,
  endOfMibView: 0x82,
};

const NOTHING = new Uint8Array(0);

export function tagOf(value: Value): number {
  return value.type === "raw" ? value.tag : TAG[value.type];
}

/** Content octets of anything that is not a number of 32 bits; numbers are written in place by ber.ts. */
export function contentOf(value: Exclude<Value, { type: NumberType }>): Uint8Array {
  switch (value.type) {
    case "octets":
    case "address":
    case "opaque":
    case "raw":
      return value.value;
    case "oid":
      return encodeOid(value.value);
    case "counter64":
      return counter64Content(value.value);
    case "null":
    case "noSuchObject":
    case "noSuchInstance":
    case "endOfMibView":
      return NOTHING;
  }
}

/** Unsigned in two's complement: as few bytes as there are, with a zero byte before a set high bit. */
function counter64Content(value: bigint): Uint8Array {
  const bytes = Buffer.alloc(9);
  bytes.writeBigUInt64BE(value, 1);
  let from = 0;
  while (from < 8 && bytes[from] === 0 && (bytes[from + 1] ?? 0) < 0x80) from += 1;
  return bytes.subarray(from);
}
