// What waits in a spool and how far it is done with: reading from the front and the end, acknowledging, giving up.
// The rules stand in spool.ts, which also sees to it that one operation runs at a time.
import type { Logger } from "pino";
import { CampusError } from "../../contract/errors.ts";
import { SpoolError } from "./errors.ts";
import { type Place, SegmentList } from "./files.ts";
import { Ranges } from "./ranges.ts";
import { SegmentReader } from "./reader.ts";
import type { SpoolRecord } from "./record.ts";
import type { Segment } from "./segment.ts";
import type { SpoolState, StateFile } from "./state.ts";

export interface QueueOptions {
  dir: string;
  maxBytes: number;
  maxAgeMs: number;
  nowMs(): number;
  log: Logger;
}

const LARGEST_SEGMENT_BYTES = 4 * 1024 * 1024;
/** Several records are read in pieces of this length. */
const WINDOW_BYTES = 256 * 1024;

export class Queue {
  readonly #options: QueueOptions;
  readonly state: SpoolState;
  readonly list: SegmentList;
  /** Takes the state; another one when people have deleted the folder. */
  file: StateFile;
  /** Acknowledged before the position has reached them; forgotten with the process, and then they are sent once more. */
  readonly #ahead = new Ranges();
  /** What the latest look gave out and nobody has acknowledged yet. */
  readonly #givenOut = new Map<number, Place | undefined>();
  /** Of those, dropped since. They do not count as dropped while their delivery may still succeed. */
  readonly #inDoubt = new Set<number>();

  constructor(
    options: QueueOptions,
    { file, state, segments }: { file: StateFile; state: SpoolState; segments: Segment[] },
  ) {
    const { dir, maxBytes, log } = options;
    const largestBytes = Math.min(LARGEST_SEGMENT_BYTES, Math.floor(maxBytes / 8));
    const isDone = (sequence: number) => sequence <= state.doneSequence || this.#ahead.has(sequence);
    this.#options = options;
    this.file = file;
    this.state = state;
    this.list = new SegmentList({ dir, largestBytes, segments, durableDone: state.doneSequence, isDone, log });
  }

  get droppedTotal(): number {
    return this.state.droppedTotal - this.#inDoubt.size;
  }

  /** The oldest batches that wait, all of one session: at least one, up to the bounds. None when none waits. */
  oldest(bounds: { records: number; bytes: number }): Promise<SpoolRecord[]> {
    return this.#reading(
      async (reader) => {
        await this.#lookAgain(reader);
        for (;;) {
          const head = await this.#head(reader);
          if (!head) return [];
          const records = await this.list.from(head, reader, bounds);
          for (const { sequence } of records) this.#givenOut.set(sequence, undefined);
          if (records.length > 0) return records;
          await this.#countLost(await this.list.mend(head.segment, reader));
        }
      },
      Math.min(bounds.bytes, WINDOW_BYTES),
    );
  }

  /** The batch that was put in last; `undefined` when it does not wait, or is damaged. */
  newest(): Promise<SpoolRecord | undefined> {
    return this.#reading(async (reader) => {
      await this.#lookAgain(reader);
      const { newest, lost } = await this.list.newest(reader);
      if (lost > 0) await this.#countLost(lost);
      if (!newest) return undefined;
      const { segment, offset, header } = newest;
      const record = await reader.recordAt(segment, offset, header).catch(() => undefined);
      if (record) this.#givenOut.set(record.sequence, newest);
      else await this.#countLost(await this.list.mend(segment, reader));
      return record;
    });
  }

  /** The oldest batches are done with, in their order. Those that were dropped meanwhile are passed over. */
  ack(sequences: readonly number[]): Promise<void> {
    return this.#reading(async (reader) => {
      let isChanged = false;
      for (const sequence of sequences) {
        const wasInDoubt = this.#wasInDoubt(sequence);
        isChanged ||= wasInDoubt;
        const head = wasInDoubt ? undefined : await this.#head(reader);
        if (!head || sequence < head.header.sequence) continue;
        if (sequence > head.header.sequence) {
          throw new CampusError(
            "SPOOL_ACK",
            `batch ${sequence} is acknowledged, the oldest is ${head.header.sequence}`,
          );
        }
        this.#pass(head);
        isChanged = true;
      }
      if (!isChanged) return;
      await this.#settle(reader);
      await this.save();
    });
  }

  /** The batch that `newest` gave is done with; the position stays until it has come there. */
  ackAhead(sequence: number): Promise<void> {
    return this.#reading(async (reader) => {
      if (this.#wasInDoubt(sequence)) return this.save();
      if (sequence <= this.state.doneSequence || this.#ahead.has(sequence)) return;
      const given = this.#givenOut.get(sequence);
      if (!given) throw new CampusError("SPOOL_ACK", `batch ${sequence} is acknowledged ahead and was not given out`);
      this.#givenOut.delete(sequence);
      const place = await this.list.placeAt(given.segment, given.offset, reader);
      if (place?.header.sequence !== sequence) return; // damaged meanwhile: that is found, and counted, on the way there
      this.#ahead.add(sequence);
      this.list.take(place);
      const { doneSequence } = this.state;
      await this.#settle(reader);
      if (this.state.doneSequence > doneSequence) await this.save();
    });
  }

  /** Gives up what is too old, and the oldest until `bytes` more keep within the bound. */
  makeRoom(bytes: number): Promise<void> {
    const { maxBytes } = this.#options;
    if (bytes > maxBytes) {
      throw new SpoolError("SPOOL_BATCH_TOO_LARGE", `a batch of ${bytes} bytes, the spool may hold ${maxBytes}`);
    }
    return this.#reading(async (reader) => {
      await this.#dropOld(reader);
      const { dropped, lastSequence } = await this.list.giveUpOldest(maxBytes - bytes);
      const isMoved = lastSequence > this.state.doneSequence;
      if (isMoved) this.state.doneSequence = lastSequence;
      if (dropped > 0) await this.#countDropped(dropped, "spool full");
      else if (isMoved) await this.save();
      else await this.list.deleteDone();
    });
  }

  /** Counts batches that were lost before they came here. */
  countDropped(batches: number): Promise<void> {
    return this.#countLost(batches);
  }

  /** A position that could not be made durable is no loss: after a restart a batch is sent again and recognised. */
  async save(): Promise<void> {
    const { state } = this;
    this.#ahead.forget(state.doneSequence);
    try {
      await this.file.write(state);
      this.list.durableDone = state.doneSequence;
    } catch (error) {
      this.#options.log.warn({ err: error }, "spool position could not be written");
    }
    await this.list.deleteDone();
  }

  async #reading<T>(operation: (reader: SegmentReader) => Promise<T>, windowBytes?: number): Promise<T> {
    const reader = new SegmentReader(windowBytes);
    try {
      return await operation(reader);
    } finally {
      await reader.close();
    }
  }

  /** A delivery is over when somebody looks for the next: what it gave out and was dropped is dropped. */
  async #lookAgain(reader: SegmentReader): Promise<void> {
    this.#givenOut.clear();
    this.#inDoubt.clear();
    await this.#dropOld(reader);
  }

  /** The oldest batch that waits, damage repaired and counted on the way. */
  async #head(reader: SegmentReader): Promise<Place | undefined> {
    const { head, lost } = await this.list.head(reader);
    if (lost > 0) await this.#countLost(lost);
    return head;
  }

  #pass(head: Place): void {
    this.list.take(head);
    this.#givenOut.delete(head.header.sequence);
    this.state.doneSequence = head.header.sequence;
  }

  /** Moves the position to the batch that waits, over what was acknowledged ahead; to the end when none waits. */
  async #settle(reader: SegmentReader): Promise<void> {
    const head = await this.#head(reader);
    const { state } = this;
    state.doneSequence = Math.max(state.doneSequence, (head?.header.sequence ?? state.nextSequence) - 1);
  }

  async #dropOld(reader: SegmentReader): Promise<void> {
    const { nowMs, maxAgeMs } = this.#options;
    const tooOldMs = nowMs() - maxAgeMs;
    let dropped = 0;
    for (
      let head = await this.#head(reader);
      head && head.header.createdAtMs < tooOldMs;
      head = await this.#head(reader)
    ) {
      this.list.take(head);
      this.state.doneSequence = head.header.sequence;
      dropped += 1;
    }
    if (dropped > 0) await this.#countDropped(dropped, "too old");
  }

  async #countDropped(batches: number, why: string): Promise<void> {
    for (const sequence of this.#givenOut.keys()) {
      if (sequence > this.state.doneSequence) continue;
      this.#givenOut.delete(sequence);
      this.#inDoubt.add(sequence);
    }
    this.#options.log.error({ batches, why }, "spool dropped batches");
    await this.#countLost(batches);
  }

  /** A batch that was dropped while it was delivered turns out to be stored. */
  #wasInDoubt(sequence: number): boolean {
    const wasInDoubt = this.#inDoubt.delete(sequence);
    if (wasInDoubt) this.state.droppedTotal -= 1;
    return wasInDoubt;
  }

  async #countLost(batches: number): Promise<void> {
    this.state.droppedTotal += batches;
    await this.save();
  }
}
