// How an agent proves who it is: what is signed, byte for byte, and how keys are written.
//
// Keys are Ed25519 (RFC 8032). A public key travels as base64 of its 32 bytes; its id is the first 16 hexadecimal digits of
// their SHA-256. A signature travels as base64 of its 64 bytes. What is signed is a text of lines, each ended by a line feed:
//
//   batches      campanile-batch-1 / AGENT / SESSION / PARTS / LANE / SENT-AT / SHA-256 of the body as sent
//   requests     campanile-request-1 / METHOD / PATH with its query / AGENT / SENT-AT / SHA-256 of the body as sent
//   enrolment    campanile-enroll-1 / CODE / PUBLIC KEY
//   a new key    campanile-key-1 / AGENT / PUBLIC KEY
//
// PARTS is `sequence:bytes` of every batch of the body, joined by commas (contract/batch.ts). SENT-AT is the agent's clock in
// milliseconds since 1970. Digests are hexadecimal, lower case. The body of a request without one is empty.
// The first line keeps a signature of one kind from being taken for another kind's.
import { createHash, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import type { Lane } from "./batch.ts";

export interface BatchToSign {
  agent: string;
  session: string;
  /** As in the header `x-campanile-parts`. */
  parts: string;
  lane: Lane;
  sentAtMs: number;
  body: Uint8Array;
}

export function batchText({ agent, session, parts, lane, sentAtMs, body }: BatchToSign): string {
  return text("campanile-batch-1", agent, session, parts, lane, String(sentAtMs), sha256(body));
}

export interface RequestToSign {
  method: string;
  /** With its query, as it stands in the request line. */
  path: string;
  agent: string;
  sentAtMs: number;
  body: Uint8Array;
}

export function requestText({ method, path, agent, sentAtMs, body }: RequestToSign): string {
  return text("campanile-request-1", method, path, agent, String(sentAtMs), sha256(body));
}

/** What the new key signs at enrolment, so that nobody enrols a key that is not theirs. */
export function enrolText(code: string, publicKey: string): string {
  return text("campanile-enroll-1", code, publicKey);
}

/** What a new key signs when it is to take the place of another. */
export function newKeyText(agent: string, publicKey: string): string {
  return text("campanile-key-1", agent, publicKey);
}

/** @returns the signature in base64. */
export function signText(signed: string, key: KeyObject): string {
  return sign(null, Buffer.from(signed), key).toString("base64");
}

/** Whether the signature, in base64, is the key's own of this text. False for what is no signature at all. */
export function isSignedBy(signed: string, signature: string, key: KeyObject): boolean {
  const bytes = Buffer.from(signature, "base64");
  // One spelling only, so that nothing that was not signed can be changed in what was sent.
  const isWhole = bytes.length === 64 && bytes.toString("base64") === signature;
  return isWhole && verify(null, Buffer.from(signed), key, bytes);
}

/** What stands before the 32 bytes of an Ed25519 public key in a SubjectPublicKeyInfo (RFC 8410). */
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

/** A public key as it travels, of a private or a public Ed25519 key. */
export function publicKeyText(key: KeyObject): string {
  const publicKey = key.type === "private" ? createPublicKey(key) : key;
  return publicKey.export({ format: "der", type: "spki" }).subarray(SPKI_PREFIX.length).toString("base64");
}

/** The key that travels as `text`: base64 of 32 bytes. */
export function publicKeyFrom(text: string): KeyObject {
  const key = Buffer.concat([SPKI_PREFIX, Buffer.from(text, "base64")]);
  return createPublicKey({ key, format: "der", type: "spki" });
}

/** Id of the public key that travels as `text`. */
export function keyIdOf(text: string): string {
  return sha256(Buffer.from(text, "base64")).slice(0, 16);
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function text(...lines: string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}
