// Puts the finished days of a DuckDB store in order: what was appended as it came becomes a Parquet file sorted by series and
// time, from which one series is read in milliseconds and at a third of the size.
//
// A kill at any moment leaves either the table or the files in force: files are written under another name, synced, renamed
// and only then listed, in the transaction that takes the table off its list. What nobody lists is removed at open.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { sync } from "../durable.ts";
import { dayText } from "../inventory/day.ts";
import { type DayFile, type DayTable, folderOf, tableOf } from "./duckdb-days.ts";
import type { DuckDbFile } from "./duckdb-file.ts";
import { inTransaction, numberIn, quoted, rowsOf } from "./duckdb-transaction.ts";
import type { DuckDbWriter } from "./duckdb-writer.ts";
import { StoreError } from "./store.ts";

/** How long a day is over before it is put in order: readings of the day that come late still find it whole. */
const QUIET_MS = 2 * 3_600_000;
/** Rows of one file at the most: sorting them is bounded by the memory limit, and by a few gigabytes beside the store. */
const FILE_ROWS = 24_000_000;
/** Rows of a row group, the least that is read of a file. */
const GROUP_ROWS = 40_960;

/** Days that ended more than two hours ago. While it works, everything else goes on. */
export async function sealDays(file: DuckDbFile, writer: DuckDbWriter, nowMs: number): Promise<void> {
  const finished = await writer.alone(async (_, { days }) => days.finished(nowMs, QUIET_MS));
  for (const table of finished) {
    const { days, files } = await file.use(async (connection, { days }) => ({
      days,
      files: await days.lend(() => sortIntoFiles(connection, file.path, table)),
    }));
    await writer.alone(async (connection, catalogue) => {
      if (catalogue.days !== days) {
        // Opening removed the files, which nobody listed.
        throw new StoreError(true, `${file.path} was opened again while a day was put in order`);
      }
      await list(connection, table, files);
      days.sealed(table, files);
    });
    await days.unread();
    await writer.alone((connection) => connection.run(`DROP TABLE IF EXISTS ${tableOf(table)}`));
  }
}

async function sortIntoFiles(connection: DuckDBConnection, path: string, table: DayTable): Promise<DayFile[]> {
  const name = tableOf(table);
  const [row] = await rowsOf(connection, `SELECT count(*), min(ordinal), max(ordinal) FROM ${name}`);
  const rows = numberIn(row?.[0]);
  if (rows === 0) return [];
  const [first, end] = [numberIn(row?.[1]), numberIn(row?.[2]) + 1];
  const step = Math.ceil((end - first) / Math.ceil(rows / FILE_ROWS));
  const folder = folderOf(path);
  await mkdir(join(dirname(path), folder), { recursive: true });
  await sync(dirname(path));
  const files: DayFile[] = [];
  for (let from = first, piece = 1; from < end; from += step, piece++) {
    const to = Math.min(from + step, end);
    const relative = join(folder, `${dayText(table.day)}-${table.generation}-${piece}.parquet`);
    const span = `FROM ${name} WHERE ordinal >= ${from} AND ordinal < ${to}`;
    const told = await writeFile(connection, join(dirname(path), relative), span, to);
    if (told !== undefined) files.push({ ...table, path: relative, ...told });
  }
  await sync(join(dirname(path), folder));
  return files;
}

/** @param ordinal of all its rows: more than that of any file or table before it. @returns nothing when there are no rows */
async function writeFile(
  connection: DuckDBConnection,
  target: string,
  span: string,
  ordinal: number,
): Promise<Omit<DayFile, keyof DayTable | "path"> | undefined> {
  const [times] = await rowsOf(connection, `SELECT min(at_ms), max(at_ms) ${span}`);
  if (times === undefined || times[0] === null) return undefined;
  const unfinished = `${target}.part`;
  try {
    const copied = await rowsOf(
      connection,
      `COPY (SELECT series_id, at_ms, arg_max(value, ordinal) AS value, ${ordinal}::BIGINT AS ordinal ${span}
             GROUP BY series_id, at_ms ORDER BY series_id, at_ms)
       TO ${quoted(unfinished)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${GROUP_ROWS})`,
    );
    await sync(unfinished);
    const { bytes, sha256 } = await digestOf(unfinished);
    await rename(unfinished, target);
    return { rows: numberIn(copied[0]?.[0]), firstMs: numberIn(times[0]), lastMs: numberIn(times[1]), bytes, sha256 };
  } catch (error) {
    await rm(unfinished, { force: true }); // on a full disk half of it would be in the way of everything else
    throw error;
  }
}

async function list(connection: DuckDBConnection, table: DayTable, files: readonly DayFile[]): Promise<void> {
  await inTransaction(connection, async () => {
    await connection.run(`DELETE FROM day_table WHERE generation = ${table.generation}`);
    for (const { generation, day, path, rows, firstMs, lastMs, bytes, sha256 } of files) {
      await connection.run(`INSERT INTO day_file VALUES
        (${generation}, ${day}, ${quoted(path)}, ${rows}, ${firstMs}, ${lastMs}, ${bytes}, '${sha256}')`);
    }
  });
}

async function digestOf(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest("hex") };
}
