// Folds the samples of one school into rollups. Pure: what comes out depends on the samples alone, not on their order.

import type { MetricSpec } from "../../contract/metrics/spec.ts";
import { METRICS, type MetricName } from "../../contract/metrics.ts";
import { SampleBuilder, seriesText } from "../store/sample-columns.ts";
import {
  RESOLUTIONS,
  type Resolution,
  type Rollup,
  type Sample,
  type SampleColumns,
  type SeriesKey,
  type SeriesRollup,
} from "../store/store.ts";
import { windowStart } from "./windows.ts";

/** Where each figure of an open window stands among the numbers of its series. */
const AT = {
  start: 0,
  count: 1,
  sum: 2,
  min: 3,
  max: 4,
  first: 5,
  last: 6,
  firstMs: 7,
  lastMs: 8,
  increase: 9,
} as const;
const FIGURES = 10;

/** Counters have an increase, gauges have none. */
export function isCounter(metric: MetricName): boolean {
  const spec: MetricSpec = METRICS[metric];
  return spec.kind === "counter";
}

/** How much a counter grew from one value to the next: one that is smaller than before has begun anew from zero. */
export function growth(before: number, after: number): number {
  return after >= before ? after - before : after;
}

/** The rollups of one series, in time order, from samples in any order, one a time. */
export function rollUp(key: SeriesKey, resolution: Resolution, samples: readonly Sample[]): Rollup[] {
  const columns = new SampleBuilder(samples.length);
  for (const { atMs, value } of samples) columns.add(0, atMs, value);
  const fold = new SchoolFold(resolution);
  fold.add(columns.columns([key]));
  fold.settle();
  return fold.finish().map(({ rollup }) => rollup);
}

/**
 * Takes samples in slices of time, each later than those before; within a slice they may come in any order and in several
 * portions. One time of one series is expected once, as ReadingStore.scan has it.
 */
export class SchoolFold {
  readonly #resolution: Resolution;
  /** Stores mostly hand over the same objects again, which are found without building a text. */
  readonly #byObject = new Map<SeriesKey, number>();
  readonly #byText = new Map<string, number>();
  readonly #keys: SeriesKey[] = [];
  readonly #counters: boolean[] = [];
  readonly #closed: SeriesRollup[] = [];
  /** FIGURES numbers for each series: its open window. Far smaller than an object a series. */
  #open = new Float64Array(FIGURES * 64);
  #slice: SampleColumns[] = [];

  constructor(resolution: Resolution) {
    this.#resolution = resolution;
  }

  /** Keeps a portion of the present slice until `settle`. */
  add(samples: SampleColumns): void {
    this.#slice.push(samples);
  }

  /** All of the present slice has been added. */
  settle(): void {
    const portions = this.#slice.map((samples) => ({
      samples,
      indexes: samples.series.map((key) => this.#index(key)),
    }));
    this.#slice = [];
    if (isInOrder(portions, this.#keys.length)) {
      for (const { samples, indexes } of portions) this.#foldAll(samples, indexes);
      return;
    }
    const merged = inOrder(portions);
    this.#foldAll(
      merged,
      this.#keys.map((_, index) => index),
    );
  }

  /** All windows that samples fell into; those of one series stand in time order. The fold is used up then. */
  finish(): SeriesRollup[] {
    for (const index of this.#keys.keys()) this.#close(index);
    return this.#closed;
  }

  #index(key: SeriesKey): number {
    const known = this.#byObject.get(key);
    if (known !== undefined) return known;
    const text = seriesText(key);
    let index = this.#byText.get(text);
    if (index === undefined) {
      index = this.#keys.push(key) - 1;
      this.#counters.push(isCounter(key.metric));
      this.#byText.set(text, index);
      if (this.#keys.length * FIGURES > this.#open.length) {
        const larger = new Float64Array(this.#open.length * 2);
        larger.set(this.#open);
        this.#open = larger;
      }
    }
    this.#byObject.set(key, index);
    return index;
  }

  #foldAll({ length, seriesIndex, atMs, value }: SampleColumns, indexes: readonly number[]): void {
    const lengthMs = RESOLUTIONS[this.#resolution];
    const open = this.#open;
    for (let i = 0; i < length; i++) {
      const index = indexes[seriesIndex[i] ?? -1];
      const at = atMs[i];
      const v = value[i];
      if (index === undefined || at === undefined || v === undefined) {
        throw new RangeError(`sample ${i} of ${length} points outside its columns`);
      }
      const base = index * FIGURES;
      const isOpen = (open[base + AT.count] ?? 0) > 0;
      if (isOpen && at < (open[base + AT.start] ?? 0) + lengthMs) {
        extend(open, base, at, v);
        continue;
      }
      if (isOpen) this.#close(index);
      open.set([windowStart(this.#resolution, at), 1, v, v, v, v, v, at, at, 0], base);
    }
  }

  #close(index: number): void {
    const key = this.#keys[index];
    const base = index * FIGURES;
    const figure = (name: keyof typeof AT) => this.#open[base + AT[name]] ?? 0;
    if (key === undefined || figure("count") === 0) return;
    const rollup: Rollup = {
      startMs: figure("start"),
      count: figure("count"),
      sum: figure("sum"),
      min: figure("min"),
      max: figure("max"),
      first: figure("first"),
      last: figure("last"),
      firstMs: figure("firstMs"),
      lastMs: figure("lastMs"),
    };
    if (this.#counters[index]) rollup.increase = figure("increase");
    this.#closed.push({ key, rollup });
    this.#open[base + AT.count] = 0;
  }
}

function extend(open: Float64Array, base: number, at: number, value: number): void {
  const before = open[base + AT.last] ?? 0;
  open[base + AT.count] = (open[base + AT.count] ?? 0) + 1;
  open[base + AT.sum] = (open[base + AT.sum] ?? 0) + value;
  if (value < (open[base + AT.min] ?? 0)) open[base + AT.min] = value;
  if (value > (open[base + AT.max] ?? 0)) open[base + AT.max] = value;
  open[base + AT.last] = value;
  open[base + AT.lastMs] = at;
  open[base + AT.increase] = (open[base + AT.increase] ?? 0) + growth(before, value);
}

interface Portion {
  samples: SampleColumns;
  /** Of each of the portion's series, its index in the fold. */
  indexes: readonly number[];
}

/** Whether each series' samples follow each other in time, as live readings do: sorting them is then spared. */
function isInOrder(portions: readonly Portion[], seriesCount: number): boolean {
  const newestMs = new Float64Array(seriesCount).fill(Number.NEGATIVE_INFINITY);
  for (const { samples, indexes } of portions) {
    for (let i = 0; i < samples.length; i++) {
      const index = indexes[samples.seriesIndex[i] ?? -1] ?? -1;
      const at = samples.atMs[i] ?? 0;
      if (at <= (newestMs[index] ?? 0)) return false;
      newestMs[index] = at;
    }
  }
  return true;
}

/** All portions as one, by time; series are then those of the fold. */
function inOrder(portions: readonly Portion[]): SampleColumns {
  const all = new SampleBuilder(portions.reduce((sum, { samples }) => sum + samples.length, 0));
  for (const { samples, indexes } of portions) {
    for (let i = 0; i < samples.length; i++) {
      const index = indexes[samples.seriesIndex[i] ?? -1] ?? -1;
      all.add(index, samples.atMs[i] ?? 0, samples.value[i] ?? 0);
    }
  }
  const { length, seriesIndex, atMs, value } = all.columns([]);
  const order = Uint32Array.from({ length }, (_, i) => i).sort((a, b) => (atMs[a] ?? 0) - (atMs[b] ?? 0));
  return {
    series: [],
    length,
    seriesIndex: Int32Array.from(order, (i) => seriesIndex[i] ?? -1),
    atMs: Float64Array.from(order, (i) => atMs[i] ?? 0),
    value: Float64Array.from(order, (i) => value[i] ?? 0),
  };
}
