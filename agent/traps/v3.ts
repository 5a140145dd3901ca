// SNMPv3 messages as a trap receiver meets them (RFC 3412, 3414): read, judged, answered.
//
// For a trap its sender is the authoritative engine, for an inform we are: whoever wants to send one first asks for our
// engine id and our clock, and gets them in reports.
import { randomBytes } from "node:crypto";
import { TAG } from "../snmp/ber.ts";
import type { LocalEngine, RemoteEngines } from "./engine-clock.ts";
import { PDU_TAG } from "./pdu.ts";
import { type Element, MalformedTrap, Reader } from "./reader.ts";
import { TrapRefused } from "./refusal.ts";
import type { EngineClock, UsmUser } from "./usm.ts";
import { integer, octets, tlv } from "./writer.ts";

const FLAG = { auth: 1, privacy: 2, reportable: 4 } as const;
const USM = 3;
const VERSION_3 = 3;
const MAX_MESSAGE_BYTES = 65_507;
const ENGINE_ID_MAX = 32;
const USER_NAME_MAX = 32;
/** usmStats of SNMP-USER-BASED-SM-MIB: one counter per reason, and the reason is what a report says. */
const USM_STATS = "1.3.6.1.6.3.15.1.1";
const STAT = { securityLevel: 1, timeWindow: 2, userName: 3, engineId: 4, digest: 5, decryption: 6 } as const;
type Stat = keyof typeof STAT;

/** The parts of a message before anything in it is believed. */
interface Envelope {
  bytes: Buffer;
  messageId: number;
  flags: number;
  engineId: Buffer;
  clock: EngineClock;
  user: string;
  /** The digest as it stands in `bytes`. */
  digest: Element;
  salt: Buffer;
  /** The scoped PDU, or an OCTET STRING that holds it encrypted. */
  payload: Element;
}

/** What a believed message holds. */
export interface Opened {
  /** The bytes that `scoped` and `pdu` point into. */
  bytes: Buffer;
  scoped: Element;
  pdu: Element;
  envelope: Envelope;
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

  /** The message opened, or how to answer that it is not believed. @throws MalformedTrap when it is no message at all. */
  open(datagram: Buffer): Opened | Reported {
    const envelope = readEnvelope(datagram);
    if (envelope.engineId.length === 0) return this.#report(envelope, "engineId", undefined);
    const user = this.#users.get(envelope.user);
    if (user === undefined) return this.#report(envelope, "userName", new TrapRefused("user", "no user of that name"));
    if (levelOf(envelope.flags) !== user.level) {
      const problem = `the message is ${levelOf(envelope.flags)}, the user is ${user.level}`;
      return this.#report(envelope, "securityLevel", new TrapRefused("user", problem));
    }
    if (!isAuthentic(envelope, user)) {
      return this.#report(
        envelope,
        "digest",
        new TrapRefused("digest", "wrong password or protocol of authentication"),
      );
    }
    const isOurs = envelope.engineId.equals(this.#engine.id);
    if (user.level !== "noAuthNoPriv") {
      const { engineId, clock } = envelope;
      const isTimely = isOurs ? this.#engine.isTimely(clock) : this.#remotes.isTimely(engineId, clock);
      if (!isTimely) return this.#report(envelope, "timeWindow", isOurs ? undefined : untimely(), user);
    }
    const bytes = plainBytes(envelope, user);
    const opened = bytes && readScoped(bytes, envelope, user);
    if (opened === undefined) {
      return this.#report(
        envelope,
        "decryption",
        new TrapRefused("decryption", "wrong password or protocol of privacy"),
      );
    }
    // An inform is addressed to the engine that answers it.
    if (opened.pdu.tag === PDU_TAG.inform && !isOurs) return this.#report(envelope, "engineId", undefined);
    return opened;
  }

  /** The answer that ends an inform: the same varbinds as a response, secured as it was. */
  acknowledge({ bytes, scoped, pdu, envelope, user }: Opened): Buffer {
    const answer = Buffer.from(bytes.subarray(scoped.at, scoped.end));
    answer[pdu.at - scoped.at] = PDU_TAG.response;
    return this.#message(envelope.messageId, answer, user);
  }

  /** Reports go only to those that ask for them (RFC 3412 section 7.1.3); of the time window, signed. */
  #report(envelope: Envelope, stat: Stat, refusal: TrapRefused | undefined, user?: UsmUser): Reported {
    const count = (this.#stats.get(stat) ?? 0) + 1;
    this.#stats.set(stat, count);
    if ((envelope.flags & FLAG.reportable) === 0) {
      return { report: undefined, refusal: refusal ?? new TrapRefused("user", "no engine id that could be answered") };
    }
    const varbind = tlv(TAG.sequence, oid(STAT[stat]), integer(count & 0x7fffffff, TAG.counter32));
    const pdu = tlv(PDU_TAG.report, integer(0), integer(0), integer(0), tlv(TAG.sequence, varbind));
    const scoped = tlv(TAG.sequence, octets(this.#engine.id), octets(Buffer.alloc(0)), pdu);
    return { report: this.#message(envelope.messageId, scoped, user, false), refusal };
  }

  /** A message from us, signed for `user` where there is one, and encrypted where the user has privacy. */
  #message(messageId: number, scoped: Buffer, user: UsmUser | undefined, isPrivate = true): Buffer {
    const clock = this.#engine.clock();
    const isSigned = user !== undefined && user.level !== "noAuthNoPriv";
    const isEncrypted = isPrivate && user?.level === "authPriv";
    const salt = isEncrypted ? randomBytes(8) : Buffer.alloc(0);
    const payload = isEncrypted ? octets(user.encrypt(this.#engine.id, clock, salt, scoped)) : scoped;
    const flags = (isSigned ? FLAG.auth : 0) | (isEncrypted ? FLAG.privacy : 0);
    const write = (digest: Uint8Array) => {
      const security = tlv(
        TAG.sequence,
        octets(this.#engine.id),
        integer(clock.boots),
        integer(clock.time),
        octets(Buffer.from(user?.name ?? "")),
        octets(digest),
        octets(salt),
      );
      const header = tlv(
        TAG.sequence,
        integer(messageId),
        integer(MAX_MESSAGE_BYTES),
        octets(Buffer.of(flags)),
        integer(USM),
      );
      return tlv(TAG.sequence, integer(VERSION_3), header, octets(security), payload);
    };
    if (!isSigned) return write(Buffer.alloc(0));
    return write(user.digest(this.#engine.id, write(Buffer.alloc(user.digestBytes))));
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

function readEnvelope(bytes: Buffer): Envelope {
  const message = new Reader(bytes).enter(TAG.sequence);
  if (message.integer() !== VERSION_3) throw new MalformedTrap("not SNMPv3");
  const header = message.enter(TAG.sequence);
  const messageId = header.count();
  header.count();
  const flags = header.octets();
  const model = header.count();
  if (flags.length !== 1) throw new MalformedTrap("flags that are not one byte");
  if (model !== USM) throw new MalformedTrap(`security model ${model} is not the user-based one`);
  // Privacy without authentication does not exist (RFC 3412 section 7.2 (5) d).
  if (((flags[0] ?? 0) & (FLAG.auth | FLAG.privacy)) === FLAG.privacy)
    throw new MalformedTrap("private and not signed");
  const parameters = message.expect(TAG.octetString);
  const security = new Reader(bytes, parameters.start, parameters.end).enter(TAG.sequence);
  const engineId = security.octets();
  const clock = { boots: security.count(), time: security.count() };
  const user = security.octets();
  if (engineId.length > ENGINE_ID_MAX || user.length > USER_NAME_MAX) throw new MalformedTrap("a name too long");
  const digest = security.expect(TAG.octetString);
  const salt = security.octets();
  const payload = message.next();
  return { bytes, messageId, flags: flags[0] ?? 0, engineId, clock, user: user.toString(), digest, salt, payload };
}

function isAuthentic({ bytes, engineId, digest }: Envelope, user: UsmUser): boolean {
  return user.level === "noAuthNoPriv" || user.isAuthentic(engineId, bytes, digest);
}

/** The bytes of the scoped PDU; `undefined` when they cannot be decrypted. */
function plainBytes({ bytes, payload, engineId, clock, salt }: Envelope, user: UsmUser): Buffer | undefined {
  if (user.level !== "authPriv") return bytes.subarray(payload.at, payload.end);
  if (payload.tag !== TAG.octetString) return undefined;
  return user.decrypt(engineId, clock, salt, bytes.subarray(payload.start, payload.end));
}

/** `undefined` when a wrong key made noise of it. @throws MalformedTrap when it was not even encrypted. */
function readScoped(bytes: Buffer, envelope: Envelope, user: UsmUser): Opened | undefined {
  try {
    const scoped = new Reader(bytes).expect(TAG.sequence);
    const fields = new Reader(bytes, scoped.start, scoped.end);
    fields.octets();
    fields.octets();
    const { digest } = envelope;
    const fingerprint =
      user.level === "noAuthNoPriv" ? undefined : envelope.bytes.toString("latin1", digest.start, digest.end);
    return { bytes, scoped, pdu: fields.next(), envelope, user, fingerprint };
  } catch (error) {
    if (error instanceof MalformedTrap && user.level === "authPriv") return undefined;
    throw error;
  }
}
