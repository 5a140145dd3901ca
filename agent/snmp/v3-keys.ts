// A user's keys at one device, and what is done with them: digests (RFC 3414, RFC 7860) and AES-CFB (RFC 3826).
import { createCipheriv, createDecipheriv, hash as hashOnce, randomFillSync, timingSafeEqual } from "node:crypto";
import { createRequire } from "node:module";
import type { AuthProtocol, PrivacyProtocol, SnmpUser } from "../../contract/snmp-user.ts";

export interface AuthKey {
  hash: string;
  /** Bytes of the digest that travel. */
  digestBytes: number;
  key: Buffer;
  /** The key as HMAC puts it before the message, and before the digest of that (RFC 2104). */
  inner: Buffer;
  outer: Buffer;
}

export interface PrivacyKey {
  cipher: "aes-128-cfb" | "aes-256-cfb";
  key: Buffer;
}

/** Keys that are good for one engine only, so that a device that is broken open opens no other. */
export interface UserKeys {
  auth?: AuthKey;
  privacy?: PrivacyKey;
}

/** Boots and time of the message, and eight bytes that never repeat with them. */
export interface PrivacyParameters {
  boots: number;
  time: number;
  salt: Buffer;
}

const AUTH = {
  sha1: { name: "sha", hash: "sha1", digestBytes: 12 },
  sha224: { name: "sha224", hash: "sha224", digestBytes: 16 },
  sha256: { name: "sha256", hash: "sha256", digestBytes: 24 },
  sha384: { name: "sha384", hash: "sha384", digestBytes: 32 },
  sha512: { name: "sha512", hash: "sha512", digestBytes: 48 },
} as const satisfies Record<AuthProtocol, unknown>;

const PRIVACY = {
  aes128: { name: "aes", cipher: "aes-128-cfb" },
  aes256: { name: "aes256b", cipher: "aes-256-cfb" },
  aes256c: { name: "aes256r", cipher: "aes-256-cfb" },
} as const satisfies Record<PrivacyProtocol, unknown>;

/** Turns passwords into keys for one engine. Costs milliseconds: a password is hashed a megabyte long (RFC 3414 appendix A.2). */
export function localizedKeys({ auth, privacy }: SnmpUser, engineId: Buffer): UserKeys {
  if (auth === undefined) return {};
  const snmp = library();
  const { name, hash, digestBytes } = AUTH[auth.protocol];
  const protocol = snmp.AuthProtocols[name];
  const key = snmp.Authentication.passwordToKey(protocol, auth.password, engineId);
  const keys: UserKeys = { auth: authKey(hash, digestBytes, key) };
  if (privacy !== undefined) {
    const { name: stretched, cipher } = PRIVACY[privacy.protocol];
    const algorithm = snmp.Encryption.algorithms[snmp.PrivProtocols[stretched]];
    keys.privacy = { cipher, key: algorithm.localizationAlgorithm(algorithm, protocol, privacy.password, engineId) };
  }
  forgetIn(snmp, engineId);
  return keys;
}

type Library = typeof import("net-snmp");

/**
 * The npm library net-snmp, loaded when the first SNMPv3 device is asked or sends a trap: it takes some 10 MB, which most
 * agents on small gateways can save.
 */
function library(): Library {
  return createRequire(import.meta.url)("net-snmp");
}

/** @param key localized: good for one engine */
function authKey(hash: string, digestBytes: number, key: Buffer): AuthKey {
  const blockBytes = hash === "sha384" || hash === "sha512" ? 128 : 64;
  return { hash, digestBytes, key, inner: padded(key, blockBytes, 0x36), outer: padded(key, blockBytes, 0x5c) };
}

/** The library keeps every key it ever made, for every engine id that anybody claims; whoever needs a key keeps it. */
function forgetIn(snmp: Library, engineId: Buffer): void {
  const cache = snmp.Authentication.authToKeyCache;
  const ending = engineId.toString("base64");
  for (const name of Object.keys(cache)) {
    if (name.endsWith(ending)) delete cache[name];
  }
}

/** Writes the digest of the whole message, in which its place holds zeros, to its place. */
export function sign(auth: AuthKey, message: Buffer, digestAt: number): void {
  digestOf(auth, afterKey(auth.inner, message)).copy(message, digestAt, 0, auth.digestBytes);
}

/** Whether the message carries the digest that belongs to it. The message stays as it is. */
export function isSigned(auth: AuthKey, message: Buffer, digestAt: number, length: number): boolean {
  const { digestBytes, inner } = auth;
  if (length !== digestBytes) return false;
  const hashed = afterKey(inner, message);
  hashed.fill(0, inner.length + digestAt, inner.length + digestAt + digestBytes);
  const digest = digestOf(auth, hashed);
  return timingSafeEqual(digest.subarray(0, digestBytes), message.subarray(digestAt, digestAt + digestBytes));
}

/** HMAC from two hashes in one go each: an Hmac object costs twice as much as what it computes. */
function digestOf({ hash, outer }: AuthKey, hashed: Buffer): Buffer {
  return hashOnce(hash, afterKey(outer, hashOnce(hash, hashed, "buffer")), "buffer");
}

function afterKey(pad: Buffer, bytes: Buffer): Buffer {
  const both = Buffer.allocUnsafe(pad.length + bytes.length);
  pad.copy(both);
  bytes.copy(both, pad.length);
  return both;
}

/** No key is longer than its hash's block. */
function padded(key: Buffer, blockBytes: number, by: number): Buffer {
  const pad = Buffer.alloc(blockBytes, by);
  for (const [i, byte] of key.entries()) pad[i] = byte ^ by;
  return pad;
}

/** Counted up from a random start, so that none comes twice with one key (RFC 3826 section 3.1.2.1). */
export class Salts {
  #last = randomFillSync(Buffer.alloc(8)).readBigUInt64BE();

  next(): Buffer {
    this.#last = BigInt.asUintN(64, this.#last + 1n);
    const salt = Buffer.allocUnsafe(8);
    salt.writeBigUInt64BE(this.#last);
    return salt;
  }
}

export function encrypt({ cipher, key }: PrivacyKey, parameters: PrivacyParameters, plain: Buffer): Buffer {
  // In CFB nothing is held back for `final`: as many bytes come out as went in.
  return createCipheriv(cipher, key, initialVector(parameters)).update(plain);
}

/** With a wrong key it gives bytes without meaning, never an error. */
export function decrypt({ cipher, key }: PrivacyKey, parameters: PrivacyParameters, secret: Buffer): Buffer {
  return createDecipheriv(cipher, key, initialVector(parameters)).update(secret);
}

function initialVector({ boots, time, salt }: PrivacyParameters): Buffer {
  const iv = Buffer.allocUnsafe(16);
  iv.writeUInt32BE(boots, 0);
  iv.writeUInt32BE(time, 4);
  salt.copy(iv, 8);
  return iv;
}
