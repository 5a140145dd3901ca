// Brings a DuckDB store of schema version 1 to version 2, in one transaction: a kill in the middle leaves version 1.
//
// Version 1 had all readings in one table, and one ledger row per batch for ever, without digest, lane or times of samples.
import type { DuckDBConnection } from "@duckdb/node-api";
import { dayStartMs } from "../inventory/day.ts";
import { inTransaction, numberIn, rowsOf } from "./duckdb-transaction.ts";

/** @param added the tables that version 2 has and version 1 has not */
export async function upgradeFrom1(connection: DuckDBConnection, added: string): Promise<void> {
  await inTransaction(connection, async () => {
    await connection.run(added);
    const days = await receivedDays(connection);
    for (const [i, day] of days.entries()) await moveDay(connection, i + 1, day);
    await connection.run("DROP TABLE reading; DROP TABLE batch; UPDATE schema_version SET version = 2");
  });
  // The old table's space is free for what comes from now on.
  await connection.run("CHECKPOINT");
}

interface ReceivedDay {
  day: number;
  /** Ends of ordinals of that day's batches: behind the one, up to and with the other. A reading's ordinal is before its batch's end. */
  after: number;
  upTo: number;
}

/** In order of delivery; a clock that was set back does not make two days of one. */
async function receivedDays(connection: DuckDBConnection): Promise<ReceivedDay[]> {
  const rows = await rowsOf(
    connection,
    `SELECT day, max(ordinal_end) FROM
       (SELECT ordinal_end, max((received_ms - ${dayStartMs(0)}) // 86400000) OVER (ORDER BY ordinal_end) AS day FROM batch)
     GROUP BY day ORDER BY day`,
  );
  const days: ReceivedDay[] = [];
  let after = -1;
  for (const [day, ordinalEnd] of rows) {
    days.push({ day: numberIn(day), after, upTo: numberIn(ordinalEnd) });
    after = numberIn(ordinalEnd);
  }
  return days;
}

/**
 * The ledger's rows get as times of their samples those of all that came from their school that day: too wide rather than
 * too narrow, because a rollup that is made once more than needed does no harm.
 */
async function moveDay(
  connection: DuckDBConnection,
  generation: number,
  { day, after, upTo }: ReceivedDay,
): Promise<void> {
  const table = `reading_${generation}`;
  await connection.run(`
    CREATE TABLE ${table} (series_id INTEGER NOT NULL, at_ms BIGINT NOT NULL, value DOUBLE NOT NULL, ordinal BIGINT NOT NULL);
    INSERT INTO ${table} SELECT * FROM reading WHERE ordinal >= ${after} AND ordinal < ${upTo};
    INSERT INTO day_table VALUES (${generation}, ${day});
    INSERT INTO ledger
      SELECT agent, session, sequence, batch.school, 'backlog', received_ms, NULL, '', lines, first_ms, last_ms, ordinal_end
      FROM batch LEFT JOIN
        (SELECT school, min(at_ms) AS first_ms, max(at_ms) AS last_ms FROM ${table} JOIN series ON id = series_id GROUP BY school)
        AS span ON span.school = batch.school
      WHERE ordinal_end > ${after} AND ordinal_end <= ${upTo}
      ORDER BY ordinal_end`);
}
