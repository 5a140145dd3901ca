// One record of the spool as bytes, and how records are found again among damage. The format is told in spool.ts.
import { crc32 } from "node:zlib";

/** A batch as it waits in the spool. */
export interface SpoolRecord {
  session: string;
  sequence: number;
  createdAtMs: number;
  lineCount: number;
  /** The lines, gzipped, each ended by a line feed. */
  payload: Buffer;
}

export type RecordHeader = Omit<SpoolRecord, "payload"> & { payloadBytes: number; payloadCrc: number };

export const HEADER_BYTES = 56;
/** Letters that a session's name has: eight random bytes in hexadecimal. */
export const SESSION_LETTERS = 16;
/** No payload is longer; a header that says so is damaged. Twice what the collector takes (MAX_BATCH_BYTES). */
export const MAX_PAYLOAD_BYTES = 8 * 1024 * 1024;

const RECORD_MAGIC = Buffer.from("CBR1");
const HOLE_MAGIC = Buffer.from("CBH1");

/** A stretch of a segment. Holes and records are whole; damage is everything in between. */
export type Stretch =
  | { kind: "record"; offset: number; bytes: number; header: RecordHeader }
  | { kind: "hole"; offset: number; bytes: number }
  | { kind: "damage"; offset: number; bytes: number };

export function encodeRecord({ session, sequence, createdAtMs, lineCount, payload }: SpoolRecord): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES + payload.length);
  bytes.writeUInt32LE(payload.length, 8);
  bytes.writeUInt32LE(crc32(payload), 12);
  bytes.writeBigUInt64LE(BigInt(sequence), 16);
  bytes.writeBigInt64LE(BigInt(Math.round(createdAtMs)), 24);
  bytes.writeUInt32LE(lineCount, 32);
  bytes.write(session, 40, SESSION_LETTERS, "latin1");
  payload.copy(bytes, HEADER_BYTES);
  return seal(bytes, RECORD_MAGIC);
}

/** The header of a hole that covers `bytes` in all, so that damage is passed over, and counted, only once. */
export function encodeHole(bytes: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(bytes - HEADER_BYTES, 8);
  return seal(header, HOLE_MAGIC);
}

function seal(bytes: Buffer, magic: Buffer): Buffer {
  magic.copy(bytes, 0);
  bytes.writeUInt32LE(crc32(bytes.subarray(8, HEADER_BYTES)), 4);
  return bytes;
}

/** The record or hole whose header stands at `offset`, its payload not looked at; `undefined` when there is none. */
export function headerAt(bytes: Buffer, offset: number): Exclude<Stretch, { kind: "damage" }> | undefined {
  if (offset + HEADER_BYTES > bytes.length) return undefined;
  const header = bytes.subarray(offset, offset + HEADER_BYTES);
  const magic = header.subarray(0, 4);
  const isHole = magic.equals(HOLE_MAGIC);
  if (!isHole && !magic.equals(RECORD_MAGIC)) return undefined;
  if (header.readUInt32LE(4) !== crc32(header.subarray(8))) return undefined;
  const payloadBytes = header.readUInt32LE(8);
  const stretch = { offset, bytes: HEADER_BYTES + payloadBytes };
  if (isHole) return { kind: "hole", ...stretch };
  if (payloadBytes > MAX_PAYLOAD_BYTES) return undefined;
  return { kind: "record", ...stretch, header: decodeHeader(header, payloadBytes) };
}

function decodeHeader(header: Buffer, payloadBytes: number): RecordHeader {
  return {
    payloadBytes,
    payloadCrc: header.readUInt32LE(12),
    sequence: Number(header.readBigUInt64LE(16)),
    createdAtMs: Number(header.readBigInt64LE(24)),
    lineCount: header.readUInt32LE(32),
    session: header.toString("latin1", 40, 40 + SESSION_LETTERS),
  };
}

export function isIntactPayload(header: RecordHeader, payload: Buffer): boolean {
  return payload.length === header.payloadBytes && crc32(payload) === header.payloadCrc;
}

/** Everything in a segment, from its first byte to its last, in order and without a gap. */
export function scan(bytes: Buffer): Stretch[] {
  const stretches: Stretch[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    const whole = wholeAt(bytes, offset);
    if (whole) {
      stretches.push(whole);
      offset += whole.bytes;
      continue;
    }
    const next = nextWhole(bytes, offset + 1);
    stretches.push({ kind: "damage", offset, bytes: next - offset });
    offset = next;
  }
  return stretches;
}

/** The whole and intact record, or the whole hole, at `offset`. */
function wholeAt(bytes: Buffer, offset: number): Stretch | undefined {
  const stretch = headerAt(bytes, offset);
  if (!stretch || offset + stretch.bytes > bytes.length) return undefined;
  if (stretch.kind === "hole") return stretch;
  return isIntactPayload(stretch.header, bytes.subarray(offset + HEADER_BYTES, offset + stretch.bytes))
    ? stretch
    : undefined;
}

/** Offset of the first whole record or hole from `from` on; the length of `bytes` when there is none. */
function nextWhole(bytes: Buffer, from: number): number {
  let at = from;
  for (;;) {
    const candidates = [bytes.indexOf(RECORD_MAGIC, at), bytes.indexOf(HOLE_MAGIC, at)].filter((i) => i >= 0);
    if (candidates.length === 0) return bytes.length;
    const candidate = Math.min(...candidates);
    if (wholeAt(bytes, candidate)) return candidate;
    at = candidate + 1;
  }
}
