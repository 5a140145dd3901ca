// What stands in a backup beside its files, and whether the files are what it says.
import { createHash } from "node:crypto";
import Type, { type Static } from "typebox";
import { Value } from "typebox/value";
import { CampusError, messageOf } from "../../contract/errors.ts";
import { readTar } from "./tar.ts";

/** The last file of the archive: its checksums are of what has been sent before it. */
export const MANIFEST = "manifest.json";

export const PartSchema = Type.Object({
  /** As it lies in the data folder, with slashes. */
  name: Type.String(),
  bytes: Type.Integer({ minimum: 0 }),
  sha256: Type.String({ pattern: "^[0-9a-f]{64}$" }),
});
export type Part = Static<typeof PartSchema>;

export const ManifestSchema = Type.Object({
  format: Type.Literal(1),
  /** ISO 8601; everything acknowledged before is in the backup. */
  madeAt: Type.String(),
  /** Kind of the store. */
  store: Type.Literal("duckdb"),
  /** When it was made. */
  counts: Type.Object({ schools: Type.Integer(), agents: Type.Integer(), batches: Type.Integer() }),
  parts: Type.Array(PartSchema),
});
export type Manifest = Static<typeof ManifestSchema>;

/** Largest manifest that is read: some 100,000 files. */
const MAX_MANIFEST_BYTES = 32 * 1024 * 1024;

/**
 * Reads a whole archive and compares it with its manifest.
 * @param keep is given each file, and its bytes as they come; absent: they are only looked at
 * @throws CampusError BACKUP_TAR, or BACKUP_DAMAGED naming the first file that is not what the manifest says
 */
export async function readBackup(
  source: AsyncIterable<Uint8Array>,
  keep?: (name: string, content: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<Manifest> {
  const found: Part[] = [];
  for await (const { name, bytes, content } of readTar(source)) {
    if (name === MANIFEST) {
      if (bytes > MAX_MANIFEST_BYTES) throw damaged(`${MANIFEST} has ${bytes} bytes`);
      const manifest = await manifestIn(content);
      compare(manifest.parts, found);
      return manifest;
    }
    if (!isInside(name)) throw damaged(`${name} is no name of a file within the data folder`);
    const digest = createHash("sha256");
    const watched = hashed(content, digest);
    if (keep === undefined) await drain(watched);
    else await keep(name, watched);
    found.push({ name, bytes, sha256: digest.digest("hex") });
  }
  throw damaged(`${MANIFEST} is missing`);
}

/** The bytes as they come, told to the digest on the way. */
export async function* hashed(
  content: AsyncIterable<Uint8Array>,
  digest: { update(bytes: Uint8Array): unknown },
): AsyncGenerator<Uint8Array> {
  for await (const chunk of content) {
    digest.update(chunk);
    yield chunk;
  }
}

async function drain(content: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of content);
}

async function manifestIn(content: AsyncIterable<Uint8Array>): Promise<Manifest> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  let manifest: unknown;
  try {
    manifest = JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch (cause) {
    throw new CampusError("BACKUP_DAMAGED", `the backup's ${MANIFEST} is no JSON: ${messageOf(cause)}`, { cause });
  }
  if (Value.Check(ManifestSchema, manifest)) return manifest;
  throw damaged(`its ${MANIFEST} is not one that this program reads`);
}

function compare(told: readonly Part[], found: readonly Part[]): void {
  const byName = new Map(found.map((part) => [part.name, part]));
  for (const { name, bytes, sha256 } of told) {
    const part = byName.get(name);
    if (part === undefined) throw damaged(`${name} is missing`);
    if (part.bytes !== bytes || part.sha256 !== sha256) throw damaged(`${name} is not what was backed up`);
    byName.delete(name);
  }
  const [extra] = byName.keys();
  if (extra !== undefined) throw damaged(`${extra} does not belong to it`);
}

/** A name must not lead out of the folder that it is restored into. */
function isInside(name: string): boolean {
  return !/[\\\0]/.test(name) && name.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}

function damaged(what: string): CampusError {
  return new CampusError("BACKUP_DAMAGED", `the backup is damaged: ${what}`);
}
