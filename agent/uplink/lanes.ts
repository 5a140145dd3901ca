// Chooses what goes next: the newest batch while there is a backlog, or the oldest ones, neither twice in a row while the other
// has something to send.
import type { Lane } from "../../contract/batch.ts";
import type { SpoolRecord } from "../spool/record.ts";
import type { Spool } from "../spool/spool.ts";
import type { SentSize } from "./size.ts";

/** More batches than these, or two of which one is this old, are a backlog, before which the newest goes. */
const FEW_BATCHES = 3;
const OLD_MS = 60_000;

export interface Choice {
  lane: Lane;
  /** One in the live lane, one or more in the backlog. */
  records: SpoolRecord[];
}

export class Lanes {
  readonly #spool: Pick<Spool, "peekMany" | "peekNewest" | "stats">;
  readonly #nowMs: () => number;
  #last: Lane = "backlog";
  /** The newest batch that was settled in the live lane: it needs no second try there. */
  #lastLive = 0;
  #backlogSinceMs: number | undefined;

  constructor({ spool, nowMs }: { spool: Pick<Spool, "peekMany" | "peekNewest" | "stats">; nowMs(): number }) {
    this.#spool = spool;
    this.#nowMs = nowMs;
  }

  /** When the oldest batch that waits was made; absent when none waits, or nobody has looked. */
  get backlogSinceMs(): number | undefined {
    return this.#backlogSinceMs;
  }

  /**
   * The next batches to send. `undefined` when there are none, or only those of a backlog that has to wait.
   * @param bounds of a request of the backlog; absent while the backlog waits
   */
  async next(bounds: SentSize | undefined): Promise<Choice | undefined> {
    if (this.#isBehind() && (!bounds || this.#last === "backlog")) {
      const newest = await this.#spool.peekNewest();
      if (newest && newest.sequence > this.#lastLive) return { lane: "live", records: [newest] };
    }
    if (!bounds) return undefined;
    const records = await this.#spool.peekMany(bounds.records, bounds.bytes);
    this.#backlogSinceMs = records[0]?.createdAtMs;
    return records.length > 0 ? { lane: "backlog", records } : undefined;
  }

  /** The newest batch was answered, whatever the answer: it is the backlog's turn. */
  settledLive(sequence: number): void {
    this.#last = "live";
    this.#lastLive = sequence;
  }

  /** The backlog was answered, or not: it is the newest batch's turn. */
  settledBacklog(): void {
    this.#last = "backlog";
  }

  #isBehind(): boolean {
    const { pendingBatches } = this.#spool.stats();
    const isOld = this.#backlogSinceMs !== undefined && this.#nowMs() - this.#backlogSinceMs > OLD_MS;
    return pendingBatches > FEW_BATCHES || (pendingBatches > 1 && isOld);
  }
}
