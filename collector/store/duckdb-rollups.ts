// Rollups in a DuckDB store: one table per resolution, a row per series and window.
import {
  DOUBLE,
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBValue,
  INTEGER,
} from "@duckdb/node-api";
import { append, CHUNK_ROWS } from "./duckdb-append.ts";
import type { DuckDbCatalogue } from "./duckdb-catalogue.ts";
import { inTransaction, numberIn, rowsOf } from "./duckdb-transaction.ts";
import type { Resolution, Rollup, SeriesKey, SeriesRollup } from "./store.ts";

const COLUMNS = "start_ms, count, sum, min, max, first, last, first_ms, last_ms, increase";

/** See ReadingStore.writeRollups. One call at a time. @param ids of the series, in the order of the rollups */
export async function writeRollups(
  connection: DuckDBConnection,
  resolution: Resolution,
  ids: readonly number[],
  rollups: readonly SeriesRollup[],
): Promise<void> {
  // Of two for one series and window in one call the later counts, as it would in two calls.
  const last = new Map(rollups.map(({ rollup }, i) => [`${ids[i]} ${rollup.startMs}`, rowOf(ids[i] ?? 0, rollup)]));
  const rows = [...last.values()];
  const table = `rollup_${resolution}`;
  await inTransaction(connection, async () => {
    await connection.run("CREATE OR REPLACE TEMP TABLE replaced (id INTEGER, at_ms BIGINT)");
    await append(connection, "replaced", (appender) => appendRows(appender, rows, 2));
    const series = bounds(rows.map(([id]) => id));
    const starts = bounds(rows.map(([, startMs]) => startMs));
    // The bounds as literals, too: without them every row of the table would be looked at.
    await connection.run(`
      DELETE FROM ${table} USING replaced WHERE series_id = id AND start_ms = replaced.at_ms
        AND start_ms BETWEEN ${starts[0]} AND ${starts[1]} AND series_id BETWEEN ${series[0]} AND ${series[1]};
      DROP TABLE replaced;`);
    await append(connection, table, (appender) => appendRows(appender, rows, 11));
  });
}

type Row = [id: number, startMs: number, ...more: (number | null)[]];

function rowOf(id: number, { startMs, count, sum, min, max, first, last, firstMs, lastMs, increase }: Rollup): Row {
  return [id, startMs, count, sum, min, max, first, last, firstMs, lastMs, increase ?? null];
}

function bounds(numbers: readonly number[]): [least: number, greatest: number] {
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const number of numbers) {
    least = Math.min(least, number);
    greatest = Math.max(greatest, number);
  }
  return [least, greatest];
}

/** The first `width` columns of the rows, whole vectors at a time. */
function appendRows(appender: DuckDBAppender, rows: readonly Row[], width: number): void {
  const types = Array.from({ length: width }, (_, column) => (column === 0 ? INTEGER : DOUBLE));
  for (let start = 0; start < rows.length; start += CHUNK_ROWS) {
    const part = rows.slice(start, start + CHUNK_ROWS);
    const chunk = DuckDBDataChunk.create(types, part.length);
    chunk.setColumns(types.map((_, column) => part.map((row) => row[column] ?? null)));
    appender.appendDataChunk(chunk);
  }
}

/** In time order. */
export async function readRollups(
  connection: DuckDBConnection,
  seriesId: number,
  resolution: Resolution,
  fromMs: number,
  toMs: number,
): Promise<Rollup[]> {
  const rows = await rowsOf(
    connection,
    `SELECT ${COLUMNS} FROM rollup_${resolution}
     WHERE series_id = ${seriesId} AND start_ms >= ${fromMs} AND start_ms < ${toMs} ORDER BY start_ms`,
  );
  return rows.map(rollupIn);
}

/** See ReadingStore.scanRollups. */
export async function scanRollupRows(
  connection: DuckDBConnection,
  catalogue: DuckDbCatalogue,
  schoolId: string,
  [resolution, fromMs, toMs]: readonly [Resolution, fromMs: number, toMs: number],
  take: (rollups: readonly SeriesRollup[]) => void,
): Promise<void> {
  const school = catalogue.school(schoolId);
  if (school === undefined) return;
  const result = await connection.stream(
    `SELECT ${COLUMNS}, series_id FROM rollup_${resolution}
     WHERE start_ms >= ${fromMs} AND start_ms < ${toMs} AND series_id BETWEEN ${school.firstId} AND ${school.lastId}`,
  );
  for (let rows = await result.fetchChunk(); rows !== null && rows.rowCount > 0; rows = await result.fetchChunk()) {
    const found = rows.getRows().flatMap((row): SeriesRollup[] => {
      const key = keyOf(catalogue, schoolId, row);
      return key === undefined ? [] : [{ key, rollup: rollupIn(row) }];
    });
    if (found.length > 0) take(found);
  }
}

/** Absent for a series of another school between this one's, and for a metric that the dictionary no longer has. */
function keyOf(catalogue: DuckDbCatalogue, schoolId: string, row: DuckDBValue[]): SeriesKey | undefined {
  const series = catalogue.byId(numberIn(row.at(-1)));
  return series?.schoolId === schoolId ? series.key : undefined;
}

function rollupIn(row: DuckDBValue[]): Rollup {
  const [startMs, count, sum, min, max, first, last, firstMs, lastMs, increase] = row;
  const rollup: Rollup = {
    startMs: numberIn(startMs),
    count: numberIn(count),
    sum: numberIn(sum),
    min: numberIn(min),
    max: numberIn(max),
    first: numberIn(first),
    last: numberIn(last),
    firstMs: numberIn(firstMs),
    lastMs: numberIn(lastMs),
  };
  return increase === null ? rollup : { ...rollup, increase: numberIn(increase) };
}
