// ReadingStore in one DuckDB file: the embedded store. Nothing but the file is needed; one process at a time has it.
import type { DuckDBValue } from "@duckdb/node-api";
import type { MetricName } from "../../contract/metrics.ts";
import { type CampusEvent, type Fact, isFactName } from "../../contract/reading.ts";
import { asStoreError, DuckDbFile } from "./duckdb-file.ts";
import { scanReadings } from "./duckdb-scan.ts";
import { DuckDbWriter } from "./duckdb-writer.ts";
import {
  type ReadingStore,
  type Sample,
  type SampleColumns,
  type SeriesKey,
  type StoreBatch,
  StoreError,
  type WriteResult,
} from "./store.ts";
import { wholeMs } from "./time-bounds.ts";

export interface DuckDbStoreOptions {
  /** The file; made with its folder when it is not there. Beside it DuckDB keeps its write-ahead log, PATH.wal. */
  path: string;
  /** Of DuckDB's own buffers. */
  memoryLimit?: string;
  threads?: number;
}

/** @throws StoreError when another process holds the file, or it is of another schema, or no DuckDB file */
export async function openDuckDbStore({ path, memoryLimit, threads }: DuckDbStoreOptions): Promise<ReadingStore> {
  const store = new DuckDbStore({ path, memoryLimit: memoryLimit ?? "512MB", threads: threads ?? 2 });
  await store.open();
  return store;
}

// Bounds of time stand in the questions as literals: as parameters they would be doubles, and prune no row groups.
class DuckDbStore implements ReadingStore {
  readonly #file: DuckDbFile;
  readonly #writer: DuckDbWriter;
  /** Newest texts by school since its last fact came: the page asks every few seconds, and every fact is looked through. */
  readonly #facts = new Map<string, Promise<Map<string, Fact["texts"]>>>();
  #closing = false;

  constructor(options: Required<DuckDbStoreOptions>) {
    this.#file = new DuckDbFile(options);
    this.#writer = new DuckDbWriter(this.#file);
  }

  async open(): Promise<void> {
    await this.#file.read("SELECT 1");
  }

  async write(batch: StoreBatch): Promise<WriteResult> {
    if (this.#closing) throw new StoreError(true, `${this.#file.path} is closed`);
    try {
      return await this.#writer.write(batch);
    } finally {
      if (batch.facts.length > 0) this.#facts.delete(batch.schoolId); // after an error too: it may be stored all the same
    }
  }

  async series(schoolId: string, key: SeriesKey, fromMs: number, toMs: number): Promise<Sample[]> {
    const series = await this.#file.use(async (_, catalogue) => catalogue.find(schoolId, key));
    if (series === undefined) return [];
    const rows = await this.#file.read(
      `SELECT at_ms::DOUBLE, arg_max(value, ordinal) FROM reading
       WHERE series_id = ${series.id} AND at_ms >= ${wholeMs(fromMs)} AND at_ms < ${wholeMs(toMs)}
       GROUP BY at_ms ORDER BY at_ms`,
    );
    return rows.map(([atMs, value]) => ({ atMs: numberIn(atMs), value: numberIn(value) }));
  }

  async instances(schoolId: string, device: string, metric: MetricName, fromMs: number): Promise<string[]> {
    const series = await this.#file.read(
      `SELECT id, instance FROM series
       WHERE school = $1 AND device = $2 AND metric = $3 AND instance IS NOT NULL`,
      [schoolId, device, metric],
    );
    if (series.length === 0) return [];
    // The ids as literals too: joined with the table of series, every reading since then would be looked at.
    const ids = series.map(([id]) => numberIn(id));
    const rows = await this.#file.read(
      `SELECT DISTINCT series_id FROM reading
       WHERE at_ms >= ${wholeMs(fromMs)} AND series_id IN (${ids.join(", ")})`,
    );
    const found = new Set(rows.map(([id]) => numberIn(id)));
    return series.flatMap(([id, instance]) => (found.has(numberIn(id)) ? [textIn(instance)] : [])).sort();
  }

  async latest(schoolId: string, sinceMs: number): Promise<{ key: SeriesKey; sample: Sample }[]> {
    const rows = await this.#file.read(
      `SELECT series_id, max(at_ms)::DOUBLE, arg_max(value, at_ms) FROM
         (SELECT series_id, at_ms, arg_max(value, ordinal) AS value FROM reading
          WHERE at_ms >= ${wholeMs(sinceMs)} AND series_id IN (SELECT id FROM series WHERE school = $1)
          GROUP BY series_id, at_ms)
       GROUP BY series_id`,
      [schoolId],
    );
    return this.#file.use(async (_, catalogue) =>
      rows.flatMap(([id, atMs, value]) => {
        const series = catalogue.byId(numberIn(id)); // absent when the dictionary no longer has the metric
        return series === undefined
          ? []
          : [{ key: series.key, sample: { atMs: numberIn(atMs), value: numberIn(value) } }];
      }),
    );
  }

  async scan(
    metrics: readonly MetricName[],
    fromMs: number,
    toMs: number,
    take: (schoolId: string, samples: SampleColumns) => void,
  ): Promise<void> {
    await scanReadings(this.#file, metrics, wholeMs(fromMs), wholeMs(toMs), take);
  }

  async facts(schoolId: string): Promise<Map<string, Fact["texts"]>> {
    let reading = this.#facts.get(schoolId);
    if (reading === undefined) {
      reading = this.#readFacts(schoolId);
      this.#facts.set(schoolId, reading);
      const mine = reading;
      // What failed is asked again; the caller gets the error.
      mine.catch(() => this.#facts.get(schoolId) === mine && this.#facts.delete(schoolId));
    }
    return new Map(await reading);
  }

  async #readFacts(schoolId: string): Promise<Map<string, Fact["texts"]>> {
    const rows = await this.#file.read(
      `SELECT device, name, text FROM fact WHERE school = $1
       QUALIFY row_number() OVER (PARTITION BY device, name ORDER BY at_ms DESC, ordinal DESC) = 1`,
      [schoolId],
    );
    const facts = new Map<string, Fact["texts"]>();
    for (const [device, name, text] of rows) {
      const fact = textIn(name);
      if (!isFactName(fact)) continue; // the dictionary no longer has it
      const texts = facts.get(textIn(device)) ?? {};
      texts[fact] = textIn(text);
      facts.set(textIn(device), texts);
    }
    return facts;
  }

  async events(schoolId: string, fromMs: number, toMs: number): Promise<CampusEvent[]> {
    const rows = await this.#file.read(
      `SELECT device, at_ms::DOUBLE, kind, text FROM event
       WHERE school = $1 AND at_ms >= ${wholeMs(fromMs)} AND at_ms < ${wholeMs(toMs)}
       QUALIFY row_number() OVER (PARTITION BY device, kind, at_ms ORDER BY ordinal DESC) = 1
       ORDER BY at_ms, ordinal`,
      [schoolId],
    );
    return rows.map(eventIn);
  }

  async deviceEvents(schoolId: string, device: string, sinceMs: number, limit: number): Promise<CampusEvent[]> {
    const rows = await this.#file.read(
      `SELECT device, at_ms::DOUBLE, kind, text FROM event
       WHERE school = $1 AND device = $2 AND at_ms >= ${wholeMs(sinceMs)}
       QUALIFY row_number() OVER (PARTITION BY kind, at_ms ORDER BY ordinal DESC) = 1
       ORDER BY at_ms DESC, ordinal DESC LIMIT ${Math.floor(limit)}`,
      [schoolId, device],
    );
    return rows.map(eventIn);
  }

  async agents(): Promise<{ agentId: string; batches: number; lastReceivedMs: number }[]> {
    const rows = await this.#file.read(
      "SELECT agent, count(*)::DOUBLE, max(received_ms)::DOUBLE FROM batch GROUP BY agent",
    );
    return rows.map(([agentId, batches, lastReceivedMs]) => ({
      agentId: textIn(agentId),
      batches: numberIn(batches),
      lastReceivedMs: numberIn(lastReceivedMs),
    }));
  }

  /** Commits a row, because a full disk takes every other question and still no batch. */
  async ready(): Promise<void> {
    try {
      await this.#file.use((connection) => connection.run("UPDATE readiness SET checks = checks + 1"));
    } catch (error) {
      throw asStoreError(this.#file.path, "written", error);
    }
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.#writer.idle();
    await this.#file.close();
  }
}

function eventIn([device, atMs, kind, text]: DuckDBValue[]): CampusEvent {
  return { device: textIn(device), atMs: numberIn(atMs), kind: textIn(kind), text: textIn(text) };
}

function textIn(value: DuckDBValue | undefined): string {
  if (typeof value !== "string") throw new StoreError(false, `a text in the store is ${typeof value}`);
  return value;
}

function numberIn(value: DuckDBValue | undefined): number {
  if (typeof value !== "number") throw new StoreError(false, `a number in the store is ${typeof value}`);
  return value;
}
