// The one writer of a DuckDB file: batches that wait together are committed together, each with its row in the ledger.
//
// A commit appends to the write-ahead log and syncs it before it returns (seen with strace: one fsync a commit), so
// a batch whose write has resolved survives kill -9 and power loss.
import { BIGINT, type DuckDBConnection, VARCHAR } from "@duckdb/node-api";
import { messageOf } from "../../contract/errors.ts";
import { appendAll, rowsOf } from "./duckdb-append.ts";
import type { DuckDbCatalogue } from "./duckdb-catalogue.ts";
import { asStoreError, type DuckDbFile } from "./duckdb-file.ts";
import { type StoreBatch, StoreError, type WriteResult } from "./store.ts";

interface Waiting {
  batch: StoreBatch;
  resolve(result: WriteResult): void;
  reject(error: StoreError): void;
}

/** Samples of one transaction, beyond which the next batches wait for the next one. */
const MAX_GROUP_SAMPLES = 250_000;
const MAX_GROUP_BATCHES = 256;

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
  return (
    (error instanceof StoreError && error.retryable) ||
    /FATAL Error|IO Error|Failed to commit|No space left/.test(messageOf(error))
  );
}
