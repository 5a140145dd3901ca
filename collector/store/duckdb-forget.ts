// What a DuckDB store forgets: readings by whole files, everything else row by row, and never the newest text of a fact.
import { asStoreError, type DuckDbFile } from "./duckdb-file.ts";
import { foldLedger, ROLLED_UP_TO, readMark } from "./duckdb-ledger.ts";
import { quoted } from "./duckdb-transaction.ts";
import type { DuckDbWriter } from "./duckdb-writer.ts";
import { RESOLUTIONS, type Resolution, type Retention } from "./store.ts";
import { wholeMs } from "./time-bounds.ts";

/** How long a ledger row stays at the least. */
const LEDGER_MS = 86_400_000;

/** Whole files, and ledger rows whose names are kept. */
export async function forgetDays(writer: DuckDbWriter, nowMs: number, { rawMs }: Retention): Promise<void> {
  const dropped = await writer.alone(async (connection, { days }) => {
    const files = days.files.filter(({ lastMs }) => lastMs < nowMs - rawMs);
    if (files.length === 0) return undefined;
    await connection.run(`DELETE FROM day_file WHERE path IN (${files.map(({ path }) => quoted(path)).join(", ")})`);
    // From here on nobody new reads them; they are unlinked when those have ended who do.
    return { gone: days.retired(files) };
  });
  await dropped?.gone;
  await writer.alone(async (connection, { ledger }) => {
    const rolledUpTo = await readMark(connection, ROLLED_UP_TO);
    // Rows that wait for their rollups stay: after a crash, what to roll up is found by them.
    await foldLedger(connection, ledger, wholeMs(Math.min(nowMs - LEDGER_MS, rolledUpTo ?? Number.NEGATIVE_INFINITY)));
  });
}

/** Rollups, events and texts that a newer one has replaced. Beside what is being written. */
export async function forgetRows(file: DuckDbFile, nowMs: number, { rollupMs, eventsMs }: Retention): Promise<void> {
  const resolutions = Object.keys(RESOLUTIONS) as Resolution[]; // the keys of our own constant
  const statements = [
    ...resolutions.map((one) => `DELETE FROM rollup_${one} WHERE start_ms < ${wholeMs(nowMs - rollupMs[one])}`),
    `DELETE FROM event WHERE at_ms < ${wholeMs(nowMs - eventsMs)}`,
    `DELETE FROM fact WHERE rowid IN (SELECT rowid FROM fact
       QUALIFY row_number() OVER (PARTITION BY school, device, name ORDER BY at_ms DESC, ordinal DESC) > 1)`,
  ];
  try {
    for (const statement of statements) await file.use((connection) => connection.run(statement));
  } catch (error) {
    throw asStoreError(file.path, "written", error);
  }
}
