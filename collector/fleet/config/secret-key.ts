// The key that secrets of agents' configurations are encrypted with: from a file, from the environment, or made once.
import { randomBytes } from "node:crypto";
import { open, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { CampusError, messageOf } from "../../../contract/errors.ts";

const KEY_BYTES = 32;
const FILE = "secret.key";

/** Where the key comes from, of which at most one is said. */
export interface SecretKeySource {
  /** Absolute path of a file with 64 hexadecimal digits. */
  file?: string;
  /** 64 hexadecimal digits. */
  text?: string;
}

/**
 * The key; without a source, that of `dataDir`/secret.key, which is made the first time, durable and for its owner only.
 * @throws CampusError `SECRET_KEY` when it cannot be had
 */
export async function secretKey(dataDir: string, { file, text }: SecretKeySource): Promise<Uint8Array> {
  if (text !== undefined) return keyFrom(text, "the environment");
  const path = file ?? join(dataDir, FILE);
  try {
    return keyFrom(await readFile(path, "utf8"), path);
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    if (file === undefined && isMissing) return make(path);
    if (error instanceof CampusError) throw error;
    throw new CampusError("SECRET_KEY", `${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

async function make(path: string): Promise<Uint8Array> {
  const key = randomBytes(KEY_BYTES);
  // Never over one that is there: what it sealed could not be opened any more.
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(`${key.toString("hex")}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
  return key;
}

function keyFrom(text: string, where: string): Uint8Array {
  const digits = text.trim();
  if (/^[0-9a-f]{64}$/i.test(digits)) return Buffer.from(digits, "hex");
  throw new CampusError("SECRET_KEY", `${where} holds no key, expected 64 hexadecimal digits (openssl rand -hex 32)`);
}
