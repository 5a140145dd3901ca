// Rolls up within a DuckDB file: readings become rollups without leaving it.
//
// The figures are those of collector/rollup/fold.ts and coarser.ts, which other stores are rolled up by: of one series and time the
// last delivered counts, a counter that is smaller than before began anew from zero, days begin at midnight of Zhejiang. Sums
// are added up as they come out of sorting: of whole numbers below 2 ** 53 they are the same to the last digit; of others they
// may differ in it.
import type { DuckDBConnection } from "@duckdb/node-api";
import type { MetricSpec } from "../../contract/metrics/spec.ts";
import { METRICS } from "../../contract/metrics.ts";
import { dayStartMs } from "../inventory/day.ts";
import type { DuckDbCatalogue } from "./duckdb-catalogue.ts";
import type { DuckDbFile } from "./duckdb-file.ts";
import { rowsBetween } from "./duckdb-scan.ts";
import { inTransaction, numberIn, quoted, rowsOf } from "./duckdb-transaction.ts";
import { RESOLUTIONS, type Resolution } from "./store.ts";

/** Rows of one transaction, about: some 100 MB while they are sorted, and half a second at the most. */
const PIECE_ROWS = 750_000;

const METRIC_NAMES = Object.keys(METRICS);
const COUNTERS = Object.entries(METRICS).flatMap(([name, { kind }]: [string, MetricSpec]) =>
  kind === "counter" ? [name] : [],
);

export interface WindowsToMake {
  resolution: Resolution;
  /** Windows that begin at `fromMs <= start < toMs`; both are begins of windows. */
  fromMs: number;
  toMs: number;
  /** Of all schools when absent. */
  schools: readonly string[] | undefined;
}

/** See ReadingStore.rollUp. One call at a time, in a transaction a piece: beside what is being written, and not for long. */
export async function makeRollups(file: DuckDbFile, wanted: WindowsToMake): Promise<void> {
  await file.use((connection, catalogue) =>
    catalogue.days.lend(async () => {
      for (const piece of await piecesOf(connection, catalogue, wanted)) {
        await inTransaction(connection, () => makePiece(connection, catalogue, wanted, piece));
      }
    }),
  );
}

/** Numbers of series from the one up to, not with, the other. */
type Piece = readonly [fromId: number, toId: number];

async function piecesOf(
  connection: DuckDBConnection,
  catalogue: DuckDbCatalogue,
  { resolution, fromMs, toMs, schools }: WindowsToMake,
): Promise<Piece[]> {
  let [firstId, endId, share] = [1, catalogue.endId, 1];
  if (schools !== undefined) {
    const found = schools.flatMap((schoolId) => catalogue.school(schoolId) ?? []);
    if (found.length === 0) return [];
    firstId = Math.min(...found.map((school) => school.firstId));
    endId = Math.max(...found.map((school) => school.lastId)) + 1;
    share = found.reduce((sum, { count }) => sum + count, 0) / catalogue.endId;
  }
  const finer = finerTable(resolution);
  const rows =
    finer === undefined
      ? await rowsBetween(connection, catalogue, { fromMs, toMs })
      : await countIn(connection, finer, `start_ms >= ${fromMs} AND start_ms < ${toMs}`);
  const count = Math.ceil((rows * share) / PIECE_ROWS);
  const step = Math.ceil((endId - firstId) / Math.max(1, count));
  const pieces: Piece[] = [];
  for (let id = firstId; count > 0 && id < endId; id += step) pieces.push([id, Math.min(id + step, endId)]);
  return pieces;
}

/** Within a transaction. */
async function makePiece(
  connection: DuckDBConnection,
  catalogue: DuckDbCatalogue,
  wanted: WindowsToMake,
  [fromId, toId]: Piece,
): Promise<void> {
  const { resolution, fromMs, toMs, schools } = wanted;
  const table = `rollup_${resolution}`;
  const ofSchools =
    schools === undefined
      ? ""
      : ` AND series_id IN (SELECT id FROM series
         WHERE id >= ${fromId} AND id < ${toId} AND school IN (${schools.map(quoted).join(", ")}))`;
  const series = `series_id >= ${fromId} AND series_id < ${toId}`;
  const windows = `start_ms >= ${fromMs} AND start_ms < ${toMs} AND ${series}`;
  const made =
    resolution === "5m"
      ? fromReadings(
          `${catalogue.days.source(fromMs, toMs)} WHERE at_ms >= ${fromMs} AND at_ms < ${toMs} AND ${series}${ofSchools}`,
          startOf("at_ms", wanted),
        )
      : fromRollups(`${finerTable(resolution)} WHERE ${windows}${ofSchools}`, startOf("start_ms", wanted));
  // A metric that the dictionary no longer has is not rolled up.
  const known = `
    SELECT made.* REPLACE (CASE WHEN counts THEN increase END AS increase) FROM (${made}) AS made JOIN
      (SELECT id, metric IN (${COUNTERS.map(quoted).join(", ")}) AS counts FROM series
       WHERE id >= ${fromId} AND id < ${toId} AND metric IN (${METRIC_NAMES.map(quoted).join(", ")})) ON id = series_id`;
  const [there] = await rowsOf(connection, `SELECT 1 FROM ${table} WHERE ${windows} LIMIT 1`);
  if (there === undefined) {
    // The usual case, without a copy on the way.
    await connection.run(`INSERT INTO ${table} ${known}`);
    return;
  }
  await connection.run(`
    CREATE OR REPLACE TEMP TABLE made_anew AS ${known};
    DELETE FROM ${table} USING made_anew
      WHERE ${table}.series_id = made_anew.series_id AND ${table}.start_ms = made_anew.start_ms
        AND ${table}.start_ms >= ${fromMs} AND ${table}.start_ms < ${toMs}
        AND ${table}.series_id >= ${fromId} AND ${table}.series_id < ${toId};
    INSERT INTO ${table} SELECT * FROM made_anew;
    DROP TABLE made_anew;`);
}

/** Rows as they stand in a table of rollups. @param start the begin of a reading's window */
function fromReadings(source: string, start: string): string {
  return `
    SELECT series_id, start_ms, count(*) AS count, sum(value) AS sum, min(value) AS min, max(value) AS max,
      arg_min(value, at_ms) AS first, arg_max(value, at_ms) AS last, min(at_ms) AS first_ms, max(at_ms) AS last_ms,
      sum(${growth("before", "value")}) AS increase
    FROM
      (SELECT *, lag(value) OVER (PARTITION BY series_id, start_ms ORDER BY at_ms) AS before FROM
        (SELECT series_id, ${start} AS start_ms, at_ms, value FROM ${source}
         QUALIFY lead(at_ms) OVER (PARTITION BY series_id ORDER BY at_ms, ordinal) IS DISTINCT FROM at_ms))
    GROUP BY series_id, start_ms`;
}

/** What a counter grew from one shorter window to the next counts too. */
function fromRollups(source: string, start: string): string {
  return `
    SELECT series_id, long_ms AS start_ms, sum(count)::BIGINT AS count, sum(sum) AS sum, min(min) AS min, max(max) AS max,
      arg_min(first, start_ms) AS first, arg_max(last, start_ms) AS last, min(first_ms) AS first_ms,
      max(last_ms) AS last_ms, sum(increase + ${growth("before", "first")}) AS increase
    FROM
      (SELECT *, ${start} AS long_ms, lag(last) OVER (PARTITION BY series_id, ${start} ORDER BY start_ms) AS before
       FROM ${source})
    GROUP BY series_id, long_ms`;
}

function growth(before: string, after: string): string {
  return `CASE WHEN ${before} IS NULL THEN 0 WHEN ${after} >= ${before} THEN ${after} - ${before} ELSE ${after} END`;
}

function startOf(column: string, { resolution, fromMs, toMs }: WindowsToMake): string {
  const lengthMs = RESOLUTIONS[resolution];
  if (toMs - fromMs === lengthMs) return `${fromMs}::BIGINT`;
  // Any begin of a day, because all windows fit into days. No time here is before 1970.
  return `(${column} - (${column} - (${dayStartMs(0)})) % ${lengthMs})`;
}

/** Absent for the shortest windows, which readings themselves become. */
function finerTable(resolution: Resolution): string | undefined {
  switch (resolution) {
    case "5m":
      return undefined;
    case "1h":
      return "rollup_5m";
    case "1d":
      return "rollup_1h";
  }
}

async function countIn(connection: DuckDBConnection, table: string, where: string): Promise<number> {
  const [row] = await rowsOf(connection, `SELECT count(*) FROM ${table} WHERE ${where}`);
  return numberIn(row?.[0]);
}
