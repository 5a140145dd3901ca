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

/**
 * What one transaction reads and makes at the most, about: some 80 MB while it is worked on. Every piece looks through all rows of
 * its windows, so smaller ones cost more.
 */
const PIECE = { rows: 500_000, rollups: 100_000 };
/** Sixty of them are five minutes: a bit each. */
const CELL_MS = 5_000;

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
  const windows = (toMs - fromMs) / RESOLUTIONS[resolution];
  const rollups = Math.min(rows * share, (endId - firstId) * windows);
  const count = Math.ceil(Math.max((rows * share) / PIECE.rows, rollups / PIECE.rollups));
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
  piece: Piece,
): Promise<void> {
  const { resolution, fromMs, toMs } = wanted;
  const table = `rollup_${resolution}`;
  const windows = `start_ms >= ${fromMs} AND start_ms < ${toMs} AND ${between("series_id", piece)}`;
  const rows =
    resolution === "5m"
      ? await readingsOf(connection, catalogue, wanted, piece)
      : `(SELECT *, ${startOf("start_ms", wanted)} AS window_ms FROM ${finerTable(resolution)}
          WHERE ${windows}${ofSchools(wanted, piece)})`;
  const made = resolution === "5m" ? figuresOfReadings(rows) : figuresOfRollups(rows);
  const growing = growthOf(rows, piece, resolution === "5m" ? GROWTH_OF_READINGS : GROWTH_OF_ROLLUPS);
  // A metric that the dictionary no longer has is not rolled up.
  const complete = `
    SELECT made.*, increase FROM (${made}) AS made LEFT JOIN (${growing}) AS growing
      ON growing.series_id = made.series_id AND growing.window_ms = made.window_ms
    WHERE made.series_id IN (${seriesOf(METRIC_NAMES, piece)})`;
  const [there] = await rowsOf(connection, `SELECT 1 FROM ${table} WHERE ${windows} LIMIT 1`);
  if (there === undefined) {
    // The usual case, without a copy on the way.
    await connection.run(`INSERT INTO ${table} ${complete}`);
    return;
  }
  await connection.run(`
    CREATE OR REPLACE TEMP TABLE made_anew AS ${complete};
    DELETE FROM ${table} USING made_anew
      WHERE ${table}.series_id = made_anew.series_id AND ${table}.start_ms = made_anew.window_ms
        AND ${table}.start_ms >= ${fromMs} AND ${table}.start_ms < ${toMs} AND ${between(`${table}.series_id`, piece)};
    INSERT INTO ${table} SELECT * FROM made_anew;
    DROP TABLE made_anew;`);
}

/** The readings that count, one a time: (series_id, window_ms, at_ms, value). */
async function readingsOf(
  connection: DuckDBConnection,
  { days }: DuckDbCatalogue,
  wanted: WindowsToMake,
  piece: Piece,
): Promise<string> {
  const { fromMs, toMs } = wanted;
  const delivered = `
    SELECT series_id, ${startOf("at_ms", wanted)} AS window_ms, at_ms, value, ordinal FROM ${days.source(fromMs, toMs)}
    WHERE at_ms >= ${fromMs} AND at_ms < ${toMs} AND ${between("series_id", piece)}${ofSchools(wanted, piece)}`;
  // Mostly all readings of a series are at least CELL_MS apart. Where each has a cell of time to itself, no two have one time.
  const [close] = await rowsOf(
    connection,
    `SELECT 1 FROM (${delivered}) GROUP BY series_id, window_ms
     HAVING bit_count(bit_or(1::BIGINT << ((at_ms - window_ms) // ${CELL_MS}))) <> count(*) LIMIT 1`,
  );
  if (close === undefined) return `(${delivered})`;
  return `(${delivered} QUALIFY lead(at_ms) OVER (PARTITION BY series_id ORDER BY at_ms, ordinal) IS DISTINCT FROM at_ms)`;
}

/** Rows as they stand in a table of rollups, without the last column; as the next one. */
function figuresOfReadings(rows: string): string {
  return `
    SELECT series_id, window_ms, count(*), sum(value), min(value), max(value), arg_min(value, at_ms),
      arg_max(value, at_ms), min(at_ms), max(at_ms)
    FROM ${rows} GROUP BY series_id, window_ms`;
}

function figuresOfRollups(rows: string): string {
  return `
    SELECT series_id, window_ms, sum(count)::BIGINT, sum(sum), min(min), max(max), arg_min(first, start_ms),
      arg_max(last, start_ms), min(first_ms), max(last_ms)
    FROM ${rows} GROUP BY series_id, window_ms`;
}

interface Growth {
  /** What rows are in order by. */
  by: string;
  first: string;
  last: string;
  /** How much it grew within a row. */
  within: string;
}

const GROWTH_OF_READINGS: Growth = { by: "at_ms", first: "value", last: "value", within: "0" };
const GROWTH_OF_ROLLUPS: Growth = { by: "start_ms", first: "first", last: "last", within: "increase" };

/** How much counters grew within rows and from one row of a window to the next. */
function growthOf(rows: string, piece: Piece, { by, first, last, within }: Growth): string {
  const after = `${first} - CASE WHEN ${first} >= before THEN before ELSE 0 END`;
  return `
    SELECT series_id, window_ms, sum(${within} + CASE WHEN before IS NULL THEN 0 ELSE ${after} END) AS increase
    FROM (SELECT *, lag(${last}) OVER (PARTITION BY series_id, window_ms ORDER BY ${by}) AS before FROM ${rows}
          WHERE series_id IN (${seriesOf(COUNTERS, piece)}))
    GROUP BY series_id, window_ms`;
}

function seriesOf(metrics: readonly string[], piece: Piece): string {
  return `SELECT id FROM series WHERE ${between("id", piece)} AND metric IN (${metrics.map(quoted).join(", ")})`;
}

function ofSchools({ schools }: WindowsToMake, piece: Piece): string {
  if (schools === undefined) return "";
  const among = schools.map(quoted).join(", ");
  return ` AND series_id IN (SELECT id FROM series WHERE ${between("id", piece)} AND school IN (${among}))`;
}

function between(column: string, [fromId, toId]: Piece): string {
  return `${column} >= ${fromId} AND ${column} < ${toId}`;
}

/** Begin of the window that a time falls into. */
function startOf(column: string, { resolution, fromMs, toMs }: WindowsToMake): string {
  const lengthMs = RESOLUTIONS[resolution];
  if (toMs - fromMs === lengthMs) return `${fromMs}::BIGINT`;
  // Any begin of a day, because all windows fit into days. No time here is before 1970.
  return `${column} - (${column} - (${dayStartMs(0)})) % ${lengthMs}`;
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
