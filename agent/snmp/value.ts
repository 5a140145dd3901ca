// Values as they stand in an answer, by their BER tag.
import { TAG } from "./ber.ts";
import { oidText } from "./oid.ts";

/**
 * A value of any SNMP type. Numbers of every type are numbers (a Counter64 beyond 2^53 is rounded); an OCTET STRING and
 * an Opaque are a text with one character of code 0–255 per byte, because what the bytes mean is the reader's to know;
 * IpAddress and OBJECT IDENTIFIER are texts with dots.
 */
export type SnmpValue = number | string;

/** Takes the values that cannot be read, so that one of them costs only itself. */
export interface RefusedValues {
  refused: number;
}

/** The bytes of an OCTET STRING as `SnmpValue` holds them. */
export function bytesOf(octets: string): Buffer {
  return Buffer.from(octets, "latin1");
}

/**
 * The value whose tag stands at `tag` and whose content lies between `start` and `end`.
 *
 * @returns `undefined` when the device has no such value (NULL and the exceptions of RFC 3416 section 3), and when the
 *          type does not exist or its content is impossible, which is counted in `counter.refused`.
 */
export function readValue(
  bytes: Buffer,
  tag: number,
  start: number,
  end: number,
  counter: RefusedValues,
): SnmpValue | undefined {
  switch (tag) {
    case TAG.integer:
      return start < end && end - start <= 8 ? readSigned(bytes, start, end) : refuse(counter);
    case TAG.counter32:
    case TAG.gauge32:
    case TAG.timeTicks:
    case TAG.counter64:
    case TAG.uinteger32:
      // Nine bytes: a zero before eight whose first bit is set.
      return start < end && end - start <= 9 ? readUnsigned(bytes, start, end) : refuse(counter);
    case TAG.octetString:
    case TAG.opaque:
      return bytes.toString("latin1", start, end);
    case TAG.objectIdentifier:
      return oidText(bytes, start, end) ?? refuse(counter);
    case TAG.ipAddress:
      return end - start === 4 ? bytes.subarray(start, end).join(".") : refuse(counter);
    case TAG.null:
    case TAG.noSuchObject:
    case TAG.noSuchInstance:
    case TAG.endOfMibView:
      return undefined;
    default:
      return refuse(counter);
  }
}

function refuse(counter: RefusedValues): undefined {
  counter.refused += 1;
  return undefined;
}

function readSigned(bytes: Buffer, start: number, end: number): number {
  let value = ((bytes[start] ?? 0) << 24) >> 24;
  for (let at = start + 1; at < end; at++) value = value * 256 + (bytes[at] ?? 0);
  return value;
}

/** Some agents leave out the zero byte before a set high bit, so the bytes of an unsigned type are never negative here. */
function readUnsigned(bytes: Buffer, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) value = value * 256 + (bytes[at] ?? 0);
  return value;
}
