// Object identifiers: reading, ordering, BER encoding, and the index arcs of SMIv2 tables.
import { CampusError } from "../../contract/errors.ts";

/** Arcs from the root, each 0 to 2^32 − 1. */
export type Oid = readonly number[];

/** RFC 2578 section 3.5: an arc is an unsigned 32-bit number and an OID has at most 128 of them. */
const MAX_ARC = 0xffff_ffff;
const MAX_ARCS = 128;

/** The arcs of a dotted text, a leading dot allowed. @throws CampusError `OID_INVALID` naming the text. */
export function parseOid(text: string): Oid {
  const arcs = text
    .replace(/^\./, "")
    .split(".")
    .map((arc) => (/^\d{1,10}$/.test(arc) ? Number(arc) : Number.NaN));
  if (!isOid(arcs)) throw new CampusError("OID_INVALID", `"${text}" is not an object identifier`);
  return arcs;
}

/** Whether BER can carry these arcs: at least two, the first at most 2, the second below 40 under 0 and 1 (X.690 section 8.19). */
export function isOid(arcs: readonly number[]): boolean {
  const [first, second] = arcs;
  if (first === undefined || second === undefined || arcs.length > MAX_ARCS) return false;
  if (first > 2 || (first < 2 && second > 39)) return false;
  return arcs.every((arc) => Number.isInteger(arc) && arc >= 0 && arc <= MAX_ARC);
}

/** Negative, zero or positive as `a` comes before, is, or comes after `b`, arc by arc as numbers. */
export function compareOids(a: Oid, b: Oid): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

export function startsWith(oid: Oid, prefix: Oid): boolean {
  return oid.length >= prefix.length && prefix.every((arc, i) => oid[i] === arc);
}

/** The content octets of an OBJECT IDENTIFIER, without tag and length. */
export function encodeOid(oid: Oid): Uint8Array {
  const [first = 0, second = 0, ...rest] = oid;
  const bytes: number[] = [];
  for (const arc of [first * 40 + second, ...rest]) pushArc(bytes, arc);
  return Uint8Array.from(bytes);
}

/** The six arcs of a MAC as a fixed-size index (no length arc). */
export function macIndex(mac: string): number[] {
  return mac.split(":").map((byte) => Number.parseInt(byte, 16));
}

/** The arcs of a text of variable size as an index: its length, then its UTF-8 bytes. */
export function textIndex(text: string): number[] {
  const bytes = Buffer.from(text, "utf8");
  return [bytes.length, ...bytes];
}

/** Base 128, high group first. Division instead of shifts, because an arc may need all 32 bits and the first one 33. */
function pushArc(bytes: number[], arc: number): void {
  let groups = 1;
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) groups += 1;
  for (let i = groups - 1; i >= 0; i--) {
    bytes.push((Math.floor(arc / 128 ** i) % 128) | (i > 0 ? 0x80 : 0));
  }
}
