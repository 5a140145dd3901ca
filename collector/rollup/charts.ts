// One series through time for people to look at: readings themselves where they are few, windows where they are many.

import { hasMean } from "../../contract/metrics/spec.ts";
import { METRICS } from "../../contract/metrics.ts";
import {
  RESOLUTIONS,
  type ReadingStore,
  type Resolution,
  type Retention,
  type Rollup,
  type SeriesKey,
} from "../store/store.ts";
import { rollUp } from "./fold.ts";
import type { Roller } from "./roller.ts";
import { windowStart } from "./windows.ts";

const DAY_MS = 86_400_000;

/** How fine a chart may be, from the readings themselves on. */
export const CHART_RESOLUTIONS = ["raw", "5m", "1h", "1d"] as const;
export type ChartResolution = (typeof CHART_RESOLUTIONS)[number];

/** Longest span that may be asked for: some 45,000 readings once a minute, or some 27,000 windows. */
export const MAX_SPAN_MS: Readonly<Record<ChartResolution, number>> = {
  raw: 31 * DAY_MS,
  "5m": 93 * DAY_MS,
  "1h": 1_100 * DAY_MS,
  "1d": 3_660 * DAY_MS,
};
/** Up to which span a resolution is chosen when nobody says which. */
const CHOSEN_UP_TO_MS: Readonly<Record<ChartResolution, number>> = {
  raw: 2 * DAY_MS,
  "5m": 14 * DAY_MS,
  "1h": 180 * DAY_MS,
  "1d": Number.POSITIVE_INFINITY,
};

export interface ChartsOptions {
  store: Pick<ReadingStore, "series" | "rollups">;
  roller: Pick<Roller, "unsettledFrom">;
  retention: Retention;
}

export interface ChartQuestion {
  schoolId: string;
  key: SeriesKey;
  fromMs: number;
  toMs: number;
  resolution: ChartResolution;
  nowMs: number;
}

/** `atMs` is the reading's time, or the window's begin; `min` and `max` are those of a window, absent for a reading. */
export interface ChartPoint {
  atMs: number;
  value: number;
  min?: number;
  max?: number;
}

export class Charts {
  readonly #options: ChartsOptions;

  constructor(options: ChartsOptions) {
    this.#options = options;
  }

  /** The finest resolution that suits a span, and that is still kept for all of it. */
  choose(fromMs: number, toMs: number, nowMs: number): ChartResolution {
    const { rawMs, rollupMs } = this.#options.retention;
    const suits = (resolution: ChartResolution) =>
      toMs - fromMs <= CHOSEN_UP_TO_MS[resolution] &&
      fromMs >= nowMs - (resolution === "raw" ? rawMs : rollupMs[resolution]);
    return CHART_RESOLUTIONS.find(suits) ?? "1d";
  }

  /**
   * In time order; a window without a reading has no point. Windows that are not rolled up yet, the open one too, are made
   * from the readings there are. A window's value is the mean of its readings; for counters, codes and channels, of which a
   * mean says nothing, the last one.
   * @throws StoreError
   */
  async points({ schoolId, key, fromMs, toMs, resolution, nowMs }: ChartQuestion): Promise<ChartPoint[]> {
    const { store, roller } = this.#options;
    if (resolution === "raw") return store.series(schoolId, key, fromMs, toMs);
    const firstMs = windowStart(resolution, fromMs);
    const tailMs = Math.max(firstMs, roller.unsettledFrom(schoolId, resolution, nowMs));
    const shown = hasMean(METRICS[key.metric]) ? ({ sum, count }: Rollup) => sum / count : ({ last }: Rollup) => last;
    const [settled, readings] = await Promise.all([
      store.rollups(schoolId, key, resolution, firstMs, Math.min(toMs, tailMs)),
      toMs > tailMs ? store.series(schoolId, key, tailMs, windowEnd(resolution, toMs)) : [],
    ]);
    return [...settled, ...rollUp(key, resolution, readings)].map((rollup) => {
      const { startMs, min, max } = rollup;
      // The mean of equal numbers may come out a last digit beside them.
      return { atMs: startMs, value: Math.min(max, Math.max(min, shown(rollup))), min, max };
    });
  }
}

/** End of the last window that begins before `toMs`. */
function windowEnd(resolution: Resolution, toMs: number): number {
  const lastMs = windowStart(resolution, toMs);
  return lastMs === toMs ? toMs : lastMs + RESOLUTIONS[resolution];
}
