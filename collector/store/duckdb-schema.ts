// The tables of a DuckDB store and the version of their schema.
import type { DuckDBConnection } from "@duckdb/node-api";
import { inTransaction } from "./duckdb-transaction.ts";
import { upgradeFrom1 } from "./duckdb-upgrade.ts";
import { StoreError } from "./store.ts";

/** Schema this program reads and writes. A file of version 1 is upgraded where it lies; one of another is not touched. */
const SCHEMA_VERSION = 2;

// An ordinal grows by one per row in order of delivery: of two rows for one series and time the higher counts. A ledger row
// has an ordinal of its own behind those of its batch, so that counting goes on after a restart without a look at readings.
//
// Readings are not here: those of an unfinished day are in a table of their own, reading_GENERATION, listed in day_table;
// finished days are Parquet files, listed in day_file by their path relative to the folder of this file.
const READING_TABLES = `
CREATE TABLE day_table (generation INTEGER NOT NULL, day INTEGER NOT NULL);
CREATE TABLE day_file (
  generation INTEGER NOT NULL, day INTEGER NOT NULL, path VARCHAR NOT NULL, rows BIGINT NOT NULL, first_ms BIGINT NOT NULL,
  last_ms BIGINT NOT NULL, bytes BIGINT NOT NULL, sha256 VARCHAR NOT NULL);
`;

// A ledger row stays for a day and until its readings have been rolled up; what is left of it then is its name, in a range
// of sequences. Ranges and lanes hold what the mark named_to has passed: later rows are added to them in memory, at open.
// An empty digest is one that is not known: of a batch that version 1 took.
const LEDGER_TABLES = `
CREATE TABLE ledger (
  agent VARCHAR NOT NULL, session VARCHAR NOT NULL, sequence BIGINT NOT NULL, school VARCHAR NOT NULL, lane VARCHAR NOT NULL,
  received_ms BIGINT NOT NULL, sent_ms BIGINT, digest VARCHAR NOT NULL, lines BIGINT NOT NULL, first_ms BIGINT,
  last_ms BIGINT, ordinal BIGINT NOT NULL);
CREATE TABLE ledger_range (agent VARCHAR NOT NULL, session VARCHAR NOT NULL, first BIGINT NOT NULL, last BIGINT NOT NULL);
CREATE TABLE ledger_lane (
  agent VARCHAR NOT NULL, session VARCHAR NOT NULL, lane VARCHAR NOT NULL, highest BIGINT NOT NULL, since_ms BIGINT NOT NULL,
  last_ms BIGINT NOT NULL);
CREATE TABLE mark (name VARCHAR NOT NULL, value BIGINT NOT NULL);
`;

const ROLLUP_TABLES = ["5m", "1h", "1d"]
  .map(
    (resolution) => `CREATE TABLE rollup_${resolution} (
  series_id INTEGER NOT NULL, start_ms BIGINT NOT NULL, count BIGINT NOT NULL, sum DOUBLE NOT NULL, min DOUBLE NOT NULL,
  max DOUBLE NOT NULL, first DOUBLE NOT NULL, last DOUBLE NOT NULL, first_ms BIGINT NOT NULL, last_ms BIGINT NOT NULL,
  increase DOUBLE);`,
  )
  .join("\n");

/** What version 2 has beside the tables that it shares with version 1. */
const ADDED_BY_2 = `${READING_TABLES}${LEDGER_TABLES}${ROLLUP_TABLES}`;

const SCHEMA = `
CREATE TABLE schema_version (version INTEGER NOT NULL);
INSERT INTO schema_version VALUES (${SCHEMA_VERSION});
CREATE TABLE series (
  id INTEGER NOT NULL, school VARCHAR NOT NULL, metric VARCHAR NOT NULL, device VARCHAR NOT NULL, instance VARCHAR);
CREATE TABLE fact (
  school VARCHAR NOT NULL, device VARCHAR NOT NULL, name VARCHAR NOT NULL, at_ms BIGINT NOT NULL,
  text VARCHAR NOT NULL, ordinal BIGINT NOT NULL);
CREATE TABLE event (
  school VARCHAR NOT NULL, device VARCHAR NOT NULL, kind VARCHAR NOT NULL, at_ms BIGINT NOT NULL,
  text VARCHAR NOT NULL, ordinal BIGINT NOT NULL);
CREATE TABLE readiness (checks BIGINT NOT NULL);
INSERT INTO readiness VALUES (0);
${ADDED_BY_2}`;

/**
 * Makes the tables in an empty file, brings those of an earlier version forward.
 * @throws StoreError not retryable when the file holds something else or another version.
 */
export async function ensureSchema(connection: DuckDBConnection, path: string): Promise<void> {
  const tables = await connection.runAndReadAll("SELECT table_name FROM duckdb_tables()");
  const names = tables.getRows().map(([name]) => name);
  if (names.length === 0) {
    await inTransaction(connection, () => connection.run(SCHEMA));
    return;
  }
  if (!names.includes("schema_version")) {
    throw new StoreError(false, `${path} is a DuckDB file of something else: it has no table schema_version`);
  }
  const [row] = (await connection.runAndReadAll("SELECT version FROM schema_version")).getRows();
  if (row?.[0] === 1) return upgradeFrom1(connection, ADDED_BY_2);
  if (row?.[0] !== SCHEMA_VERSION) {
    throw new StoreError(false, `${path} has schema version ${String(row?.[0])}, expected ${SCHEMA_VERSION} or 1`);
  }
}
