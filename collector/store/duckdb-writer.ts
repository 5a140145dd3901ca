// The one writer of a DuckDB file: batches that wait together are committed together, each with its row in the ledger.
//
// A commit appends to the write-ahead log and syncs it before it returns (seen with strace: one fdatasync a commit), so
// a batch whose write has resolved survives kill -9 and power loss.
import {
  BIGINT,
  DOUBLE,
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDataChunk,
  INTEGER,
  VARCHAR,
} from "@duckdb/node-api";
import { messageOf } from "../../contract/errors.ts";
import type { CatalogueChange, DuckDbCatalogue } from "./duckdb-catalogue.ts";
import { asStoreError, type DuckDbFile } from "./duckdb-file.ts";
import { type SampleColumns, type StoreBatch, StoreError, type WriteResult } from "./store.ts";

interface Waiting {
  batch: StoreBatch;
  resolve(result: WriteResult): void;
  reject(error: StoreError): void;
}

/** Samples of one transaction, beyond which the next batches wait for the next one. */
const MAX_GROUP_SAMPLES = 250_000;
const MAX_GROUP_BATCHES = 256;
/** Rows of a DuckDB vector. */
const CHUNK_ROWS = 2048;

export class DuckDbWriter {
  readonly #file: DuckDbFile;
  #waiting: Waiting[] = [];
  #working: Promise<void> | undefined;

  constructor(file: DuckDbFile) {
    this.#file = file;
  }

  /** Resolves when the batch is durable. @throws StoreError when nothing of it was stored, or it is not known whether */
  write(batch: StoreBatch): Promise<WriteResult> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ batch, resolve, reject });
      this.#working ??= this.#work();
    });
  }

  /** Resolves when nothing is being written and nothing waits. */
  async idle(): Promise<void> {
    while (this.#working !== undefined) await this.#working;
  }

  async #work(): Promise<void> {
    while (this.#waiting.length > 0) await this.#commit(this.#nextGroup());
    this.#working = undefined;
  }

  #nextGroup(): Waiting[] {
    let samples = 0;
    let count = 0;
    for (const { batch } of this.#waiting) {
      samples += batch.samples.length;
      if (count > 0 && (samples > MAX_GROUP_SAMPLES || count === MAX_GROUP_BATCHES)) break;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  /** Settles every batch of the group; never rejects. */
  async #commit(group: Waiting[]): Promise<void> {
    let results: WriteResult[];
    try {
      results = await this.#file.use((connection, catalogue) =>
        transaction(
          connection,
          catalogue,
          group.map(({ batch }) => batch),
        ),
      );
    } catch (error) {
      if (group.length > 1 && !isTroubleOfTheFile(error)) {
        // One batch may be to blame: the others must not fail with it for ever.
        for (const waiting of group) await this.#commit([waiting]);
        return;
      }
      for (const { reject } of group) reject(asStoreError(this.#file.path, "written", error));
      return;
    }
    for (const [i, { resolve, reject }] of group.entries()) {
      const result = results[i];
      if (result === undefined) reject(new StoreError(true, "a batch of the group has no result"));
      else resolve(result);
    }
  }
}

async function transaction(
  connection: DuckDBConnection,
  catalogue: DuckDbCatalogue,
  batches: readonly StoreBatch[],
): Promise<WriteResult[]> {
  const change = catalogue.begin();
  await connection.run("BEGIN");
  try {
    const results: WriteResult[] = [];
    const fresh: StoreBatch[] = [];
    let ordinalEnd = change.nextOrdinal;
    for (const batch of batches) {
      ordinalEnd += rowsOf(batch);
      const result = await enterLedger(connection, batch, ordinalEnd);
      results.push(result);
      if (!result.repeated) fresh.push(batch);
    }
    if (fresh.length > 0) await appendAll(connection, change, fresh);
    change.nextOrdinal = ordinalEnd;
    await connection.run("COMMIT");
    change.committed();
    return results;
  } catch (error) {
    await rollBack(connection, error);
    throw error;
  }
}

/** The ledger's primary key decides whether a batch is new, also against an earlier batch of the same transaction. */
async function enterLedger(connection: DuckDBConnection, batch: StoreBatch, ordinalEnd: number): Promise<WriteResult> {
  const { agentId, session, sequence, schoolId, receivedAtMs, lines } = batch;
  const inserted = await connection.run(
    "INSERT INTO batch VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
    [agentId, session, BigInt(sequence), schoolId, BigInt(Math.round(receivedAtMs)), BigInt(lines), BigInt(ordinalEnd)],
    [VARCHAR, VARCHAR, BIGINT, VARCHAR, BIGINT, BIGINT, BIGINT],
  );
  if (inserted.rowsChanged === 1) return { repeated: false };
  const known = await connection.runAndReadAll(
    "SELECT lines::DOUBLE FROM batch WHERE agent = $1 AND session = $2 AND sequence = $3",
    [agentId, session, BigInt(sequence)],
    [VARCHAR, VARCHAR, BIGINT],
  );
  return { repeated: true, lines: Number(known.getRows()[0]?.[0] ?? 0) };
}

function rowsOf({ samples, facts, events }: StoreBatch): number {
  return samples.length + facts.reduce((sum, { texts }) => sum + Object.keys(texts).length, 0) + events.length;
}

async function appendAll(
  connection: DuckDBConnection,
  change: CatalogueChange,
  batches: readonly StoreBatch[],
): Promise<void> {
  await append(connection, "reading", (appender) => {
    for (const { schoolId, samples } of batches) appendReadings(appender, change, schoolId, samples);
  });
  if (change.added.length > 0) await append(connection, "series", (appender) => appendSeries(appender, change));
  if (batches.some(({ facts }) => facts.length > 0)) {
    await append(connection, "fact", (appender) => {
      for (const { schoolId, facts } of batches) {
        for (const { device, atMs, texts } of facts) {
          for (const [name, text] of Object.entries(texts)) {
            appendRow(appender, [schoolId, device, name], atMs, text, change.nextOrdinal++);
          }
        }
      }
    });
  }
  if (batches.some(({ events }) => events.length > 0)) {
    await append(connection, "event", (appender) => {
      for (const { schoolId, events } of batches) {
        for (const { device, kind, atMs, text } of events) {
          appendRow(appender, [schoolId, device, kind], atMs, text, change.nextOrdinal++);
        }
      }
    });
  }
}

async function append(connection: DuckDBConnection, table: string, fill: (a: DuckDBAppender) => void): Promise<void> {
  const appender = await connection.createAppender(table);
  try {
    fill(appender);
    appender.flushSync();
  } finally {
    appender.clear(); // else closing would flush what failed half-way
    appender.closeSync();
  }
}

/** Whole vectors at a time: twice as fast as row by row. Times and ordinals go in as doubles, exact below 2 ** 53. */
function appendReadings(
  appender: DuckDBAppender,
  change: CatalogueChange,
  schoolId: string,
  { series, length, seriesIndex, atMs, value }: SampleColumns,
): void {
  const ids = series.map((key) => change.idOf(schoolId, key));
  for (let start = 0; start < length; start += CHUNK_ROWS) {
    const rows = Math.min(CHUNK_ROWS, length - start);
    const chunk = DuckDBDataChunk.create([INTEGER, DOUBLE, DOUBLE, DOUBLE], rows);
    const columns: [number[], number[], number[], number[]] = [[], [], [], []];
    for (let i = start; i < start + rows; i++) {
      const id = ids[seriesIndex[i] ?? -1];
      const at = atMs[i];
      const v = value[i];
      if (id === undefined || at === undefined || v === undefined) {
        throw new StoreError(false, `sample ${i} of ${length} points outside its columns`);
      }
      columns[0].push(id);
      columns[1].push(at);
      columns[2].push(v);
      columns[3].push(change.nextOrdinal++);
    }
    chunk.setColumns(columns);
    appender.appendDataChunk(chunk);
  }
}

function appendSeries(appender: DuckDBAppender, change: CatalogueChange): void {
  for (const { id, schoolId, key } of change.added) {
    appender.appendInteger(id);
    for (const text of [schoolId, key.metric, key.device]) appender.appendVarchar(text);
    if (key.instance === undefined) appender.appendNull();
    else appender.appendVarchar(key.instance);
    appender.endRow();
  }
}

function appendRow(
  appender: DuckDBAppender,
  texts: readonly string[],
  atMs: number,
  text: string,
  ordinal: number,
): void {
  for (const part of texts) appender.appendVarchar(part);
  appender.appendDouble(atMs);
  appender.appendVarchar(text);
  appender.appendDouble(ordinal);
  appender.endRow();
}

/** @throws a rollback's own error, except that DuckDB rolls back by itself when a commit fails. */
async function rollBack(connection: DuckDBConnection, because: unknown): Promise<void> {
  try {
    await connection.run("ROLLBACK");
  } catch (error) {
    if (/no transaction is active/.test(messageOf(error)) || /FATAL/.test(messageOf(because))) return;
    throw error;
  }
}

/** The disk or the file, not a batch: trying the batches one by one would fail one by one. */
function isTroubleOfTheFile(error: unknown): boolean {
  return error instanceof StoreError || /FATAL Error|IO Error|Failed to commit|No space left/.test(messageOf(error));
}
