// Delivers what waits in the spool to the collector, for ever, in two lanes. docs/delivery.md tells it to people.
//
// Backlog: everything in order, several batches in one request where the collector takes that. Live: while much waits, as after
// a long cut, the newest batch goes first, so that people see how things are now, and requests of the backlog go on in
// between; the backlog passes over what was delivered live. Neither lane sends twice in a row while the other has something.
//
// A batch leaves the spool only on an acknowledgement that names it, or when the collector refuses it for good; then it is
// kept in a file for people. Everything else, whatever the answer looks like, means: the same batch again, later. A batch is
// never given up by what the live lane was answered: the backlog will come to it.
import type { Logger } from "pino";
import { messageOf } from "../../contract/errors.ts";
import type { SpoolRecord } from "../spool/record.ts";
import type { Spool } from "../spool/spool.ts";
import { isClientError, isSuperseded, type Refused, type Retry, type TakenAck } from "./answer.ts";
import { type Choice, Lanes } from "./lanes.ts";
import { type RefusedCounts, RefusedFile } from "./refused.ts";
import { Sender, type SenderOptions, type Sent } from "./sender.ts";
import { RequestSize, type SentSize } from "./size.ts";
import { StuckBatch } from "./stuck.ts";
import { type Failure, Trouble } from "./trouble.ts";

export interface UplinkOptions extends SenderOptions {
  spool: Spool;
  /** Folder for what the collector refused. */
  dir: string;
  /** Resolves after so much real time, or when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  random(): number;
  log: Logger;
}

export interface UplinkStats {
  /**
   * `idle`: nothing waits. `waiting`: the last delivery failed, and the next is due later. `paused`: the collector asked for
   * that, and the problem says why.
   */
  state: "idle" | "sending" | "waiting" | "paused";
  /** Why the last delivery failed; absent when it did not. */
  problem?: string;
  failures: number;
  batchesStored: number;
  /** Of these, delivered before the batches that waited longer. */
  liveDelivered: number;
  /** By the agent's clock; absent before the first. */
  lastStoredAtMs?: number;
  /** When the oldest batch that waits was made, by the agent's clock; absent when none waits, or it is not known yet. */
  backlogSinceMs?: number;
  /** Batches that one request of the backlog may hold at present. */
  recordsPerRequest: number;
  refused: RefusedCounts;
}

export class Uplink {
  readonly #options: UplinkOptions;
  readonly #lanes: Lanes;
  readonly #sender: Sender;
  readonly #refused: RefusedFile;
  readonly #size = new RequestSize();
  /** With the collector as a whole: nothing is sent. */
  readonly #collector: Trouble;
  /** With the batch at the front of the backlog: the live lane goes on. */
  readonly #backlog: Trouble;
  readonly #stuck = new StuckBatch();
  readonly #counts: Pick<UplinkStats, "batchesStored" | "liveDelivered" | "lastStoredAtMs"> = {
    batchesStored: 0,
    liveDelivered: 0,
  };
  #state: UplinkStats["state"] = "idle";
  /** Whether the collector answered the last request. */
  #isThere = false;
  #wake: () => void = () => {};

  constructor(options: UplinkOptions) {
    const { log, random } = options;
    const realMs = options.realMs ?? (() => performance.now());
    this.#options = options;
    this.#lanes = new Lanes(options);
    this.#sender = new Sender({ ...options, realMs });
    this.#refused = new RefusedFile(options);
    this.#collector = new Trouble({ log, realMs, random }, {});
    this.#backlog = new Trouble({ log, realMs, random }, { lane: "backlog" });
  }

  stats(): UplinkStats {
    const problem = this.#collector.reason ?? this.#backlog.reason;
    const { backlogSinceMs } = this.#lanes;
    return {
      state: this.#state,
      ...(problem !== undefined && { problem }),
      failures: this.#collector.failures || this.#backlog.failures,
      ...this.#counts,
      ...(backlogSinceMs !== undefined && { backlogSinceMs }),
      recordsPerRequest: this.#bounds().records,
      refused: this.#refused.counts(),
    };
  }

  /** Something has been put into the spool. */
  wake(): void {
    this.#wake();
  }

  /** Delivers until the signal aborts; resolves when the request under way has been given up. */
  async run(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      const woken = this.#nextWake(stop);
      try {
        await this.#turn(woken, stop);
      } catch (error) {
        // The spool failed; its batches are still there.
        this.#fail(this.#collector, { reason: messageOf(error), slowly: true });
      }
    }
    this.#sender.close();
  }

  /** One request, or waiting for what allows the next. */
  async #turn(woken: Promise<void>, stop: AbortSignal): Promise<void> {
    const { sleep } = this.#options;
    if (this.#collector.waitMs > 0) return sleep(this.#collector.waitMs, stop);
    const holdMs = this.#backlog.waitMs;
    const next = await this.#lanes.next(holdMs > 0 ? undefined : this.#bounds());
    if (next) return this.#deliver(next, stop);
    this.#state = holdMs > 0 ? "waiting" : "idle";
    if (holdMs === 0) return woken;
    const limit = new AbortController();
    void woken.then(() => limit.abort());
    await sleep(holdMs, limit.signal);
  }

  #bounds(): SentSize {
    const { records, bytes } = this.#size.bounds;
    return { records: Math.min(records, this.#sender.maxParts), bytes };
  }

  /** Resolves at the next `wake`; taken before looking into the spool, so that none is missed. */
  #nextWake(stop: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const finish = () => {
        stop.removeEventListener("abort", finish);
        resolve();
      };
      this.#wake();
      this.#wake = finish;
      stop.addEventListener("abort", finish, { once: true });
    });
  }

  async #deliver({ lane, records }: Choice, stop: AbortSignal): Promise<void> {
    if (this.#collector.failures === 0) this.#state = "sending";
    const sent = await this.#sender.send(records, lane, stop);
    const { acks, problem } = sent;
    // An acknowledgement that came while we stop still counts.
    if (stop.aborted && acks.length === 0 && problem?.kind === "retry") return;
    const wasThere = this.#isThere;
    this.#isThere = problem?.kind !== "retry" || problem.fault === "batch";
    if (this.#isThere || acks.length > 0) this.#recover(this.#collector);
    if (lane === "live") return this.#settleLive(records, sent);
    this.#lanes.settledBacklog();
    await this.#settleBacklog(records, sent, wasThere);
  }

  async #settleLive([record]: SpoolRecord[], { acks: [ack], problem }: Sent): Promise<void> {
    if (!record) return;
    if (problem?.kind === "retry" && problem.fault !== "batch" && !isSuperseded(problem)) {
      return this.#fail(this.#collector, problem); // and then the newest once more
    }
    this.#lanes.settledLive(record.sequence);
    if (!ack) {
      if (problem?.kind === "retry") this.#stuck.clear();
      return;
    }
    await this.#stored(record, ack);
    this.#counts.liveDelivered += 1;
    this.#stuck.storedAnother();
    await this.#options.spool.ackAhead(record.sequence);
  }

  async #settleBacklog(records: SpoolRecord[], sent: Sent, wasThere: boolean): Promise<void> {
    const { acks, problem, isOfBatch, size, tookMs } = sent;
    for (const [i, record] of records.entries()) {
      const ack = acks[i];
      if (ack) await this.#stored(record, ack);
    }
    if (acks.length > 0) {
      await this.#options.spool.ack(...records.slice(0, acks.length).map(({ sequence }) => sequence));
      this.#stuck.clear();
      this.#recover(this.#backlog);
    }
    const next = records[acks.length];
    if (!problem) return this.#size.succeeded(size, tookMs);
    if (!next) return;
    const isTooLarge = problem.kind === "refused" && problem.status === 413;
    // Of several, none is given up unless the answer names it, or for its length, which may be that of all together.
    if (records.length > 1 && isTooLarge) return isOfBatch ? this.#size.single() : this.#size.tooLarge(size);
    if (!isOfBatch && records.length > 1 && isClientError(problem)) return this.#size.single();
    if (problem.kind === "refused") return this.#giveUp(next, problem);
    await this.#retry(next, problem, sent, wasThere);
  }

  async #retry(next: SpoolRecord, problem: Retry, { isOfBatch, size }: Sent, wasThere: boolean): Promise<void> {
    const { spool, log } = this.#options;
    const { session, sequence } = next;
    if (isSuperseded(problem) && session !== spool.stats().session) {
      // One of our own earlier sessions ended while this batch waited, as where two copies of a machine have run.
      log.warn({ session, sequence, problem: problem.reason }, "batch is sent under a new name");
      this.#recover(this.#collector);
      return spool.rename(next);
    }
    if (!problem.slowly && problem.retryAfterMs === undefined) this.#size.failed(size);
    if (problem.fault === "batch" && isOfBatch) {
      const failures = this.#stuck.failed(sequence);
      if (failures !== undefined && problem.said) {
        const message = `${failures} times in a row, while newer batches were stored: ${problem.said.message}`;
        return this.#giveUp(next, { kind: "refused", ...problem.said, message });
      }
    }
    // A batch that takes the collector down must not do so each time it is up again.
    if (problem.fault === "batch" || (problem.fault === "network" && wasThere)) this.#fail(this.#backlog, problem);
    if (problem.fault !== "batch") this.#fail(this.#collector, problem);
  }

  async #stored(record: SpoolRecord, { stored, repeated, refused }: TakenAck): Promise<void> {
    const { nowMs, log } = this.#options;
    const { sequence, lineCount } = record;
    if (stored + repeated + refused.length !== lineCount) {
      const counts = { sequence, lineCount, stored, repeated, refused: refused.length };
      log.warn(counts, "acknowledgement does not add up");
    }
    if (refused.length > 0) await this.#refused.keepLines(record, refused);
    this.#counts.batchesStored += 1;
    this.#counts.lastStoredAtMs = nowMs();
  }

  /** Final: kept for people, and the batches behind it go on. */
  async #giveUp(record: SpoolRecord, { status, code, message }: Refused): Promise<void> {
    await this.#refused.keepBatch(record, { status, code, message });
    await this.#options.spool.ack(record.sequence);
    this.#stuck.clear();
    this.#recover(this.#backlog);
  }

  #fail(trouble: Trouble, problem: Failure & Partial<Pick<Retry, "said">>): void {
    trouble.fail(problem);
    this.#state = problem.said?.code === "PAUSED" ? "paused" : "waiting";
  }

  #recover(trouble: Trouble): void {
    trouble.recover();
    this.#state = "sending";
  }
}
