// Appends the rows of batches to a DuckDB file's tables, within a transaction that the caller has begun.
import { DOUBLE, type DuckDBAppender, type DuckDBConnection, DuckDBDataChunk, INTEGER } from "@duckdb/node-api";
import type { CatalogueChange } from "./duckdb-catalogue.ts";
import { type SampleColumns, type StoreBatch, StoreError } from "./store.ts";

/** Rows of a DuckDB vector. */
export const CHUNK_ROWS = 2048;

/** What comes with a batch, or is taken over from another store. */
export type StoredPart = Pick<StoreBatch, "schoolId" | "samples" | "facts" | "events">;

/** Appends samples, new series, facts and events within the connection's transaction. */
export async function appendAll(
  connection: DuckDBConnection,
  change: CatalogueChange,
  parts: readonly StoredPart[],
  /** Absent when no part has samples. */
  table: string | undefined,
): Promise<void> {
  if (table !== undefined) {
    await append(connection, table, (appender) => {
      const rows = new ReadingRows(appender, change);
      for (const { schoolId, samples } of parts) rows.add(schoolId, samples);
      rows.end();
    });
  }
  if (change.added.length > 0) await append(connection, "series", (appender) => appendSeries(appender, change));
  if (parts.some(({ facts }) => facts.length > 0)) {
    await append(connection, "fact", (appender) => appendFacts(appender, change, parts));
  }
  if (parts.some(({ events }) => events.length > 0)) {
    await append(connection, "event", (appender) => {
      for (const { schoolId, events } of parts) {
        for (const { device, kind, atMs, text } of events) {
          appendRow(appender, [schoolId, device, kind], atMs, text, change.nextOrdinal++);
        }
      }
    });
  }
}

function appendFacts(appender: DuckDBAppender, change: CatalogueChange, parts: readonly StoredPart[]): void {
  for (const { schoolId, facts } of parts) {
    for (const { device, atMs, texts } of facts) {
      for (const [name, text] of Object.entries(texts)) {
        appendRow(appender, [schoolId, device, name], atMs, text, change.nextOrdinal++);
      }
    }
  }
}

/** Fills a table within the connection's transaction. */
export async function append(
  connection: DuckDBConnection,
  table: string,
  fill: (a: DuckDBAppender) => void,
): Promise<void> {
  const appender = await connection.createAppender(table);
  try {
    fill(appender);
    appender.flushSync();
  } finally {
    appender.clear(); // else closing would flush what failed half-way
    appender.closeSync();
  }
}

/**
 * Rows of readings, whole vectors at a time and without an array on the way; one piece of memory serves all of a commit.
 * Times and ordinals go in as doubles, exact below 2 ** 53.
 */
class ReadingRows {
  readonly #appender: DuckDBAppender;
  readonly #change: CatalogueChange;
  readonly #chunk = DuckDBDataChunk.create([INTEGER, DOUBLE, DOUBLE, DOUBLE], CHUNK_ROWS);
  readonly #vectors = [0, 1, 2, 3].map((column) => this.#chunk.getColumnVector(column));
  #rows = 0;

  constructor(appender: DuckDBAppender, change: CatalogueChange) {
    this.#appender = appender;
    this.#change = change;
  }

  add(schoolId: string, { series, length, seriesIndex, atMs, value }: SampleColumns): void {
    if (length === 0) return;
    const change = this.#change;
    const idIn = change.idIn(schoolId, series);
    const [ids, times, values, ordinals] = this.#vectors;
    for (let i = 0; i < length; i++) {
      const id = idIn(seriesIndex[i] ?? -1);
      const at = atMs[i];
      const v = value[i];
      if (id === 0 || at === undefined || v === undefined) {
        throw new StoreError(false, `sample ${i} of ${length} points outside its columns`);
      }
      const row = this.#rows++;
      ids?.setItem(row, id);
      times?.setItem(row, at);
      values?.setItem(row, v);
      ordinals?.setItem(row, change.nextOrdinal++);
      if (this.#rows === CHUNK_ROWS) this.#hand();
    }
  }

  /** Nothing is added after it. */
  end(): void {
    if (this.#rows > 0) this.#hand();
  }

  #hand(): void {
    for (const vector of this.#vectors) vector.flush();
    // Of the last ones fewer than a whole vector count; setting the count makes the vectors in hand useless.
    if (this.#rows < CHUNK_ROWS) this.#chunk.rowCount = this.#rows;
    this.#appender.appendDataChunk(this.#chunk);
    this.#rows = 0;
  }
}

function appendSeries(appender: DuckDBAppender, change: CatalogueChange): void {
  for (const { id, schoolId, key } of change.added) {
    appender.appendInteger(id);
    for (const text of [schoolId, key.metric, key.device]) appender.appendVarchar(text);
    if (key.instance === undefined) appender.appendNull();
    else appender.appendVarchar(key.instance);
    appender.endRow();
  }
}

function appendRow(
  appender: DuckDBAppender,
  texts: readonly string[],
  atMs: number,
  text: string,
  ordinal: number,
): void {
  for (const part of texts) appender.appendVarchar(part);
  appender.appendDouble(atMs);
  appender.appendVarchar(text);
  appender.appendDouble(ordinal);
  appender.endRow();
}
