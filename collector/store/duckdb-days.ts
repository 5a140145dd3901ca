// Where the readings of a DuckDB store are: a table per received day, and Parquet files of days that are finished.
//
// A generation is what was received on one day in one go; generations follow each other in order of delivery, and only the
// newest one, the open one, is written. So all ordinals of a generation lie behind those of the one before, also when the
// clock was set back and a day comes twice.
import { rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { DAY_MS, dayAt, dayStartMs } from "../inventory/day.ts";
import { numberIn, quoted, rowsOf, textIn } from "./duckdb-transaction.ts";

export interface DayTable {
  generation: number;
  /** The day on which it was received, Zhejiang's. */
  day: number;
}

export interface DayFile extends DayTable {
  /** Relative to the folder of the store. */
  path: string;
  rows: number;
  /** Times of its oldest and newest sample. */
  firstMs: number;
  lastMs: number;
  bytes: number;
  sha256: string;
}

/** What was received so shortly before midnight still belongs to the next day when that has begun already. */
const BEFORE_MIDNIGHT_MS = 3_600_000;

export class DuckDbDays {
  readonly folder: string;
  tables: readonly DayTable[];
  files: readonly DayFile[];
  #nextGeneration: number;
  /** The generation that writes go to; absent: the next write begins one. */
  #open: DayTable | undefined;
  readonly #readers = new Set<Promise<unknown>>();

  constructor(path: string, tables: readonly DayTable[], files: readonly DayFile[]) {
    this.folder = dirname(path);
    this.tables = tables;
    this.files = files;
    this.#nextGeneration = 1 + Math.max(0, ...[...tables, ...files].map(({ generation }) => generation));
    this.#open = tables.at(-1);
  }

  static async read(connection: DuckDBConnection, path: string): Promise<DuckDbDays> {
    const tables = await rowsOf(connection, "SELECT generation, day FROM day_table ORDER BY generation");
    const files = await rowsOf(
      connection,
      "SELECT generation, day, path, rows, first_ms, last_ms, bytes, sha256 FROM day_file ORDER BY generation, path",
    );
    return new DuckDbDays(
      path,
      tables.map(([generation, day]) => ({ generation: numberIn(generation), day: numberIn(day) })),
      files.map(([generation, day, file, rows, firstMs, lastMs, bytes, sha256]) => ({
        generation: numberIn(generation),
        day: numberIn(day),
        path: textIn(file),
        rows: numberIn(rows),
        firstMs: numberIn(firstMs),
        lastMs: numberIn(lastMs),
        bytes: numberIn(bytes),
        sha256: textIn(sha256),
      })),
    );
  }

  /**
   * Within the transaction of a write: the generation it goes to, made when it is a new one. `opened` when it has committed.
   * @param isLate what was received long ago, by another store: it begins no generation of an earlier day
   */
  async generationFor(connection: DuckDBConnection, receivedAtMs: number, isLate: boolean): Promise<DayTable> {
    const day = dayAt(receivedAtMs);
    const open = this.#open;
    if (open !== undefined) {
      if (isLate && day <= open.day) return open;
      const isJustBefore = day === open.day - 1 && dayStartMs(open.day) - receivedAtMs <= BEFORE_MIDNIGHT_MS;
      if (day === open.day || isJustBefore) return open;
    }
    const generation = this.#nextGeneration;
    await connection.run(`
      CREATE TABLE ${tableOf({ generation })} (
        series_id INTEGER NOT NULL, at_ms BIGINT NOT NULL, value DOUBLE NOT NULL, ordinal BIGINT NOT NULL);
      INSERT INTO day_table VALUES (${generation}, ${day});`);
    return { generation, day };
  }

  opened(table: DayTable): void {
    if (table.generation === this.#open?.generation) return;
    this.tables = [...this.tables, table];
    this.#open = table;
    this.#nextGeneration = table.generation + 1;
  }

  /** Generations that nothing is written to any more, of days that ended so long ago. While nothing is being written. */
  finished(nowMs: number, quietMs: number): DayTable[] {
    const isOver = ({ day }: DayTable) => dayStartMs(day) + DAY_MS + quietMs <= nowMs;
    if (this.#open !== undefined && isOver(this.#open)) this.#open = undefined;
    // A day that has not come yet is one of a clock that was ahead.
    return this.tables.filter((table) => table !== this.#open && (isOver(table) || table.day > dayAt(nowMs)));
  }

  /** The files are in force in the place of the table. */
  sealed({ generation }: DayTable, files: readonly DayFile[]): void {
    this.tables = this.tables.filter((table) => table.generation !== generation);
    this.files = [...this.files, ...files];
  }

  /** The files are no longer in force; they go away when nobody reads them. @returns when they are gone */
  async retired(files: readonly DayFile[]): Promise<void> {
    this.files = this.files.filter((file) => !files.includes(file));
    await this.unread();
    for (const { path } of files) await rm(join(this.folder, path), { force: true });
  }

  /** Resolves when everybody has ended who began to read before now. */
  async unread(): Promise<void> {
    await Promise.allSettled(this.#readers);
  }

  /** Keeps tables and files where they are while `work` reads them. */
  async lend<T>(work: () => Promise<T>): Promise<T> {
    const reading = work();
    this.#readers.add(reading);
    try {
      return await reading;
    } finally {
      this.#readers.delete(reading);
    }
  }

  /** What a question selects from: rows (series_id, at_ms, value, ordinal), of these times and maybe others. Within `lend`. */
  source(fromMs: number, toMs: number): string {
    const parts = this.tables.map((table) => `SELECT series_id, at_ms, value, ordinal FROM ${tableOf(table)}`);
    const files = this.filesOf(fromMs, toMs).map(({ path }) => quoted(join(this.folder, path)));
    if (files.length > 0)
      parts.push(`SELECT series_id, at_ms, value, ordinal FROM read_parquet([${files.join(", ")}])`);
    if (parts.length === 0)
      return `(SELECT 0 AS series_id, 0::BIGINT AS at_ms, 0::DOUBLE AS value, 0 AS ordinal WHERE false)`;
    return `(${parts.join(" UNION ALL ")})`;
  }

  filesOf(fromMs: number, toMs: number): DayFile[] {
    return this.files.filter(({ firstMs, lastMs }) => lastMs >= fromMs && firstMs < toMs);
  }
}

export function tableOf({ generation }: Pick<DayTable, "generation">): string {
  return `reading_${generation}`;
}

/** Of the Parquet files: beside the store's file and named after it. Relative to the folder of the store. */
export function folderOf(path: string): string {
  return `${basename(path).replace(/\.duckdb$/, "")}-days`;
}
