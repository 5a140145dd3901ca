// SNMPv3 engine discovery (RFC 3414 section 4): the one question any SNMPv3 device answers without knowing the asker,
// and what the engine's id in the answer says of its maker (RFC 3411, SnmpEngineID).
import { macFromBytes } from "../../contract/mac.ts";
import { integerBytes, PDU, TAG, tlvBytes, writeHeader, writeInteger } from "../snmp/ber.ts";

/** What a device says of its SNMPv3 engine. */
export interface EngineIdentity {
  /** Hexadecimal, two digits a byte. */
  engineId: string;
  /** The maker of the device, or of its SNMP software, as IANA numbers them. */
  enterprise: number;
  /** Where the maker builds the id from the hardware address. */
  mac?: string;
}

const SNMP_V3 = 3;
const USER_SECURITY_MODEL = 3;
/** Ask for a Report; no authentication, no privacy (RFC 3412 section 6.4). */
const REPORTABLE = 0x04;
const MAX_MESSAGE_BYTES = 65_507;
/** Message ids lie below 2^31 (RFC 3412 section 6.2). */
export const MESSAGE_ID_MAX = 0x7fff_ffff;

/** SnmpEngineID is 5 to 32 bytes long. */
const ENGINE_ID_BYTES = { min: 5, max: 32 } as const;
const FORMAT_MAC = 3;

/** The datagram that asks for the engine's id: empty security parameters and no variables. */
export function discoveryMessage(messageId: number): Buffer {
  const empty = tlv(TAG.octetString, Buffer.alloc(0));
  const security = tlv(TAG.sequence, empty, integer(0), integer(0), empty, empty, empty);
  const header = tlv(
    TAG.sequence,
    integer(messageId),
    integer(MAX_MESSAGE_BYTES),
    tlv(TAG.octetString, Buffer.of(REPORTABLE)),
    integer(USER_SECURITY_MODEL),
  );
  const get = tlv(PDU.get, integer(messageId), integer(0), integer(0), tlv(TAG.sequence));
  const scoped = tlv(TAG.sequence, empty, empty, get);
  return tlv(TAG.sequence, integer(SNMP_V3), header, tlv(TAG.octetString, security), scoped);
}

/** What an answer says; `undefined` when it is no SNMPv3 message with an engine's id in it. */
export function readDiscoveryAnswer(bytes: Buffer): { messageId: number; identity: EngineIdentity } | undefined {
  const [version, header, securityText] = childrenOf(bytes, partAt(bytes, 0, bytes.length), TAG.sequence);
  if (numberOf(bytes, version) !== SNMP_V3) return undefined;
  const [messageIdPart] = childrenOf(bytes, header, TAG.sequence);
  const messageId = numberOf(bytes, messageIdPart);
  if (messageId === undefined || securityText?.tag !== TAG.octetString) return undefined;
  const [engine] = childrenOf(bytes, partAt(bytes, securityText.start, securityText.end), TAG.sequence);
  if (engine?.tag !== TAG.octetString) return undefined;
  const identity = engineIdentity(bytes.subarray(engine.start, engine.end));
  return identity && { messageId, identity };
}

/** What an SnmpEngineID says; `undefined` when it cannot be one. */
export function engineIdentity(id: Buffer): EngineIdentity | undefined {
  if (id.length < ENGINE_ID_BYTES.min || id.length > ENGINE_ID_BYTES.max) return undefined;
  const word = id.readUInt32BE(0);
  const isNewForm = word >= 0x8000_0000;
  const mac = isNewForm && id[4] === FORMAT_MAC ? macFromBytes(id.subarray(5)) : undefined;
  return { engineId: id.toString("hex"), enterprise: word % 0x8000_0000, ...(mac === undefined ? {} : { mac }) };
}

function tlv(tag: number, ...contents: readonly Buffer[]): Buffer {
  const length = contents.reduce((sum, content) => sum + content.length, 0);
  const bytes = Buffer.alloc(tlvBytes(length));
  let at = writeHeader(bytes, 0, tag, length);
  for (const content of contents) at += content.copy(bytes, at);
  return bytes;
}

function integer(value: number): Buffer {
  const bytes = Buffer.alloc(2 + integerBytes(value));
  writeInteger(bytes, 0, value);
  return bytes;
}

interface Part {
  tag: number;
  /** Where the content begins and ends. */
  start: number;
  end: number;
}

function partAt(bytes: Buffer, at: number, limit: number): Part | undefined {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined || at + 2 > limit) return undefined;
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  const start = at + 2 + lengthBytes;
  if (lengthBytes > 4 || (first >= 0x80 && lengthBytes === 0) || start > limit) return undefined;
  const length = lengthBytes === 0 ? first : bytes.readUIntBE(at + 2, lengthBytes);
  return start + length <= limit ? { tag, start, end: start + length } : undefined;
}

/** The parts inside one of the wanted tag, as far as they are whole. */
function childrenOf(bytes: Buffer, part: Part | undefined, tag: number): Part[] {
  const children: Part[] = [];
  if (part?.tag !== tag) return children;
  for (let at = part.start; at < part.end; ) {
    const child = partAt(bytes, at, part.end);
    if (!child) break;
    children.push(child);
    at = child.end;
  }
  return children;
}

/** A whole number of up to four bytes, not negative. */
function numberOf(bytes: Buffer, part: Part | undefined): number | undefined {
  if (part?.tag !== TAG.integer) return undefined;
  const length = part.end - part.start;
  if (length < 1 || length > 4) return undefined;
  const value = bytes.readIntBE(part.start, length);
  return value < 0 ? undefined : value;
}
