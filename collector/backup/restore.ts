// Puts a backup into a collector's data folder, while the collector is stopped.
//
// The archive is read whole and compared before anything is touched. Then it is unpacked into DIR/restoring, what was in the
// folder is moved into DIR/before-restore-TIME, and what was unpacked is moved into its place: all within one file system,
// also when the folder is a mount of its own. A kill in between loses nothing; restoring again with `replace` ends it.
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { CampusError, messageOf } from "../../contract/errors.ts";
import { sync } from "../durable.ts";
import { openState } from "../state/state.ts";
import { type Manifest, readBackup } from "./manifest.ts";

export interface Restored {
  manifest: Manifest;
  /** Where what was there before lies now; absent when the folder was empty. */
  movedTo?: string;
}

export interface RestoreOptions {
  file: string;
  dataDir: string;
  /** Kind of the store that the configuration names. */
  store: string;
  /** Whether what is in the folder is moved aside. */
  replace: boolean;
  nowMs: number;
}

const UNPACKED = "restoring";
const BEFORE = "before-restore-";

/** @throws CampusError RESTORE_NOT_EMPTY, RESTORE_RUNNING, RESTORE_STORE, BACKUP_TAR, BACKUP_DAMAGED; nothing is changed then */
export async function restoreBackup({ file, dataDir, store, replace, nowMs }: RestoreOptions): Promise<Restored> {
  const old = await entriesOf(dataDir);
  if (old.length > 0 && !replace) {
    throw new CampusError(
      "RESTORE_NOT_EMPTY",
      `${dataDir} is not empty; with --replace what is in it is moved aside within it`,
    );
  }
  const manifest = await readBackup(contentOf(file));
  if (manifest.store !== store) {
    throw new CampusError(
      "RESTORE_STORE",
      `the backup holds an embedded store (${manifest.store}), the configuration names ${store}: restore it with a ` +
        "configuration of an embedded store, then `campanile-collector migrate` from that one to this one",
    );
  }
  if (old.includes("state.duckdb")) await mustBeStopped(dataDir);
  const unpacked = join(dataDir, UNPACKED);
  await rm(unpacked, { recursive: true, force: true });
  await mkdir(unpacked, { recursive: true });
  await readBackup(contentOf(file), (name, content) => unpack(join(unpacked, name), content));
  const movedTo = old.length > 0 ? join(dataDir, `${BEFORE}${timeText(nowMs)}`) : undefined;
  if (movedTo !== undefined) await moveAll(dataDir, old, movedTo);
  await moveAll(unpacked, await readdir(unpacked), dataDir);
  await rm(unpacked, { recursive: true });
  await sync(dataDir);
  return { manifest, ...(movedTo !== undefined && { movedTo }) };
}

/** What a restore may not simply write over. */
async function entriesOf(dataDir: string): Promise<string[]> {
  await mkdir(dataDir, { recursive: true });
  return (await readdir(dataDir)).filter((name) => name !== UNPACKED && !name.startsWith(BEFORE));
}

async function* contentOf(file: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(file)) yield chunk;
  } catch (cause) {
    throw new CampusError("BACKUP_TAR", `${file} cannot be read: ${messageOf(cause)}`, { cause });
  }
}

/** A state that cannot be opened for another reason is one more reason to restore. */
async function mustBeStopped(dataDir: string): Promise<void> {
  try {
    await (await openState(join(dataDir, "state.duckdb"))).close();
  } catch (cause) {
    if (!/Conflicting lock/.test(messageOf(cause))) return;
    throw new CampusError("RESTORE_RUNNING", `a collector is using ${dataDir}: stop it first`, { cause });
  }
}

async function unpack(path: string, content: AsyncIterable<Uint8Array>): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const handle = await open(path, "wx", 0o600);
  try {
    for await (const chunk of content) await handle.writeFile(chunk);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await sync(dirname(path));
}

async function moveAll(from: string, names: readonly string[], to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const name of names) await rename(join(from, name), join(to, name));
  await sync(to);
  await sync(from);
}

/** 20260302T080000Z */
function timeText(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:]|\.\d+/g, "");
}
