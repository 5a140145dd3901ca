// The key that secrets of agents' configurations are encrypted with: from a file, from the environment, or made once.
import { randomBytes } from "node:crypto";
import { link, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { CampusError, codeOf, messageOf } from "../../../contract/errors.ts";
import { sync } from "../../durable.ts";

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
    if (file === undefined && codeOf(error) === "ENOENT") return make(path);
    if (error instanceof CampusError) throw error;
    throw new CampusError("SECRET_KEY", `${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

/** The file has its name only when it is whole: one that is cut off would keep the collector from every later start. */
async function make(path: string): Promise<Uint8Array> {
  const key = randomBytes(KEY_BYTES);
  const writing = `${path}.new`;
  try {
    await rm(writing, { force: true }); // of a start that ended in the middle
    await writeFile(writing, `${key.toString("hex")}\n`, { flag: "wx", mode: 0o600, flush: true });
    await link(writing, path); // never over one that is there: what it sealed could not be opened any more
    await rm(writing);
    await sync(dirname(path));
  } catch (error) {
    throw new CampusError("SECRET_KEY", `${path} cannot be made: ${messageOf(error)}`, { cause: error });
  }
  return key;
}

function keyFrom(text: string, where: string): Uint8Array {
  const digits = text.trim();
  if (/^[0-9a-f]{64}$/i.test(digits)) return Buffer.from(digits, "hex");
  throw new CampusError("SECRET_KEY", `${where} holds no key, expected 64 hexadecimal digits (openssl rand -hex 32)`);
}
