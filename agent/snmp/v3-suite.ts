// SNMPv3 agents for tests that answer by a script: as they should, or what no honest agent would.
import type { RemoteInfo } from "node:dgram";
import type { SnmpUser } from "../../contract/snmp-user.ts";
import { PDU } from "./ber.ts";
import { boundSocket, type Cell, closeSocket, tlv } from "./hostile-suite.ts";
import { parseOid } from "./oid.ts";
import type { UserPeer } from "./peer.ts";
import { decrypt, encrypt, localizedKeys, sign, type UserKeys } from "./v3-keys.ts";
import { decodeMessage, encodeMessage, encodeScopedPdu, FLAG, pduIn, type V3Message } from "./v3-message.ts";
import { USM_STATS } from "./v3-report.ts";

/** A request as the script sees it. */
export interface V3Request {
  message: V3Message;
  isDiscovery: boolean;
  /** Request id of the PDU. */
  id: number;
  context: string;
}

/** What may be wrong with an answer; all is as it should be unless told. */
export interface Oddity {
  flags?: number;
  engineId?: Buffer;
  userName?: string;
  messageId?: number;
  id?: number;
  boots?: number;
  time?: number;
}

export interface V3Responder {
  peer: UserPeer;
  engineId: Buffer;
  boots: number;
  time: number;
  seen: V3Request[];
  /** Where the last request came from. */
  asker: { address: string; port: number };
  send(bytes: Buffer): void;
  /** A Response with these variables. */
  answer(request: V3Request, cells: readonly Cell[], oddity?: Oddity): Buffer;
  /** A Report of the usmStats with this number, without authentication unless `flags` says otherwise. */
  report(request: V3Request, usmStats: number, oddity?: Oddity): Buffer;
  close(): Promise<void>;
}

/** What to answer to the requests that are not discovery, which is answered as it should be. */
export type V3Script = (request: V3Request, responder: V3Responder, attempt: number) => Buffer | Buffer[] | undefined;

export const NO_USER: SnmpUser = { name: "reader" };
export const AUTH_USER: SnmpUser = { name: "reader", auth: { protocol: "sha256", password: "authentication" } };
export const PRIVATE_USER: SnmpUser = { ...AUTH_USER, privacy: { protocol: "aes128", password: "confidential" } };

export const ENGINE_ID = Buffer.from("80001f8804736368756c652d31", "hex");

/** Its peer waits longer than a busy machine takes, and asks once more. */
export async function startV3Responder(user: SnmpUser, script: V3Script): Promise<V3Responder> {
  const socket = await boundSocket("127.0.0.1");
  const { port } = socket.address();
  let attempts = 0;
  const keysOf = (engineId: Buffer): UserKeys => localizedKeys(user, engineId);
  let known: { engineId: Buffer; keys: UserKeys } = { engineId: ENGINE_ID, keys: keysOf(ENGINE_ID) };
  const keys = (engineId: Buffer): UserKeys => {
    if (!known.engineId.equals(engineId)) known = { engineId, keys: keysOf(engineId) };
    return known.keys;
  };
  const full = (user.auth ? FLAG.auth : 0) | (user.privacy ? FLAG.privacy : 0);
  const responder: V3Responder = {
    peer: { host: "127.0.0.1", port, version: "v3", user, timeoutMs: 2_000, retries: 1 },
    engineId: ENGINE_ID,
    boots: 3,
    time: 1_000,
    seen: [],
    asker: { address: "", port: 0 },
    send: (bytes) => socket.send(bytes, responder.asker.port, responder.asker.address),
    answer: (request, cells, oddity = {}) =>
      message(responder, keys, request, PDU.response, cells, { flags: full, userName: user.name, ...oddity }),
    report: (request, usmStats, oddity = {}) =>
      message(
        responder,
        keys,
        request,
        PDU.report,
        [{ name: `${USM_STATS}${usmStats}.0`, tag: 0x41, content: Buffer.of(1) }],
        { flags: 0, userName: "", ...oddity },
      ),
    close: () => closeSocket(socket),
  };
  socket.on("message", (bytes: Buffer, { address, port: from }: RemoteInfo) => {
    responder.asker = { address, port: from };
    const request = readRequest(bytes, keys(responder.engineId));
    responder.seen.push(request);
    if (!request.isDiscovery) attempts += 1;
    const answers = request.isDiscovery ? responder.report(request, 4) : script(request, responder, attempts);
    for (const one of [answers ?? []].flat()) responder.send(one);
  });
  return responder;
}

function readRequest(bytes: Buffer, { privacy }: UserKeys): V3Request {
  const decoded = decodeMessage(bytes);
  if (!decoded) throw new Error("our engine sent what is not SNMPv3");
  const isEncrypted = (decoded.flags & FLAG.privacy) !== 0;
  const scoped = isEncrypted && privacy ? decrypt(privacy, decoded, decoded.data) : decoded.data;
  const place = pduIn(scoped);
  // With another engine's keys nothing of it can be read.
  const id = place ? scoped.readInt32BE(place.start + (scoped[place.start + 1] === 0x81 ? 5 : 4)) : 0;
  const contextAt = 2 + 2 + decoded.engineId.length;
  const contextBytes = scoped[contextAt + 1] ?? 0;
  const context = scoped.toString("utf8", contextAt + 2, contextAt + 2 + contextBytes);
  return { message: decoded, isDiscovery: decoded.engineId.length === 0, id, context };
}

function message(
  responder: V3Responder,
  keysOf: (engineId: Buffer) => UserKeys,
  request: V3Request,
  pduTag: number,
  cells: readonly Cell[],
  oddity: Oddity & { flags: number; userName: string },
): Buffer {
  const { engineId = responder.engineId, boots = responder.boots, time = responder.time, flags } = oddity;
  const { messageId = request.message.messageId, id = request.id, userName } = oddity;
  const { auth, privacy } = keysOf(engineId);
  const idBytes = Buffer.alloc(4);
  idBytes.writeInt32BE(id);
  const list = cells.map(({ name, tag, content }) => tlv(0x30, tlv(0x06, parseOid(name).bytes), tlv(tag, content)));
  const pdu = tlv(pduTag, tlv(2, idBytes), tlv(2, Buffer.of(0)), tlv(2, Buffer.of(0)), tlv(0x30, ...list));
  const scoped = encodeScopedPdu(engineId, Buffer.alloc(0), pdu);
  const isEncrypted = privacy !== undefined && (flags & FLAG.privacy) !== 0;
  const isSigned = auth !== undefined && (flags & FLAG.auth) !== 0;
  const salt = Buffer.from(isEncrypted ? "12345678" : "", "latin1");
  const data = isEncrypted ? encrypt(privacy, { boots, time, salt }, scoped) : scoped;
  const header = { messageId, flags, engineId, boots, time, userName: Buffer.from(userName) };
  const { bytes, digestAt } = encodeMessage(header, isSigned ? auth.digestBytes : 0, salt, data);
  if (isSigned) sign(auth, bytes, digestAt);
  return bytes;
}
