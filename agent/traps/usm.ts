// A user of SNMPv3 as a receiver knows it: the keys for every engine that sends under its name.
//
// agent/snmp/v3-keys.ts makes keys too, at the price of a megabyte of hashing per engine. That is right for devices one asks;
// here anybody may send any engine id, so the megabyte is hashed once per password, and an engine costs three short hashes.
import { createHash, createHmac } from "node:crypto";
import type { AuthProtocol, PrivacyProtocol, SnmpUser } from "../../contract/snmp-user.ts";
import { authKey, decrypt, encrypt, isSigned, type PrivacyKey, type UserKeys } from "../snmp/v3-keys.ts";

/** Name of the hash, and bytes of the digest that a message carries (RFC 3414, RFC 7860). */
const HASHES = {
  sha1: { hash: "sha1", digestBytes: 12 },
  sha224: { hash: "sha224", digestBytes: 16 },
  sha256: { hash: "sha256", digestBytes: 24 },
  sha384: { hash: "sha384", digestBytes: 32 },
  sha512: { hash: "sha512", digestBytes: 48 },
} as const satisfies Record<AuthProtocol, { hash: string; digestBytes: number }>;

/** How a key longer than the hash is made: see contract/snmp-user.ts. */
const CIPHERS = {
  aes128: { cipher: "aes-128-cfb", keyBytes: 16, extend: "blumenthal" },
  aes256: { cipher: "aes-256-cfb", keyBytes: 32, extend: "blumenthal" },
  aes256c: { cipher: "aes-256-cfb", keyBytes: 32, extend: "reeder" },
} as const satisfies Record<PrivacyProtocol, { cipher: string; keyBytes: number; extend: string }>;

/** RFC 3414 appendix A.2: so many bytes of repeated password are hashed. */
const EXPANDED_BYTES = 1_048_576;
/** Engines whose keys are kept: the oldest go. */
const KEPT_ENGINES = 256;
const SALT_BYTES = 8;

/** Time of the authoritative engine, which is part of what ciphers start from. */
export interface EngineClock {
  boots: number;
  time: number;
}

/** Where in a message its digest stands. */
export interface DigestPlace {
  start: number;
  end: number;
}

export class UsmUser {
  readonly name: string;
  readonly level: "noAuthNoPriv" | "authNoPriv" | "authPriv";
  readonly #auth: { protocol: AuthProtocol; key: Buffer } | undefined;
  readonly #privacy: { protocol: PrivacyProtocol; key: Buffer } | undefined;
  readonly #localized = new Map<string, UserKeys>();

  constructor({ name, auth, privacy }: SnmpUser) {
    this.name = name;
    this.level = auth === undefined ? "noAuthNoPriv" : privacy === undefined ? "authNoPriv" : "authPriv";
    if (auth === undefined) return;
    const { hash } = HASHES[auth.protocol];
    this.#auth = { protocol: auth.protocol, key: passwordKey(hash, Buffer.from(auth.password)) };
    if (privacy === undefined) return;
    this.#privacy = { protocol: privacy.protocol, key: passwordKey(hash, Buffer.from(privacy.password)) };
  }

  /** Bytes of the digest in a message; 0 for a user without authentication. */
  get digestBytes(): number {
    return this.#auth ? HASHES[this.#auth.protocol].digestBytes : 0;
  }

  /** The digest of a message whose own digest is zeros (RFC 3414 section 6.3.1). @throws RangeError for a user without authentication */
  digest(engineId: Buffer, message: Uint8Array): Buffer {
    const { auth } = this.#keys(engineId);
    if (auth === undefined) throw new RangeError("a user without authentication signs nothing");
    return createHmac(auth.hash, auth.key).update(message).digest().subarray(0, auth.digestBytes);
  }

  isAuthentic(engineId: Buffer, message: Buffer, { start, end }: DigestPlace): boolean {
    const { auth } = this.#keys(engineId);
    return auth !== undefined && isSigned(auth, message, start, end - start);
  }

  /** `undefined` when the salt has the wrong length. What comes out of a wrong key is noise, which the reader then refuses. */
  decrypt(engineId: Buffer, clock: EngineClock, salt: Buffer, encrypted: Buffer): Buffer | undefined {
    const { privacy } = this.#keys(engineId);
    if (privacy === undefined || salt.length !== SALT_BYTES) return undefined;
    return decrypt(privacy, { ...clock, salt }, encrypted);
  }

  /** @throws RangeError for a user without privacy */
  encrypt(engineId: Buffer, clock: EngineClock, salt: Buffer, plain: Buffer): Buffer {
    const { privacy } = this.#keys(engineId);
    if (privacy === undefined) throw new RangeError("a user without privacy encrypts nothing");
    return encrypt(privacy, { ...clock, salt }, plain);
  }

  #keys(engineId: Buffer): UserKeys {
    if (this.#auth === undefined) return {};
    const id = engineId.toString("latin1");
    const known = this.#localized.get(id);
    if (known) return known;
    const { hash, digestBytes } = HASHES[this.#auth.protocol];
    const keys: UserKeys = { auth: authKey(hash, digestBytes, localize(hash, this.#auth.key, engineId)) };
    if (this.#privacy) keys.privacy = privacyKey(hash, this.#privacy, engineId);
    for (const oldest of this.#localized.keys()) {
      if (this.#localized.size < KEPT_ENGINES) break;
      this.#localized.delete(oldest);
    }
    this.#localized.set(id, keys);
    return keys;
  }
}

/** RFC 3414 appendix A.2: the password, repeated to a megabyte and hashed. */
function passwordKey(hash: string, password: Uint8Array): Buffer {
  return createHash(hash).update(Buffer.alloc(EXPANDED_BYTES, password)).digest();
}

function localize(hash: string, key: Buffer, engineId: Buffer): Buffer {
  return createHash(hash).update(key).update(engineId).update(key).digest();
}

/** As many bytes of localized key as the cipher takes. */
function privacyKey(
  hash: string,
  { protocol, key }: { protocol: PrivacyProtocol; key: Buffer },
  engineId: Buffer,
): PrivacyKey {
  const { cipher, keyBytes, extend } = CIPHERS[protocol];
  let last = localize(hash, key, engineId);
  let all = last;
  while (all.length < keyBytes) {
    const next = extend === "reeder" ? localize(hash, passwordKey(hash, last), engineId) : hashOf(hash, all);
    last = next;
    all = Buffer.concat([all, next]);
  }
  return { cipher, key: all.subarray(0, keyBytes) };
}

function hashOf(hash: string, bytes: Uint8Array): Buffer {
  return createHash(hash).update(bytes).digest();
}
