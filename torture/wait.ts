// Looking again and again until something is so.
import { setTimeout as delay } from "node:timers/promises";

const LOOK_EVERY_MS = 100;

export interface Patience {
  /** Resolves to false when it takes longer. */
  ms: number;
  everyMs?: number;
  signal: AbortSignal;
}

/** Resolves to true when `look` says so, to false when the patience ends before. Rejects when the signal aborts. */
export async function becomes(look: () => boolean | Promise<boolean>, patience: Patience): Promise<boolean> {
  const { ms, everyMs = LOOK_EVERY_MS, signal } = patience;
  const limitMs = Date.now() + ms;
  while (!(await look())) {
    if (Date.now() > limitMs) return false;
    await delay(everyMs, undefined, { signal });
  }
  return true;
}
