// Object identifiers: written with dots by people, kept as the bytes that stand on the wire.
import { CampusError } from "../../contract/errors.ts";

const ARC_MAX = 2 ** 32 - 1;

/** An OID in both forms. The bytes are the content of its BER encoding, without tag and length. */
export interface Oid {
  readonly text: string;
  readonly bytes: Buffer;
}

/** Reads "1.3.6.1.2.1", a leading dot allowed. @throws CampusError `OID_INVALID` naming the text. */
export function parseOid(text: string): Oid {
  const dotted = text.startsWith(".") ? text.slice(1) : text;
  if (!/^\d{1,10}(\.\d{1,10})+$/.test(dotted)) throw invalid(text, "expected numbers with dots between");
  const arcs = dotted.split(".").map(Number);
  const [first = 0, second = 0, ...rest] = arcs;
  if (first > 2 || (first < 2 && second > 39)) throw invalid(text, "its first two numbers cannot be");
  if (arcs.some((arc) => arc > ARC_MAX)) throw invalid(text, "a number in it does not fit 32 bits");
  return { text: dotted, bytes: Buffer.from([first * 40 + second, ...rest].flatMap(arcBytes)) };
}

/** Dotted form of an encoded OID; `undefined` when the bytes are not one. */
export function oidText(bytes: Uint8Array, start: number, end: number): string | undefined {
  const arcs = readArcs(bytes, start, end);
  const head = arcs?.[0];
  if (arcs === undefined || head === undefined) return undefined;
  const first = Math.min(2, Math.floor(head / 40));
  return [first, head - first * 40, ...arcs.slice(1)].join(".");
}

/** Arcs of the part of an OID between two positions; `undefined` when an arc is cut off or too large. */
export function readArcs(bytes: Uint8Array, start: number, end: number): number[] | undefined {
  const arcs: number[] = [];
  let arc = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    arc = arc * 128 + (byte & 0x7f);
    if (arc > ARC_MAX) return undefined;
    if (byte < 0x80) {
      arcs.push(arc);
      arc = 0;
    } else if (at === end - 1) return undefined;
  }
  return arcs;
}

/** Whether the OID between two positions lies below `prefix` (equal does not count). */
export function isBelow(prefix: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  const length = prefix.length;
  if (end - start <= length) return false;
  // Two columns of one table differ in their last byte: comparing from the end finds that first.
  for (let i = length - 1; i >= 0; i--) {
    if (prefix[i] !== bytes[start + i]) return false;
  }
  return true;
}

/** Order of two encoded OIDs, arc by arc: negative when the first comes before the second, 0 when they are equal. */
export function compareOids(
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
): number {
  const shorter = Math.min(aEnd - aStart, bEnd - bStart);
  let same = 0;
  while (same < shorter && a[aStart + same] === b[bStart + same]) same += 1;
  if (same === shorter) return aEnd - aStart - (bEnd - bStart);
  // Back to where the differing arc begins: all its bytes but the last have the high bit set.
  while (same > 0 && (a[aStart + same - 1] ?? 0) >= 0x80) same -= 1;
  return arcAt(a, aStart + same, aEnd) - arcAt(b, bStart + same, bEnd);
}

function arcAt(bytes: Uint8Array, start: number, end: number): number {
  let arc = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    arc = arc * 128 + (byte & 0x7f);
    if (byte < 0x80) break;
  }
  return arc;
}

function arcBytes(arc: number): number[] {
  const bytes = [arc % 128];
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) bytes.unshift((rest % 128) + 0x80);
  return bytes;
}

function invalid(text: string, problem: string): CampusError {
  return new CampusError("OID_INVALID", `"${text}" is not an object identifier: ${problem}`);
}
