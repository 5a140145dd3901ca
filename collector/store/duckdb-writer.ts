// The one writer of a DuckDB file: batches that wait together are committed together, each with its row in the ledger.
//
// A commit appends to the write-ahead log and syncs it before it returns (seen with strace: one fsync a commit), so
// a batch whose write has resolved survives kill -9 and power loss.
import { setTimeout as delay } from "node:timers/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import { messageOf } from "../../contract/errors.ts";
import { appendAll, type StoredPart } from "./duckdb-append.ts";
import type { DuckDbCatalogue } from "./duckdb-catalogue.ts";
import { tableOf } from "./duckdb-days.ts";
import { asStoreError, type DuckDbFile } from "./duckdb-file.ts";
import { appendLedger, firstOf, NEXT_ORDINAL, noteUnnamed, setMark } from "./duckdb-ledger.ts";
import { inTransaction } from "./duckdb-transaction.ts";
import { type LedgerEntry, type SeriesKey, type StoreBatch, StoreError, type WriteResult } from "./store.ts";

interface Waiting {
  batch: StoreBatch;
  resolve(result: WriteResult): void;
  reject(error: StoreError): void;
}

/** Work that nothing may be written beside. Never rejects. */
type Job = () => Promise<void>;

/** Samples of one transaction, beyond which the next batches wait for the next one. */
const MAX_GROUP_SAMPLES = 250_000;
const MAX_GROUP_BATCHES = 256;
/**
 * A commit costs as much as storing eight batches, so while commits follow each other closely, each waits so long for others to
 * come along. Whoever is alone does not wait.
 */
const GATHER_MS = 4;
const CLOSELY_MS = 20;

export class DuckDbWriter {
  readonly #file: DuckDbFile;
  #waiting: Waiting[] = [];
  readonly #jobs: Job[] = [];
  #working: Promise<void> | undefined;
  #committedAtMs = Number.NEGATIVE_INFINITY;

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

  /** Does what nothing may be written beside, so it is to be short. @throws StoreError */
  alone<T>(work: (connection: DuckDBConnection, catalogue: DuckDbCatalogue) => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#jobs.push(() =>
        this.#file.use(work).then(resolve, (error: unknown) => reject(asStoreError(this.#file.path, "written", error))),
      );
      this.#working ??= this.#work();
    });
  }

  /** The numbers of a school's series; what is new gets one. @throws StoreError */
  async idsOf(schoolId: string, keys: readonly SeriesKey[]): Promise<number[]> {
    const known = await this.#file.use(async (_, catalogue) => keys.map((key) => catalogue.find(schoolId, key)?.id));
    if (known.every((id) => id !== undefined)) return known;
    return this.alone(async (connection, catalogue) => {
      const change = catalogue.begin();
      const ids = change.idsOf(schoolId, keys);
      await inTransaction(connection, () => appendAll(connection, change, [], undefined));
      change.committed();
      return ids;
    });
  }

  /** Resolves when nothing is being written and nothing waits. */
  async idle(): Promise<void> {
    while (this.#working !== undefined) await this.#working;
  }

  async #work(): Promise<void> {
    while (this.#jobs.length > 0 || this.#waiting.length > 0) {
      const job = this.#jobs.shift();
      if (job !== undefined) await job();
      else {
        if (performance.now() - this.#committedAtMs < CLOSELY_MS) await delay(GATHER_MS);
        await this.#commit(this.#nextGroup());
        this.#committedAtMs = performance.now();
      }
    }
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
  const { names } = catalogue.ledger;
  const results: WriteResult[] = [];
  const fresh = new Map<string, StoreBatch>();
  for (const batch of batches) {
    const name = `${batch.agentId}\0${batch.session}\0${batch.sequence}`;
    const earlier = fresh.get(name);
    if (names.has(batch)) results.push(repeatOf(await firstOf(connection, batch)));
    else if (earlier !== undefined) results.push(repeatOf(earlier));
    else {
      fresh.set(name, batch);
      results.push({ repeated: false });
    }
  }
  if (fresh.size > 0) await commitParts(connection, catalogue, [...fresh.values()], [...fresh.values()]);
  return results;
}

function repeatOf(first: (WriteResult & { repeated: true })["first"]): WriteResult {
  if (first === undefined) return { repeated: true };
  const { digest, lines, schoolId, sentAtMs } = first;
  return { repeated: true, first: { digest, lines, schoolId, ...(sentAtMs !== undefined && { sentAtMs }) } };
}

/** Parts and ledger rows in one transaction. @param entries of batches that are new */
export async function commitParts(
  connection: DuckDBConnection,
  catalogue: DuckDbCatalogue,
  parts: readonly StoredPart[],
  entries: readonly LedgerEntry[],
): Promise<void> {
  const { days, ledger } = catalogue;
  const change = catalogue.begin();
  const table = await inTransaction(connection, async () => {
    const hasSamples = parts.some(({ samples }) => samples.length > 0);
    const receivedAtMs = entries[0]?.receivedAtMs ?? newestIn(parts);
    const table = hasSamples ? await days.generationFor(connection, receivedAtMs, entries.length === 0) : undefined;
    await appendAll(connection, change, parts, table && tableOf(table));
    if (entries.length > 0) await appendLedger(connection, entries, () => change.nextOrdinal++);
    else await setMark(connection, NEXT_ORDINAL, change.nextOrdinal); // no ledger row tells how far it counts
    return table;
  });
  change.committed();
  if (table !== undefined) days.opened(table);
  for (const entry of entries) {
    ledger.names.add(entry);
    noteUnnamed(ledger, entry.agentId, entry.session);
  }
}

function newestIn(parts: readonly StoredPart[]): number {
  let newestMs = 0;
  for (const { samples } of parts) {
    for (let i = 0; i < samples.length; i++) newestMs = Math.max(newestMs, samples.atMs[i] ?? 0);
  }
  return newestMs;
}

/** The disk or the file, not a batch: trying the batches one by one would fail one by one. */
function isTroubleOfTheFile(error: unknown): boolean {
  return (
    (error instanceof StoreError && error.retryable) ||
    /FATAL Error|IO Error|Failed to commit|No space left/.test(messageOf(error))
  );
}
