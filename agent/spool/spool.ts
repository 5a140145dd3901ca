// The spool: batches that wait on disk for the collector's word, durable, in order, bounded in bytes and age.
//
// Folder
//   lock          who holds it (lock.ts)
//   state         session, position, counters (state.ts)
//   N.seg         segments, N being the sequence of the first batch in it, 16 digits
//
// A segment is records one after another. A record is a header of 56 bytes, little-endian, and a payload:
//   0  4  "CBR1"                        24 8  created at, milliseconds since 1970
//   4  4  CRC32 of bytes 8 to 55        32 4  lines in the payload
//   8  4  length of the payload         36 4  zero
//   12 4  CRC32 of the payload          40 16 session, hexadecimal letters
//   16 8  sequence                      56    payload: the lines, gzipped
// A hole, "CBH1", has the same header with only its length filled in; it covers bytes that were damaged.
//
// Invariants
//   Sequences only grow, within a segment and from segment to segment, and no sequence is ever given out twice in a session:
//   the collector would take the second batch for a repetition of the first and lose it.
//   `append` resolves after fdatasync; only then can the batch be given out.
//   The position moves in order only: on `ack`, which is the collector's word, or when batches are dropped, which is counted.
//   `ackAhead` does not move it: that a batch behind the position was delivered (the newest first, after a long cut) is
//   remembered in memory, so it costs no write. The position passes over such batches when it comes there. A crash forgets
//   them; they are then delivered once more and recognised.
//   A batch that is dropped while it is being delivered counts as dropped only when that delivery does not succeed. (The state
//   on disk counts it at once, so that it is counted also when the process ends in between.)
//   A segment is deleted only after a state that covers it is durable.
//   All segments together stay within maxBytes; to make room the oldest goes as a whole.
//
// Recovery at open: every segment is read and checked. A torn tail is cut. Damage in front of intact records becomes a hole,
// so it is counted once; a segment that cannot be read at all is set aside as N.seg.unreadable, of which the newest four are
// kept. Damage that comes while the spool is open is found when the batch is to be given out, and mended in the same way. No
// segment is written again after a restart.
//
// Every opening begins a session, and goes on counting from the records that are there; those keep the session they were
// written in. So a sequence cannot be given out twice where the folder came back from a backup or a machine's snapshot, or
// where damage took records that had been sent. After a cut the sequence jumps by as many records as the cut bytes could have
// held. Where the state is lost, what is there is sent once more and recognised. `rename` puts a batch of an earlier session
// behind all others under a name of this one: for a batch that was never stored and whose session is not taken any more.
//
// A folder or lock that somebody deletes while it is open is made anew; what was in it is counted as lost.
import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { Turns } from "../../contract/turns.ts";
import { asSpoolError, isDiskFull } from "./errors.ts";
import { loadSegments } from "./load.ts";
import { type Lock, type Processes, takeLock } from "./lock.ts";
import { Queue, type QueueOptions } from "./queue.ts";
import { encodeRecord, type SpoolRecord } from "./record.ts";
import { StateFile } from "./state.ts";

/** `maxBytes` bounds all segment files together. */
export interface SpoolOptions extends QueueOptions {
  processes: Processes;
}

export interface SpoolStats {
  session: string;
  /** Batches that wait, and their bytes on disk. */
  pendingBatches: number;
  pendingBytes: number;
  /** Batches dropped, cut or damaged, over restarts. */
  droppedTotal: number;
}

const compress = promisify(gzip);

/** Opens the spool in `dir`, repairing what a crash left. @throws CampusError `SPOOL_LOCKED` while another process holds it. */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const { dir, log } = options;
  let lock: Lock | undefined;
  try {
    lock = await takeFolder(options);
    const statePath = join(dir, "state");
    const found = await StateFile.open(statePath);
    const state = { ...NEW_STATE, ...found?.state, session: randomBytes(8).toString("hex") };
    const { segments, lost, sequenceFloor } = await loadSegments(dir, state.doneSequence, log);
    state.droppedTotal += lost;
    state.nextSequence = Math.max(state.nextSequence, sequenceFloor);
    log.info({ session: state.session, segments: segments.length }, "spool session begins");
    const file = found?.file ?? (await StateFile.create(statePath, state));
    await file.write(state);
    return new Spool(options, new Queue(options, { file, state, segments }), lock);
  } catch (error) {
    await lock?.release();
    throw asSpoolError(error, dir);
  }
}

async function takeFolder({ dir, processes }: SpoolOptions): Promise<Lock> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  return takeLock(join(dir, "lock"), processes);
}

const NEW_STATE = { doneSequence: 0, nextSequence: 1, droppedTotal: 0 } as const;

export class Spool {
  readonly #options: SpoolOptions;
  readonly #queue: Queue;
  #lock: Lock;
  /** One operation at a time, in the order they were called. */
  readonly #turns = new Turns();

  /** Use `openSpool`. */
  constructor(options: SpoolOptions, queue: Queue, lock: Lock) {
    this.#options = options;
    this.#queue = queue;
    this.#lock = lock;
  }

  /**
   * Stores lines as one batch, durable when this resolves. Old batches may be dropped to make room.
   * @throws SpoolError; the batch is then not in the spool, and the lines are still the caller's.
   */
  async append(lines: readonly string[]): Promise<{ sequence: number }> {
    const payload = await compress(`${lines.join("\n")}\n`);
    return this.#inTurn(() => this.#write({ createdAtMs: this.#options.nowMs(), lineCount: lines.length, payload }));
  }

  /** The oldest batch that has not been acknowledged; `undefined` when none waits. Batches that are too old are dropped. */
  async peek(): Promise<SpoolRecord | undefined> {
    return (await this.peekMany(1, 0))[0];
  }

  /**
   * The oldest batches that have not been acknowledged, in order and of one session: at least one where any waits, and no more
   * than `maxRecords`, and `maxBytes` of payload. Batches that are too old are dropped.
   */
  peekMany(maxRecords: number, maxBytes: number): Promise<SpoolRecord[]> {
    return this.#inTurn(() => this.#queue.oldest({ records: maxRecords, bytes: maxBytes }));
  }

  /** The batch that was stored last; `undefined` when it has been acknowledged or dropped, or is damaged. */
  peekNewest(): Promise<SpoolRecord | undefined> {
    return this.#inTurn(() => this.#queue.newest());
  }

  /**
   * The collector has stored, or refused for good, the oldest batches, named in their order: the position moves behind them
   * with one write. Those that were dropped meanwhile are passed over.
   * @throws CampusError `SPOOL_ACK` for a batch before which another one waits
   */
  ack(...sequences: number[]): Promise<void> {
    return this.#inTurn(() => this.#queue.ack(sequences));
  }

  /** The collector has stored the batch that `peekNewest` gave: it will not be given out again. @throws CampusError `SPOOL_ACK` */
  ackAhead(sequence: number): Promise<void> {
    return this.#inTurn(() => this.#queue.ackAhead(sequence));
  }

  /**
   * Puts the oldest batch, one of an earlier session, behind all others under a name of this session. For a batch that the
   * collector never stored and will not take under its name any more. One dropped meanwhile is passed over.
   * @throws SpoolError; the batch is then where it was.
   */
  rename(record: SpoolRecord): Promise<void> {
    return this.#inTurn(async () => {
      const { createdAtMs, lineCount, payload } = record;
      await this.#write({ createdAtMs, lineCount, payload });
      await this.#queue.ack([record.sequence]);
    });
  }

  /** Counts batches that were lost before they came here. */
  countDropped(batches: number): Promise<void> {
    return this.#inTurn(() => this.#queue.countDropped(batches));
  }

  stats(): SpoolStats {
    const { state, list, droppedTotal } = this.#queue;
    return { session: state.session, droppedTotal, ...list.pending() };
  }

  /** Waits for what is under way and gives the spool back. */
  close(): Promise<void> {
    return this.#inTurn(async () => {
      const { file, list } = this.#queue;
      await list.close();
      await file.close();
      await this.#lock.release();
    });
  }

  async #write(content: Pick<SpoolRecord, "createdAtMs" | "lineCount" | "payload">): Promise<{ sequence: number }> {
    const { state, list } = this.#queue;
    const { session, nextSequence: sequence } = state;
    const bytes = encodeRecord({ session, sequence, ...content });
    await this.#queue.makeRoom(bytes.length);
    if (!list.isWriting) await this.#keepFolder();
    try {
      await list.append(bytes, sequence);
    } catch (error) {
      // On a full disk the batch is not there. After any other error nobody knows what is.
      if (!isDiskFull(error)) state.nextSequence = sequence + 1;
      throw error;
    }
    state.nextSequence = sequence + 1;
    return { sequence };
  }

  /** Before a new segment is begun: the folder, our lock and the state must be there, whatever people have deleted. */
  async #keepFolder(): Promise<void> {
    if (await this.#lock.isHeld()) return;
    const { dir, log } = this.#options;
    const taken = await takeFolder(this.#options);
    const { file, state } = this.#queue;
    try {
      this.#queue.file = await StateFile.create(join(dir, "state"), state);
    } catch (error) {
      await taken.release();
      throw error;
    }
    this.#lock = taken;
    await file.close();
    log.error({ dir }, "spool folder or its lock was deleted and is made anew");
  }

  #inTurn<T>(operation: () => Promise<T>): Promise<T> {
    return this.#turns.take(operation).catch((error: unknown) => {
      throw asSpoolError(error, this.#options.dir);
    });
  }
}
