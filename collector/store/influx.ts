// ReadingStore on an InfluxDB server, written as line protocol and read with InfluxQL (points: influx-lines.ts).
import { MEASUREMENTS } from "../../contract/metrics/measurements.ts";
import type { MetricName } from "../../contract/metrics.ts";
import type { CampusEvent, Fact } from "../../contract/reading.ts";
import { dayAt, dayStartMs } from "../inventory/day.ts";
import { numberIn, tagOf } from "./influx-answers.ts";
import { InfluxClient } from "./influx-client.ts";
import { InfluxLedger } from "./influx-ledger.ts";
import { sampleTexts, textLines } from "./influx-lines.ts";
import { readInstances, readLatest, readSeries, scanReadings } from "./influx-readings.ts";
import { readRollups, rollupMeasurements, scanRollups, writeRollups } from "./influx-rollups.ts";
import { readDatedFacts, readDeviceEvents, readEvents, readFacts } from "./influx-texts.ts";
import { type Durations, durationsOf, type InfluxOptions, type Shelf } from "./influx-version.ts";
import { InfluxWriter } from "./influx-writer.ts";
import type { Take } from "./school-chunks.ts";
import {
  type LedgerEntry,
  type ReadingStore,
  type Resolution,
  type Retention,
  type Rollup,
  type Sample,
  type SeriesKey,
  type SeriesRollup,
  type SessionLane,
  type StoreBatch,
  StoreError,
  type WriteResult,
} from "./store.ts";

/**
 * Touches no network: a server that is away is found out by the first question or write, which fails as retryable. What
 * the store needs on the server `setUpInflux` makes (influx-setup.ts); a call that misses it says so.
 */
export function openInfluxStore(options: InfluxOptions): ReadingStore {
  return new InfluxStore(options);
}

const DAY_MS = 86_400_000;

class InfluxStore implements ReadingStore {
  readonly #client: InfluxClient;
  readonly #ledger: InfluxLedger;
  readonly #writer: InfluxWriter;
  #closed = false;

  constructor(options: InfluxOptions) {
    this.#client = new InfluxClient(options);
    this.#ledger = new InfluxLedger(this.#client);
    this.#writer = new InfluxWriter(this.#client, this.#ledger);
  }

  write(batch: StoreBatch): Promise<WriteResult> {
    return this.#writer.write(batch);
  }

  async series(schoolId: string, key: SeriesKey, fromMs: number, toMs: number): Promise<Sample[]> {
    return readSeries(this.#open(), schoolId, key, fromMs, toMs);
  }

  async instances(schoolId: string, device: string, metric: MetricName, fromMs: number): Promise<string[]> {
    return readInstances(this.#open(), schoolId, device, metric, fromMs);
  }

  async latest(schoolId: string, sinceMs: number): Promise<{ key: SeriesKey; sample: Sample }[]> {
    return readLatest(this.#open(), schoolId, sinceMs);
  }

  async scan(
    metrics: readonly MetricName[],
    fromMs: number,
    toMs: number,
    take: Take,
    schoolId?: string,
  ): Promise<void> {
    await scanReadings(this.#open(), metrics, fromMs, toMs, take, schoolId);
  }

  async facts(schoolId: string): Promise<Map<string, Fact["texts"]>> {
    return readFacts(this.#open(), schoolId);
  }

  async datedFacts(schoolId: string): Promise<Fact[]> {
    return readDatedFacts(this.#open(), schoolId);
  }

  async events(schoolId: string, fromMs: number, toMs: number): Promise<CampusEvent[]> {
    return readEvents(this.#open(), schoolId, fromMs, toMs);
  }

  async deviceEvents(schoolId: string, device: string, sinceMs: number, limit: number): Promise<CampusEvent[]> {
    return readDeviceEvents(this.#open(), schoolId, device, sinceMs, limit);
  }

  async agents(): Promise<{ agentId: string; batches: number; lastReceivedMs: number }[]> {
    this.#open();
    return this.#ledger.agents();
  }

  async knows(agentId: string, session: string, sequence: number): Promise<boolean> {
    this.#open();
    return this.#ledger.knows(agentId, session, sequence);
  }

  async sessions(agentId: string): Promise<SessionLane[]> {
    this.#open();
    return this.#ledger.sessions(agentId);
  }

  async scanLedger(fromMs: number, toMs: number, take: (entries: readonly LedgerEntry[]) => void): Promise<void> {
    this.#open();
    await this.#ledger.scan(fromMs, toMs, take);
  }

  async schools(): Promise<string[]> {
    const found = new Set<string>();
    for (const shelf of ["kept", "raw"] as const) {
      for (const { values } of await this.#open().query(shelf, `SHOW TAG VALUES WITH KEY = "school"`)) {
        for (const [, value] of values) {
          const school = tagOf(value);
          if (school !== undefined) found.add(school);
        }
      }
    }
    return [...found].sort();
  }

  async writeRollups(schoolId: string, resolution: Resolution, rollups: readonly SeriesRollup[]): Promise<void> {
    await writeRollups(this.#open(), schoolId, resolution, rollups);
  }

  async rollups(
    schoolId: string,
    key: SeriesKey,
    resolution: Resolution,
    fromMs: number,
    toMs: number,
  ): Promise<Rollup[]> {
    return readRollups(this.#open(), schoolId, key, resolution, [fromMs, toMs]);
  }

  async scanRollups(
    schoolId: string,
    resolution: Resolution,
    fromMs: number,
    toMs: number,
    take: (rollups: readonly SeriesRollup[]) => void,
  ): Promise<void> {
    await scanRollups(this.#open(), schoolId, resolution, [fromMs, toMs], take);
  }

  async rolledUpTo(): Promise<number | undefined> {
    const [found] = await this.#open().query("kept", `SELECT "received" FROM "mark" WHERE "name" = 'rolled_up_to'`);
    return numberIn(found?.values[0]?.[1]);
  }

  async setRolledUpTo(receivedMs: number): Promise<void> {
    await this.#open().write("kept", [`mark,name=rolled_up_to received=${receivedMs} 0`], "ms");
  }

  async adopt(schoolId: string, part: Pick<StoreBatch, "samples" | "facts" | "events">): Promise<void> {
    await this.#open().write("raw", sampleTexts(schoolId, part.samples), "ms");
    const lines = textLines({ ...part, schoolId });
    if (lines.length > 0) await this.#open().write("kept", [lines.join("\n")], "ms");
  }

  async adoptLedger(entries: readonly LedgerEntry[]): Promise<void> {
    this.#open();
    await this.#ledger.adopt(entries);
  }

  /**
   * Retention policies do it, by the server's clock. Where ours is another (a demo lives on a school clock) they keep so
   * much more, and what is older by our clock is deleted day by day; events always are, because they lie on the same
   * shelf as what is kept for ever.
   */
  async maintain(nowMs: number, { rawMs, rollupMs, eventsMs }: Retention): Promise<void> {
    const client = this.#open();
    const behindMs = Date.now() - nowMs;
    const otherClock = Math.abs(behindMs) > DAY_MS;
    const moreMs = otherClock ? Math.max(0, Math.ceil(behindMs / DAY_MS) + 1) * DAY_MS : 0;
    const ages = durationsOf({ rawMs, rollupMs });
    const durations: Durations = {};
    for (const [shelf, ms] of entriesOf(ages)) durations[shelf] = ms + moreMs;
    await client.version.keepFor(client, durations);
    const forget = async (shelf: Shelf, measurements: readonly string[], ms: number) => {
      if (!Number.isFinite(ms)) return;
      await client.version.forget(client, shelf, measurements, dayStartMs(dayAt(nowMs - ms)));
    };
    await forget("kept", ["event"], eventsMs);
    if (!otherClock) return;
    for (const [shelf, ms] of entriesOf(ages)) {
      await forget(shelf, shelf === "raw" ? Object.keys(MEASUREMENTS) : rollupMeasurements(shelf), ms);
    }
  }

  /** Writes a point, because a server that answers questions may still refuse what is written. */
  async ready(): Promise<void> {
    const today = new Date().setUTCHours(0, 0, 0, 0); // one point a day
    for (const shelf of ["raw", "kept"] as const) {
      await this.#open().write(shelf, [`readiness_${shelf},name=store checks=1 ${today}`], "ms");
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#writer.close();
  }

  #open(): InfluxClient {
    if (this.#closed) throw new StoreError(true, "the store is closed");
    return this.#client;
  }
}

function entriesOf(durations: Durations): ["raw" | Resolution, number][] {
  return (["raw", "5m", "1h", "1d"] as const).flatMap((shelf) => {
    const ms = durations[shelf];
    return ms === undefined ? [] : [[shelf, ms] as ["raw" | Resolution, number]]; // a pair, which flatMap takes for a list
  });
}
