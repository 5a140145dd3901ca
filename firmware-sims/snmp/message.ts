// SNMP v1 and v2c messages (RFC 1157, RFC 3416): requests read, responses written.
import { BerReader, lengthBytes, MalformedMessage, tlvBytes, writeHeader, writeValue } from "./ber.ts";
import type { Oid } from "./oid.ts";

export type Operation = "get" | "getnext" | "getbulk" | "set";

export interface SnmpRequest {
  version: "v1" | "v2c";
  community: Buffer;
  operation: Operation;
  /** The request id with tag and length, to be handed back as it came. */
  requestId: Buffer;
  /** GETBULK's two numbers; 0 for other operations. Negative ones count as 0 (RFC 3416 section 4.2.3). */
  nonRepeaters: number;
  maxRepetitions: number;
  oids: Oid[];
  /** Content of the variable-bindings list, which error responses hand back. */
  bindings: Buffer;
}

/** RFC 3416 section 3; v1 knows the first six. */
export const ERROR_STATUS = { noError: 0, tooBig: 1, noSuchName: 2, noAccess: 6, notWritable: 17 } as const;
export type ErrorStatus = keyof typeof ERROR_STATUS;

const OPERATIONS: Readonly<Record<number, Operation>> = { 160: "get", 161: "getnext", 163: "set", 165: "getbulk" };
const RESPONSE = 0xa2;
const SEQUENCE = 0x30;

/** Reads a request. @throws MalformedMessage for anything that is not one, SNMPv3 included. */
export function readRequest(datagram: Buffer): SnmpRequest {
  const message = new BerReader(datagram).enter(SEQUENCE);
  const version = message.integer();
  if (version !== 0 && version !== 1) throw new MalformedMessage(`version ${version} is neither v1 (0) nor v2c (1)`);
  const community = message.content(0x04);
  const tag = message.peekTag();
  const operation = OPERATIONS[tag];
  if (operation === undefined) throw new MalformedMessage(`0x${tag.toString(16)} is not a request`);
  if (operation === "getbulk" && version === 0) throw new MalformedMessage("GETBULK does not exist in v1");
  const pdu = message.enter(tag);
  const requestId = pdu.skip();
  if (requestId[0] !== 0x02) throw new MalformedMessage("the request id is not an INTEGER");
  const [second, third] = [pdu.integer(), pdu.integer()];
  const bindings = pdu.content(SEQUENCE);
  const isBulk = operation === "getbulk";
  return {
    version: version === 0 ? "v1" : "v2c",
    community,
    operation,
    requestId,
    nonRepeaters: isBulk ? Math.max(0, second) : 0,
    maxRepetitions: isBulk ? Math.max(0, third) : 0,
    oids: readNames(bindings),
    bindings,
  };
}

function readNames(bindings: Buffer): Oid[] {
  const list = new BerReader(bindings);
  const oids: Oid[] = [];
  while (!list.atEnd) {
    const binding = list.enter(SEQUENCE);
    oids.push(binding.oid());
    binding.skip();
  }
  return oids;
}

/** Bytes of the response to `request` with `bindingBytes` of variable bindings. */
export function responseBytes(request: SnmpRequest, bindingBytes: number): number {
  return tlvBytes(3 + tlvBytes(request.community.length) + tlvBytes(pduBytes(request, 0, bindingBytes)));
}

/** Content of the response PDU: request id, error status, error index, the bindings. */
function pduBytes(request: SnmpRequest, errorIndex: number, bindingBytes: number): number {
  return request.requestId.length + 3 + (errorIndex < 0x80 ? 3 : 4) + tlvBytes(bindingBytes);
}

/** Writes the response. `errorIndex` counts from 1; 0 means that no variable is to blame. */
export function writeResponse(
  request: SnmpRequest,
  status: ErrorStatus,
  errorIndex: number,
  bindings: Uint8Array,
): Buffer {
  const { community, requestId, version } = request;
  const pduLength = pduBytes(request, errorIndex, bindings.length);
  const contentLength = 3 + tlvBytes(community.length) + tlvBytes(pduLength);
  const out = Buffer.allocUnsafe(1 + lengthBytes(contentLength) + contentLength);
  let at = writeHeader(out, 0, SEQUENCE, contentLength);
  at = writeSmall(out, at, version === "v1" ? 0 : 1);
  at = writeHeader(out, at, 0x04, community.length);
  at += community.copy(out, at);
  at = writeHeader(out, at, RESPONSE, pduLength);
  at += requestId.copy(out, at);
  at = writeSmall(out, at, ERROR_STATUS[status]);
  at = writeValue(out, at, { type: "integer", value: errorIndex });
  at = writeHeader(out, at, SEQUENCE, bindings.length);
  out.set(bindings, at);
  return out;
}

/** An INTEGER of 0 to 127. */
function writeSmall(out: Buffer, at: number, value: number): number {
  out[at] = 0x02;
  out[at + 1] = 1;
  out[at + 2] = value;
  return at + 3;
}
