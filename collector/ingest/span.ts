// From when to when the samples of a batch are.
import type { SampleColumns } from "../store/store.ts";

/** Times of the oldest and the newest sample; nothing without samples. */
export function spanOf({ atMs, length }: SampleColumns): { firstMs?: number; lastMs?: number } {
  if (length === 0) return {};
  let firstMs = Number.POSITIVE_INFINITY;
  let lastMs = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < length; i++) {
    const at = atMs[i] ?? firstMs;
    if (at < firstMs) firstMs = at;
    if (at > lastMs) lastMs = at;
  }
  return { firstMs, lastMs };
}
