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
      for (const { schoolId, samples } of parts) appendReadings(appender, change, schoolId, samples);
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

/** Whole vectors at a time: twice as fast as row by row. Times and ordinals go in as doubles, exact below 2 ** 53. */
function appendReadings(
  appender: DuckDBAppender,
  change: CatalogueChange,
  schoolId: string,
  { series, length, seriesIndex, atMs, value }: SampleColumns,
): void {
  if (length === 0) return;
  const ids = change.idsOf(schoolId, series);
  for (let start = 0; start < length; start += CHUNK_ROWS) {
    const rows = Math.min(CHUNK_ROWS, length - start);
    const chunk = DuckDBDataChunk.create([INTEGER, DOUBLE, DOUBLE, DOUBLE], rows);
    const columns: [number[], number[], number[], number[]] = [[], [], [], []];
    for (let i = start; i < start + rows; i++) {
      const id = ids[seriesIndex[i] ?? -1];
      const at = atMs[i];
      const v = value[i];
      if (id === undefined || at === undefined || v === undefined) {
        throw new StoreError(false, `sample ${i} of ${length} points outside its columns`);
      }
      columns[0].push(id);
      columns[1].push(at);
      columns[2].push(v);
      columns[3].push(change.nextOrdinal++);
    }
    chunk.setColumns(columns);
    appender.appendDataChunk(chunk);
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
