// ReadingStore in a DuckDB file and Parquet files beside it: the embedded store. One process at a time has it.
import type { DuckDBConnection } from "@duckdb/node-api";
import type { MetricName } from "../../contract/metrics.ts";
import type { CampusEvent, Fact } from "../../contract/reading.ts";
import type { DuckDbCatalogue } from "./duckdb-catalogue.ts";
import { asStoreError, DuckDbFile } from "./duckdb-file.ts";
import { forgetDays, forgetRows } from "./duckdb-forget.ts";
import { ROLLED_UP_TO, readMark, scanLedgerRows, setMark } from "./duckdb-ledger.ts";
import * as read from "./duckdb-read.ts";
import { readRollups, scanRollupRows, writeRollups } from "./duckdb-rollups.ts";
import { scanReadings } from "./duckdb-scan.ts";
import { sealDays } from "./duckdb-seal.ts";
import { inTransaction } from "./duckdb-transaction.ts";
import { commitParts, DuckDbWriter } from "./duckdb-writer.ts";
import { handOver } from "./hand-over.ts";
import {
  type LedgerEntry,
  type ReadingStore,
  type Resolution,
  type Retention,
  type Rollup,
  type Sample,
  type SampleColumns,
  type SeriesKey,
  type SeriesRollup,
  type SessionLane,
  type StoreBatch,
  StoreError,
  type WriteResult,
} from "./store.ts";
import { wholeMs } from "./time-bounds.ts";
import { Turns } from "./turns.ts";

export interface DuckDbStoreOptions {
  /**
   * The file; made with its folder when it is not there. Beside it DuckDB keeps its write-ahead log, PATH.wal, and what it
   * sorts, PATH.tmp; finished days are in the folder of the same name with `-days` in the place of `.duckdb`.
   */
  path: string;
  /** Of DuckDB's own buffers. */
  memoryLimit?: string;
  threads?: number;
}

/** @throws StoreError when another process holds the file, or it is of another schema, or no DuckDB file */
export async function openDuckDbStore({ path, memoryLimit, threads }: DuckDbStoreOptions): Promise<DuckDbStore> {
  const store = new DuckDbStore({ path, memoryLimit: memoryLimit ?? "512MB", threads: threads ?? 2 });
  await store.open();
  return store;
}

/** Rows that replaced others are looked for so often; days are looked at in every maintenance. */
const FORGET_ROWS_MS = 3_600_000;

export class DuckDbStore implements ReadingStore {
  readonly #file: DuckDbFile;
  readonly #writer: DuckDbWriter;
  /** Newest texts by school since its last fact came: the page asks every few seconds, and every fact is looked through. */
  readonly #facts = new Map<string, Promise<Map<string, Fact["texts"]>>>();
  readonly #rollupTurns = new Turns();
  readonly #maintenanceTurns = new Turns();
  #forgotRowsAtMs = Number.NEGATIVE_INFINITY;
  #closing = false;

  /** Use `openDuckDbStore`. */
  constructor(options: Required<DuckDbStoreOptions>) {
    this.#file = new DuckDbFile(options);
    this.#writer = new DuckDbWriter(this.#file);
  }

  async open(): Promise<void> {
    await this.#file.read("SELECT 1");
  }

  async write(batch: StoreBatch): Promise<WriteResult> {
    this.#whileOpen();
    try {
      return await this.#writer.write(batch);
    } finally {
      if (batch.facts.length > 0) this.#facts.delete(batch.schoolId); // after an error too: it may be stored all the same
    }
  }

  series(schoolId: string, key: SeriesKey, fromMs: number, toMs: number): Promise<Sample[]> {
    return read.readSeries(this.#file, schoolId, key, fromMs, toMs);
  }

  instances(schoolId: string, device: string, metric: MetricName, fromMs: number): Promise<string[]> {
    return read.readInstances(this.#file, schoolId, device, metric, fromMs);
  }

  latest(schoolId: string, sinceMs: number): Promise<{ key: SeriesKey; sample: Sample }[]> {
    return read.readLatest(this.#file, schoolId, sinceMs);
  }

  async scan(
    metrics: readonly MetricName[],
    fromMs: number,
    toMs: number,
    take: (schoolId: string, samples: SampleColumns) => void,
    schoolId?: string,
  ): Promise<void> {
    await scanReadings(this.#file, { metrics, fromMs: wholeMs(fromMs), toMs: wholeMs(toMs), schoolId }, take);
  }

  async facts(schoolId: string): Promise<Map<string, Fact["texts"]>> {
    let reading = this.#facts.get(schoolId);
    if (reading === undefined) {
      reading = this.datedFacts(schoolId).then(read.textsByDevice);
      this.#facts.set(schoolId, reading);
      const mine = reading;
      // What failed is asked again; the caller gets the error.
      mine.catch(() => this.#facts.get(schoolId) === mine && this.#facts.delete(schoolId));
    }
    return new Map(await reading);
  }

  datedFacts(schoolId: string): Promise<Fact[]> {
    return read.readFacts(this.#file, schoolId);
  }

  events(schoolId: string, fromMs: number, toMs: number): Promise<CampusEvent[]> {
    return read.readEvents(this.#file, schoolId, fromMs, toMs);
  }

  deviceEvents(schoolId: string, device: string, sinceMs: number, limit: number): Promise<CampusEvent[]> {
    return read.readDeviceEvents(this.#file, schoolId, device, sinceMs, limit);
  }

  agents(): Promise<{ agentId: string; batches: number; lastReceivedMs: number }[]> {
    return this.#file.use(async (_, { ledger }) => ledger.names.agents());
  }

  knows(agentId: string, session: string, sequence: number): Promise<boolean> {
    return this.#file.use(async (_, { ledger }) => ledger.names.has({ agentId, session, sequence }));
  }

  sessions(agentId: string): Promise<SessionLane[]> {
    return this.#file.use(async (_, { ledger }) => ledger.names.sessions(agentId));
  }

  async scanLedger(fromMs: number, toMs: number, take: (entries: readonly LedgerEntry[]) => void): Promise<void> {
    await this.#handOver(
      take,
      (guarded) => (connection) => scanLedgerRows(connection, wholeMs(fromMs), wholeMs(toMs), guarded),
    );
  }

  schools(): Promise<string[]> {
    return read.readSchools(this.#file);
  }

  async writeRollups(schoolId: string, resolution: Resolution, rollups: readonly SeriesRollup[]): Promise<void> {
    this.#whileOpen();
    if (rollups.length === 0) return;
    const ids = await this.#writer.idsOf(
      schoolId,
      rollups.map(({ key }) => key),
    );
    await this.#rollupTurns.take(() =>
      this.#use("written", (connection) => writeRollups(connection, resolution, ids, rollups)),
    );
  }

  async rollups(schoolId: string, key: SeriesKey, resolution: Resolution, fromMs: number, toMs: number) {
    return this.#use("read", async (connection, catalogue): Promise<Rollup[]> => {
      const series = catalogue.find(schoolId, key);
      if (series === undefined) return [];
      return readRollups(connection, series.id, resolution, wholeMs(fromMs), wholeMs(toMs));
    });
  }

  async scanRollups(
    schoolId: string,
    resolution: Resolution,
    fromMs: number,
    toMs: number,
    take: (rollups: readonly SeriesRollup[]) => void,
  ): Promise<void> {
    const windows = [resolution, wholeMs(fromMs), wholeMs(toMs)] as const;
    await this.#handOver(
      take,
      (guarded) => (connection, catalogue) => scanRollupRows(connection, catalogue, schoolId, windows, guarded),
    );
  }

  rolledUpTo(): Promise<number | undefined> {
    return this.#use("read", (connection) => readMark(connection, ROLLED_UP_TO));
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
    this.#facts.delete(schoolId);
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
      const sealing = await Promise.allSettled([sealDays(this.#file, this.#writer, nowMs)]);
      await forgetDays(this.#writer, nowMs, retention);
      if (Math.abs(nowMs - this.#forgotRowsAtMs) >= FORGET_ROWS_MS) {
        await this.#rollupTurns.take(() => forgetRows(this.#file, nowMs, retention));
        this.#forgotRowsAtMs = nowMs;
      }
      const [sealed] = sealing;
      if (sealed.status === "rejected") throw asStoreError(this.#file.path, "written", sealed.reason);
    });
  }

  /** Commits a row, because a full disk takes every other question and still no batch. */
  async ready(): Promise<void> {
    await this.#use("written", (connection) => connection.run("UPDATE readiness SET checks = checks + 1"));
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.#maintenanceTurns.idle();
    await this.#rollupTurns.idle();
    await this.#writer.idle();
    await this.#file.close();
  }

  #whileOpen(): void {
    if (this.#closing) throw new StoreError(true, `${this.#file.path} is closed`);
  }

  async #use<T>(action: "read" | "written", work: Work<T>): Promise<T> {
    try {
      return await this.#file.use(work);
    } catch (error) {
      throw asStoreError(this.#file.path, action, error);
    }
  }

  #handOver<A extends unknown[]>(take: (...handed: A) => void, work: (take: (...handed: A) => void) => Work<void>) {
    return handOver(
      take,
      (guarded) => this.#file.use(work(guarded)),
      (error) => asStoreError(this.#file.path, "read", error),
    );
  }
}

type Work<T> = (connection: DuckDBConnection, catalogue: DuckDbCatalogue) => Promise<T>;
