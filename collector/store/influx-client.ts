// Talks to one InfluxDB: lines in through its own client, InfluxQL out over /query, errors as StoreError.
import { HttpError, InfluxDB } from "@influxdata/influxdb-client";
import { messageOf } from "../../contract/errors.ts";
import { type InfluxAdmin, type InfluxOptions, type InfluxVersion, type Shelf, versionOf } from "./influx-version.ts";
import { StoreError } from "./store.ts";

/** One series of an answer; a value that is not there is null, as InfluxDB writes it. */
export interface InfluxSeries {
  name: string;
  tags?: Record<string, string>;
  columns: string[];
  values: unknown[][];
  /** Which statement of the question it answers, from 0. */
  statement: number;
}

/** Nothing came back: the server is away, or too slow; whoever asks next would wait as long. */
export class InfluxAway extends StoreError {
  constructor(message: string, options: ErrorOptions) {
    super(true, message, options);
  }
}

/** An empty list of databases comes as a series without values. */
type SeriesWithoutRows = Omit<InfluxSeries, "statement" | "values"> & { values?: unknown[][] };

const WRITE_TIMEOUT_MS = 10_000;
/** Silence after which a question is given up; a long answer comes in pieces. */
const SILENCE_MS = 60_000;
/** One request's text; InfluxDB takes 25 MB at once by default. */
const REQUEST_CHARACTERS = 4_000_000;
/** Statements of one request, where it may have several. */
const REQUEST_STATEMENTS = 200;

export class InfluxClient implements InfluxAdmin {
  readonly version: InfluxVersion;
  readonly #options: InfluxOptions;
  readonly #db: InfluxDB;

  constructor(options: InfluxOptions) {
    this.#options = options;
    this.version = versionOf(options);
    this.#db = new InfluxDB({ url: options.url, timeout: WRITE_TIMEOUT_MS, headers: { ...this.version.headers } });
  }

  /** Resolves when InfluxDB has all lines on disk; texts before a failure may be stored. @throws StoreError */
  async write(shelf: Shelf, texts: readonly string[], precision: "ms" | "us"): Promise<void> {
    let part: string[] = [];
    let characters = 0;
    for (const text of texts) {
      if (part.length > 0 && characters + text.length > REQUEST_CHARACTERS) {
        await this.#send(shelf, part, precision);
        part = [];
        characters = 0;
      }
      part.push(text);
      characters += text.length;
    }
    if (part.length > 0) await this.#send(shelf, part, precision);
  }

  /** All series that answer the statements, in their order. @throws StoreError */
  async query(shelf: Shelf, ...statements: readonly string[]): Promise<InfluxSeries[]> {
    const found: InfluxSeries[] = [];
    const step = this.version.manyStatements ? REQUEST_STATEMENTS : 1;
    for (let first = 0; first < statements.length; first += step) {
      const some = statements.slice(first, first + step).join("; ");
      for await (const one of this.#ask(some, this.version.queryParameters(shelf))) {
        found.push({ ...one, statement: one.statement + first });
      }
    }
    return found;
  }

  /** The answer piece by piece: a series with many values comes several times. @throws StoreError */
  stream(shelf: Shelf, statement: string): AsyncGenerator<InfluxSeries> {
    return this.#ask(statement, this.version.queryParameters(shelf));
  }

  async influxQl(
    statement: string,
    parameters: Readonly<Record<string, string>> = {},
  ): Promise<Record<string, unknown>[]> {
    const rows: Record<string, unknown>[] = [];
    for await (const { columns, values } of this.#ask(statement, parameters)) {
      for (const row of values) rows.push(Object.fromEntries(columns.map((column, i) => [column, row[i]])));
    }
    return rows;
  }

  async json(method: "GET" | "POST" | "PATCH", path: string, body?: unknown): Promise<unknown> {
    const response = await this.#fetch(path, path, AbortSignal.timeout(SILENCE_MS), {
      method,
      headers: { ...this.version.headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text().catch((cause: unknown) => {
      throw this.#away(path, cause);
    });
    if (!response.ok) throw this.#failed(path, response.status, text);
    try {
      return text.trim() === "" ? undefined : JSON.parse(text);
    } catch (cause) {
      throw this.#failed(path, undefined, `what came is no JSON: ${text}`, cause);
    }
  }

  async #send(shelf: Shelf, texts: string[], precision: "ms" | "us"): Promise<void> {
    // A write API of our own per request that is never full, in texts or in bytes: once its buffer fills, the client
    // flushes by itself and swallows the error. No retries either: the agent's spool is the retry buffer. Not zipped:
    // that costs both sides more than a server room's network does.
    const api = this.#db.getWriteApi("", "", "ms", {
      batchSize: texts.length + 1,
      maxBatchBytes: Number.MAX_SAFE_INTEGER,
      gzipThreshold: Number.MAX_SAFE_INTEGER,
      flushInterval: 0,
      maxRetries: 0,
      writeFailed: (error) => Promise.reject(error), // without it the client writes to the console
    });
    api.path = this.version.writePath(shelf, precision);
    api.writeRecords(texts);
    try {
      await api.close();
    } catch (cause) {
      if (!(cause instanceof HttpError)) throw this.#away("write", cause);
      const text = cause.body ?? "";
      if (cause.statusCode === 400 && BEYOND_RETENTION.test(text)) return; // the rest is stored
      throw this.#failed("write", cause.statusCode, text, cause);
    }
  }

  async *#ask(statements: string, parameters: Readonly<Record<string, string>>): AsyncGenerator<InfluxSeries> {
    const silence = new AbortController();
    const timer = setTimeout(() => silence.abort(new Error(`silent for ${SILENCE_MS / 1_000} s`)), SILENCE_MS);
    try {
      const body = new URLSearchParams({ q: statements, ...parameters, epoch: "ms", chunked: "true" });
      const headers = this.version.headers;
      const response = await this.#fetch("/query", "query", silence.signal, { method: "POST", headers, body });
      if (!response.ok || response.body === null) throw this.#failed("query", response.status, await response.text());
      for await (const line of linesOf(response.body)) {
        timer.refresh();
        yield* this.#seriesIn(line);
      }
    } catch (cause) {
      throw cause instanceof StoreError || cause instanceof SyntaxError
        ? this.#named(cause)
        : this.#away("query", cause);
    } finally {
      clearTimeout(timer);
      silence.abort(); // who stops reading half-way wants no more of it
    }
  }

  async #fetch(path: string, action: string, signal: AbortSignal, init: RequestInit): Promise<Response> {
    try {
      return await fetch(`${this.#options.url.replace(/\/$/, "")}${path}`, { ...init, signal });
    } catch (cause) {
      throw this.#away(action, cause);
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

  #named(error: StoreError | SyntaxError): StoreError {
    return error instanceof StoreError ? error : this.#failed("query", undefined, error.message, error);
  }

  #away(action: string, cause: unknown): InfluxAway {
    return new InfluxAway(`InfluxDB at ${this.#options.url} did not answer a ${action}: ${causeOf(cause)}`, { cause });
  }

  /**
   * 4xx means that InfluxDB understood and refused for good. Not so 408 and 429, which ask to come back, and 401, 403
   * and 404: an operator can mend a token or a database, and the readings are not wrong.
   */
  #failed(action: string, status: number | undefined, text: string, cause?: unknown): StoreError {
    const refused = status !== undefined && status >= 400 && status < 500 && !REPAIRABLE.has(status);
    const { url, setUpWith = "campanile-collector setup-store --config FILE" } = this.#options;
    const said = `${status === undefined ? "" : `(${status}) `}${text.trim().slice(0, 500)}`;
    const message = MISSING.test(text)
      ? `InfluxDB at ${url} has not all of ${this.version.place} that the store needs; make it: ${setUpWith} ${said}`
      : `InfluxDB at ${url} did not take a ${action}: ${said}${TORN_LOG.test(text) ? AFTER_FULL_DISK : ""}`;
    return new StoreError(!refused || MISSING.test(text), message, cause === undefined ? {} : { cause });
  }
}

const REPAIRABLE = new Set([401, 403, 404, 408, 429]);
const MISSING = /(?:database|retention policy|bucket|dbrp mapping)\b.{0,200}not found/i;
/** 1.x, when its disk is full: half an entry stands at the end of its log. */
const TORN_LOG = /error writing WAL entry/;
const AFTER_FULL_DISK =
  "; once there is space, stop the collector and restart InfluxDB twice before anything is written (docs/influxdb.md)";
/** Of readings that are older than what is kept 1.x drops these alone; every store would forget them with the next `maintain`. */
const BEYOND_RETENTION = /partial write: points beyond retention policy dropped/;

async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let parts: string[] = [];
  for await (const bytes of body) {
    const lines = decoder.decode(bytes, { stream: true }).split("\n");
    for (const line of lines.slice(0, -1)) {
      const whole = parts.join("") + line;
      parts = [];
      if (whole.trim() !== "") yield whole;
    }
    parts.push(lines.at(-1) ?? "");
  }
  const rest = parts.join("");
  if (rest.trim() !== "") yield rest;
}

/** fetch says "fetch failed" and keeps what failed as the cause. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? messageOf(error) : `${messageOf(error)}: ${messageOf(cause)}`;
}
