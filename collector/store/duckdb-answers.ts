// The half of a DuckDB store that answers questions.
import type { DuckDBConnection } from "@duckdb/node-api";
import type { MetricName } from "../../contract/metrics.ts";
import type { CampusEvent, Fact } from "../../contract/reading.ts";
import type { DuckDbCatalogue } from "./duckdb-catalogue.ts";
import { asStoreError, type DuckDbFile } from "./duckdb-file.ts";
import { ROLLED_UP_TO, readMark, scanLedgerRows } from "./duckdb-ledger.ts";
import * as read from "./duckdb-read.ts";
import { readRollups, scanRollupRows } from "./duckdb-rollups.ts";
import { scanReadings } from "./duckdb-scan.ts";
import { handOver } from "./hand-over.ts";
import type {
  LedgerEntry,
  Resolution,
  Rollup,
  Sample,
  SampleColumns,
  SeriesKey,
  SeriesRollup,
  SessionLane,
} from "./store.ts";
import { wholeMs } from "./time-bounds.ts";

type Work<T> = (connection: DuckDBConnection, catalogue: DuckDbCatalogue) => Promise<T>;

export class DuckDbAnswers {
  protected readonly file: DuckDbFile;
  /** Newest texts by school since its last fact came: the page asks every few seconds, and every fact is looked through. */
  protected readonly newestFacts = new Map<string, Promise<Map<string, Fact["texts"]>>>();

  constructor(file: DuckDbFile) {
    this.file = file;
  }

  series(schoolId: string, key: SeriesKey, fromMs: number, toMs: number): Promise<Sample[]> {
    return read.readSeries(this.file, schoolId, key, fromMs, toMs);
  }

  instances(schoolId: string, device: string, metric: MetricName, fromMs: number): Promise<string[]> {
    return read.readInstances(this.file, schoolId, device, metric, fromMs);
  }

  latest(schoolId: string, sinceMs: number): Promise<{ key: SeriesKey; sample: Sample }[]> {
    return read.readLatest(this.file, schoolId, sinceMs);
  }

  async scan(
    metrics: readonly MetricName[],
    fromMs: number,
    toMs: number,
    take: (schoolId: string, samples: SampleColumns) => void,
    schoolId?: string,
  ): Promise<void> {
    await scanReadings(this.file, { metrics, fromMs: wholeMs(fromMs), toMs: wholeMs(toMs), schoolId }, take);
  }

  async facts(schoolId: string): Promise<Map<string, Fact["texts"]>> {
    let reading = this.newestFacts.get(schoolId);
    if (reading === undefined) {
      reading = this.datedFacts(schoolId).then(read.textsByDevice);
      this.newestFacts.set(schoolId, reading);
      const mine = reading;
      // What failed is asked again; the caller gets the error.
      mine.catch(() => this.newestFacts.get(schoolId) === mine && this.newestFacts.delete(schoolId));
    }
    return new Map(await reading);
  }

  datedFacts(schoolId: string): Promise<Fact[]> {
    return read.readFacts(this.file, schoolId);
  }

  events(schoolId: string, fromMs: number, toMs: number): Promise<CampusEvent[]> {
    return read.readEvents(this.file, schoolId, fromMs, toMs);
  }

  deviceEvents(schoolId: string, device: string, sinceMs: number, limit: number): Promise<CampusEvent[]> {
    return read.readDeviceEvents(this.file, schoolId, device, sinceMs, limit);
  }

  agents(): Promise<{ agentId: string; batches: number; lastReceivedMs: number }[]> {
    return this.file.use(async (_, { ledger }) => ledger.names.agents());
  }

  knows(agentId: string, session: string, sequence: number): Promise<boolean> {
    return this.file.use(async (_, { ledger }) => ledger.names.has({ agentId, session, sequence }));
  }

  sessions(agentId: string): Promise<SessionLane[]> {
    return this.file.use(async (_, { ledger }) => ledger.names.sessions(agentId));
  }

  async scanLedger(fromMs: number, toMs: number, take: (entries: readonly LedgerEntry[]) => void): Promise<void> {
    await this.#handOver(
      take,
      (guarded) => (connection) => scanLedgerRows(connection, wholeMs(fromMs), wholeMs(toMs), guarded),
    );
  }

  schools(): Promise<string[]> {
    return read.readSchools(this.file);
  }

  async rollups(schoolId: string, key: SeriesKey, resolution: Resolution, fromMs: number, toMs: number) {
    return this.use("read", async (connection, catalogue): Promise<Rollup[]> => {
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
    return this.use("read", (connection) => readMark(connection, ROLLED_UP_TO));
  }

  protected async use<T>(action: "read" | "written", work: Work<T>): Promise<T> {
    try {
      return await this.file.use(work);
    } catch (error) {
      throw asStoreError(this.file.path, action, error);
    }
  }

  #handOver<A extends unknown[]>(take: (...handed: A) => void, work: (take: (...handed: A) => void) => Work<void>) {
    return handOver(
      take,
      (guarded) => this.file.use(work(guarded)),
      (error) => asStoreError(this.file.path, "read", error),
    );
  }
}
