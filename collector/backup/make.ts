// Makes a backup of everything a collector keeps, while it runs: files that stay as they are, then one archive of them.
//
//   state.duckdb  attachments/SHA256  secret.key  inventory/00000001/version.json  inventory/parts/*  campanile.duckdb  campanile-days/*.parquet  manifest.json
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { copyFile, mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { storedAttachments } from "../declared/attachments.ts";
import { isThere } from "../durable.ts";
import { Archive } from "../inventory/versions/archive.ts";
import { copyLiveStore } from "../migrate/copy.ts";
import type { State } from "../state/state.ts";
import { DuckDbStore, openDuckDbStore } from "../store/duckdb.ts";
import type { SnapshotFile } from "../store/duckdb-snapshot.ts";
import type { ReadingStore } from "../store/store.ts";
import { hashed, MANIFEST, type Manifest, type Part } from "./manifest.ts";
import { type TarFile, writeTar } from "./tar.ts";

export interface BackupSource {
  store: ReadingStore;
  state: State;
  /** Where all of it lies; what is copied is put into a folder in there, so there must be room for it. */
  dataDir: string;
  inventoryDir: string;
  nowMs(): number;
}

export interface Backup {
  archive: AsyncGenerator<Uint8Array>;
  /** Removes what was copied. To be called however sending ended. */
  remove(): Promise<void>;
}

/** In the data folder; left over only by a kill. */
const COPIES = "backup-in-progress";

/**
 * Readings in a server of their own come as an embedded store, which `migrate` puts into a server again.
 * @throws StoreError, StateError
 */
export async function makeBackup(source: BackupSource): Promise<Backup> {
  const { store, dataDir, nowMs } = source;
  const folder = join(dataDir, COPIES);
  const remove = () => rm(folder, { recursive: true, force: true });
  await remove();
  try {
    await mkdir(folder);
    const madeAt = new Date(nowMs()).toISOString();
    const agents = await store.agents();
    const counts = {
      schools: (await store.schools()).length,
      agents: agents.length,
      batches: agents.reduce((sum, { batches }) => sum + batches, 0),
    };
    const files = [...(await copyOfState(source, folder)), ...(await copyOfStore(source, folder))];
    return { archive: archiveOf(files, { format: 1, madeAt, store: "duckdb", counts }), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** What a collector that was killed left of a backup. */
export async function removeUnfinished(dataDir: string): Promise<void> {
  await rm(join(dataDir, COPIES), { recursive: true, force: true });
}

async function copyOfStore({ store, dataDir, nowMs }: BackupSource, folder: string): Promise<SnapshotFile[]> {
  if (store instanceof DuckDbStore) return store.snapshot(folder);
  const copies = join(dataDir, COPIES, "copy");
  const copy = await openDuckDbStore({ path: join(copies, "campanile.duckdb") });
  try {
    await copyLiveStore(store, copy, Math.floor(nowMs()));
    return await copy.snapshot(folder);
  } finally {
    await copy.close();
  }
}

/** State, key and inventory. */
async function copyOfState(
  { state, dataDir, inventoryDir, nowMs }: BackupSource,
  folder: string,
): Promise<SnapshotFile[]> {
  const files: SnapshotFile[] = [];
  const add = async (name: string, write: (path: string) => Promise<void>) => {
    const path = join(folder, name);
    await write(path);
    files.push({ name, path });
  };
  await add("state.duckdb", (path) => state.copyTo(path));
  // After the state, which names them: they never change and never go, so they need no copy.
  files.push(...(await storedAttachments(dataDir)));
  const key = join(dataDir, "secret.key");
  if (await isThere(key)) await add("secret.key", (path) => copyFile(key, path));
  // All versions; their files never change either.
  const archive = await Archive.open(inventoryDir, nowMs());
  files.push(...(await archive.files()).map(({ name, path }) => ({ name: `inventory/${name}`, path })));
  return files;
}

function archiveOf(files: readonly SnapshotFile[], head: Omit<Manifest, "parts">): AsyncGenerator<Uint8Array> {
  const modifiedAtMs = Date.parse(head.madeAt);
  async function* all(): AsyncGenerator<TarFile> {
    const parts: Part[] = [];
    for (const { name, path } of files) {
      const { size: bytes } = await stat(path);
      const digest = createHash("sha256");
      yield { name, bytes, modifiedAtMs, content: hashed(createReadStream(path), digest) };
      parts.push({ name, bytes, sha256: digest.digest("hex") });
    }
    const manifest = Buffer.from(`${JSON.stringify({ ...head, parts } satisfies Manifest, undefined, 2)}\n`);
    yield { name: MANIFEST, bytes: manifest.length, modifiedAtMs, content: once(manifest) };
  }
  return writeTar(all());
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
