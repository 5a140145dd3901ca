// Takes one batch of a school's agent: which lines are right, stored once, and only then acknowledged.
import type { Ack, Lane } from "../../contract/batch.ts";
import { messageOf } from "../../contract/errors.ts";
import { seriesKey } from "../store/sample-columns.ts";
import type { ReadingStore, SampleColumns, WriteResult } from "../store/store.ts";
import { type CheckContext, type CheckedLines, LineChecker } from "./check.ts";
import { IngestCounts } from "./counts.ts";
import { spanOf } from "./span.ts";
import type { Speakers } from "./speakers.ts";

/** A batch whose sender is proved, its lines inflated. */
export interface DeliveredBatch {
  agentId: string;
  schoolId: string;
  session: string;
  sequence: number;
  lane: Lane;
  /** The address it came from. */
  from: string;
  /** The agent's clock when it sent, milliseconds since 1970; absent when it did not say. */
  sentAtMs?: number;
  /** Version of the agent's program; absent when it did not say. */
  version?: string;
  /** First 16 hexadecimal digits of the SHA-256 of the batch as sent. */
  digest: string;
  lines: Uint8Array;
}

/** About a batch that was stored just now. */
export interface StoredInfo {
  agentId: string;
  receivedAtMs: number;
  /** The agent's clock minus ours; absent when the agent did not say when it sent. */
  clockOffsetMs?: number;
  /** Version of the agent's program; absent when it did not say. */
  version?: string;
}

export interface IngestOptions {
  store: ReadingStore;
  speakers: Pick<Speakers, "order" | "stored" | "repeated" | "foreign">;
  /** Whether the inventory has a device in schools other than this one only. */
  isForeign?(schoolId: string, device: string): boolean;
  /** The inventory that `isForeign` goes by: as long as it is the same, answers that a device is not foreign are kept. */
  inventory?(): object | undefined;
  nowMs(): number;
  /** How old a line may be. */
  lateAcceptMs: number;
  /**
   * Told once per newly stored batch, after it is durable and before the agent hears of it; also of one whose first
   * delivery was stored although its write failed, when it comes again. Must not throw, nor keep the samples' columns: their
   * memory is used again.
   */
  onStored?(schoolId: string, samples: SampleColumns, info: StoredInfo): void;
  /** Counts what becomes of batches and lines. */
  counts?: IngestCounts;
}

export interface Ingest {
  /**
   * Resolves when every right line of the batch is durable. A wrong line is refused by its number and never stops the
   * others; of many refused lines the ack lists the first MAX_REFUSED_LISTED. A batch that was there already is
   * acknowledged as repeated.
   *
   * @throws CampusError with a code of IDENTITY_REFUSALS; StoreError when nothing of the batch was stored.
   */
  accept(batch: DeliveredBatch): Promise<Ack>;
}

/** Failed writes remembered at most; a batch beyond that is found by the next start, which reads the store anew. */
const MAX_DOUBTFUL = 10_000;
/** How often an agent's clock offset is worth a sample. */
const OFFSET_EVERY_MS = 60_000;

export function createIngest(options: IngestOptions): Ingest {
  const arrivals = new Arrivals({ ...options, counts: options.counts ?? new IngestCounts() });
  /** Batches being stored now: an agent that lost patience may send one again before the first delivery is through. */
  const storing = new Map<string, Promise<Ack>>();

  return {
    async accept(batch) {
      const name = `${batch.agentId}\0${batch.session}\0${batch.sequence}`;
      for (let first = storing.get(name); first !== undefined; first = storing.get(name)) {
        await first.catch(messageOf); // its own sender hears of it; ours is then stored, or recognised
      }
      const ack = arrivals.store(name, batch);
      storing.set(name, ack);
      try {
        return await ack;
      } finally {
        storing.delete(name);
      }
    },
  };
}

/** Stores batches; keeps in mind which writes failed, and when an agent's clock was last noted. */
class Arrivals {
  readonly #options: IngestOptions & { counts: IngestCounts };
  readonly #checker: LineChecker;
  /** Batches whose write failed: the store may have them all the same, and then nobody was told of their samples. */
  readonly #doubtful = new Set<string>();
  readonly #offsetNotedMs = new Map<string, number>();

  constructor(options: IngestOptions & { counts: IngestCounts }) {
    this.#options = options;
    this.#checker = new LineChecker(options);
  }

  async store(name: string, batch: DeliveredBatch): Promise<Ack> {
    const { speakers, nowMs, onStored, counts } = this.#options;
    const { agentId, schoolId, sentAtMs, version } = batch;
    await speakers.order(batch);
    const receivedAtMs = Math.round(nowMs()); // a school clock shows fractions
    const checked = this.#check(batch, receivedAtMs);
    const written = await this.#write(name, batch, checked, receivedAtMs);
    const wasDoubtful = this.#doubtful.delete(name);
    if (!written.repeated || wasDoubtful) {
      const offset = sentAtMs === undefined ? {} : { clockOffsetMs: sentAtMs - receivedAtMs };
      const program = version === undefined ? {} : { version };
      onStored?.(schoolId, checked.samples, { agentId, receivedAtMs, ...offset, ...program });
    }
    checked.letGo(); // of a write that failed nobody knows when the store lets go of them
    if (written.repeated) {
      const { first } = written;
      if (!wasDoubtful) speakers.repeated({ ...batch, ...(first && { first }) });
      counts.batches.repeated += 1;
      // Once more, because the sender comes again when it has not heard of them.
      return ackOf(batch, { stored: 0, repeated: first?.lines ?? checked.accepted, refused: checked.refused });
    }
    speakers.stored(batch);
    counts.batches.stored += 1;
    counts.lines.stored += checked.accepted;
    counts.lines.refused += checked.refusedCount;
    return ackOf(batch, { stored: checked.accepted, repeated: 0, refused: checked.refused });
  }

  /** Stored even when every line was refused: the batch is then known, and a repeat is answered as one. */
  async #write(
    name: string,
    batch: DeliveredBatch,
    { samples, facts, events, accepted }: CheckedLines,
    receivedAtMs: number,
  ): Promise<WriteResult> {
    const { agentId, session, sequence, schoolId, lane, sentAtMs, digest } = batch;
    const sent = sentAtMs === undefined ? {} : { sentAtMs };
    const entry = { agentId, session, sequence, schoolId, lane, receivedAtMs, ...sent, digest, lines: accepted };
    try {
      return await this.#options.store.write({ ...entry, ...spanOf(samples), samples, facts, events });
    } catch (error) {
      if (this.#doubtful.size < MAX_DOUBTFUL) this.#doubtful.add(name);
      this.#options.counts.batches.failed += 1;
      throw error;
    }
  }

  #check(batch: DeliveredBatch, nowMs: number): CheckedLines {
    const { isForeign, speakers } = this.#options;
    const { agentId, schoolId, from } = batch;
    const sender = `${schoolId}\0${agentId}`;
    const context: CheckContext = { nowMs, sender, ...this.#clockSample(batch, nowMs) };
    if (isForeign !== undefined) {
      context.inventory = this.#options.inventory?.();
      context.isForeign = (device) => {
        const foreign = isForeign(schoolId, device);
        if (foreign) speakers.foreign(agentId, device, from);
        return foreign;
      };
    }
    return this.#checker.check(batch.lines, context);
  }

  /** What the collector itself measures of an agent: its clock minus ours. */
  #clockSample({ agentId, sentAtMs }: DeliveredBatch, nowMs: number): Pick<CheckContext, "own"> {
    if (sentAtMs === undefined) return {};
    const noted = this.#offsetNotedMs.get(agentId);
    if (noted !== undefined && Math.abs(nowMs - noted) < OFFSET_EVERY_MS) return {};
    this.#offsetNotedMs.set(agentId, nowMs);
    const key = seriesKey("agent_clock_offset_seconds", agentId, undefined);
    return { own: { key, atMs: nowMs, value: (sentAtMs - nowMs) / 1_000 } };
  }
}

function ackOf(
  { agentId, session, sequence }: DeliveredBatch,
  outcome: Pick<Ack, "stored" | "repeated" | "refused">,
): Ack {
  return { agent: agentId, session, sequence, ...outcome };
}
