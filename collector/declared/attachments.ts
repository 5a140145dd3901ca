// The files that declared entries and objections rest on: DATA/attachments/SHA256, each stored once and never changed.
//
// A file is written beside its place, synced, named by its hash, and the folder synced; only then is it known in the state. So a
// kill leaves either a file of another name, which is removed at the next start, or a whole one that nobody speaks of yet and
// that the next upload of the same bytes finds. Whether a file still is what was uploaded is said by its hash: looked at when the
// collector starts, and again whenever its size or its times changed since.
import { createHash, randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type AttachmentType, MAX_ATTACHMENT_BYTES } from "../../contract/declared.ts";
import { CampusError, codeOf, messageOf } from "../../contract/errors.ts";
import { sync } from "../durable.ts";
import { type State, type StateRow, text, whole } from "../state/state.ts";
import type { Attachment } from "./entry.ts";
import { isOfType } from "./media-type.ts";

/** Within the data folder. */
export const ATTACHMENTS_DIR = "attachments";

export const FILE_STATES = ["there", "missing", "altered", "unreadable"] as const;
export type FileState = (typeof FILE_STATES)[number];

export interface Upload {
  name: string;
  mediaType: AttachmentType;
  content: AsyncIterable<Uint8Array>;
  atMs: number;
}

const PART = {
  name: "attachment",
  steps: [
    `CREATE TABLE attachment (
       sha256 VARCHAR PRIMARY KEY, name VARCHAR NOT NULL, media_type VARCHAR NOT NULL, bytes BIGINT NOT NULL,
       stored_ms BIGINT NOT NULL)`,
  ],
} as const;

const INCOMING = ".incoming-";
const STORED_NAME = /^[0-9a-f]{64}$/;

/** @throws StateError; CampusError `ATTACHMENTS_DIR` when the folder cannot be used */
export async function openAttachments(state: State, dataDir: string): Promise<Attachments> {
  const dir = join(dataDir, ATTACHMENTS_DIR);
  await state.prepare(PART);
  try {
    const left = (await namesIn(dir)).filter((name) => name.startsWith(INCOMING));
    await Promise.all(left.map((name) => rm(join(dir, name))));
  } catch (cause) {
    throw new CampusError("ATTACHMENTS_DIR", `${dir} cannot be used: ${messageOf(cause)}`, { cause });
  }
  return new Attachments(state, dir, await state.rows("SELECT * FROM attachment"));
}

/** What is stored, for a backup: names within the data folder. */
export async function storedAttachments(dataDir: string): Promise<{ name: string; path: string }[]> {
  const dir = join(dataDir, ATTACHMENTS_DIR);
  const names = (await namesIn(dir)).filter((name) => STORED_NAME.test(name)).sort();
  return names.map((name) => ({ name: `${ATTACHMENTS_DIR}/${name}`, path: join(dir, name) }));
}

/** The folder is made with the first file. */
async function namesIn(dir: string): Promise<string[]> {
  try {
    return await readdir(dir);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  }
}

export class Attachments {
  readonly #state: State;
  readonly #dir: string;
  readonly #known: Map<string, Attachment>;
  /** Size, times and place of a file when its hash was last found right. */
  readonly #seen = new Map<string, string>();

  /** Use `openAttachments`. */
  constructor(state: State, dir: string, rows: readonly StateRow[]) {
    this.#state = state;
    this.#dir = dir;
    this.#known = new Map(rows.map((row) => [text(row, "sha256"), attachmentOf(row)]));
  }

  /** What was uploaded under this hash, whether or not its file is still right. */
  find(sha256: string): Attachment | undefined {
    return this.#known.get(sha256);
  }

  /**
   * Takes a file. When it resolves its bytes survive a loss of power. The same bytes are kept once, under their first type.
   * @throws CampusError `ATTACHMENT_TOO_LARGE`, `ATTACHMENT_EMPTY`, `ATTACHMENT_TYPE`; `ATTACHMENT_NOT_STORED` (retryable); StateError
   */
  async store({ name, mediaType, content, atMs }: Upload): Promise<Attachment> {
    const temporary = join(this.#dir, `${INCOMING}${randomUUID()}`);
    try {
      const made = await mkdir(this.#dir, { recursive: true, mode: 0o700 });
      if (made !== undefined) await sync(dirname(this.#dir));
      const { sha256, bytes } = await written(temporary, content, mediaType);
      if ((await this.check(sha256)) === "there") await rm(temporary);
      else await rename(temporary, this.#pathOf(sha256));
      await sync(this.#dir);
      return await this.#remember(sha256, { name, mediaType, bytes, atMs });
    } catch (cause) {
      await rm(temporary, { force: true });
      if (cause instanceof CampusError) throw cause;
      const message = `${name} could not be stored: ${messageOf(cause)}`;
      throw new CampusError("ATTACHMENT_NOT_STORED", message, { cause, retryable: true });
    }
  }

  /** Whether the file is what was uploaded. What has not changed since it was found right is not read again. */
  async check(sha256: string): Promise<FileState> {
    const path = this.#pathOf(sha256);
    try {
      const print = await fingerprint(path);
      if (this.#seen.get(sha256) === print) return "there";
      this.#seen.delete(sha256);
      if (sha256Of(await readFile(path)) !== sha256) return "altered";
      this.#seen.set(sha256, print);
      return "there";
    } catch (error) {
      const code = codeOf(error);
      if (code === undefined) throw error;
      // A disk that fails must not keep the collector from starting: what cannot be read does not count.
      this.#seen.delete(sha256);
      return code === "ENOENT" ? "missing" : "unreadable";
    }
  }

  /** @throws CampusError `NOT_FOUND` for what was not uploaded; `ATTACHMENT_MISSING`, `ATTACHMENT_ALTERED` for what is no more what it was */
  async read(sha256: string): Promise<{ attachment: Attachment; content: Buffer }> {
    const attachment = this.#known.get(sha256);
    if (attachment === undefined) throw new CampusError("NOT_FOUND", `no attachment ${sha256} was uploaded`);
    const content = await readFile(this.#pathOf(sha256)).catch((cause: unknown) => {
      throw new CampusError("ATTACHMENT_MISSING", `the file of attachment ${sha256} cannot be read`, { cause });
    });
    if (sha256Of(content) === sha256) return { attachment, content };
    throw new CampusError("ATTACHMENT_ALTERED", `the file of attachment ${sha256} is not what was uploaded`);
  }

  async #remember(sha256: string, upload: Omit<Upload, "content"> & { bytes: number }): Promise<Attachment> {
    const { name, mediaType, bytes, atMs } = upload;
    const known = this.#known.get(sha256);
    if (known !== undefined) return { ...known, name };
    await this.#state.run(
      "INSERT INTO attachment VALUES ($1, $2, $3, CAST($4 AS BIGINT), CAST($5 AS BIGINT)) ON CONFLICT DO NOTHING",
      [sha256, name, mediaType, bytes, Math.round(atMs)],
    );
    const attachment = { name, mediaType, sha256, bytes };
    this.#known.set(sha256, attachment);
    return attachment;
  }

  #pathOf(sha256: string): string {
    return join(this.#dir, sha256);
  }
}

/** The bytes on the disk, at a name that nobody reads. */
async function written(path: string, content: AsyncIterable<Uint8Array>, mediaType: AttachmentType) {
  const digest = createHash("sha256");
  const handle = await open(path, "wx", 0o600);
  try {
    const bytes = await copy(content, handle, (chunk) => void digest.update(chunk));
    if (bytes === 0) throw new CampusError("ATTACHMENT_EMPTY", "the file is empty");
    await handle.sync();
  } finally {
    await handle.close();
  }
  const whole = await readFile(path);
  if (!isOfType(whole, mediaType)) {
    throw new CampusError("ATTACHMENT_TYPE", `the file is not what its type ${mediaType} says`);
  }
  return { sha256: digest.digest("hex"), bytes: whole.length };
}

async function copy(content: AsyncIterable<Uint8Array>, to: FileHandle, tell: (chunk: Uint8Array) => void) {
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.length;
    if (bytes > MAX_ATTACHMENT_BYTES) {
      throw new CampusError("ATTACHMENT_TOO_LARGE", `the file has more than ${MAX_ATTACHMENT_BYTES} bytes`);
    }
    tell(chunk);
    await to.writeFile(chunk);
  }
  return bytes;
}

/** Another file, or another content, has another one. */
async function fingerprint(path: string): Promise<string> {
  const { ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
  return `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
}

function sha256Of(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

function attachmentOf(row: StateRow): Attachment {
  return {
    name: text(row, "name"),
    mediaType: text(row, "media_type"),
    sha256: text(row, "sha256"),
    bytes: whole(row, "bytes"),
  };
}
