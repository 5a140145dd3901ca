// ReadingStore in a DuckDB file and Parquet files beside it: the embedded store. One process at a time has it.

import { Turns } from "../../contract/turns.ts";
import { DuckDbAnswers } from "./duckdb-answers.ts";
import { asStoreError, DuckDbFile } from "./duckdb-file.ts";
import { forgetDays, forgetRows } from "./duckdb-forget.ts";
import { ROLLED_UP_TO, setMark } from "./duckdb-ledger.ts";
import { makeRollups } from "./duckdb-roll.ts";
import { writeRollups } from "./duckdb-rollups.ts";
import { sealDays } from "./duckdb-seal.ts";
import { type SnapshotFile, takeSnapshot } from "./duckdb-snapshot.ts";
import { inTransaction } from "./duckdb-transaction.ts";
import { commitParts, DuckDbWriter } from "./duckdb-writer.ts";
import {
  type LedgerEntry,
  type ReadingStore,
  type Resolution,
  type Retention,
  type SeriesRollup,
  type StoreBatch,
  StoreError,
  type WriteResult,
} from "./store.ts";

export interface DuckDbStoreOptions {
  /**
   * The file; made with its folder when it is not there. Beside it DuckDB keeps its write-ahead log, PATH.wal, and what it
   * sorts, PATH.tmp; finished days are in the folder of the same name with `-days` in the place of `.duckdb`.
   */
  path: string;
  /** Of DuckDB's own buffers; 256MB when absent. */
  memoryLimit?: string;
  /**
   * That share the work of one statement; 1 when absent. Statements run beside each other in any case, and two threads
   * take half as much CPU time again for the same sorting.
   */
  threads?: number;
}

/** @throws StoreError when another process holds the file, or it is of another schema, or no DuckDB file */
export async function openDuckDbStore({ path, memoryLimit, threads }: DuckDbStoreOptions): Promise<DuckDbStore> {
  const store = new DuckDbStore({ path, memoryLimit: memoryLimit ?? "256MB", threads: threads ?? 1 });
  await store.open();
  return store;
}

/** Rows that replaced others are looked for so often; days are looked at in every maintenance. */
const FORGET_ROWS_MS = 3_600_000;

export class DuckDbStore extends DuckDbAnswers implements ReadingStore {
  readonly #writer: DuckDbWriter;
  readonly #rollupTurns = new Turns();
  readonly #maintenanceTurns = new Turns();
  readonly #snapshotTurns = new Turns();
  #forgotRowsAtMs = Number.NEGATIVE_INFINITY;
  #closing = false;

  /** Use `openDuckDbStore`. */
  constructor(options: Required<DuckDbStoreOptions>) {
    super(new DuckDbFile(options));
    this.#writer = new DuckDbWriter(this.file);
  }

  async open(): Promise<void> {
    await this.file.read("SELECT 1");
  }

  async write(batch: StoreBatch): Promise<WriteResult> {
    this.#whileOpen();
    try {
      return await this.#writer.write(batch);
    } finally {
      if (batch.facts.length > 0) this.newestFacts.delete(batch.schoolId); // after an error too: it may be stored all the same
    }
  }

  async writeRollups(schoolId: string, resolution: Resolution, rollups: readonly SeriesRollup[]): Promise<void> {
    this.#whileOpen();
    if (rollups.length === 0) return;
    const ids = await this.#writer.idsOf(
      schoolId,
      rollups.map(({ key }) => key),
    );
    await this.#rollupTurns.take(() =>
      this.use("written", (connection) => writeRollups(connection, resolution, ids, rollups)),
    );
  }

  async rollUp(resolution: Resolution, fromMs: number, toMs: number, schools?: readonly string[]): Promise<void> {
    this.#whileOpen();
    await this.#rollupTurns.take(async () => {
      try {
        await makeRollups(this.file, { resolution, fromMs, toMs, schools });
      } catch (error) {
        throw asStoreError(this.file.path, "rolled up", error);
      }
    });
  }

  async setRolledUpTo(receivedMs: number): Promise<void> {
    this.#whileOpen();
    await this.#writer.alone((connection) =>
      inTransaction(connection, () => setMark(connection, ROLLED_UP_TO, receivedMs)),
    );
  }

  async adopt(schoolId: string, part: Pick<StoreBatch, "samples" | "facts" | "events">): Promise<void> {
    this.#whileOpen();
    await this.#writer.alone((connection, catalogue) =>
      commitParts(connection, catalogue, [{ ...part, schoolId }], []),
    );
    this.newestFacts.delete(schoolId);
  }

  async adoptLedger(entries: readonly LedgerEntry[]): Promise<void> {
    this.#whileOpen();
    await this.#writer.alone(async (connection, catalogue) => {
      const fresh = new Map(
        entries
          .filter((entry) => !catalogue.ledger.names.has(entry))
          .map((entry) => [JSON.stringify([entry.agentId, entry.session, entry.sequence]), entry]),
      );
      if (fresh.size > 0) await commitParts(connection, catalogue, [], [...fresh.values()]);
    });
  }

  /** Days that cannot be put in order, for instance on a full disk, do not keep it from forgetting others. */
  async maintain(nowMs: number, retention: Retention): Promise<void> {
    this.#whileOpen();
    await this.#maintenanceTurns.take(async () => {
      const sealing = await Promise.allSettled([sealDays(this.file, this.#writer, nowMs)]);
      await forgetDays(this.#writer, nowMs, retention);
      if (Math.abs(nowMs - this.#forgotRowsAtMs) >= FORGET_ROWS_MS) {
        await this.#rollupTurns.take(() => forgetRows(this.file, nowMs, retention));
        this.#forgotRowsAtMs = nowMs;
      }
      const [sealed] = sealing;
      if (sealed.status === "rejected") throw asStoreError(this.file.path, "written", sealed.reason);
    });
  }

  /**
   * Puts a copy of everything, as it is at one moment, into an empty folder on the same file system; days that are finished
   * are hard links. Everything goes on meanwhile.
   * @returns the files, named as they lie beside each other in a store
   */
  async snapshot(folder: string): Promise<SnapshotFile[]> {
    this.#whileOpen();
    return this.#snapshotTurns.take(() =>
      this.use("read", (connection, { days }) => takeSnapshot(connection, days, this.file.path, folder)),
    );
  }

  /** Commits a row, because a full disk takes every other question and still no batch. */
  async ready(): Promise<void> {
    await this.use("written", (connection) => connection.run("UPDATE readiness SET checks = checks + 1"));
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.#maintenanceTurns.idle();
    await this.#snapshotTurns.idle();
    await this.#rollupTurns.idle();
    await this.#writer.idle();
    await this.file.close();
  }

  #whileOpen(): void {
    if (this.#closing) throw new StoreError(true, `${this.file.path} is closed`);
  }
}
