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
//   `append` resolves after fdatasync; only then can `peek` return the batch.
//   The position moves on `ack`, which is the collector's word, or when batches are dropped, which is counted.
//   A segment is deleted only after a state that covers it is durable.
//   All files together stay within maxBytes; to make room the oldest segment goes as a whole.
//
// Recovery at open: every segment is read and checked. A torn tail is cut. Damage in front of intact records becomes a hole,
// so it is counted once; a segment that cannot be read at all is set aside as N.seg.unreadable. No segment is written again
// after a restart.
//
// Every opening begins a session, and goes on counting from the records that are there; those keep the session they were
// written in. So a sequence cannot be given out twice where the folder came back from a backup or a machine's snapshot, or
// where damage took records that had been sent. After a cut the sequence jumps by as many records as the cut bytes could have
// held. Where the state is lost, what is there is sent once more and recognised.
//
// A folder or lock that somebody deletes while it is open is made anew; what was in it is counted as lost.
import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Logger } from "pino";
import { CampusError, messageOf } from "../../contract/errors.ts";
import { loadSegments, SegmentList } from "./files.ts";
import { type Lock, type Processes, takeLock } from "./lock.ts";
import { encodeRecord, HEADER_BYTES, type SpoolRecord } from "./record.ts";
import { readHead } from "./segment.ts";
import { type SpoolState, StateFile } from "./state.ts";

export interface SpoolOptions {
  dir: string;
  /** Bound of all segment files together. */
  maxBytes: number;
  maxAgeMs: number;
  nowMs(): number;
  processes: Processes;
  log: Logger;
}

export interface SpoolStats {
  session: string;
  /** Batches that wait, and their bytes on disk. */
  pendingBatches: number;
  pendingBytes: number;
  /** Batches dropped, cut or damaged, over restarts. */
  droppedTotal: number;
}

/** Trying again can help, except with a batch too large: it was not taken, and the spool is as it was before. */
export class SpoolError extends CampusError {
  constructor(code: "SPOOL_FULL" | "SPOOL_IO" | "SPOOL_BATCH_TOO_LARGE", message: string, options: ErrorOptions = {}) {
    super(code, message, { ...options, retryable: code !== "SPOOL_BATCH_TOO_LARGE" });
  }
}

const compress = promisify(gzip);
const LARGEST_SEGMENT_BYTES = 4 * 1024 * 1024;

/** Opens the spool in `dir`, repairing what a crash left. @throws CampusError `SPOOL_LOCKED` while another process holds it. */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const { dir, maxBytes, log } = options;
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
    const largestBytes = Math.min(LARGEST_SEGMENT_BYTES, Math.floor(maxBytes / 8));
    const list = new SegmentList({ dir, largestBytes, segments, durableDone: state.doneSequence, log });
    return new Spool(options, { file, state, list, lock });
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

interface SpoolParts {
  file: StateFile;
  state: SpoolState;
  list: SegmentList;
  lock: Lock;
}

export class Spool {
  readonly #options: SpoolOptions;
  readonly #parts: SpoolParts;
  /** One operation at a time, in the order they were called. */
  #turn: Promise<unknown> = Promise.resolve();

  /** Use `openSpool`. */
  constructor(options: SpoolOptions, parts: SpoolParts) {
    this.#options = options;
    this.#parts = parts;
  }

  /**
   * Stores lines as one batch, durable when this resolves. Old batches may be dropped to make room.
   * @throws SpoolError; the batch is then not in the spool, and the lines are still the caller's.
   */
  async append(lines: readonly string[]): Promise<{ sequence: number }> {
    const payload = await compress(`${lines.join("\n")}\n`);
    return this.#inTurn(async () => {
      const { state, list } = this.#parts;
      const { session, nextSequence: sequence } = state;
      const createdAtMs = this.#options.nowMs();
      const bytes = encodeRecord({ session, sequence, createdAtMs, lineCount: lines.length, payload });
      await this.#makeRoom(bytes.length);
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
    });
  }

  /** The oldest batch that has not been acknowledged; `undefined` when none waits. Batches that are too old are dropped. */
  peek(): Promise<SpoolRecord | undefined> {
    return this.#inTurn(async () => {
      await this.#dropOld();
      for (;;) {
        const head = await this.#head();
        if (!head) return undefined;
        // What cannot be read is damaged: why is found out, and said, by mending.
        const record = await readHead(head.segment, head.header).catch(() => undefined);
        if (record) return record;
        await this.#countLost(await this.#parts.list.mend(head.segment, this.#parts.state.doneSequence));
      }
    });
  }

  /** The collector has stored, or refused for good, the batch that `peek` gave. One dropped meanwhile is passed over. */
  ack(sequence: number): Promise<void> {
    return this.#inTurn(async () => {
      const head = await this.#head();
      if (!head || sequence < head.header.sequence) return;
      if (sequence > head.header.sequence) {
        throw new CampusError("SPOOL_ACK", `batch ${sequence} is acknowledged, the oldest is ${head.header.sequence}`);
      }
      this.#pass(head);
      await this.#saveState();
    });
  }

  /** Counts batches that were lost before they came here. */
  countDropped(batches: number): Promise<void> {
    return this.#inTurn(() => this.#countLost(batches));
  }

  stats(): SpoolStats {
    const { state, list } = this.#parts;
    return { session: state.session, droppedTotal: state.droppedTotal, ...list.pending() };
  }

  /** Waits for what is under way and gives the spool back. */
  close(): Promise<void> {
    return this.#inTurn(async () => {
      const { file, list, lock } = this.#parts;
      await list.close();
      await file.close();
      await lock.release();
    });
  }

  /** Before a new segment is begun: the folder, our lock and the state must be there, whatever people have deleted. */
  async #keepFolder(): Promise<void> {
    const { lock, file, state } = this.#parts;
    if (await lock.isHeld()) return;
    const { dir, log } = this.#options;
    const taken = await takeFolder(this.#options);
    try {
      this.#parts.file = await StateFile.create(join(dir, "state"), state);
    } catch (error) {
      await taken.release();
      throw error;
    }
    this.#parts.lock = taken;
    await file.close();
    log.error({ dir }, "spool folder or its lock was deleted and is made anew");
  }

  #inTurn<T>(operation: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(operation).catch((error: unknown) => {
      throw asSpoolError(error, this.#options.dir);
    });
    // The next one goes ahead however this one ends; its own caller learns of the error.
    this.#turn = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }

  /** The oldest batch that waits, damage repaired and counted on the way. */
  async #head() {
    const { state, list } = this.#parts;
    const { head, lost } = await list.head(state.doneSequence);
    if (lost > 0) await this.#countLost(lost);
    return head;
  }

  async #dropOld(): Promise<void> {
    const tooOldMs = this.#options.nowMs() - this.#options.maxAgeMs;
    let dropped = 0;
    for (let head = await this.#head(); head && head.header.createdAtMs < tooOldMs; head = await this.#head()) {
      this.#pass(head);
      dropped += 1;
    }
    if (dropped > 0) await this.#countDropped(dropped, "too old");
  }

  async #makeRoom(bytes: number): Promise<void> {
    const { maxBytes } = this.#options;
    const { state, list } = this.#parts;
    if (bytes > maxBytes) {
      throw new SpoolError("SPOOL_BATCH_TOO_LARGE", `a batch of ${bytes} bytes, the spool may hold ${maxBytes}`);
    }
    await this.#dropOld();
    const { dropped, lastSequence } = await list.giveUpOldest(maxBytes - bytes);
    state.doneSequence = Math.max(state.doneSequence, lastSequence);
    if (dropped > 0) await this.#countDropped(dropped, "spool full");
    else await list.deleteDone();
  }

  /** Moves the position behind the oldest batch. */
  #pass({ segment, header }: NonNullable<Awaited<ReturnType<SegmentList["head"]>>["head"]>): void {
    segment.offset += HEADER_BYTES + header.payloadBytes;
    segment.pending -= 1;
    this.#parts.state.doneSequence = header.sequence;
  }

  async #countDropped(batches: number, why: string): Promise<void> {
    this.#options.log.error({ batches, why }, "spool dropped batches");
    await this.#countLost(batches);
  }

  async #countLost(batches: number): Promise<void> {
    this.#parts.state.droppedTotal += batches;
    await this.#saveState();
  }

  /** A position that could not be made durable is no loss: after a restart a batch is sent again and recognised. */
  async #saveState(): Promise<void> {
    const { file, state, list } = this.#parts;
    try {
      await file.write(state);
      list.durableDone = state.doneSequence;
    } catch (error) {
      this.#options.log.warn({ err: error }, "spool position could not be written");
    }
    await list.deleteDone();
  }
}

function asSpoolError(error: unknown, dir: string): unknown {
  if (error instanceof CampusError || !(error instanceof Error)) return error;
  // Behind the comma stand the system call and its paths, among them the text of the lock.
  const [what] = messageOf(error).split(", ");
  const message = `spool folder ${dir} cannot be used: ${what}`;
  return new SpoolError(isDiskFull(error) ? "SPOOL_FULL" : "SPOOL_IO", message, { cause: error });
}

function isDiskFull(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ENOSPC" || code === "EDQUOT" || code === "EFBIG";
}
