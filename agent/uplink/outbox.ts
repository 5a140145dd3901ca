// Gathers lines into batches and puts them into the spool, every second or when there are many; holds them while the spool
// cannot take them, up to a bound.
import type { Logger } from "pino";
import { messageOf } from "../../contract/errors.ts";
import { SpoolError } from "../spool/errors.ts";
import type { Spool } from "../spool/spool.ts";

export interface OutboxOptions {
  spool: Pick<Spool, "append" | "countDropped">;
  log: Logger;
  /** A batch has become durable. */
  onStored(): void;
  /** Lines have been lost. */
  onDropped(): void;
  /** Characters held in memory at most. */
  maxWaitingChars?: number;
}

/** One batch stays far below what a collector takes (MAX_BATCH_BYTES, MAX_INFLATED_BYTES). */
const BATCH_CHARS = 4_000_000;
const MAX_WAITING_CHARS = 16_000_000;
/** So many lines are stored at once, without waiting for the second to end. */
const MANY_LINES = 5_000;

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #maxChars: number;
  #lines: string[] = [];
  #chars = 0;
  /** Lines that were ever handed in. */
  #addedLines = 0;
  #droppedLines = 0;
  #flushing: Promise<void> | undefined;
  /** Lines of the batch that is being stored: they stay at the front until it is durable. */
  #inFlight = 0;
  #isStuck = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#maxChars = options.maxWaitingChars ?? MAX_WAITING_CHARS;
  }

  stats(): { waitingLines: number; droppedLines: number } {
    return { waitingLines: this.#lines.length, droppedLines: this.#droppedLines };
  }

  add(lines: readonly string[]): void {
    this.#addedLines += lines.length;
    for (const line of lines) {
      this.#lines.push(line);
      this.#chars += line.length + 1;
    }
    if (this.#chars > this.#maxChars) this.#dropOldest();
    if (this.#lines.length >= MANY_LINES && !this.#isStuck) void this.flush();
  }

  /**
   * Puts everything into the spool now, and resolves to whether all that was added before the call is durable. `false`: it
   * waits on, or some of it was lost meanwhile. Never rejects.
   */
  async store(): Promise<boolean> {
    const { droppedLines } = this.stats();
    const last = this.#addedLines;
    await this.flush();
    // Lines leave in the order in which they came, save those that are dropped.
    return this.#addedLines - this.#lines.length >= last && this.#droppedLines === droppedLines;
  }

  /** Puts everything into the spool. When the spool cannot take it, the lines stay for the next time. Never rejects. */
  flush(): Promise<void> {
    this.#flushing ??= this.#flushAll().finally(() => {
      this.#flushing = undefined;
    });
    return this.#flushing;
  }

  /** Puts everything into the spool. What it cannot take is lost with the process: that is counted and said. Never rejects. */
  async close(): Promise<void> {
    await this.flush();
    const lines = this.#lines.length;
    if (lines === 0) return;
    this.#remove(lines);
    this.#options.log.error({ lines }, "lines lost, the spool did not take them before the end");
    await this.#count(lines);
  }

  async #flushAll(): Promise<void> {
    while (this.#lines.length > 0) {
      this.#inFlight = this.#batchLength();
      const taken = await this.#store(this.#lines.slice(0, this.#inFlight));
      if (taken) this.#remove(this.#inFlight);
      this.#inFlight = 0;
      if (!taken) return;
    }
  }

  /** Whether the lines need not be held any longer. */
  async #store(lines: string[]): Promise<boolean> {
    const { spool, log, onStored } = this.#options;
    try {
      await spool.append(lines);
    } catch (error) {
      if (error instanceof SpoolError && !error.retryable) {
        log.error({ err: error }, "batch dropped");
        await this.#count(lines.length);
        return true;
      }
      if (!this.#isStuck) log.error({ problem: messageOf(error) }, "spool takes no batches, lines are held in memory");
      this.#isStuck = true;
      return false;
    }
    if (this.#isStuck) log.info({ lines: lines.length }, "spool takes batches again");
    this.#isStuck = false;
    onStored();
    return true;
  }

  /** How many lines from the front make the next batch. */
  #batchLength(): number {
    let chars = 0;
    for (const [i, line] of this.#lines.entries()) {
      chars += line.length + 1;
      if (chars > BATCH_CHARS) return Math.max(1, i);
    }
    return this.#lines.length;
  }

  #remove(count: number): void {
    const removed = this.#lines.splice(0, count);
    for (const line of removed) this.#chars -= line.length + 1;
  }

  /** Makes room by losing the older half of what waits, save what is just being stored. */
  #dropOldest(): void {
    const lost = this.#lines.splice(this.#inFlight, Math.ceil((this.#lines.length - this.#inFlight) / 2));
    for (const line of lost) this.#chars -= line.length + 1;
    if (this.#droppedLines === 0) this.#options.log.error({ lines: lost.length }, "lines dropped, memory is full");
    void this.#count(lost.length);
  }

  async #count(lines: number): Promise<void> {
    const { spool, log, onDropped } = this.#options;
    this.#droppedLines += lines;
    onDropped();
    await spool
      .countDropped(1)
      .catch((error: unknown) => log.warn({ err: error }, "dropped lines could not be counted"));
  }
}
