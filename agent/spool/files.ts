// The spool's segment files as one list, oldest first: appended at the end, taken from the front. The rules stand in spool.ts.
import type { FileHandle } from "node:fs/promises";
import { basename } from "node:path";
import type { Logger } from "pino";
import { loadOrSetAside } from "./load.ts";
import type { SegmentReader } from "./reader.ts";
import { HEADER_BYTES, type RecordHeader, type SpoolRecord } from "./record.ts";
import { createSegment, deleteSegment, type IsDone, type Segment } from "./segment.ts";

/** A segment of which everything is done is given up at this size, so an idle spool takes little room. */
const TIDY_BYTES = 256 * 1024;

/** A record that waits, and where. */
export interface Place {
  segment: Segment;
  offset: number;
  header: RecordHeader;
}

export interface SegmentListOptions {
  dir: string;
  /** A segment is not made longer than this, one record excepted. */
  largestBytes: number;
  segments: Segment[];
  durableDone: number;
  /** Also of batches within a segment whose neighbours are still wanted. */
  isDone: IsDone;
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
    const pendingBytes = this.#segments.reduce((sum, segment) => sum + segment.pendingBytes, 0);
    return { pendingBatches, pendingBytes };
  }

  /** The oldest record that waits, and how many were found to be lost on the way to it. */
  async head(reader: SegmentReader): Promise<{ head?: Place; lost: number }> {
    let lost = 0;
    for (;;) {
      const segment = this.#segments.find(({ pending }) => pending > 0);
      if (!segment) return { lost };
      // Why it cannot be read is found out, and said, by mending.
      const head = await this.#headOf(segment, reader).catch(() => undefined);
      if (head) return { head, lost };
      lost += await this.mend(segment, reader);
    }
  }

  /** The first record of a segment that waits; its offset moves there. `undefined` when the bytes there are damaged. */
  async #headOf(segment: Segment, reader: SegmentReader): Promise<Place | undefined> {
    for (;;) {
      const { offset } = segment;
      const stretch = await reader.stretchAt(segment, offset);
      if (!stretch) return undefined;
      if (stretch.kind === "record" && !this.#options.isDone(stretch.header.sequence)) {
        return { segment, offset, header: stretch.header };
      }
      segment.offset += stretch.bytes;
    }
  }

  /**
   * Records that wait, from the head on, all of one session; the first whatever its length, then as many as the bounds allow.
   * None when the head is damaged. Damage behind it ends the list, and is mended once it is the head.
   */
  async from(head: Place, reader: SegmentReader, bounds: { records: number; bytes: number }): Promise<SpoolRecord[]> {
    const records: SpoolRecord[] = [];
    let { segment, offset } = head;
    let bytes = 0;
    while (records.length < bounds.records) {
      if (offset >= segment.bytes) {
        const next = this.#segments.find(({ pending }, i) => pending > 0 && i > this.#segments.indexOf(segment));
        if (!next) break;
        segment = next;
        offset = next.offset;
      }
      const stretch = await reader.stretchAt(segment, offset).catch(() => undefined);
      if (!stretch) break;
      if (stretch.kind === "record" && !this.#options.isDone(stretch.header.sequence)) {
        const { session, payloadBytes } = stretch.header;
        bytes += payloadBytes;
        if (records.length > 0 && (session !== head.header.session || bytes > bounds.bytes)) break;
        const record = await reader.recordAt(segment, offset, stretch.header).catch(() => undefined);
        if (!record) break;
        records.push(record);
      }
      offset += stretch.bytes;
    }
    return records;
  }

  /** The record that was written last, where it waits; `undefined` also when it is damaged, which is mended and counted. */
  async newest(reader: SegmentReader): Promise<{ newest?: Place | undefined; lost: number }> {
    const segment = this.#segments.filter((one) => one.lastSequence !== undefined).at(-1);
    const { lastSequence, lastOffset } = segment ?? {};
    if (!segment || lastSequence === undefined || lastOffset === undefined) return { lost: 0 };
    if (this.#options.isDone(lastSequence)) return { lost: 0 };
    const newest = await this.placeAt(segment, lastOffset, reader);
    if (newest?.header.sequence === lastSequence) return { newest, lost: 0 };
    return { lost: await this.mend(segment, reader) };
  }

  /** `undefined` where no record begins, or none can be read. */
  async placeAt(segment: Segment, offset: number, reader: SegmentReader): Promise<Place | undefined> {
    const stretch = await reader.stretchAt(segment, offset).catch(() => undefined);
    return stretch?.kind === "record" ? { segment, offset, header: stretch.header } : undefined;
  }

  /** One record less waits in a segment. */
  take({ segment, offset, header }: Place): void {
    const bytes = HEADER_BYTES + header.payloadBytes;
    segment.pending -= 1;
    segment.pendingBytes -= bytes;
    if (segment.offset === offset) segment.offset += bytes;
  }

  /** A segment was damaged while we held it: what is intact is found again. @returns how many batches are lost. */
  async mend(segment: Segment, reader: SegmentReader): Promise<number> {
    await this.close();
    await reader.close();
    const { isDone, log } = this.#options;
    const { segment: mended } = await loadOrSetAside(segment.path, isDone, log);
    const lost = segment.pending - (mended?.pending ?? 0);
    delete segment.lastSequence;
    delete segment.lastOffset;
    if (mended) Object.assign(segment, mended);
    else this.#segments.splice(this.#segments.indexOf(segment), 1);
    return Math.max(0, lost);
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
    segment.lastOffset = segment.bytes;
    segment.lastSequence = sequence;
    segment.bytes += bytes.length;
    segment.pending += 1;
    segment.pendingBytes += bytes.length;
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
      segment.pendingBytes = 0;
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
