// Row indexes: what the arcs after a column's OID mean (RFC 2578 section 7.7, and how agents break it).
import { macFromBytes } from "../../contract/mac.ts";
import { readArcs } from "./oid.ts";

/**
 * - `integer` one arc: INTEGER, ifIndex, an enumeration
 * - `mac` a MacAddress: six arcs; also taken with a length arc 6 before them, or as twelve hexadecimal digits with length
 * - `text` an OCTET STRING of variable size: a length arc, then one arc a byte
 * - `impliedText` the same with IMPLIED, so without length; only as the last part
 * - `ipAddress` four arcs
 * - `arcs` all that is left, with dots between: "1.24"; only as the last part
 */
export const INDEX_TYPES = ["integer", "mac", "text", "impliedText", "ipAddress", "arcs"] as const;
export type IndexType = (typeof INDEX_TYPES)[number];

/** A MAC in its one spelling, a text, an address with dots, or a number. */
export type IndexValue = string | number;

/** One value per part; `undefined` when the arcs cannot be read so, and the row is to be dropped and counted. */
export function decodeIndex(types: readonly IndexType[], rowKey: string): IndexValue[] | undefined {
  const arcs = readArcsOf(rowKey);
  return arcs && decodeParts(types, arcs);
}

/** The arcs of a row key; `undefined` when they are no arcs. */
export function readArcsOf(rowKey: string): number[] | undefined {
  const bytes = Buffer.from(rowKey, "latin1");
  return readArcs(bytes, 0, bytes.length);
}

/** Tries each way in which agents write the first part, until the others use up exactly what is left. */
function decodeParts(types: readonly IndexType[], arcs: readonly number[]): IndexValue[] | undefined {
  const [type, ...others] = types;
  if (type === undefined) return arcs.length === 0 ? [] : undefined;
  for (const { taken, value } of readings(type, arcs)) {
    const rest = value === undefined ? undefined : decodeParts(others, arcs.slice(taken));
    if (value !== undefined && rest) return [value, ...rest];
  }
  return undefined;
}

interface PartReading {
  /** Arcs used up. */
  taken: number;
  value: IndexValue | undefined;
}

function readings(type: IndexType, arcs: readonly number[]): PartReading[] {
  switch (type) {
    case "integer":
      return [{ taken: 1, value: arcs[0] }];
    case "mac":
      return [
        { taken: 6, value: macOf(arcs, 0) },
        ...(arcs[0] === 6 ? [{ taken: 7, value: macOf(arcs, 1) }] : []),
        ...(arcs[0] === 12 ? [{ taken: 13, value: macOfDigits(arcs) }] : []),
      ];
    case "text":
      return [{ taken: 1 + (arcs[0] ?? 0), value: textOf(arcs, 1, arcs[0]) }];
    case "impliedText":
      return [{ taken: arcs.length, value: textOf(arcs, 0, arcs.length) }];
    case "ipAddress":
      return [{ taken: 4, value: bytesAt(arcs, 0, 4)?.join(".") }];
    case "arcs":
      return [{ taken: arcs.length, value: arcs.length === 0 ? undefined : arcs.join(".") }];
  }
}

function macOf(arcs: readonly number[], from: number): string | undefined {
  const bytes = bytesAt(arcs, from, 6);
  return bytes && macFromBytes(bytes);
}

function macOfDigits(arcs: readonly number[]): string | undefined {
  const digits = textOf(arcs, 1, 12);
  return digits !== undefined && /^[0-9a-f]{12}$/i.test(digits) ? macFromBytes(Buffer.from(digits, "hex")) : undefined;
}

function textOf(arcs: readonly number[], from: number, length: number | undefined): string | undefined {
  return length === undefined ? undefined : bytesAt(arcs, from, length)?.toString("utf8");
}

function bytesAt(arcs: readonly number[], from: number, length: number): Buffer | undefined {
  const part = arcs.slice(from, from + length);
  return part.length === length && part.every((arc) => arc <= 0xff) ? Buffer.from(part) : undefined;
}
