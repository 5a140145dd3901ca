// Windows of time that readings are rolled up into: begin and end at the clock of Zhejiang.
import { dayStartMs } from "../inventory/day.ts";
import { RESOLUTIONS, type Resolution } from "../store/store.ts";

/** What each resolution is made of; five minutes are made of the readings themselves. */
export const FINER = { "1h": "5m", "1d": "1h" } as const satisfies Partial<Record<Resolution, Resolution>>;

/** What each resolution becomes next. */
export const LONGER = { "5m": "1h", "1h": "1d", "1d": undefined } as const satisfies Record<
  Resolution,
  Resolution | undefined
>;

/** Any begin of a day: all windows fit into days, and those begin at midnight of Zhejiang, not of UTC. */
const ORIGIN_MS = dayStartMs(0);

/** Begin of the window that an instant falls into. */
export function windowStart(resolution: Resolution, atMs: number): number {
  const lengthMs = RESOLUTIONS[resolution];
  return Math.floor((atMs - ORIGIN_MS) / lengthMs) * lengthMs + ORIGIN_MS;
}

/** Begins of all windows that touch `fromMs` to `toMs`, both included, in order. */
export function windowStarts(resolution: Resolution, fromMs: number, toMs: number): number[] {
  const starts: number[] = [];
  for (let at = windowStart(resolution, fromMs); at <= toMs; at += RESOLUTIONS[resolution]) starts.push(at);
  return starts;
}
