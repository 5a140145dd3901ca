// What a reading store does. Every implementation passes store-suite.ts; behaviour is added there first.
import type { Lane } from "../../contract/batch.ts";
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
  /**
   * May name more than there are samples of. The very same list may come again with later samples of its sender; it only ever
   * grows at its end, so what is known of an index of it stays true.
   */
  series: readonly SeriesKey[];
  length: number;
  seriesIndex: Int32Array;
  atMs: Float64Array;
  value: Float64Array;
}

/** What names a batch, and what the ledger keeps of it beside its name. */
export interface LedgerEntry {
  agentId: string;
  session: string;
  sequence: number;
  schoolId: string;
  lane: Lane;
  receivedAtMs: number;
  /** The agent's clock when it sent; absent when it did not say. */
  sentAtMs?: number;
  /** First 16 hexadecimal digits of the SHA-256 of the batch as sent. */
  digest: string;
  /** Lines that were stored. */
  lines: number;
  /** Times of the oldest and the newest sample; absent when it has none. */
  firstMs?: number;
  lastMs?: number;
}

/** A checked batch, ready to be stored. (agent, session, sequence) names it for ever. */
export interface StoreBatch extends LedgerEntry {
  samples: SampleColumns;
  facts: readonly Fact[];
  events: readonly CampusEvent[];
}

/** How far one lane of a session has come. */
export interface SessionLane {
  session: string;
  lane: Lane;
  /** Highest sequence that is stored. */
  highest: number;
  /** When its first batch that is known arrived. */
  sinceMs: number;
}

/** Windows that readings are rolled up into, in milliseconds; days are those of Zhejiang (collector/inventory/day.ts). */
export const RESOLUTIONS = { "5m": 300_000, "1h": 3_600_000, "1d": 86_400_000 } as const;
export type Resolution = keyof typeof RESOLUTIONS;

/** One series in one window, made by collector/rollup/; a window without a sample has no rollup. */
export interface Rollup {
  startMs: number;
  /** Samples in the window; at least 1. */
  count: number;
  sum: number;
  min: number;
  max: number;
  first: number;
  last: number;
  /** Times of the first and the last sample. */
  firstMs: number;
  lastMs: number;
  /** Of a counter: how much it grew between the window's samples, resets taken as such; absent for other kinds. */
  increase?: number;
}

export interface SeriesRollup {
  key: SeriesKey;
  rollup: Rollup;
}

/** Ages beyond which things are forgotten, by what they are. */
export interface Retention {
  rawMs: number;
  rollupMs: Readonly<Record<Resolution, number>>;
  eventsMs: number;
}

export interface Sample {
  atMs: number;
  value: number;
}

/**
 * `repeated`: the batch was there already and nothing was written. `first` is what the ledger says of its first delivery;
 * absent when that is so long ago that only its name is kept.
 */
export type WriteResult =
  | { repeated: false }
  | { repeated: true; first?: Pick<LedgerEntry, "digest" | "lines" | "sentAtMs" | "schoolId"> };

export interface ReadingStore {
  /**
   * Resolves when the whole batch is durable: all of it, or none of it on error. A batch that is there already is
   * recognised and not written again. Two readings of one series at one time leave one: the later delivered. Once it has
   * resolved the store holds none of the samples' columns.
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
    /** Of this school only; absent: of all. */
    schoolId?: string,
  ): Promise<void>;
  /** Newest texts of every device of a school, by device key. */
  facts(schoolId: string): Promise<Map<string, Fact["texts"]>>;
  /** In time order. Two events of one device, kind and millisecond are one. */
  events(schoolId: string, fromMs: number, toMs: number): Promise<CampusEvent[]>;
  /** Newest events of one device that are not older than `sinceMs`, the newest first, at most `limit`. */
  deviceEvents(schoolId: string, device: string, sinceMs: number, limit: number): Promise<CampusEvent[]>;
  /** Per agent: how many batches are stored and when the newest arrived. */
  agents(): Promise<{ agentId: string; batches: number; lastReceivedMs: number }[]>;
  /** Whether a batch of this name is stored. */
  knows(agentId: string, session: string, sequence: number): Promise<boolean>;
  /** Every lane of every session of an agent that the ledger still knows, the one that began first at the front. */
  sessions(agentId: string): Promise<SessionLane[]>;
  /** Ledger entries with `fromMs <= received < toMs` in order of reception, in chunks. */
  scanLedger(fromMs: number, toMs: number, take: (entries: readonly LedgerEntry[]) => void): Promise<void>;
  /** Schools that anything is stored of, sorted. */
  schools(): Promise<string[]>;

  /** Puts rollups in the place of those of the same series and window. @throws StoreError */
  writeRollups(schoolId: string, resolution: Resolution, rollups: readonly SeriesRollup[]): Promise<void>;
  /**
   * Where a store can roll up by itself: makes the rollups of all windows that begin at `fromMs <= start < toMs` (both are
   * begins of windows) anew, those of five minutes from readings, others from the next shorter ones, and puts them in the
   * place of those of the same series and window. The figures are those of collector/rollup/fold.ts, which asks for it where it
   * is there and otherwise does it itself. What is stored meanwhile may be in it or not.
   * @param schools of these only; absent: of all
   * @throws StoreError when not all of it was done
   */
  rollUp?(resolution: Resolution, fromMs: number, toMs: number, schools?: readonly string[]): Promise<void>;
  /** Rollups of one series whose windows begin at `fromMs <= start < toMs`, in time order. */
  rollups(schoolId: string, key: SeriesKey, resolution: Resolution, fromMs: number, toMs: number): Promise<Rollup[]>;
  /** All rollups of a school whose windows begin at `fromMs <= start < toMs`, in chunks, in no order. */
  scanRollups(
    schoolId: string,
    resolution: Resolution,
    fromMs: number,
    toMs: number,
    take: (rollups: readonly SeriesRollup[]) => void,
  ): Promise<void>;
  /** How far readings have been rolled up: everything received before. `undefined` when nothing ever was. */
  rolledUpTo(): Promise<number | undefined>;
  setRolledUpTo(receivedMs: number): Promise<void>;

  /** Facts with the times of their texts, which `facts` leaves out; newest texts of one time may share a fact. */
  datedFacts(schoolId: string): Promise<Fact[]>;
  /**
   * Takes over what another store had (collector/migrate): no batch of its own, in place of what is there under the same
   * series and time, name of a text, or event. Doing it again changes nothing.
   * @throws StoreError
   */
  adopt(schoolId: string, part: Pick<StoreBatch, "samples" | "facts" | "events">): Promise<void>;
  /** Takes over ledger entries, so that repeats of those batches stay recognised. Doing it again changes nothing. */
  adoptLedger(entries: readonly LedgerEntry[]): Promise<void>;

  /** What a store does from time to time: puts finished days in order, forgets what is older than the retention says. */
  maintain(nowMs: number, retention: Retention): Promise<void>;

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
