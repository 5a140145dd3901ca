// Talks to one InfluxDB database: lines in through its own client, InfluxQL out over /query, errors as StoreError.
import { HttpError, InfluxDB } from "@influxdata/influxdb-client";
import { messageOf } from "../../contract/errors.ts";
import { StoreError } from "./store.ts";

export interface InfluxClientOptions {
  /** For example http://127.0.0.1:8086 */
  url: string;
  database: string;
  /** InfluxDB 1.x. */
  username?: string;
  password?: string;
  /** InfluxDB 2.x and 3.x, instead of user name and password. */
  token?: string;
}

/** One series of an answer; a value that is not there is null, as InfluxDB writes it. */
export interface InfluxSeries {
  name: string;
  tags?: Record<string, string>;
  columns: string[];
  values: unknown[][];
  /** Which statement of the question it answers, from 0. */
  statement: number;
}

/** An empty list of databases comes as a series without values. */
type SeriesWithoutRows = Omit<InfluxSeries, "statement" | "values"> & { values?: unknown[][] };

const WRITE_TIMEOUT_MS = 10_000;
const QUERY_TIMEOUT_MS = 60_000;
/** One request's lines; InfluxDB takes 25 MB at once by default. */
const REQUEST_LINES = 10_000;
const REQUEST_CHARACTERS = 4_000_000;

export class InfluxClient {
  readonly #options: InfluxClientOptions;
  readonly #headers: Record<string, string>;
  readonly #db: InfluxDB;
  /** That the database is there; asked once, and again after it was missing. */
  #database: Promise<void> | undefined;

  constructor(options: InfluxClientOptions) {
    this.#options = options;
    this.#headers = authorization(options);
    this.#db = new InfluxDB({ url: options.url, timeout: WRITE_TIMEOUT_MS, headers: this.#headers });
  }

  /** Resolves when InfluxDB has all lines on disk; lines before a failure may be stored. @throws StoreError */
  async write(lines: Iterable<string>, precision: "ms" | "u"): Promise<void> {
    await this.#ensureDatabase();
    let part: string[] = [];
    let characters = 0;
    for (const line of lines) {
      part.push(line);
      characters += line.length;
      if (part.length < REQUEST_LINES && characters < REQUEST_CHARACTERS) continue;
      await this.#send(part, precision);
      part = [];
      characters = 0;
    }
    if (part.length > 0) await this.#send(part, precision);
  }

  /** All series that answer InfluxQL. @throws StoreError */
  async query(statements: string): Promise<InfluxSeries[]> {
    const series: InfluxSeries[] = [];
    for await (const one of this.stream(statements)) series.push(one);
    return series;
  }

  /** The answer piece by piece: a series with many values comes several times. @throws StoreError */
  async *stream(statements: string): AsyncGenerator<InfluxSeries> {
    await this.#ensureDatabase();
    yield* this.#ask(statements);
  }

  /** Makes the database when it is not there. @throws StoreError */
  #ensureDatabase(): Promise<void> {
    const asking = this.#database ?? this.#createDatabase();
    this.#database = asking;
    return asking.catch((error: unknown) => {
      if (this.#database === asking) this.#database = undefined;
      throw error;
    });
  }

  async #createDatabase(): Promise<void> {
    const { database } = this.#options;
    for await (const { values } of this.#ask("SHOW DATABASES")) {
      if (values.some(([name]) => name === database)) return;
    }
    for await (const _ of this.#ask(`CREATE DATABASE "${database.replace(/["\\]/g, "\\$&")}"`));
  }

  async #send(lines: string[], precision: "ms" | "u"): Promise<void> {
    // A write API of our own per request that is never full, in lines or in bytes: once its buffer fills, the client
    // flushes by itself and swallows the error. No retries either: the agent's spool is the retry buffer.
    const api = this.#db.getWriteApi("", "", "ms", {
      batchSize: lines.length + 1,
      maxBatchBytes: Number.MAX_SAFE_INTEGER,
      flushInterval: 0,
      maxRetries: 0,
      writeFailed: (error) => Promise.reject(error), // without it the client writes to the console
    });
    api.path = `/write?db=${encodeURIComponent(this.#options.database)}&precision=${precision}`;
    api.writeRecords(lines);
    try {
      await api.close();
    } catch (cause) {
      const status = cause instanceof HttpError ? cause.statusCode : undefined;
      throw this.#failed("write", status, cause instanceof HttpError ? (cause.body ?? "") : messageOf(cause), cause);
    }
  }

  async *#ask(statements: string): AsyncGenerator<InfluxSeries> {
    const signal = AbortSignal.timeout(QUERY_TIMEOUT_MS);
    const body = new URLSearchParams({ q: statements, db: this.#options.database, epoch: "ms", chunked: "true" });
    try {
      const response = await fetch(`${this.#options.url.replace(/\/$/, "")}/query`, {
        method: "POST",
        headers: this.#headers,
        body,
        signal,
      });
      if (!response.ok || response.body === null) throw this.#failed("query", response.status, await response.text());
      for await (const line of linesOf(response.body)) yield* this.#seriesIn(line);
    } catch (cause) {
      throw cause instanceof StoreError ? cause : this.#failed("query", undefined, causeOf(cause), cause);
    }
  }

  *#seriesIn(line: string): Generator<InfluxSeries> {
    // InfluxDB's answer format, trusted as our own database's; a wrong one fails at its first use.
    const answer = JSON.parse(line) as {
      error?: string;
      results?: { statement_id: number; error?: string; series?: SeriesWithoutRows[] }[];
    };
    if (answer.error !== undefined) throw this.#failed("query", undefined, answer.error);
    for (const { statement_id, error, series } of answer.results ?? []) {
      if (error !== undefined) throw this.#failed("query", undefined, error);
      for (const one of series ?? []) yield { ...one, values: one.values ?? [], statement: statement_id };
    }
  }

  /**
   * 4xx means that InfluxDB understood and refused for good. Not so 408 and 429, which ask to come back, and 401, 403
   * and 404: an operator can mend a token or a database, and the readings are not wrong.
   */
  #failed(action: "write" | "query", status: number | undefined, text: string, cause?: unknown): StoreError {
    if (status === 404 || text.includes("database not found")) this.#database = undefined;
    const refused = status !== undefined && status >= 400 && status < 500 && !REPAIRABLE.has(status);
    const message = `InfluxDB at ${this.#options.url} did not take a ${action} (${status ?? "no answer"}): ${text.trim().slice(0, 500)}`;
    return new StoreError(!refused, message, cause === undefined ? {} : { cause });
  }
}

const REPAIRABLE = new Set([401, 403, 404, 408, 429]);

function authorization({ username, password, token }: InfluxClientOptions): Record<string, string> {
  if (token !== undefined) return { authorization: `Token ${token}` };
  if (username === undefined) return {};
  return { authorization: `Basic ${Buffer.from(`${username}:${password ?? ""}`).toString("base64")}` };
}

async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of body) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") yield line;
  }
  if (rest.trim() !== "") yield rest;
}

/** fetch says "fetch failed" and keeps what failed as the cause. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? messageOf(error) : `${messageOf(error)}: ${messageOf(cause)}`;
}
