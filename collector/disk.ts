// Watches the free space of the disk the data is on, so that agents are told to keep their batches before it is full.
import { statfs } from "node:fs/promises";
import type { FastifyBaseLogger } from "fastify";
import { formatBytes } from "../contract/bytes.ts";
import type { Pause } from "./ingest/http.ts";

const RETRY_AFTER_SECONDS = 60;

export class DiskWatch {
  readonly #dir: string;
  readonly #minFreeBytes: number;
  readonly #log: FastifyBaseLogger;
  #pause: Pause | undefined;

  constructor(options: { dir: string; minFreeBytes: number; log: FastifyBaseLogger }) {
    this.#dir = options.dir;
    this.#minFreeBytes = options.minFreeBytes;
    this.#log = options.log;
  }

  /** Why no batch is taken at present; `undefined` when there is room. */
  paused(): Pause | undefined {
    return this.#pause;
  }

  /** Looks. A disk that cannot be asked is not full: writing will say what is wrong with it. */
  async look(): Promise<void> {
    const free = await this.#freeBytes();
    const isShort = free !== undefined && free < this.#minFreeBytes;
    if (isShort === (this.#pause !== undefined)) return;
    const limits = { freeBytes: free, minFreeBytes: this.#minFreeBytes, dir: this.#dir };
    if (isShort) {
      const message = `the collector's disk has ${formatBytes(free)} left and takes batches again at ${formatBytes(this.#minFreeBytes)}`;
      this.#pause = { message, retryAfterSeconds: RETRY_AFTER_SECONDS };
      this.#log.error(limits, "disk nearly full, no batches are taken");
    } else {
      this.#pause = undefined;
      this.#log.info(limits, "disk has room again, batches are taken");
    }
  }

  async #freeBytes(): Promise<number | undefined> {
    try {
      const { bavail, bsize } = await statfs(this.#dir);
      return bavail * bsize;
    } catch (error) {
      this.#log.warn({ err: error, dir: this.#dir }, "free space cannot be asked");
      return undefined;
    }
  }
}
