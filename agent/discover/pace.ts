// How fast datagrams may leave: evenly spaced, never in bursts.

/** Waits, or comes back early when the signal is aborted; never rejects. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

export interface Pace {
  readonly perSecond: number;
  /** Resolves when the next datagram may leave; early when the signal is aborted, which the caller must look at. */
  turn(signal: AbortSignal): Promise<void>;
}

export interface PaceOptions {
  perSecond: number;
  /** Monotonic time in milliseconds. */
  nowMs: () => number;
  sleep: Sleep;
}

/** Turns are handed out in the order in which they are asked for. Time in which nobody asked is not saved up. */
export function createPace({ perSecond, nowMs, sleep }: PaceOptions): Pace {
  const gapMs = 1_000 / perSecond;
  let nextMs = Number.NEGATIVE_INFINITY;
  return {
    perSecond,
    turn: async (signal) => {
      const now = nowMs();
      const mineMs = Math.max(now, nextMs);
      nextMs = mineMs + gapMs;
      if (mineMs > now) await sleep(mineMs - now, signal);
    },
  };
}
