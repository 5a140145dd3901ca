// SNMPv3 messages as bytes: header and security parameters around a scoped PDU (RFC 3412 section 6, RFC 3414 section 2.4).
import { integerBytes, TAG, tlvBytes, writeHeader, writeInteger } from "./ber.ts";

/** Bits of msgFlags. */
export const FLAG = { auth: 1, privacy: 2, reportable: 4 } as const;

/** What stands before the PDU. */
export interface V3Header {
  messageId: number;
  flags: number;
  engineId: Buffer;
  boots: number;
  time: number;
  userName: Buffer;
}

/** A message as it arrived. Buffers are parts of the datagram. */
export interface V3Message extends V3Header {
  /** The whole message, which its digest is of; what follows it in the datagram is ignored. */
  bytes: Buffer;
  digestAt: number;
  digestBytes: number;
  salt: Buffer;
  /** The scoped PDU with its header, or what it was encrypted to. */
  data: Buffer;
}

interface Span {
  start: number;
  end: number;
}

const VERSION_3 = 3;
const USER_BASED = 3;
/** What one UDP datagram over IPv4 can carry. */
const MESSAGE_MAX_BYTES = 65_507;
/** RFC 3411: SnmpEngineID is SIZE(5..32). */
const ENGINE_ID_BYTES = { min: 5, max: 32 } as const;

export function encodeScopedPdu(contextEngineId: Buffer, contextName: Buffer, pdu: Buffer): Buffer {
  const length = tlvBytes(contextEngineId.length) + tlvBytes(contextName.length) + pdu.length;
  const bytes = Buffer.allocUnsafe(tlvBytes(length));
  let at = writeHeader(bytes, 0, TAG.sequence, length);
  at = writeOctets(bytes, at, contextEngineId);
  at = writeOctets(bytes, at, contextName);
  pdu.copy(bytes, at);
  return bytes;
}

/** A message with zeros where the digest belongs; `data` is the scoped PDU or its encrypted bytes. */
export function encodeMessage(
  header: V3Header,
  digestBytes: number,
  salt: Buffer,
  data: Buffer,
): { bytes: Buffer; digestAt: number } {
  const { messageId, flags, engineId, boots, time, userName } = header;
  const isEncrypted = (flags & FLAG.privacy) !== 0;
  const globalLength = numberBytes(messageId) + numberBytes(MESSAGE_MAX_BYTES) + 3 + numberBytes(USER_BASED);
  const octets = tlvBytes(engineId.length) + tlvBytes(userName.length) + tlvBytes(digestBytes) + tlvBytes(salt.length);
  const securityLength = octets + numberBytes(boots) + numberBytes(time);
  const dataLength = isEncrypted ? tlvBytes(data.length) : data.length;
  const length = 3 + tlvBytes(globalLength) + tlvBytes(tlvBytes(securityLength)) + dataLength;

  const bytes = Buffer.allocUnsafe(tlvBytes(length));
  let at = writeHeader(bytes, 0, TAG.sequence, length);
  at = writeInteger(bytes, at, VERSION_3);
  at = writeHeader(bytes, at, TAG.sequence, globalLength);
  at = writeInteger(bytes, at, messageId);
  at = writeInteger(bytes, at, MESSAGE_MAX_BYTES);
  at = writeOctets(bytes, at, Buffer.of(flags));
  at = writeInteger(bytes, at, USER_BASED);
  at = writeHeader(bytes, at, TAG.octetString, tlvBytes(securityLength));
  at = writeHeader(bytes, at, TAG.sequence, securityLength);
  at = writeOctets(bytes, at, engineId);
  at = writeInteger(bytes, at, boots);
  at = writeInteger(bytes, at, time);
  at = writeOctets(bytes, at, userName);
  const digestAt = writeHeader(bytes, at, TAG.octetString, digestBytes);
  bytes.fill(0, digestAt, digestAt + digestBytes);
  at = writeOctets(bytes, digestAt + digestBytes, salt);
  if (isEncrypted) at = writeHeader(bytes, at, TAG.octetString, data.length);
  data.copy(bytes, at);
  return { bytes, digestAt };
}

/** `undefined` when it is not one whole SNMPv3 message of the user-based model in which every length fits. */
export function decodeMessage(bytes: Buffer): V3Message | undefined {
  const message = element(bytes, TAG.sequence, { start: 0, end: bytes.length });
  const version = message && integer(bytes, message);
  if (!message || version?.value !== VERSION_3) return undefined;
  const global = element(bytes, TAG.sequence, { start: version.end, end: message.end });
  const security = global && element(bytes, TAG.octetString, { start: global.end, end: message.end });
  const head = global && decodeGlobal(bytes, global);
  const parameters = security && decodeSecurity(bytes, security);
  if (!head || !parameters) return undefined;
  const isEncrypted = (head.flags & FLAG.privacy) !== 0;
  const tag = isEncrypted ? TAG.octetString : TAG.sequence;
  const data = element(bytes, tag, { start: security.end, end: message.end });
  // What is not encrypted is read again with its header; both end where the message ends.
  if (data?.end !== message.end) return undefined;
  const whole = bytes.length === message.end ? bytes : bytes.subarray(0, message.end);
  return {
    bytes: whole,
    ...head,
    ...parameters,
    data: bytes.subarray(isEncrypted ? data.start : security.end, data.end),
  };
}

/** Where the PDU lies in a scoped PDU; `undefined` when this is not one, as after decrypting with a wrong key. */
export function pduIn(scoped: Buffer): Span | undefined {
  const all = element(scoped, TAG.sequence, { start: 0, end: scoped.length });
  const contextEngine = all && element(scoped, TAG.octetString, all);
  const context = contextEngine && element(scoped, TAG.octetString, { start: contextEngine.end, end: all.end });
  return context && { start: context.end, end: all.end };
}

export function isEngineId({ length }: Buffer): boolean {
  return length >= ENGINE_ID_BYTES.min && length <= ENGINE_ID_BYTES.max;
}

function decodeGlobal(bytes: Buffer, span: Span): Pick<V3Header, "messageId" | "flags"> | undefined {
  const messageId = integer(bytes, span);
  const size = messageId && integer(bytes, { start: messageId.end, end: span.end });
  const flags = size && element(bytes, TAG.octetString, { start: size.end, end: span.end });
  const model = flags && integer(bytes, { start: flags.end, end: span.end });
  if (!model || model.value !== USER_BASED || flags.end - flags.start !== 1) return undefined;
  return { messageId: messageId.value, flags: bytes[flags.start] ?? 0 };
}

type Security = Omit<V3Message, "bytes" | "messageId" | "flags" | "data">;

function decodeSecurity(bytes: Buffer, span: Span): Security | undefined {
  const all = element(bytes, TAG.sequence, span);
  const engineId = all && element(bytes, TAG.octetString, all);
  const boots = engineId && integer(bytes, { start: engineId.end, end: all.end });
  const time = boots && integer(bytes, { start: boots.end, end: all.end });
  const userName = time && element(bytes, TAG.octetString, { start: time.end, end: all.end });
  const digest = userName && element(bytes, TAG.octetString, { start: userName.end, end: all.end });
  const salt = digest && element(bytes, TAG.octetString, { start: digest.end, end: all.end });
  if (!salt || boots.value < 0 || time.value < 0) return undefined;
  return {
    engineId: bytes.subarray(engineId.start, engineId.end),
    boots: boots.value,
    time: time.value,
    userName: bytes.subarray(userName.start, userName.end),
    digestAt: digest.start,
    digestBytes: digest.end - digest.start,
    salt: bytes.subarray(salt.start, salt.end),
  };
}

/** The content of the element that begins a span; `undefined` when it is another one or does not fit. */
function element(bytes: Buffer, tag: number, { start, end }: Span): Span | undefined {
  if (start + 2 > end || bytes[start] !== tag) return undefined;
  let length = bytes[start + 1] ?? 0;
  let content = start + 2;
  if (length >= 0x80) {
    const lengthBytes = length & 0x7f;
    if (lengthBytes === 0 || lengthBytes > 4 || content + lengthBytes > end) return undefined;
    length = bytes.readUIntBE(content, lengthBytes);
    content += lengthBytes;
  }
  return content + length <= end ? { start: content, end: content + length } : undefined;
}

function integer(bytes: Buffer, span: Span): { value: number; end: number } | undefined {
  const found = element(bytes, TAG.integer, span);
  if (!found) return undefined;
  const length = found.end - found.start;
  return length >= 1 && length <= 4 ? { value: bytes.readIntBE(found.start, length), end: found.end } : undefined;
}

const numberBytes = (value: number): number => tlvBytes(integerBytes(value));

function writeOctets(to: Buffer, at: number, octets: Buffer): number {
  const content = writeHeader(to, at, TAG.octetString, octets.length);
  octets.copy(to, content);
  return content + octets.length;
}
