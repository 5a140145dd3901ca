// Texts of inventory files, each kept once however many versions have it, and parts of texts once however many texts have them.
//
//   DIR/texts/SHA256             the text with this SHA-256: the SHA-256 of its parts, one a line
//   DIR/parts/SHA256.gz          a part, by the SHA-256 of what is in it
//   DIR/*/writing-…              being written: renamed when it is on the disk, so what has a name is whole
//
// Nothing is ever changed or removed here. What a cut left half written is removed by the next writer.
import { createHash } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { CampusError } from "../../../contract/errors.ts";
import { isThere, sync } from "../../durable.ts";
import { CUTTING, partsOf } from "./parts.ts";
import type { StoredFile } from "./version.ts";

const WRITING = "writing-";
/** Parts that are packed and written at a time. */
const AT_A_TIME = 4;
const pack = promisify(gzip);
const unpack = promisify(gunzip);

export class Contents {
  readonly #texts: string;
  readonly #parts: string;

  constructor(dir: string) {
    this.#texts = join(dir, "texts");
    this.#parts = join(dir, "parts");
  }

  /** Makes the folders where they are lacking, and removes what was left half written. To be called before `put`. */
  async prepare(): Promise<void> {
    for (const folder of [this.#texts, this.#parts]) {
      await mkdir(folder, { recursive: true });
      for (const name of await readdir(folder)) if (name.startsWith(WRITING)) await rm(join(folder, name));
    }
  }

  /** Resolves when the text survives a power cut. */
  async put(text: string): Promise<StoredFile> {
    const bytes = Buffer.from(text, "utf8");
    const sha256 = sha256Of(bytes);
    if (await isThere(join(this.#texts, sha256))) return { sha256, bytes: bytes.length };
    const parts = partsOf(bytes);
    for (let i = 0; i < parts.length; i += AT_A_TIME)
      await Promise.all(parts.slice(i, i + AT_A_TIME).map((part) => this.#putPart(part)));
    await sync(this.#parts);
    await writeWhole(this.#texts, sha256, parts.map((part) => `${sha256Of(part)}\n`).join(""));
    await sync(this.#texts);
    return { sha256, bytes: bytes.length };
  }

  /** @throws CampusError INVENTORY_DAMAGED when what lies there is not what was put */
  async get({ sha256 }: StoredFile): Promise<string> {
    const parts: Buffer[] = [];
    for (const name of await this.#partsOf(sha256)) {
      const packed = await readFile(join(this.#parts, `${name}.gz`));
      parts.push(await unpack(packed, { maxOutputLength: CUTTING.max }));
    }
    const text = Buffer.concat(parts);
    if (sha256Of(text) !== sha256) {
      throw new CampusError("INVENTORY_DAMAGED", `${join(this.#texts, sha256)} is not what was saved`);
    }
    return text.toString("utf8");
  }

  /** Paths of the files that hold a text, for a backup. */
  async filesOf({ sha256 }: StoredFile): Promise<string[]> {
    const parts = await this.#partsOf(sha256);
    return [join(this.#texts, sha256), ...parts.map((name) => join(this.#parts, `${name}.gz`))];
  }

  async #partsOf(sha256: string): Promise<string[]> {
    const list = await readFile(join(this.#texts, sha256), "utf8");
    return list.split("\n").filter((name) => name !== "");
  }

  async #putPart(part: Uint8Array): Promise<void> {
    const name = `${sha256Of(part)}.gz`;
    if (!(await isThere(join(this.#parts, name)))) await writeWhole(this.#parts, name, await pack(part));
  }
}

/** A file that is there with all of its content or not at all; the folder is still to be synced. */
async function writeWhole(folder: string, name: string, content: string | Uint8Array): Promise<void> {
  const writing = join(folder, `${WRITING}${name}`);
  const file = await open(writing, "w");
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(writing, join(folder, name));
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
