// The spool's segment files as one list, oldest first: appended at the end, taken from the front. The rules stand in spool.ts.
import { type FileHandle, readdir, rename } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Logger } from "pino";
import { HEADER_BYTES, type RecordHeader } from "./record.ts";
import {
  createSegment,
  deleteSegment,
  headOf,
  loadSegment,
  type Repair,
  type Segment,
  segmentNames,
} from "./segment.ts";

/** A segment of which everything is done is given up at this size, so an idle spool takes little room. */
const TIDY_BYTES = 256 * 1024;

/** Reads and repairs every segment in `dir`. `sequenceFloor` lies above every sequence that may have been given out. */
export async function loadSegments(dir: string, doneSequence: number, log: Logger) {
  const segments: Segment[] = [];
  let lost = 0;
  let sequenceFloor = doneSequence + 1;
  for (const name of segmentNames(await readdir(dir))) {
    const { segment, repair } = await loadOrSetAside(join(dir, name), doneSequence, log);
    sequenceFloor = Math.max(sequenceFloor, (segment?.lastSequence ?? 0) + 1, Number.parseInt(name, 10));
    if (repair.cutBytes > 0) sequenceFloor += Math.ceil(repair.cutBytes / HEADER_BYTES);
    lost += repair.lost;
    if (segment && segment.pending > 0) segments.push(segment);
    else if (segment) await deleteSegment(dir, segment);
  }
  return { segments, lost, sequenceFloor };
}

/** The system is short of something for the moment: that says nothing about the segment. */
const PASSING = new Set(["EMFILE", "ENFILE", "ENOMEM", "EAGAIN"]);

/** One bad sector, or a file that somebody deleted, must neither keep an agent from starting nor block the batches behind. */
async function loadOrSetAside(
  path: string,
  doneSequence: number,
  log: Logger,
): Promise<{ segment?: Segment; repair: Repair }> {
  try {
    const loaded = await loadSegment(path, doneSequence);
    if (loaded.repair.lost > 0) log.error({ file: basename(path), ...loaded.repair }, "spool was damaged");
    return loaded;
  } catch (error) {
    const code = codeOf(error) ?? "";
    if (PASSING.has(code)) throw error;
    if (code !== "ENOENT") await rename(path, `${path}.unreadable`);
    log.error({ err: error, file: basename(path) }, "spool segment cannot be read and is given up");
    return { repair: { lost: 1, cutBytes: 0 } };
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

export interface SegmentListOptions {
  dir: string;
  /** A segment is not made longer than this, one record excepted. */
  largestBytes: number;
  segments: Segment[];
  durableDone: number;
  log: Logger;
}

export class SegmentList {
  readonly #options: SegmentListOptions;
  readonly #segments: Segment[];
  /** The last segment, while it is open for writing. */
  #active: FileHandle | undefined;
  /** The position that the state on disk has reached; segments up to here may be deleted. */
  durableDone: number;

  constructor(options: SegmentListOptions) {
    this.#options = options;
    this.#segments = options.segments;
    this.durableDone = options.durableDone;
  }

  /** Whether the next append goes on in a file that is open. */
  get isWriting(): boolean {
    return this.#active !== undefined;
  }

  pending(): { pendingBatches: number; pendingBytes: number } {
    const pendingBatches = this.#segments.reduce((sum, { pending }) => sum + pending, 0);
    const pendingBytes = this.#segments.reduce((sum, { bytes, offset }) => sum + bytes - offset, 0);
    return { pendingBatches, pendingBytes };
  }

  /** The oldest record that waits, and how many were found to be lost on the way to it. */
  async head(doneSequence: number): Promise<{ head?: { segment: Segment; header: RecordHeader }; lost: number }> {
    let lost = 0;
    for (;;) {
      const segment = this.#segments.find(({ pending }) => pending > 0);
      if (!segment) return { lost };
      // Why it cannot be read is found out, and said, by mending.
      const header = await headOf(segment).catch(() => undefined);
      if (header) return { head: { segment, header }, lost };
      lost += await this.mend(segment, doneSequence);
    }
  }

  /** A segment was damaged while we held it: what is intact is found again. @returns how many batches are lost. */
  async mend(segment: Segment, doneSequence: number): Promise<number> {
    await this.close();
    const before = segment.pending;
    const { segment: mended, repair } = await loadOrSetAside(segment.path, doneSequence, this.#options.log);
    if (mended) Object.assign(segment, mended);
    else this.#segments.splice(this.#segments.indexOf(segment), 1);
    return Math.max(repair.lost, before - (mended?.pending ?? 0));
  }

  /** Resolves when `bytes` are durable. When it throws, the list is as it was. */
  async append(bytes: Buffer, sequence: number): Promise<void> {
    const { dir, largestBytes } = this.#options;
    let segment = this.#segments.at(-1);
    if (segment && segment.bytes > 0 && segment.bytes + bytes.length > largestBytes) await this.close();
    if (!this.#active || !segment) {
      const created = await createSegment(dir, sequence);
      this.#active = created.file;
      segment = created.segment;
      this.#segments.push(segment);
    }
    try {
      await writeAll(this.#active, bytes, segment.bytes);
    } catch (error) {
      await this.#takeBack(this.#active, segment);
      throw error;
    }
    segment.bytes += bytes.length;
    segment.pending += 1;
    segment.lastSequence = sequence;
  }

  /**
   * After a failed write: the file ends again where it ended before. It is not written to any more, because after a failed
   * sync nobody knows what is on disk.
   */
  async #takeBack(file: FileHandle, segment: Segment): Promise<void> {
    try {
      await file.truncate(segment.bytes).finally(() => this.close());
      if (segment.bytes === 0) {
        this.#segments.pop();
        await deleteSegment(this.#options.dir, segment);
      }
    } catch (error) {
      this.#options.log.warn({ err: error, file: basename(segment.path) }, "spool could not take back a failed write");
    }
  }

  /** Gives up whole segments, oldest first, until all files together are no longer than `bytes`. They are deleted later. */
  async giveUpOldest(bytes: number): Promise<{ dropped: number; lastSequence: number }> {
    let total = this.#segments.reduce((sum, segment) => sum + segment.bytes, 0);
    let dropped = 0;
    let lastSequence = 0;
    for (const segment of this.#segments) {
      if (total <= bytes) break;
      total -= segment.bytes;
      dropped += segment.pending;
      segment.pending = 0;
      segment.offset = segment.bytes;
      lastSequence = segment.lastSequence ?? lastSequence;
      if (segment === this.#segments.at(-1)) await this.close();
    }
    return { dropped, lastSequence };
  }

  /** Deletes the segments at the front that nobody wants any more, once the state on disk says so. */
  async deleteDone(): Promise<void> {
    for (let first = this.#segments[0]; first && first.pending === 0; first = this.#segments[0]) {
      const isActive = this.#active !== undefined && this.#segments.length === 1;
      if (isActive && first.bytes < TIDY_BYTES) return;
      if ((first.lastSequence ?? 0) > this.durableDone) return;
      if (isActive) await this.close();
      this.#segments.shift();
      await deleteSegment(this.#options.dir, first);
    }
  }

  /** Ends writing to the last segment; the next append begins a new one. */
  async close(): Promise<void> {
    const file = this.#active;
    this.#active = undefined;
    await file?.close();
  }
}

async function writeAll(file: FileHandle, bytes: Buffer, offset: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, offset + written);
    written += bytesWritten;
  }
  await file.datasync();
}
