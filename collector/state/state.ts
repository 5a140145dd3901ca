// The collector's own state beside the readings: one small DuckDB file, whichever store the readings are in.
//
// Each part of the collector that keeps state makes its own tables here, with `CREATE TABLE IF NOT EXISTS` and a version of
// its own in the table `part`. A change is durable when its promise resolves: DuckDB syncs its log at every commit.
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { DuckDBBlobValue, type DuckDBConnection, DuckDBInstance, type DuckDBValue } from "@duckdb/node-api";
import { CampusError, messageOf } from "../../contract/errors.ts";
import { Turns } from "../../contract/turns.ts";

/** Not retryable: the file is damaged, of a later version, or of something else. */
export class StateError extends CampusError {
  constructor(message: string, options: ErrorOptions & { retryable?: boolean } = {}) {
    super("STATE_UNAVAILABLE", message, options);
  }
}

export type StateValue = string | number | bigint | boolean | Uint8Array | null;
/** A row by its columns' names; what is NULL is not there. */
export type StateRow = Readonly<Record<string, string | number | boolean | Uint8Array | undefined>>;

/** Statements of one transaction. */
export interface StateTransaction {
  rows(sql: string, values?: readonly StateValue[]): Promise<StateRow[]>;
  run(sql: string, values?: readonly StateValue[]): Promise<void>;
}

/** Tables of one part. `steps[n]` brings version n to n + 1; what was released is never changed. */
export interface StatePart {
  name: string;
  steps: readonly string[];
}

const MEMORY_LIMIT = "64MB";

/** @throws StateError when the file cannot be used */
export async function openState(path: string): Promise<State> {
  let instance: DuckDBInstance | undefined;
  try {
    await mkdir(dirname(path), { recursive: true });
    instance = await DuckDBInstance.create(path, {
      memory_limit: MEMORY_LIMIT,
      threads: "1",
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
    });
    const connection = await instance.connect();
    await connection.run("CREATE TABLE IF NOT EXISTS part (name VARCHAR PRIMARY KEY, version INTEGER NOT NULL)");
    return new State(path, instance, connection);
  } catch (cause) {
    instance?.closeSync();
    throw new StateError(`${path} could not be opened: ${messageOf(cause).split("\n", 1)[0]}`, { cause });
  }
}

export class State {
  readonly path: string;
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  /** One transaction at a time, in the order in which they were asked for. */
  readonly #turns = new Turns();
  #closed = false;

  /** Use `openState`. */
  constructor(path: string, instance: DuckDBInstance, connection: DuckDBConnection) {
    this.path = path;
    this.#instance = instance;
    this.#connection = connection;
  }

  /** Makes a part's tables, or brings those of an earlier version forward. @throws StateError when they are of a later one */
  async prepare({ name, steps }: StatePart): Promise<void> {
    await this.transaction(async (t) => {
      const [row] = await t.rows("SELECT version FROM part WHERE name = $1", [name]);
      const version = typeof row?.version === "number" ? row.version : 0;
      if (version > steps.length) {
        throw new StateError(`${this.path}: ${name} is of version ${version}, this program knows ${steps.length}`);
      }
      for (const step of steps.slice(version)) await t.run(step);
      await t.run("INSERT OR REPLACE INTO part VALUES ($1, $2)", [name, steps.length]);
    });
  }

  rows(sql: string, values: readonly StateValue[] = []): Promise<StateRow[]> {
    return this.#inTurn(() => rowsOf(this.#connection, sql, values));
  }

  async run(sql: string, values: readonly StateValue[] = []): Promise<void> {
    await this.rows(sql, values);
  }

  /** All of the work's changes or, when it throws, none. */
  transaction<T>(work: (t: StateTransaction) => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      const connection = this.#connection;
      await connection.run("BEGIN");
      try {
        const rows = (sql: string, values: readonly StateValue[] = []) => rowsOf(connection, sql, values);
        const result = await work({ rows, run: async (sql, values) => void (await rows(sql, values)) });
        await connection.run("COMMIT");
        return result;
      } catch (error) {
        // DuckDB rolls back by itself when a commit fails, and says so; the first error is the one that counts.
        await connection.run("ROLLBACK").catch(() => undefined);
        throw error;
      }
    });
  }

  /** Copies everything into a new file, as it is at one moment. */
  async copyTo(path: string): Promise<void> {
    await this.#inTurn(async () => {
      const name = path.replaceAll("'", "''");
      await this.#connection.run("CHECKPOINT");
      await this.#connection.run(`ATTACH '${name}' AS copied`);
      try {
        const [row] = await rowsOf(this.#connection, "SELECT current_database() AS name", []);
        await this.#connection.run(`COPY FROM DATABASE "${String(row?.name)}" TO copied`);
      } finally {
        await this.#connection.run("DETACH copied");
      }
    });
  }

  async close(): Promise<void> {
    await this.#inTurn(async () => {
      this.#closed = true;
      this.#connection.closeSync();
      this.#instance.closeSync();
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.#turns.take(async () => {
      if (this.#closed) throw new StateError(`${this.path} is closed`, { retryable: true });
      try {
        return await work();
      } catch (cause) {
        if (cause instanceof CampusError) throw cause;
        const message = `${this.path} could not be used: ${messageOf(cause).split("\n", 1)[0]}`;
        throw new StateError(message, { cause, retryable: true });
      }
    });
  }
}

async function rowsOf(connection: DuckDBConnection, sql: string, values: readonly StateValue[]): Promise<StateRow[]> {
  const result = await connection.runAndReadAll(sql, values.map(bound));
  const names = result.columnNames();
  return result.getRows().map((row) => Object.fromEntries(names.map((name, i) => [name, valueIn(row[i])])));
}

function bound(value: StateValue): DuckDBValue {
  return value instanceof Uint8Array ? new DuckDBBlobValue(value) : value;
}

/** BIGINT comes as a bigint: what is kept here is exact as a number. */
function valueIn(value: DuckDBValue | undefined): StateRow[string] {
  if (value === null || value === undefined) return undefined;
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (value instanceof DuckDBBlobValue) return new Uint8Array(value.bytes);
  throw new StateError(`a column of type ${typeof value} is kept in the state; expected text, number, boolean or BLOB`);
}

/** A column that our own tables declare as text. */
export function text(row: StateRow, column: string): string {
  return String(row[column]);
}

/** A column that our own tables declare as a whole number. */
export function whole(row: StateRow, column: string): number {
  return Number(row[column]);
}
