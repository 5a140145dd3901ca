// How many batches go into one request of the backlog: more after requests that went well, half after those that did not.
import { MAX_PARTS } from "../../contract/batch.ts";

/** Below what proxies let through unless told otherwise (1 MiB). */
const MAX_BYTES = 1_000_000;
/** A request that takes longer keeps the newest batch waiting, so requests do not grow beyond it. */
const GROW_WITHIN_MS = 2_000;
const SHRINK_BEYOND_MS = 8_000;

/** A request as it went out. */
export interface SentSize {
  records: number;
  bytes: number;
}

export class RequestSize {
  /** Share of the largest request, in (0, 1]. It begins small: a slow link is not filled by the first try. */
  #share = 16 / MAX_PARTS;
  /** Below it the share doubles; above, where it once was too large, it grows by an eighth. */
  #threshold = 1;

  /** What a request may hold; a single batch may be longer than `bytes`. */
  get bounds(): SentSize {
    return { records: Math.max(1, Math.floor(this.#share * MAX_PARTS)), bytes: Math.floor(this.#share * MAX_BYTES) };
  }

  /** A request went well in so much time. */
  succeeded(sent: SentSize, tookMs: number): void {
    if (tookMs > SHRINK_BEYOND_MS) this.tooLarge(sent);
    // Only what was tried is known to work.
    else if (tookMs <= GROW_WITHIN_MS && shareOf(sent) >= this.#share / 2) this.#grow();
  }

  /** A request did not come through, which may have been its length. */
  failed(sent: SentSize): void {
    this.#share = Math.max(1 / MAX_PARTS, Math.min(this.#share, shareOf(sent)) / 2);
  }

  /** A request was refused as too large, or took too long. */
  tooLarge(sent: SentSize): void {
    this.failed(sent);
    this.#threshold = this.#share;
  }

  #grow(): void {
    const grown = this.#share < this.#threshold ? Math.min(this.#share * 2, this.#threshold) : this.#share * 1.125;
    this.#share = Math.min(1, grown);
  }

  /** The next request holds one batch, so that the answer is about it. */
  single(): void {
    this.#share = 1 / MAX_PARTS;
  }
}

function shareOf({ records, bytes }: SentSize): number {
  return Math.max(records / MAX_PARTS, bytes / MAX_BYTES);
}
