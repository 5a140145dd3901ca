// The agent's private key on disk: one Ed25519 key in PKCS8 PEM, readable by its owner only.
//
//   FOLDER/key.pem       the key in use
//   FOLDER/key.next.pem  a key that is being registered; takes the first one's place once the collector knows it
//
// A key is durable before anything is signed with it, so that no crash leaves a collector with a key that nobody has.
import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { CampusError, codeOf, messageOf } from "../../contract/errors.ts";
import { replaceFileDurably } from "../files.ts";

export function keyFile(folder: string): string {
  return join(folder, "key.pem");
}

export function nextKeyFile(folder: string): string {
  return join(folder, "key.next.pem");
}

/**
 * The private key in `path`.
 * @throws CampusError `IDENTITY_MISSING` when there is no such file, `IDENTITY_UNUSABLE` when it is no Ed25519 key
 */
export function readKey(path: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(readFileSync(path, "utf8"));
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") throw missing(path, cause);
    // The parser's own message names its routines; it never holds the key, but says nothing to people.
    const isFile = cause instanceof Error && "syscall" in cause;
    throw unusable(path, isFile ? `cannot be read: ${messageOf(cause)}` : "holds no private key in PEM form", cause);
  }
  if (key.asymmetricKeyType !== "ed25519") {
    throw unusable(path, `holds a key of type ${key.asymmetricKeyType}, expected ed25519`);
  }
  return key;
}

/** The key in `path` if there is one; otherwise a new one, durable when this resolves. */
export async function readOrMakeKey(folder: string, path: string): Promise<KeyObject> {
  try {
    return readKey(path);
  } catch (error) {
    if (!(error instanceof CampusError) || error.code !== "IDENTITY_MISSING") throw error;
  }
  const { privateKey } = generateKeyPairSync("ed25519");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await replaceFileDurably(path, String(privateKey.export({ format: "pem", type: "pkcs8" })), 0o600);
  return privateKey;
}

function missing(path: string, cause: unknown): CampusError {
  return new CampusError(
    "IDENTITY_MISSING",
    `${path} does not exist: this agent has no key. Ask the county centre for a code and run ` +
      "campanile-agent enroll --collector URL --code CODE --dir FOLDER",
    { cause },
  );
}

function unusable(path: string, what: string, cause?: unknown): CampusError {
  return new CampusError(
    "IDENTITY_UNUSABLE",
    `${path} ${what}. A damaged key cannot be mended: enrol this agent again with a code made for it`,
    cause === undefined ? {} : { cause },
  );
}
