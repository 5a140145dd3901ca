// Takes an agent's batch: whose school it is, which lines are right, stored once, and only then acknowledged.
import type { Ack } from "../../contract/batch.ts";
import { CampusError } from "../../contract/errors.ts";
import type { ReadingStore, SampleColumns } from "../store/store.ts";
import { type CheckedLines, LineChecker } from "./check.ts";
import { IngestCounts } from "./counts.ts";

/** A batch as it came over the wire, its lines inflated. */
export interface DeliveredBatch {
  agentId: string;
  session: string;
  sequence: number;
  /** The agent's clock when it sent, milliseconds since 1970; absent when it did not say. */
  sentAtMs?: number;
  lines: Uint8Array;
}

/** About a batch that was stored just now. */
export interface StoredInfo {
  agentId: string;
  receivedAtMs: number;
  /** The agent's clock minus ours; absent when the agent did not say when it sent. */
  clockOffsetMs?: number;
}

export interface IngestOptions {
  store: ReadingStore;
  /** The school an agent may speak for; `undefined` for an agent nobody knows. */
  schoolOfAgent(agentId: string): string | undefined;
  nowMs(): number;
  /** How old a line may be. */
  lateAcceptMs: number;
  /**
   * Told once per newly stored batch, after it is durable and before the agent hears of it; also of one whose first
   * delivery was stored although its write failed, when it comes again. Must not throw.
   */
  onStored?(schoolId: string, samples: SampleColumns, info: StoredInfo): void;
  /** Counts what becomes of batches and lines. */
  counts?: IngestCounts;
}

export interface Ingest {
  /**
   * Resolves when every right line of the batch is durable. A wrong line is refused by its number and never stops the
   * others; of many refused lines the ack lists the first MAX_REFUSED_LISTED. A batch that was there already, or is
   * being stored at this moment, is acknowledged as repeated.
   *
   * @throws CampusError `AGENT_UNKNOWN`; StoreError when nothing of the batch was stored.
   */
  accept(batch: DeliveredBatch): Promise<Ack>;
}

/** Failed writes remembered at most; a batch beyond that is found by the next start, which reads the store anew. */
const MAX_DOUBTFUL = 10_000;

export function createIngest(options: IngestOptions): Ingest {
  const counts = options.counts ?? new IngestCounts();
  const deliver = new Delivery({ ...options, counts });
  /** Batches being stored now: an agent that lost patience may send one again before the first delivery is through. */
  const storing = new Map<string, Promise<Ack>>();

  return {
    async accept(batch) {
      const schoolId = options.schoolOfAgent(batch.agentId);
      if (schoolId === undefined) {
        counts.batches.unknown_agent += 1;
        throw new CampusError("AGENT_UNKNOWN", `agent "${batch.agentId}" speaks for no school in the inventory`);
      }
      const name = `${batch.agentId}\0${batch.session}\0${batch.sequence}`;
      const first = storing.get(name);
      if (first !== undefined) {
        const { stored, repeated } = await first;
        counts.batches.repeated += 1;
        return ackOf(batch, { stored: 0, repeated: stored + repeated, refused: [] });
      }
      const ack = deliver.store(name, batch, schoolId);
      storing.set(name, ack);
      try {
        return await ack;
      } finally {
        storing.delete(name);
      }
    },
  };
}

/** Stores one batch after the other's check; keeps in mind which writes failed. */
class Delivery {
  readonly #options: IngestOptions & { counts: IngestCounts };
  readonly #checker: LineChecker;
  /** Batches whose write failed: the store may have them all the same, and then nobody was told of their samples. */
  readonly #doubtful = new Set<string>();

  constructor(options: IngestOptions & { counts: IngestCounts }) {
    this.#options = options;
    this.#checker = new LineChecker(options);
  }

  async store(name: string, batch: DeliveredBatch, schoolId: string): Promise<Ack> {
    const { store, nowMs, onStored, counts } = this.#options;
    const { agentId, session, sequence, sentAtMs } = batch;
    const receivedAtMs = Math.round(nowMs()); // a school clock shows fractions
    const checked: CheckedLines = this.#checker.check(batch.lines, receivedAtMs);
    const { samples, facts, events, accepted: lines, refused, refusedCount } = checked;
    // Stored even when every line was refused: the batch is then known, and a repeat is answered as one.
    const written = await store
      .write({ agentId, session, sequence, schoolId, receivedAtMs, lines, samples, facts, events })
      .catch((error: unknown) => {
        if (this.#doubtful.size < MAX_DOUBTFUL) this.#doubtful.add(name);
        counts.batches.failed += 1;
        throw error;
      });
    const wasDoubtful = this.#doubtful.delete(name);
    if (!written.repeated || wasDoubtful) {
      const offset = sentAtMs === undefined ? {} : { clockOffsetMs: sentAtMs - receivedAtMs };
      onStored?.(schoolId, samples, { agentId, receivedAtMs, ...offset });
    }
    counts.batches[written.repeated ? "repeated" : "stored"] += 1;
    if (written.repeated) return ackOf(batch, { stored: 0, repeated: written.lines, refused: [] });
    counts.lines.stored += lines;
    counts.lines.refused += refusedCount;
    return ackOf(batch, { stored: lines, repeated: 0, refused });
  }
}

function ackOf(
  { agentId, session, sequence }: DeliveredBatch,
  outcome: Pick<Ack, "stored" | "repeated" | "refused">,
): Ack {
  return { agent: agentId, session, sequence, ...outcome };
}
