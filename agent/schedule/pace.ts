// Waiting: for an instant of any clock, for real time, and round after round.
import type { Clock } from "../../contract/clock.ts";

/** Looks again at least this often, because a clock may be set back, and the instant would be far away all at once. */
const LOOK_AGAIN_MS = 10_000;

/** Resolves at `atMs` by the clock, when the signal aborts, or after ten real seconds: the caller looks which. */
export async function sleepTowards(clock: Clock, atMs: number, stop: AbortSignal): Promise<void> {
  const wake = new AbortController();
  const onWake = () => wake.abort();
  const timer = setTimeout(onWake, LOOK_AGAIN_MS);
  stop.addEventListener("abort", onWake, { once: true });
  if (stop.aborted) onWake();
  await clock.sleepUntil(atMs, wake.signal);
  clearTimeout(timer);
  stop.removeEventListener("abort", onWake);
}

/** Resolves after so much real time, or when the signal aborts. */
export function sleep(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      stop.removeEventListener("abort", finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    stop.addEventListener("abort", finish, { once: true });
    if (stop.aborted) finish();
  });
}

/** Calls `round` once per interval by the clock, first after one interval. Rounds missed by a jump are not caught up. */
export async function everyInterval(
  clock: Clock,
  intervalMs: number,
  stop: AbortSignal,
  round: () => void,
): Promise<void> {
  let dueMs = clock.nowMs() + intervalMs;
  while (!stop.aborted) {
    await sleepTowards(clock, dueMs, stop);
    const nowMs = clock.nowMs();
    const isSetBack = nowMs < dueMs - 2 * intervalMs;
    if (stop.aborted || (nowMs < dueMs && !isSetBack)) continue;
    if (!isSetBack) round();
    dueMs += (Math.floor((nowMs - dueMs) / intervalMs) + 1) * intervalMs;
  }
}
