// SNMPv3 messages as a trap receiver meets them (RFC 3412, 3414): read, judged, answered.
//
// For a trap its sender is the authoritative engine, for an inform we are: whoever wants to send one first asks for our
// engine id and our clock, and gets them in reports.
import { randomBytes } from "node:crypto";
import { TAG } from "../snmp/ber.ts";
import { decrypt, encrypt, isSigned, sign, type UserKeys } from "../snmp/v3-keys.ts";
import { decodeMessage, encodeMessage, encodeScopedPdu, FLAG, isEngineId, type V3Message } from "../snmp/v3-message.ts";
import type { LocalEngine, RemoteEngines } from "./engine-clock.ts";
import { PDU_TAG } from "./pdu.ts";
import { type Element, MalformedTrap, Reader } from "./reader.ts";
import { TrapRefused } from "./refusal.ts";
import type { UsmUser } from "./usm.ts";
import { integer, tlv } from "./writer.ts";

const NOTHING = Buffer.alloc(0);
const SALT_BYTES = 8;
/** usmStats of SNMP-USER-BASED-SM-MIB: one counter per reason, and the reason is what a report says. */
const USM_STATS = "1.3.6.1.6.3.15.1.1";
const STAT = { securityLevel: 1, timeWindow: 2, userName: 3, engineId: 4, digest: 5, decryption: 6 } as const;
type Stat = keyof typeof STAT;

/** What a believed message holds. */
export interface Opened {
  /** The bytes that `scoped` and `pdu` point into. */
  bytes: Buffer;
  scoped: Element;
  pdu: Element;
  message: V3Message;
  user: UsmUser;
  /** The digest, which no other message has; absent for a user without authentication. */
  fingerprint: string | undefined;
}

/** A message that is answered by a report and is not a notification: `counted` as refused, unless it only asks who we are. */
export interface Reported {
  report: Buffer | undefined;
  refusal: TrapRefused | undefined;
}

export class V3Receiver {
  readonly #users: ReadonlyMap<string, UsmUser>;
  readonly #engine: LocalEngine;
  readonly #remotes: RemoteEngines;
  readonly #stats = new Map<Stat, number>();

  constructor(users: readonly UsmUser[], engine: LocalEngine, remotes: RemoteEngines) {
    this.#users = new Map(users.map((user) => [user.name, user]));
    this.#engine = engine;
    this.#remotes = remotes;
  }

  /**
   * The message opened, or how to answer that it is not believed. `mayMakeKeys` is asked before keys are made for an engine
   * that was not heard of before. @throws MalformedTrap when it is no message at all.
   */
  open(datagram: Buffer, mayMakeKeys: () => boolean): Opened | Reported {
    const message = readMessage(datagram);
    const { engineId } = message;
    if (engineId.length === 0) return this.#report(message, "engineId", undefined);
    if (!isEngineId(engineId)) throw new MalformedTrap("an engine id that is none");
    const user = this.#users.get(message.userName.toString());
    if (user === undefined) return this.#report(message, "userName", new TrapRefused("user", "no user of that name"));
    const level = levelOf(message.flags);
    if (level !== user.level) {
      const problem = `the message is ${level}, the user is ${user.level}`;
      return this.#report(message, "securityLevel", new TrapRefused("user", problem));
    }
    const isOurs = engineId.equals(this.#engine.id);
    // Anybody may claim any engine, and each costs the hashing of megabytes before its message can be found false.
    if (!isOurs && !user.hasKeys(engineId) && !mayMakeKeys()) {
      throw new TrapRefused("flood", "too many SNMPv3 engines of one sender");
    }
    const keys = user.keysAt(engineId);
    if (!isAuthentic(message, keys)) {
      return this.#report(message, "digest", new TrapRefused("digest", "wrong password or protocol of authentication"));
    }
    if (keys.auth) {
      const isTimely = isOurs ? this.#engine.isTimely(message) : this.#remotes.isTimely(engineId, message);
      if (!isTimely) return this.#report(message, "timeWindow", isOurs ? undefined : untimely(), user);
    }
    const bytes = plainBytes(message, keys);
    const opened = bytes && readScoped(bytes, message, user);
    if (opened === undefined) {
      return this.#report(
        message,
        "decryption",
        new TrapRefused("decryption", "wrong password or protocol of privacy"),
      );
    }
    // An inform is addressed to the engine that answers it.
    if (opened.pdu.tag === PDU_TAG.inform && !isOurs) return this.#report(message, "engineId", undefined);
    return opened;
  }

  /** The answer that ends an inform: the same varbinds as a response, secured as it was. */
  acknowledge({ bytes, scoped, pdu, message, user }: Opened): Buffer {
    const answer = Buffer.from(bytes.subarray(scoped.at, scoped.end));
    answer[pdu.at - scoped.at] = PDU_TAG.response;
    return this.#message(message.messageId, answer, user);
  }

  /** Reports go only to those that ask for them (RFC 3412 section 7.1.3); of the time window, signed. */
  #report(message: V3Message, stat: Stat, refusal: TrapRefused | undefined, user?: UsmUser): Reported {
    const count = (this.#stats.get(stat) ?? 0) + 1;
    this.#stats.set(stat, count);
    if ((message.flags & FLAG.reportable) === 0) {
      return { report: undefined, refusal: refusal ?? new TrapRefused("user", "no engine id that could be answered") };
    }
    const varbind = tlv(TAG.sequence, oid(STAT[stat]), integer(count & 0x7fffffff, TAG.counter32));
    const pdu = tlv(PDU_TAG.report, integer(0), integer(0), integer(0), tlv(TAG.sequence, varbind));
    const scoped = encodeScopedPdu(this.#engine.id, NOTHING, pdu);
    return { report: this.#message(message.messageId, scoped, user, false), refusal };
  }

  /** A message from us, signed for `user` where there is one, and encrypted where the user has privacy. */
  #message(messageId: number, scoped: Buffer, user: UsmUser | undefined, isPrivate = true): Buffer {
    const engineId = this.#engine.id;
    const { auth, privacy: itsPrivacy } = user?.keysAt(engineId) ?? {};
    const privacy = isPrivate ? itsPrivacy : undefined;
    const clock = this.#engine.clock();
    const salt = privacy ? randomBytes(SALT_BYTES) : NOTHING;
    const data = privacy ? encrypt(privacy, { ...clock, salt }, scoped) : scoped;
    const flags = (auth ? FLAG.auth : 0) | (privacy ? FLAG.privacy : 0);
    const header = { messageId, flags, engineId, ...clock, userName: Buffer.from(user?.name ?? "") };
    const { bytes, digestAt } = encodeMessage(header, auth?.digestBytes ?? 0, salt, data);
    if (auth) sign(auth, bytes, digestAt);
    return bytes;
  }
}

function untimely(): TrapRefused {
  return new TrapRefused("replay", "older than what this engine sent before");
}

function oid(stat: number): Buffer {
  // The bytes of 1.3.6.1.6.3.15.1.1.N.0, see USM_STATS: every arc fits one byte.
  const [, , ...arcs] = USM_STATS.split(".").map(Number);
  return tlv(TAG.objectIdentifier, Buffer.of(0x2b, ...arcs, stat, 0));
}

function levelOf(flags: number): UsmUser["level"] {
  if ((flags & FLAG.auth) === 0) return "noAuthNoPriv";
  return (flags & FLAG.privacy) === 0 ? "authNoPriv" : "authPriv";
}

function readMessage(bytes: Buffer): V3Message {
  const message = decodeMessage(bytes);
  if (!message || message.messageId < 0) throw new MalformedTrap("no SNMPv3 message of the user-based security model");
  // Privacy without authentication does not exist (RFC 3412 section 7.2 (5) d).
  if ((message.flags & (FLAG.auth | FLAG.privacy)) === FLAG.privacy) throw new MalformedTrap("private and not signed");
  return message;
}

function isAuthentic({ bytes, digestAt, digestBytes }: V3Message, { auth }: UserKeys): boolean {
  return auth === undefined || isSigned(auth, bytes, digestAt, digestBytes);
}

/** The bytes of the scoped PDU, noise where the key is wrong; `undefined` when they cannot be decrypted. */
function plainBytes(message: V3Message, { privacy }: UserKeys): Buffer | undefined {
  if (privacy === undefined) return message.data;
  return message.salt.length === SALT_BYTES ? decrypt(privacy, message, message.data) : undefined;
}

/** `undefined` when a wrong key made noise of it. @throws MalformedTrap when it was not even encrypted. */
function readScoped(bytes: Buffer, message: V3Message, user: UsmUser): Opened | undefined {
  try {
    const scoped = new Reader(bytes).expect(TAG.sequence);
    const fields = new Reader(bytes, scoped.start, scoped.end);
    fields.octets();
    fields.octets();
    const { digestAt, digestBytes } = message;
    const fingerprint =
      user.level === "noAuthNoPriv" ? undefined : message.bytes.toString("latin1", digestAt, digestAt + digestBytes);
    return { bytes, scoped, pdu: fields.next(), message, user, fingerprint };
  } catch (error) {
    if (error instanceof MalformedTrap && user.level === "authPriv") return undefined;
    throw error;
  }
}
