// The tables of a DuckDB store and the version of their schema.
import type { DuckDBConnection } from "@duckdb/node-api";
import { StoreError } from "./store.ts";

/** Schema this program reads and writes; a file of another version is not touched. */
const SCHEMA_VERSION = 1;

// A reading's ordinal grows by one per row in order of delivery: of two rows for one series and time the higher counts.
// A batch keeps where its ordinals end, so that counting goes on after a restart without a look at the readings.
const SCHEMA = `
CREATE TABLE schema_version (version INTEGER NOT NULL);
INSERT INTO schema_version VALUES (${SCHEMA_VERSION});
CREATE TABLE batch (
  agent VARCHAR NOT NULL, session VARCHAR NOT NULL, sequence BIGINT NOT NULL, school VARCHAR NOT NULL,
  received_ms BIGINT NOT NULL, lines BIGINT NOT NULL, ordinal_end BIGINT NOT NULL,
  PRIMARY KEY (agent, session, sequence));
CREATE TABLE series (
  id INTEGER NOT NULL, school VARCHAR NOT NULL, metric VARCHAR NOT NULL, device VARCHAR NOT NULL, instance VARCHAR);
CREATE TABLE reading (series_id INTEGER NOT NULL, at_ms BIGINT NOT NULL, value DOUBLE NOT NULL, ordinal BIGINT NOT NULL);
CREATE TABLE fact (
  school VARCHAR NOT NULL, device VARCHAR NOT NULL, name VARCHAR NOT NULL, at_ms BIGINT NOT NULL,
  text VARCHAR NOT NULL, ordinal BIGINT NOT NULL);
CREATE TABLE event (
  school VARCHAR NOT NULL, device VARCHAR NOT NULL, kind VARCHAR NOT NULL, at_ms BIGINT NOT NULL,
  text VARCHAR NOT NULL, ordinal BIGINT NOT NULL);
CREATE TABLE readiness (checks BIGINT NOT NULL);
INSERT INTO readiness VALUES (0);
`;

/**
 * Makes the tables in an empty file.
 * @throws StoreError not retryable when the file holds something else or another version.
 */
export async function ensureSchema(connection: DuckDBConnection, path: string): Promise<void> {
  const tables = await connection.runAndReadAll("SELECT table_name FROM duckdb_tables()");
  const names = tables.getRows().map(([name]) => name);
  if (names.length === 0) {
    await connection.run(`BEGIN; ${SCHEMA} COMMIT;`);
    return;
  }
  if (!names.includes("schema_version")) {
    throw new StoreError(false, `${path} is a DuckDB file of something else: it has no table schema_version`);
  }
  const [row] = (await connection.runAndReadAll("SELECT version FROM schema_version")).getRows();
  if (row?.[0] !== SCHEMA_VERSION) {
    throw new StoreError(false, `${path} has schema version ${String(row?.[0])}, expected ${SCHEMA_VERSION}`);
  }
}
