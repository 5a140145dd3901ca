// Requests as bytes: GET, GETNEXT and GETBULK of SNMP v1 and v2c (RFC 1157, RFC 3416).
import { integerBytes, type PDU, TAG, tlvBytes, writeHeader, writeInteger } from "./ber.ts";
import type { SnmpPeer } from "./peer.ts";

export type SnmpVersion = "v1" | "v2c";

/** A stretch of bytes that holds an encoded OID. */
export interface OidSpan {
  bytes: Uint8Array;
  start: number;
  end: number;
}

export interface RequestSpec {
  pdu: typeof PDU.get | typeof PDU.getNext | typeof PDU.getBulk;
  version: SnmpVersion;
  community: string;
  names: readonly OidSpan[];
  /** Rows per column that a GETBULK asks for; 0 for the others. */
  repetitions: number;
}

/** What surrounds a request to this peer. For SNMPv3 it is a shell: only the PDU inside is taken (v3-exchange.ts). */
export function envelopeOf(peer: SnmpPeer): { version: SnmpVersion; community: string } {
  if (peer.version === "v3") return { version: "v2c", community: "" };
  return { version: peer.version ?? "v2c", community: peer.community };
}

/** An encoded request in which only the four bytes of the request id are still to be set. */
export interface RequestTemplate {
  readonly bytes: Buffer;
  /** Where the PDU begins, which ends the message. */
  readonly pduAt: number;
  readonly idAt: number;
  /** Copies that nobody is sending. */
  readonly spare: Buffer[];
}

/** Copies kept for requests of one template under way at a time. */
const SPARE_MAX = 64;

/** Request ids lie between these, so that each takes four bytes as a positive INTEGER. */
export const REQUEST_ID = { min: 0x0100_0000, max: 0x7fff_ffff } as const;

const ID_BYTES = 6;
const NULL_BYTES = 2;

/** Encodes a request once; `lend` makes each message from it. */
export function encodeRequest({ pdu, version, community, names, repetitions }: RequestSpec): RequestTemplate {
  const communityBytes = Buffer.from(community, "utf8");
  let listBytes = 0;
  for (const { start, end } of names) listBytes += tlvBytes(tlvBytes(end - start) + NULL_BYTES);
  const pduBytes = ID_BYTES + 3 + 2 + integerBytes(repetitions) + tlvBytes(listBytes);
  const messageBytes = 3 + tlvBytes(communityBytes.length) + tlvBytes(pduBytes);

  const bytes = Buffer.allocUnsafe(tlvBytes(messageBytes));
  let at = writeHeader(bytes, 0, TAG.sequence, messageBytes);
  at = writeInteger(bytes, at, version === "v1" ? 0 : 1);
  at = writeHeader(bytes, at, TAG.octetString, communityBytes.length);
  at += communityBytes.copy(bytes, at);
  const pduAt = at;
  at = writeHeader(bytes, at, pdu, pduBytes);
  const idAt = writeHeader(bytes, at, TAG.integer, 4);
  // error-status of the others is non-repeaters of GETBULK: 0 in all of them.
  at = writeInteger(bytes, idAt + 4, 0);
  at = writeInteger(bytes, at, repetitions);
  at = writeHeader(bytes, at, TAG.sequence, listBytes);
  for (const name of names) at = writeName(bytes, at, name);
  // Its own bytes serve first.
  return { bytes, pduAt, idAt, spare: [bytes] };
}

/** A message of its own until it is given back: the socket may still be sending it while the template serves the next request. */
export function lend(template: RequestTemplate, requestId: number): Buffer {
  const message = template.spare.pop() ?? Buffer.from(template.bytes);
  const at = template.idAt;
  message[at] = requestId >>> 24;
  message[at + 1] = requestId >>> 16;
  message[at + 2] = requestId >>> 8;
  message[at + 3] = requestId;
  return message;
}

export function giveBack({ spare }: RequestTemplate, message: Buffer): void {
  if (spare.length < SPARE_MAX) spare.push(message);
}

function writeName(to: Buffer, at: number, { bytes, start, end }: OidSpan): number {
  let next = writeHeader(to, at, TAG.sequence, tlvBytes(end - start) + NULL_BYTES);
  next = writeHeader(to, next, TAG.objectIdentifier, end - start);
  for (let i = start; i < end; i++) to[next++] = bytes[i] ?? 0;
  to[next] = TAG.null;
  to[next + 1] = 0;
  return next + 2;
}
