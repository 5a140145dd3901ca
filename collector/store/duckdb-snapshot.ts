// A copy of a DuckDB store, as it is at one moment, while it is in use.
import { link, mkdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { type DuckDbDays, folderOf } from "./duckdb-days.ts";
import { inTransaction, quoted, rowsOf, textIn } from "./duckdb-transaction.ts";

export interface SnapshotFile {
  /** As it lies beside the others in a store, with slashes. */
  name: string;
  path: string;
}

/** See DuckDbStore.snapshot. */
export async function takeSnapshot(
  connection: DuckDBConnection,
  days: DuckDbDays,
  path: string,
  folder: string,
): Promise<SnapshotFile[]> {
  const database = join(folder, basename(path));
  await mkdir(join(folder, folderOf(path)), { recursive: true });
  const [current] = await rowsOf(connection, "SELECT current_database()");
  await connection.run(`ATTACH ${quoted(database)} AS snapshot`);
  try {
    // Lent, no day is taken away between the transaction's moment and the hard links to its files.
    const names = await days.lend(() =>
      inTransaction(connection, async () => {
        const files = await rowsOf(connection, "SELECT path FROM day_file ORDER BY path");
        const names = files.map(([name]) => textIn(name));
        for (const name of names) await link(join(dirname(path), name), join(folder, name));
        await connection.run(`COPY FROM DATABASE "${textIn(current?.[0]).replaceAll('"', '""')}" TO snapshot`);
        return names;
      }),
    );
    return [basename(path), ...names].map((name) => ({ name, path: join(folder, name) }));
  } finally {
    await connection.run("DETACH snapshot");
  }
}
