// Requests to an SNMPv3 engine and what comes back, made and read with the user's keys (RFC 3414 sections 3.1 and 3.2).
import { PDU } from "./ber.ts";
import type { UserPeer } from "./peer.ts";
import type { RequestTemplate } from "./request.ts";
import type { RemoteEngine } from "./v3-engine.ts";
import { decrypt, encrypt, isSigned, sign } from "./v3-keys.ts";
import { encodeMessage, encodeScopedPdu, FLAG, pduIn, type V3Message } from "./v3-message.ts";

/** What a message turned out to be. Only what the keys prove is an `answer`. */
export type Understood =
  | { kind: "answer"; scoped: Buffer; start: number; end: number }
  | { kind: "report"; scoped: Buffer; start: number; end: number; isAuthentic: boolean }
  | { kind: "not authentic" }
  | { kind: "malformed" };

const NOTHING = Buffer.alloc(0);

/** The question for an engine's id (RFC 3414 section 4): from nobody to nobody, and nothing is asked. */
export function discoveryBytes(messageId: number): Buffer {
  // A GET without variables: id, error-status, error-index, an empty list.
  const pdu = Buffer.from([PDU.get, 14, 2, 4, 0, 0, 0, 0, 2, 1, 0, 2, 1, 0, 0x30, 0]);
  pdu.writeInt32BE(messageId, 4);
  const header = { messageId, flags: FLAG.reportable, engineId: NOTHING, boots: 0, time: 0, userName: NOTHING };
  return encodeMessage(header, 0, NOTHING, encodeScopedPdu(NOTHING, NOTHING, pdu)).bytes;
}

/** The request of a template as this user sends it to this engine now. */
export function v3Request(
  { user, context = "" }: UserPeer,
  engine: RemoteEngine,
  template: RequestTemplate,
  messageId: number,
  salt: Buffer,
): Buffer {
  const engineId = engine.id ?? NOTHING;
  const { auth, privacy } = engine.keys;
  const { boots, time } = auth ? engine.now() : { boots: 0, time: 0 };
  const scoped = encodeScopedPdu(engineId, Buffer.from(context, "utf8"), template.bytes.subarray(template.pduAt));
  // The PDU ends the scoped PDU as it ends the template.
  scoped.writeInt32BE(messageId, scoped.length - (template.bytes.length - template.idAt));
  const flags = FLAG.reportable | (auth ? FLAG.auth : 0) | (privacy ? FLAG.privacy : 0);
  const header = { messageId, flags, engineId, boots, time, userName: Buffer.from(user.name, "utf8") };
  const data = privacy ? encrypt(privacy, { boots, time, salt }, scoped) : scoped;
  const { bytes, digestAt } = encodeMessage(header, auth?.digestBytes ?? 0, privacy ? salt : NOTHING, data);
  if (auth) sign(auth, bytes, digestAt);
  return bytes;
}

/** Reads the answer to a discovery, which nothing can prove: any Report. */
export function understandDiscovery({ flags, data }: V3Message): Understood {
  if ((flags & (FLAG.auth | FLAG.privacy)) !== 0) return { kind: "malformed" };
  const understood = understandScoped(data, false, false);
  return understood.kind === "answer" ? { kind: "malformed" } : understood;
}

/**
 * Reads a message that came for a request of this user to this engine. An answer has to be as well protected as the
 * request was (RFC 3412 section 7.2.10), or anybody could answer in plain; a Report says with what it is protected.
 */
export function understand(message: V3Message, { user }: UserPeer, engine: RemoteEngine): Understood {
  const isSignedMessage = (message.flags & FLAG.auth) !== 0;
  const isEncrypted = (message.flags & FLAG.privacy) !== 0;
  const { auth, privacy } = engine.keys;
  const isFromEngine = engine.id?.equals(message.engineId) === true;
  if (isSignedMessage) {
    if (!auth || !isFromEngine || !isSigned(auth, message.bytes, message.digestAt, message.digestBytes)) {
      return { kind: "not authentic" };
    }
  }
  let scoped = message.data;
  if (isEncrypted) {
    if (!isSignedMessage || !privacy || message.salt.length !== 8) return { kind: "not authentic" };
    scoped = decrypt(privacy, message, message.data);
  }
  const isAsAsked =
    isFromEngine &&
    isSignedMessage === (auth !== undefined) &&
    isEncrypted === (privacy !== undefined) &&
    message.userName.equals(Buffer.from(user.name, "utf8"));
  return understandScoped(scoped, isSignedMessage, isAsAsked);
}

function understandScoped(scoped: Buffer, isAuthentic: boolean, mayAnswer: boolean): Understood {
  const place = pduIn(scoped);
  if (!place) return { kind: "malformed" };
  const { start, end } = place;
  if (scoped[start] === PDU.report) return { kind: "report", scoped, start, end, isAuthentic };
  return mayAnswer ? { kind: "answer", scoped, start, end } : { kind: "not authentic" };
}
