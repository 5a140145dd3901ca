// One DuckDB file: opened with its schema checked, opened again when DuckDB gives it up, connections lent out.
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from "@duckdb/node-api";
import { messageOf } from "../../contract/errors.ts";
import { DuckDbCatalogue } from "./duckdb-catalogue.ts";
import { removeOrphans } from "./duckdb-orphans.ts";
import { ensureSchema } from "./duckdb-schema.ts";
import { StoreError } from "./store.ts";

export interface DuckDbFileOptions {
  path: string;
  /** Of DuckDB's own buffers, for example "512MB"; without a limit it takes 80 % of the machine. */
  memoryLimit: string;
  threads: number;
}

interface OpenFile {
  instance: DuckDBInstance;
  catalogue: DuckDbCatalogue;
  idle: DuckDBConnection[];
  lent: number;
  /** Set when nobody new may use it; called when the last connection has come back. */
  whenReturned: (() => void) | undefined;
}

export class DuckDbFile {
  readonly path: string;
  readonly #options: DuckDbFileOptions;
  /** `undefined` while it must be opened (again). */
  #file: Promise<OpenFile> | undefined;
  /** Resolved when the instance before this one has let go of the file. */
  #released: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: DuckDbFileOptions) {
    this.path = options.path;
    this.#options = options;
  }

  /** Lends a connection; calls in parallel get one each. @throws StoreError when the file cannot be used, or what `work` throws */
  async use<T>(work: (connection: DuckDBConnection, catalogue: DuckDbCatalogue) => Promise<T>): Promise<T> {
    if (this.#closed) throw new StoreError(true, `${this.path} is closed`);
    this.#file ??= this.#open();
    const opening = this.#file;
    const file = await opening.catch((error: unknown) => {
      if (this.#file === opening) this.#file = undefined; // the next call tries again
      throw error;
    });
    file.lent++;
    try {
      const connection = file.idle.pop() ?? (await file.instance.connect());
      try {
        return await work(connection, file.catalogue);
      } finally {
        if (file.whenReturned === undefined) file.idle.push(connection);
        else connection.closeSync();
      }
    } catch (error) {
      if (isFatal(error) && this.#file === opening) this.#letGo(file);
      throw error;
    } finally {
      file.lent--;
      if (file.lent === 0) file.whenReturned?.();
    }
  }

  /** Rows of one question. @throws StoreError */
  read(sql: string, values: DuckDBValue[] = []): Promise<DuckDBValue[][]> {
    return this.use(async (connection) => (await connection.runAndReadAll(sql, values)).getRows()).catch(
      (error: unknown) => {
        throw asStoreError(this.path, "read", error);
      },
    );
  }

  /** Rows of one question about readings of these times. @param ask gives the question, with what it selects from */
  readDays(fromMs: number, toMs: number, ask: (source: string) => string): Promise<DuckDBValue[][]> {
    return this.use((connection, { days }) =>
      days.lend(async () => (await connection.runAndReadAll(ask(days.source(fromMs, toMs)))).getRows()),
    ).catch((error: unknown) => {
      throw asStoreError(this.path, "read", error);
    });
  }

  /** Resolves when the file is free for another process; waits for what is being read or written. */
  async close(): Promise<void> {
    this.#closed = true;
    const file = await this.#file?.catch(() => undefined); // what failed to open holds nothing
    if (file !== undefined && file.whenReturned === undefined) this.#letGo(file);
    await this.#released;
  }

  /**
   * Nobody gets a connection of this instance any more; it closes when the last one is back. So after a fatal error
   * too (for instance a checkpoint on a full disk): DuckDB then takes no statement, but what it committed is whole.
   */
  #letGo(file: OpenFile): void {
    this.#file = undefined;
    this.#released = new Promise((resolve) => {
      file.whenReturned = () => {
        for (const connection of file.idle.splice(0)) connection.closeSync();
        file.instance.closeSync();
        resolve();
      };
    });
    if (file.lent === 0) file.whenReturned?.();
  }

  async #open(): Promise<OpenFile> {
    await this.#released;
    const { path, memoryLimit, threads } = this.#options;
    let instance: DuckDBInstance | undefined;
    try {
      await mkdir(dirname(path), { recursive: true });
      instance = await DuckDBInstance.create(path, {
        memory_limit: memoryLimit,
        threads: String(threads),
        // Nothing here needs an extension, and a store must not download code.
        autoinstall_known_extensions: "false",
        autoload_known_extensions: "false",
      });
      const connection = await instance.connect();
      await ensureSchema(connection, path);
      const catalogue = await DuckDbCatalogue.read(connection, path);
      await removeOrphans(connection, path, catalogue.days);
      return { instance, catalogue, idle: [connection], lent: 0, whenReturned: undefined };
    } catch (error) {
      instance?.closeSync();
      throw asStoreError(path, "opened", error);
    }
  }
}

/** After such an error DuckDB takes no further statement until the file is opened again. */
export function isFatal(error: unknown): boolean {
  return /\bFATAL Error\b|database has been invalidated/.test(messageOf(error));
}

/**
 * What went wrong with the file, for callers. Retryable as a rule: what fails is the disk or the process, never the
 * readings. Only a file that is no DuckDB file stays none.
 */
export function asStoreError(path: string, action: string, error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const message = messageOf(error);
  const holder = /Conflicting lock is held(?: in (\S+))?(?: \(PID (\d+)\))?/.exec(message);
  if (holder !== null) {
    const who = holder[2] === undefined ? "another process" : `another process (PID ${holder[2]}, ${holder[1]})`;
    return new StoreError(true, `${path} is held by ${who}; only one at a time can have it`, { cause: error });
  }
  const isNoDatabase = /not a valid DuckDB database file/.test(message);
  return new StoreError(!isNoDatabase, `${path} could not be ${action}: ${message.split("\n", 1)[0]}`, {
    cause: error,
  });
}
