// Reads segments for the length of one operation: one file open at a time, a window of it in memory, so that walking from
// record to record costs one read per window. Not kept for longer, because people delete files, and disks change them.
import { type FileHandle, open } from "node:fs/promises";
import {
  HEADER_BYTES,
  headerAt,
  isIntactPayload,
  type RecordHeader,
  type SpoolRecord,
  type Stretch,
} from "./record.ts";
import type { Segment } from "./segment.ts";

/** Enough for one header and what stands behind it, without reading what nobody asked for. */
const WINDOW_BYTES = 16 * 1024;

export class SegmentReader {
  readonly #windowBytes: number;
  #open: { path: string; file: FileHandle } | undefined;
  #window: Buffer = Buffer.alloc(0);
  /** Where in the file the window begins. */
  #windowAt = 0;

  constructor(windowBytes: number = WINDOW_BYTES) {
    this.#windowBytes = windowBytes;
  }

  /** What begins at `offset` by its header; `undefined` where none stands. @throws when the file cannot be read. */
  async stretchAt(segment: Segment, offset: number): Promise<Exclude<Stretch, { kind: "damage" }> | undefined> {
    return headerAt(await this.#bytesAt(segment, offset, HEADER_BYTES), 0);
  }

  /** The record at `offset`, whose header was read; `undefined` when its payload is damaged. @throws as `stretchAt`. */
  async recordAt(segment: Segment, offset: number, header: RecordHeader): Promise<SpoolRecord | undefined> {
    const payload = await this.#bytesAt(segment, offset + HEADER_BYTES, header.payloadBytes);
    if (!isIntactPayload(header, payload)) return undefined;
    const { session, sequence, createdAtMs, lineCount } = header;
    return { session, sequence, createdAtMs, lineCount, payload };
  }

  /** Also forgets what was read. It may be used again afterwards. */
  async close(): Promise<void> {
    const file = this.#open?.file;
    this.#open = undefined;
    this.#window = Buffer.alloc(0);
    await file?.close();
  }

  /** Up to `length` bytes; fewer at the end of the segment. */
  async #bytesAt(segment: Segment, offset: number, length: number): Promise<Buffer> {
    const file = await this.#fileOf(segment);
    const left = Math.max(0, segment.bytes - offset);
    const wanted = Math.min(length, left);
    if (offset < this.#windowAt || offset + wanted > this.#windowAt + this.#window.length) {
      this.#window = await readAt(file, offset, Math.max(wanted, Math.min(this.#windowBytes, left)));
      this.#windowAt = offset;
    }
    return this.#window.subarray(offset - this.#windowAt, offset - this.#windowAt + wanted);
  }

  async #fileOf({ path }: Segment): Promise<FileHandle> {
    if (this.#open?.path === path) return this.#open.file;
    await this.close();
    const file = await open(path, "r");
    this.#open = { path, file };
    return file;
  }
}

async function readAt(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
