// BER for the few answers a trap receiver gives.
import { lengthBytes, TAG, writeHeader } from "../snmp/ber.ts";

/** Tag, length and content, the content in parts. */
export function tlv(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const length = content.reduce((sum, part) => sum + part.length, 0);
  const header = Buffer.alloc(1 + lengthBytes(length));
  writeHeader(header, 0, tag, length);
  return Buffer.concat([header, ...content]);
}

/** An INTEGER, or what else is one under another tag; the value fits 32 bits with its sign. */
export function integer(value: number, tag: number = TAG.integer): Buffer {
  const content = Buffer.alloc(4);
  content.writeInt32BE(value);
  let start = 0;
  // Bytes that only repeat the sign are left out.
  while (start < 3 && isSign(content[start], content[start + 1])) start += 1;
  return tlv(tag, content.subarray(start));
}

function isSign(byte: number | undefined, next: number | undefined): boolean {
  const isNegative = ((next ?? 0) & 0x80) !== 0;
  return byte === (isNegative ? 0xff : 0);
}
