// Keeps what the collector refused for good where a person can read it: DIR/refused.ndjson, one JSON object per line.
//
// {"at","kind":"batch","session","sequence","status","code","message","lines":[…]}  a batch refused as a whole
// {"at","kind":"line","session","sequence","line","code","message","text"}          one line refused within a stored batch
// At 16 MB the file becomes refused.1.ndjson, whose predecessor is deleted, so the two stay bounded.
import { appendFile, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { Logger } from "pino";
import { MAX_INFLATED_BYTES } from "../../contract/batch.ts";
import { undefinedIfMissing } from "../files.ts";
import type { SpoolRecord } from "../spool/record.ts";
import type { TakenAck } from "./answer.ts";

const MAX_FILE_BYTES = 16 * 1024 * 1024;
const inflate = promisify(gunzip);

export interface RefusedCounts {
  /** Since the agent started. */
  batches: number;
  lines: number;
}

export class RefusedFile {
  readonly #dir: string;
  readonly #nowMs: () => number;
  readonly #log: Logger;
  readonly #counts: RefusedCounts = { batches: 0, lines: 0 };

  constructor(options: { dir: string; nowMs(): number; log: Logger }) {
    this.#dir = options.dir;
    this.#nowMs = options.nowMs;
    this.#log = options.log;
  }

  counts(): RefusedCounts {
    return { ...this.#counts };
  }

  /** Keeps a batch that was refused as a whole. Never throws: see `#append`. */
  async keepBatch(record: SpoolRecord, why: { status: number; code: string; message: string }): Promise<void> {
    const { session, sequence, lineCount } = record;
    this.#counts.batches += 1;
    this.#counts.lines += lineCount;
    this.#log.error({ sequence, lineCount, ...why }, "collector refused a batch");
    await this.#append(async () => {
      const lines = await linesOf(record);
      return [{ at: this.#at(), kind: "batch", session, sequence, ...why, lines }];
    });
  }

  /** Keeps the lines that were refused within a stored batch. Never throws: see `#append`. */
  async keepLines(record: SpoolRecord, refused: TakenAck["refused"]): Promise<void> {
    const { session, sequence } = record;
    this.#counts.lines += refused.length;
    const { code, message } = refused[0] ?? {};
    this.#log.error({ sequence, lines: refused.length, code, problem: message }, "collector refused lines");
    await this.#append(async () => {
      const lines = await linesOf(record);
      return refused.map((line) => ({
        at: this.#at(),
        kind: "line",
        session,
        sequence,
        ...line,
        text: lines[line.line - 1],
      }));
    });
  }

  #at(): string {
    return new Date(this.#nowMs()).toISOString();
  }

  /** The lines can never be stored, so not being able to keep them is said, and must not hold up the batches behind. */
  async #append(entries: () => Promise<object[]>): Promise<void> {
    const path = fileOf(this.#dir);
    try {
      const text = (await entries()).map((entry) => `${JSON.stringify(entry)}\n`).join("");
      const bytes = (await sizeOf(path)) ?? 0;
      if (bytes + Buffer.byteLength(text) > MAX_FILE_BYTES)
        await rename(path, olderOf(this.#dir)).catch(undefinedIfMissing);
      await appendFile(path, text, { flush: true });
    } catch (error) {
      this.#log.error({ err: error }, "refused lines could not be kept");
    }
  }
}

async function linesOf({ payload }: SpoolRecord): Promise<string[]> {
  const text = await inflate(payload, { maxOutputLength: MAX_INFLATED_BYTES });
  return text.toString("utf8").split("\n").slice(0, -1);
}

/** Where what was refused is kept, and how much of it; `undefined` when nothing is. */
export async function refusedFile(dir: string): Promise<{ path: string; bytes: number } | undefined> {
  const path = fileOf(dir);
  const [bytes, older] = [await sizeOf(path), await sizeOf(olderOf(dir))];
  return bytes === undefined && older === undefined ? undefined : { path, bytes: (bytes ?? 0) + (older ?? 0) };
}

function fileOf(dir: string): string {
  return join(dir, "refused.ndjson");
}

function olderOf(dir: string): string {
  return join(dir, "refused.1.ndjson");
}

/** `undefined` when there is no such file. */
async function sizeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(undefinedIfMissing))?.size;
}
