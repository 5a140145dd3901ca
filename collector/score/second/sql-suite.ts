// Runs the second implementation: the SQL files of this folder over a store that is closed and an inventory's CSV files.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { PUBLIC_HOLIDAYS } from "../../inventory/public-holidays.ts";
import { numberIn, quoted, rowsOf, textIn } from "../../store/duckdb-transaction.ts";
import type { Maintenance } from "../maintenance.ts";
import type { Quality } from "../venue.ts";
import type { Answers } from "./answers-suite.ts";

const COVERAGE_STEPS = [
  "00-parameters",
  "10-inputs",
  "20-calendar",
  "30-seen",
  "35-states",
  "40-venues",
  "50-coverage",
  "90-answers",
] as const;
/** These look at every reading: they are run again only when their own text was changed. */
const READING_STEPS: ReadonlySet<string> = new Set(["10-inputs", "30-seen"]);

/** Takes the text of a step and gives another, to see whether a comparison notices. */
export type Change = (sql: string) => string;

export interface SqlInput {
  /** Of the store, which nobody has open. */
  storePath: string;
  files: ReadonlyMap<string, string>;
  asOfMs: number;
  maintenance: readonly Maintenance[];
  quality: ReadonlyMap<string, Quality>;
}

/** The text of one step. */
export function stepText(step: string): Promise<string> {
  return readFile(new URL(`./${step}.sql`, import.meta.url), "utf8");
}

/** A database of its own in memory, closed after the work. */
export async function inMemory<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1", memory_limit: "1GB" });
  const connection = await instance.connect();
  try {
    return await work(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** The second implementation over one store, asked as often as wanted; to be closed. */
export class SqlCounty {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #folder: string;
  /** The texts that the tables are made by now. */
  readonly #made = new Map<string, string>();

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection, folder: string) {
    this.#instance = instance;
    this.#connection = connection;
    this.#folder = folder;
  }

  static async open(input: SqlInput): Promise<SqlCounty> {
    const folder = await mkdtemp(join(tmpdir(), "campanile-second-"));
    for (const [name, text] of input.files) await writeFile(join(folder, name), text);
    const instance = await DuckDBInstance.create(":memory:", { threads: "1", memory_limit: "1GB" });
    const connection = await instance.connect();
    await attach(connection, input.storePath);
    await give(connection, folder, input);
    return new SqlCounty(instance, connection, folder);
  }

  async answers(change: Change = (sql) => sql): Promise<Answers> {
    for (const step of COVERAGE_STEPS) {
      const text = change(await stepText(step));
      if (READING_STEPS.has(step) && this.#made.get(step) === text) continue;
      await this.#connection.run(text);
      this.#made.set(step, text);
    }
    return answersIn(await rowsOf(this.#connection, "SELECT what, id, figures::VARCHAR FROM answer"));
  }

  async close(): Promise<void> {
    this.#connection.closeSync();
    this.#instance.closeSync();
    await rm(this.#folder, { recursive: true });
  }
}

/** The store's readings as two views, wherever they lie: days that are not finished in tables, finished ones in Parquet files. */
async function attach(connection: DuckDBConnection, storePath: string): Promise<void> {
  await connection.run(`ATTACH ${quoted(storePath)} AS store (READ_ONLY)`);
  const tables = await rowsOf(connection, "SELECT generation FROM store.day_table");
  const files = await rowsOf(connection, "SELECT path FROM store.day_file");
  const parts = tables.map(([generation]) => `FROM store.reading_${numberIn(generation)}`);
  parts.push(...files.map(([path]) => `FROM read_parquet(${quoted(join(dirname(storePath), textIn(path)))})`));
  const selects = parts.map((from) => `SELECT series_id, at_ms, value, ordinal ${from}`);
  await connection.run(`
    CREATE VIEW stored_series AS SELECT id, school, metric, device, instance FROM store.series;
    CREATE VIEW stored_sample AS ${selects.join(" UNION ALL ")};`);
}

async function give(connection: DuckDBConnection, folder: string, input: SqlInput): Promise<void> {
  const days = [
    ...PUBLIC_HOLIDAYS.holidays.map(({ from, to }) => `('holiday', DATE '${from}', DATE '${to}')`),
    ...PUBLIC_HOLIDAYS.makeups.map((day) => `('makeup', DATE '${day}', DATE '${day}')`),
  ];
  const works = input.maintenance.map((m) => `(${quoted(m.device)}, ${m.fromMs}, ${m.toMs}, ${m.enteredAtMs})`);
  const outcomes = [...input.quality].map(([venue, outcome]) => `(${quoted(venue)}, ${quoted(outcome)})`);
  const fill = (table: string, rows: readonly string[]) =>
    rows.length === 0 ? "" : `INSERT INTO ${table} VALUES ${rows.join(", ")};`;
  await connection.run(`
    SET VARIABLE inventory = ${quoted(folder)};
    SET VARIABLE as_of_ms = ${input.asOfMs};
    CREATE TABLE public_day (kind VARCHAR, from_day DATE, to_day DATE);
    CREATE TABLE maintenance (device VARCHAR, from_ms BIGINT, to_ms BIGINT, entered_ms BIGINT);
    CREATE TABLE quality (venue VARCHAR, outcome VARCHAR);
    ${fill("public_day", days)} ${fill("maintenance", works)} ${fill("quality", outcomes)}`);
}

function answersIn(rows: readonly unknown[][]): Answers {
  return new Map(
    rows.map(([what, id, figures]) => [`${String(what)} ${String(id)}`, JSON.parse(String(figures)) as unknown]), // compared only
  );
}
