// All samples of some metrics out of a DuckDB store, in pieces that fit into its memory, sorted by school on the way.
import type { DuckDBConnection } from "@duckdb/node-api";
import type { MetricName } from "../../contract/metrics.ts";
import type { DuckDbCatalogue } from "./duckdb-catalogue.ts";
import { tableOf } from "./duckdb-days.ts";
import { asStoreError, type DuckDbFile } from "./duckdb-file.ts";
import { numberIn, quoted, rowsOf } from "./duckdb-transaction.ts";
import { handOver } from "./hand-over.ts";
import { SchoolChunks, type Take } from "./school-chunks.ts";

/** Rows of one question: its grouping (the last delivered row of a series and time counts) stays in memory. */
const PIECE_ROWS = 4_000_000;

export interface Wanted {
  metrics: readonly MetricName[];
  fromMs: number;
  toMs: number;
  /** Of all schools when absent. */
  schoolId: string | undefined;
}

/** See ReadingStore.scan. @throws StoreError, or what `take` throws */
export function scanReadings(file: DuckDbFile, wanted: Wanted, take: Take): Promise<void> {
  return handOver(
    take,
    (guarded) =>
      file.use((connection, catalogue) =>
        catalogue.days.lend(async () => {
          const chunks = new SchoolChunks(guarded);
          for (const piece of await pieces(connection, catalogue, wanted)) {
            await scanPiece(connection, catalogue, wanted, piece, chunks);
          }
          chunks.finish();
        }),
      ),
    (error) => asStoreError(file.path, "read", error),
  );
}

/** Numbers of series from the one up to, not with, the other. */
type Piece = readonly [fromId: number, toId: number];

/** Ranges of series with some PIECE_ROWS rows each: files are sorted by series, so each is read once. */
async function pieces(connection: DuckDBConnection, catalogue: DuckDbCatalogue, wanted: Wanted): Promise<Piece[]> {
  const { metrics, schoolId } = wanted;
  if (metrics.length === 0) return [];
  let [firstId, endId, share] = [1, catalogue.endId, 1];
  if (schoolId !== undefined) {
    const school = catalogue.school(schoolId);
    if (school === undefined) return [];
    [firstId, endId, share] = [school.firstId, school.lastId + 1, school.count / catalogue.endId];
  }
  const count = Math.ceil(((await rowsBetween(connection, catalogue, wanted)) * share) / PIECE_ROWS);
  const step = Math.ceil((endId - firstId) / Math.max(1, count));
  const list: Piece[] = [];
  for (let id = firstId; count > 0 && id < endId; id += step) list.push([id, Math.min(id + step, endId)]);
  return list;
}

/** About how many rows there are in these times; of a file, as many as if it were even in time. */
export async function rowsBetween(
  connection: DuckDBConnection,
  { days }: DuckDbCatalogue,
  { fromMs, toMs }: Pick<Wanted, "fromMs" | "toMs">,
): Promise<number> {
  let rows = 0;
  for (const table of days.tables) {
    const [row] = await rowsOf(
      connection,
      `SELECT count(*) FROM ${tableOf(table)} WHERE at_ms >= ${fromMs} AND at_ms < ${toMs}`,
    );
    rows += numberIn(row?.[0]);
  }
  for (const file of days.filesOf(fromMs, toMs)) {
    const spanMs = Math.min(toMs, file.lastMs + 1) - Math.max(fromMs, file.firstMs);
    rows += Math.ceil(file.rows * (spanMs / (file.lastMs + 1 - file.firstMs)));
  }
  return rows;
}

async function scanPiece(
  connection: DuckDBConnection,
  catalogue: DuckDbCatalogue,
  { metrics, fromMs, toMs, schoolId }: Wanted,
  [fromId, toId]: Piece,
  chunks: SchoolChunks,
): Promise<void> {
  const ofSchool = schoolId === undefined ? "" : `school = ${quoted(schoolId)} AND`;
  const result = await connection.stream(
    `SELECT series_id, at_ms::DOUBLE, arg_max(value, ordinal) FROM ${catalogue.days.source(fromMs, toMs)}
     WHERE at_ms >= ${fromMs} AND at_ms < ${toMs} AND series_id >= ${fromId} AND series_id < ${toId}
       AND series_id IN (SELECT id FROM series WHERE ${ofSchool} metric IN (${metrics.map(quoted).join(", ")}))
     GROUP BY series_id, at_ms`,
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
