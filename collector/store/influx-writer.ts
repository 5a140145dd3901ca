// Writes batches to InfluxDB: those that wait together in one request, their ledger lines in one after it.
//
// InfluxDB may store half a request, and the ledger must never be in that half: so readings first, the ledger in a request
// of its own. A crash between leaves readings without a ledger line; the repeat then overwrites them by themselves.
// Batches of one session are stored in order: when one fails, those behind it fail as well, because the collector takes no
// batch that is older than one it has stored.
import { InfluxAway, type InfluxClient } from "./influx-client.ts";
import type { InfluxLedger } from "./influx-ledger.ts";
import { sampleTexts, textLines } from "./influx-lines.ts";
import { type LedgerEntry, type StoreBatch, StoreError, type WriteResult } from "./store.ts";

interface Waiting {
  batch: StoreBatch;
  session: string;
  resolve(result: WriteResult): void;
  reject(error: unknown): void;
}

/** Of one group: enough that requests are few, and little enough that the server answers soon. */
const GROUP_BATCHES = 500;
const GROUP_SAMPLES = 50_000;

export class InfluxWriter {
  readonly #client: InfluxClient;
  readonly #ledger: InfluxLedger;
  readonly #queue: Waiting[] = [];
  /** Batches that are waiting or being written, by name: a repeat looks again when the first is through. */
  readonly #inHand = new Map<string, Promise<unknown>>();
  #working: Promise<void> | undefined;
  #closed = false;

  constructor(client: InfluxClient, ledger: InfluxLedger) {
    this.#client = client;
    this.#ledger = ledger;
  }

  async write(batch: StoreBatch): Promise<WriteResult> {
    const name = JSON.stringify([batch.agentId, batch.session, batch.sequence]);
    for (let first = this.#inHand.get(name); first !== undefined; first = this.#inHand.get(name)) await first;
    if (this.#closed) throw new StoreError(true, "the store is closed");
    const written = new Promise<WriteResult>((resolve, reject) => {
      this.#queue.push({ batch, session: JSON.stringify([batch.agentId, batch.session]), resolve, reject });
    });
    const settled = written.then(nothing, nothing); // for a repeat that waits; this write's caller gets the error
    this.#inHand.set(name, settled);
    this.#working ??= this.#work();
    try {
      return await written;
    } finally {
      this.#inHand.delete(name);
    }
  }

  /** Resolves when everything that was accepted is written or refused; takes nothing more. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#working;
  }

  async #work(): Promise<void> {
    await Promise.resolve(); // what is handed over in this same turn goes along
    while (this.#queue.length > 0) await this.#commit(this.#nextGroup());
    this.#working = undefined;
  }

  #nextGroup(): Waiting[] {
    let samples = 0;
    let count = 0;
    while (count < Math.min(this.#queue.length, GROUP_BATCHES) && samples < GROUP_SAMPLES) {
      samples += this.#queue[count]?.batch.samples.length ?? 0;
      count += 1;
    }
    return this.#queue.splice(0, count);
  }

  /** Every one of the group is answered when this resolves; it never rejects. */
  async #commit(group: readonly Waiting[]): Promise<void> {
    try {
      const known = await Promise.all(group.map(({ batch }) => this.#ledger.find(batch)));
      const fresh = group.filter((_, i) => known[i] === undefined);
      for (const [i, first] of known.entries()) if (first !== undefined) group[i]?.resolve(repeated(first));
      if (fresh.length > 0) await this.#store(fresh);
    } catch (error) {
      this.#refuse(group, error);
    }
  }

  async #store(group: readonly Waiting[]): Promise<void> {
    const batches = group.map(({ batch }) => batch);
    try {
      const samples = batches.flatMap((batch) => sampleTexts(batch.schoolId, batch.samples));
      const lines = batches.flatMap(textLines);
      await this.#client.write("raw", samples, "ms");
      if (lines.length > 0) await this.#client.write("kept", [lines.join("\n")], "ms");
      await this.#ledger.add(batches);
    } catch (error) {
      if (group.length === 1 || !(error instanceof StoreError) || error.retryable) throw error;
      // InfluxDB refuses something for good: only the batch that it stands in is to be refused.
      for (const one of group) await this.#commit([one]);
      return;
    }
    for (const { resolve } of group) resolve({ repeated: false });
  }

  #refuse(group: readonly Waiting[], error: unknown): void {
    for (const { reject } of group) reject(error); // those that were answered already do not hear it
    if (error instanceof StoreError && !error.retryable) return;
    const sessions = new Set(group.map(({ session }) => session));
    const away = error instanceof InfluxAway;
    for (const waiting of this.#queue.splice(0)) {
      if (away || sessions.has(waiting.session)) waiting.reject(error);
      else this.#queue.push(waiting);
    }
  }
}

function repeated({ digest, lines, schoolId, sentAtMs }: LedgerEntry): WriteResult {
  const first = { digest, lines, schoolId };
  return { repeated: true, first: sentAtMs === undefined ? first : { ...first, sentAtMs } };
}

function nothing(): void {}
