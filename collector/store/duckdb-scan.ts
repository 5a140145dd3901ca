// All samples of some metrics out of a DuckDB file, in pieces that fit into its memory, sorted by school on the way.
import type { DuckDBConnection } from "@duckdb/node-api";
import type { MetricName } from "../../contract/metrics.ts";
import type { DuckDbCatalogue } from "./duckdb-catalogue.ts";
import { asStoreError, type DuckDbFile } from "./duckdb-file.ts";
import { SchoolChunks, type Take } from "./school-chunks.ts";

/** Rows of one question: its grouping (the last delivered row of a series and time counts) stays in memory. */
const PIECE_ROWS = 4_000_000;
/** See ReadingStore.scan. @throws StoreError, or what `take` throws */
export function scanReadings(
  file: DuckDbFile,
  metrics: readonly MetricName[],
  fromMs: number,
  toMs: number,
  take: Take,
): Promise<void> {
  let takeFailed = false;
  const guarded: Take = (schoolId, samples) => {
    try {
      take(schoolId, samples);
    } catch (error) {
      takeFailed = true;
      throw error;
    }
  };
  return file
    .use(async (connection, catalogue) => {
      const chunks = new SchoolChunks(guarded);
      for (const [from, to] of await pieces(connection, fromMs, toMs)) {
        await scanPiece(connection, catalogue, metrics, from, to, chunks);
      }
      chunks.finish();
    })
    .catch((error: unknown) => {
      throw takeFailed ? error : asStoreError(file.path, "read", error);
    });
}

/** Stretches of time of equal length with some PIECE_ROWS rows each; none when there is nothing. */
async function pieces(connection: DuckDBConnection, fromMs: number, toMs: number): Promise<[number, number][]> {
  const found = await connection.runAndReadAll(
    `SELECT count(*)::DOUBLE, min(at_ms)::DOUBLE, max(at_ms)::DOUBLE FROM reading
     WHERE at_ms >= ${fromMs} AND at_ms < ${toMs}`,
  );
  const [rows, first, last] = found.getRows()[0] ?? [];
  if (typeof rows !== "number" || typeof first !== "number" || typeof last !== "number") return [];
  const step = Math.ceil((last + 1 - first) / Math.ceil(rows / PIECE_ROWS));
  const list: [number, number][] = [];
  for (let from = first; from <= last; from += step) list.push([from, Math.min(from + step, last + 1)]);
  return list;
}

async function scanPiece(
  connection: DuckDBConnection,
  catalogue: DuckDbCatalogue,
  metrics: readonly MetricName[],
  fromMs: number,
  toMs: number,
  chunks: SchoolChunks,
): Promise<void> {
  if (metrics.length === 0) return;
  const places = metrics.map((_, i) => `$${i + 1}`).join(", ");
  const result = await connection.stream(
    `SELECT series_id, at_ms::DOUBLE, arg_max(value, ordinal) FROM reading
     WHERE at_ms >= ${fromMs} AND at_ms < ${toMs} AND series_id IN (SELECT id FROM series WHERE metric IN (${places}))
     GROUP BY series_id, at_ms`,
    [...metrics],
  );
  for (let rows = await result.fetchChunk(); rows !== null && rows.rowCount > 0; rows = await result.fetchChunk()) {
    const [ids, times, values] = [rows.getColumnVector(0), rows.getColumnVector(1), rows.getColumnVector(2)];
    for (let i = 0; i < rows.rowCount; i++) {
      const [id, atMs, value] = [ids.getItem(i), times.getItem(i), values.getItem(i)];
      if (typeof id !== "number" || typeof atMs !== "number" || typeof value !== "number") continue; // the columns are NOT NULL
      const known = catalogue.byId(id); // absent when the dictionary no longer has the metric
      if (known !== undefined) chunks.add(known.schoolId, id, known.key, atMs, value);
    }
  }
}
