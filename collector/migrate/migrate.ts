// Moves a collector to another store: both ends opened and held, the copy, and what it came to as a table.
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { CampusError, messageOf } from "../../contract/errors.ts";
import type { CollectorConfig } from "../config.ts";
import { openState, type State } from "../state/state.ts";
import type { StoreConfig } from "../store/config.ts";
import { openStore } from "../store/open.ts";
import type { ReadingStore } from "../store/store.ts";
import { type Copied, copyStore } from "./copy.ts";
import { openProgress, type Progress } from "./progress.ts";

export interface Migration {
  from: CollectorConfig;
  to: CollectorConfig;
  /** Told of every part that was copied. */
  onCopied?(name: string): void;
}

/**
 * Copies everything that the first collector's store holds into the second's. Both collectors must be stopped. A migration
 * that was ended goes on from where it was, by a file beside the target that is removed when both sides are equal.
 * @throws CampusError `MIGRATE_SAME`, `MIGRATE_MEMORY`, `MIGRATE_RUNNING`, `MIGRATE_NOT_EMPTY`, `MIGRATE_OTHER`; StoreError
 */
export async function migrate({ from, to, onCopied }: Migration): Promise<Copied> {
  const [source, target] = [placeOf(from.store), placeOf(to.store)];
  if (source === target) throw new CampusError("MIGRATE_SAME", `both configurations name one store: ${source}`);
  if (from.store.kind === "duckdb" && !existsSync(from.store.path)) {
    throw new CampusError("MIGRATE_NOTHING", `there is nothing to copy: ${from.store.path} does not exist`);
  }
  await mkdir(to.dataDir, { recursive: true });
  const open: { close(): Promise<void> }[] = [];
  try {
    for (const dataDir of new Set([from.dataDir, to.dataDir])) {
      const held = await hold(dataDir);
      if (held !== undefined) open.unshift(held);
    }
    const [fromStore, toStore] = [await opened(from.store, open), await opened(to.store, open)];
    await toStore.ready();
    const progress = await openProgress(resolve(to.dataDir, "migrate-progress.jsonl"), { from: source, to: target });
    return await copied(fromStore, toStore, progress, onCopied);
  } finally {
    for (const one of open) await one.close();
  }
}

async function copied(
  from: ReadingStore,
  to: ReadingStore,
  progress: Progress,
  onCopied: Migration["onCopied"],
): Promise<Copied> {
  let equal = false;
  try {
    if (!progress.resumed) await mustBeEmpty(to);
    const result = await copyStore({
      from,
      to,
      done: (name) => progress.done(name),
      onCopied: async (name, checksum) => {
        await progress.copied(name, checksum);
        onCopied?.(name);
      },
    });
    equal = result.differences.length === 0;
    return result;
  } catch (error) {
    equal = error instanceof CampusError && error.code === "MIGRATE_NOT_EMPTY"; // nothing was begun
    throw error;
  } finally {
    await (equal ? progress.remove() : progress.close());
  }
}

/** A running collector has its state file; while it is ours, no collector starts. Absent where none ever ran. */
async function hold(dataDir: string): Promise<State | undefined> {
  const path = resolve(dataDir, "state.duckdb");
  if (!existsSync(path)) return undefined;
  try {
    return await openState(path);
  } catch (cause) {
    throw new CampusError("MIGRATE_RUNNING", `stop the collector of ${dataDir} first: ${messageOf(cause)}`, { cause });
  }
}

async function opened(config: StoreConfig, open: { close(): Promise<void> }[]): Promise<ReadingStore> {
  const store = await openStore(config);
  open.unshift(store);
  return store;
}

async function mustBeEmpty(store: ReadingStore): Promise<void> {
  const schools = await store.schools();
  if (schools.length === 0 && (await store.agents()).length === 0) return;
  throw new CampusError(
    "MIGRATE_NOT_EMPTY",
    `the target holds readings of ${schools.length} schools already; expected an empty store`,
  );
}

/** What tells one store from another, for people. @throws CampusError */
function placeOf(store: StoreConfig): string {
  switch (store.kind) {
    case "duckdb":
      return `duckdb ${store.path}`;
    case "influx":
      return `influx ${store.url} ${store.version === 2 ? `${store.org}/${store.bucket}` : store.database}`;
    case "memory":
      throw new CampusError("MIGRATE_MEMORY", "a store in memory leaves nothing to copy, and keeps nothing");
  }
}
