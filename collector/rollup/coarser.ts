// Rollups of longer windows from those of shorter ones. Pure, and independent of the order in which they come.
import { seriesText } from "../store/sample-columns.ts";
import type { Resolution, Rollup, SeriesRollup } from "../store/store.ts";
import { growth } from "./fold.ts";
import { windowStart } from "./windows.ts";

/** The longer windows of one series, in time order. What a counter grew from one shorter window to the next counts too. */
export function coarser(resolution: Resolution, finer: readonly Rollup[]): Rollup[] {
  const longer: Rollup[] = [];
  for (const part of [...finer].sort((a, b) => a.startMs - b.startMs)) {
    const startMs = windowStart(resolution, part.startMs);
    const open = longer.at(-1);
    if (open?.startMs === startMs) extend(open, part);
    else longer.push({ ...part, startMs });
  }
  return longer;
}

/** The longer windows of several series. */
export function coarserAll(resolution: Resolution, finer: readonly SeriesRollup[]): SeriesRollup[] {
  const bySeries = new Map<string, { key: SeriesRollup["key"]; parts: Rollup[] }>();
  for (const { key, rollup } of finer) {
    const text = seriesText(key);
    const found = bySeries.get(text);
    if (found) found.parts.push(rollup);
    else bySeries.set(text, { key, parts: [rollup] });
  }
  return [...bySeries.values()].flatMap(({ key, parts }) =>
    coarser(resolution, parts).map((rollup) => ({ key, rollup })),
  );
}

/** `part` is later than everything in `open`. */
function extend(open: Rollup, part: Rollup): void {
  if (open.increase !== undefined && part.increase !== undefined) {
    open.increase += growth(open.last, part.first) + part.increase;
  }
  open.count += part.count;
  open.sum += part.sum;
  open.min = Math.min(open.min, part.min);
  open.max = Math.max(open.max, part.max);
  open.last = part.last;
  open.lastMs = part.lastMs;
}
