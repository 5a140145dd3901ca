// Removes what a kill left of days that were being put in order (duckdb-seal.ts).
import { readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { type DuckDbDays, folderOf, tableOf } from "./duckdb-days.ts";
import { rowsOf } from "./duckdb-transaction.ts";

/** Tables and files that nobody lists, and what DuckDB sorted beside its file. At open, before anybody else has it. */
export async function removeOrphans(connection: DuckDBConnection, path: string, days: DuckDbDays): Promise<void> {
  await rm(`${path}.tmp`, { recursive: true, force: true });
  const tables = await rowsOf(
    connection,
    "SELECT table_name FROM duckdb_tables() WHERE table_name LIKE 'reading\\_%' ESCAPE '\\'",
  );
  const listed = new Set(days.tables.map(tableOf));
  for (const [name] of tables) {
    if (typeof name === "string" && !listed.has(name)) await connection.run(`DROP TABLE ${name}`);
  }
  const folder = folderOf(path);
  const known = new Set(days.files.map((file) => file.path));
  const there = await readdir(join(dirname(path), folder)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return []; // no day was finished yet
    throw error;
  });
  for (const name of there) {
    if (!known.has(join(folder, name))) await rm(join(dirname(path), folder, name), { force: true });
  }
}
