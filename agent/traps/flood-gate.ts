// Keeps one flooding sender from costing more than its share, and many made-up senders from costing more than all of theirs.

export interface GateOptions {
  /** Monotonic real time in milliseconds. */
  realMs(): number;
  /** A controller tells of all its access points at once, a switch of all its ports. */
  burst?: number;
  perSecond?: number;
}

/** `first`: this sender is cut off from now on, which is worth a word in the log. */
export type Passage = "passes" | "first" | "cut-off";

interface Bucket {
  tokens: number;
  atMs: number;
  isCutOff: boolean;
}

const BURST = 600;
const PER_SECOND = 10;
/** All senders together that are no targets: their addresses cost nothing to make up. */
const STRANGERS = "";
const KEPT_SENDERS = 4_096;

export class FloodGate {
  readonly #realMs: () => number;
  readonly #burst: number;
  readonly #perSecond: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor({ realMs, burst = BURST, perSecond = PER_SECOND }: GateOptions) {
    this.#realMs = realMs;
    this.#burst = burst;
    this.#perSecond = perSecond;
  }

  /** Counts one datagram of the sender. A sender that was cut off passes again once it has kept quiet for half a burst. */
  pass(address: string, isTarget: boolean): Passage {
    const own = this.#take(address);
    if (own !== "passes" || isTarget) return own;
    return this.#take(STRANGERS);
  }

  #take(key: string): Passage {
    const nowMs = this.#realMs();
    const bucket = this.#buckets.get(key) ?? { tokens: this.#burst, atMs: nowMs, isCutOff: false };
    bucket.tokens = Math.min(this.#burst, bucket.tokens + ((nowMs - bucket.atMs) / 1_000) * this.#perSecond);
    bucket.atMs = nowMs;
    // Last heard of stands last, so that the first is the one to forget.
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    this.#forgetOldest();
    if (bucket.isCutOff && bucket.tokens < this.#burst / 2) return "cut-off";
    bucket.isCutOff = bucket.tokens < 1;
    if (bucket.isCutOff) return "first";
    bucket.tokens -= 1;
    return "passes";
  }

  #forgetOldest(): void {
    for (const key of this.#buckets.keys()) {
      if (this.#buckets.size <= KEPT_SENDERS) return;
      if (key !== STRANGERS) this.#buckets.delete(key);
    }
  }
}
