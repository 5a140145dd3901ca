// What a reading store does. Every implementation passes store-suite.ts; behaviour is added there first.
import { CampusError } from "../../contract/errors.ts";
import type { MetricName } from "../../contract/metrics.ts";
import type { CampusEvent, Fact } from "../../contract/reading.ts";

/** One line of numbers through time, within one school: what `instance` names is in contract/metrics/measurements.ts. */
export interface SeriesKey {
  metric: MetricName;
  device: string;
  /** Absent where the metric has one value per device. */
  instance?: string;
}

/** Samples as columns: sample i belongs to `series[seriesIndex[i]]`. Only the first `length` entries count. */
export interface SampleColumns {
  series: readonly SeriesKey[];
  length: number;
  seriesIndex: Int32Array;
  atMs: Float64Array;
  value: Float64Array;
}

/** A checked batch, ready to be stored. (agent, session, sequence) names it for ever. */
export interface StoreBatch {
  agentId: string;
  session: string;
  sequence: number;
  schoolId: string;
  receivedAtMs: number;
  /** Lines that `samples`, `facts` and `events` came from. */
  lines: number;
  samples: SampleColumns;
  facts: readonly Fact[];
  events: readonly CampusEvent[];
}

export interface Sample {
  atMs: number;
  value: number;
}

/** `repeated`: the batch was there already and nothing was written; `lines` is what its first delivery stored. */
export type WriteResult = { repeated: false } | { repeated: true; lines: number };

export interface ReadingStore {
  /**
   * Resolves when the whole batch is durable: all of it, or none of it on error. A batch that is there already is
   * recognised and not written again. Two readings of one series at one time leave one: the later delivered.
   * @throws StoreError
   */
  write(batch: StoreBatch): Promise<WriteResult>;
  /** Samples of one series with `fromMs <= at < toMs` in time order. Empty means never measured, which is not zero. */
  series(schoolId: string, key: SeriesKey, fromMs: number, toMs: number): Promise<Sample[]>;
  /** Instances that a metric of a device has had since `fromMs`, sorted. */
  instances(schoolId: string, device: string, metric: MetricName, fromMs: number): Promise<string[]>;
  /** Newest sample of every series of a school that is not older than `sinceMs`. */
  latest(schoolId: string, sinceMs: number): Promise<{ key: SeriesKey; sample: Sample }[]>;
  /** Hands over all samples of the metrics with `fromMs <= at < toMs`, school by school, in chunks; order of time within a chunk is not promised. */
  scan(
    metrics: readonly MetricName[],
    fromMs: number,
    toMs: number,
    take: (schoolId: string, samples: SampleColumns) => void,
  ): Promise<void>;
  /** Newest texts of every device of a school, by device key. */
  facts(schoolId: string): Promise<Map<string, Fact["texts"]>>;
  /** In time order. Two events of one device, kind and millisecond are one. */
  events(schoolId: string, fromMs: number, toMs: number): Promise<CampusEvent[]>;
  /** Newest events of one device that are not older than `sinceMs`, the newest first, at most `limit`. */
  deviceEvents(schoolId: string, device: string, sinceMs: number, limit: number): Promise<CampusEvent[]>;
  /** Per agent: how many batches are stored and when the newest arrived. */
  agents(): Promise<{ agentId: string; batches: number; lastReceivedMs: number }[]>;
  /** Whether it would take a write now. @throws StoreError saying what is wrong */
  ready(): Promise<void>;
  close(): Promise<void>;
}

/** `retryable` false: the same bytes will be refused again, so they must not be queued. */
export class StoreError extends CampusError {
  constructor(retryable: boolean, message: string, options: ErrorOptions = {}) {
    super(retryable ? "STORE_UNAVAILABLE" : "STORE_REJECTED", message, { ...options, retryable });
  }
}
