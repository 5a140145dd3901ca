// Takes an agent's batch: whose school it is, which lines are right, stored once, and only then acknowledged.
import type { Ack } from "../../contract/batch.ts";
import { CampusError } from "../../contract/errors.ts";
import type { ReadingStore, SampleColumns } from "../store/store.ts";
import { type CheckedLines, LineChecker } from "./check.ts";

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
  /** Told once per newly stored batch, after it is durable and before the agent hears of it. Must not throw. */
  onStored?(schoolId: string, samples: SampleColumns, info: StoredInfo): void;
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

export function createIngest(options: IngestOptions): Ingest {
  const checker = new LineChecker(options);
  /** Batches being stored now: an agent that lost patience may send one again before the first delivery is through. */
  const storing = new Map<string, Promise<Ack>>();

  return {
    async accept(batch) {
      const schoolId = options.schoolOfAgent(batch.agentId);
      if (schoolId === undefined) {
        throw new CampusError("AGENT_UNKNOWN", `agent "${batch.agentId}" speaks for no school in the inventory`);
      }
      const name = `${batch.agentId}\0${batch.session}\0${batch.sequence}`;
      const first = storing.get(name);
      if (first !== undefined) {
        const { stored, repeated } = await first;
        return ackOf(batch, { stored: 0, repeated: stored + repeated, refused: [] });
      }
      const ack = store(options, checker, batch, schoolId);
      storing.set(name, ack);
      try {
        return await ack;
      } finally {
        storing.delete(name);
      }
    },
  };
}

async function store(
  { store, nowMs, onStored }: IngestOptions,
  checker: LineChecker,
  batch: DeliveredBatch,
  schoolId: string,
): Promise<Ack> {
  const { agentId, session, sequence, sentAtMs } = batch;
  const receivedAtMs = Math.round(nowMs()); // a school clock shows fractions
  const checked: CheckedLines = checker.check(batch.lines, receivedAtMs);
  const { samples, facts, events, accepted, refused } = checked;
  // Stored even when every line was refused: the batch is then known, and a repeat is answered as one.
  const written = await store.write({
    agentId,
    session,
    sequence,
    schoolId,
    receivedAtMs,
    lines: accepted,
    samples,
    facts,
    events,
  });
  if (written.repeated) return ackOf(batch, { stored: 0, repeated: written.lines, refused: [] });
  onStored?.(schoolId, samples, {
    agentId,
    receivedAtMs,
    ...(sentAtMs === undefined ? {} : { clockOffsetMs: sentAtMs - receivedAtMs }),
  });
  return ackOf(batch, { stored: accepted, repeated: 0, refused });
}

function ackOf(
  { agentId, session, sequence }: DeliveredBatch,
  outcome: Pick<Ack, "stored" | "repeated" | "refused">,
): Ack {
  return { agent: agentId, session, sequence, ...outcome };
}
