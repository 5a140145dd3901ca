// ReadingStore on an InfluxDB server, written as line protocol and read with InfluxQL (points: influx-lines.ts).
import { MEASUREMENTS, type Measurement } from "../../contract/metrics/measurements.ts";
import { METRICS, type MetricName } from "../../contract/metrics.ts";
import type { CampusEvent, Fact } from "../../contract/reading.ts";
import { dayAt, dayStartMs } from "../inventory/day.ts";
import {
  between,
  fieldsOf,
  numberIn,
  ofDevice,
  ofInstance,
  ofSchool,
  sampleIn,
  since,
  tagIn,
  tagOf,
} from "./influx-answers.ts";
import { InfluxClient, type InfluxSeries } from "./influx-client.ts";
import { InfluxLedger } from "./influx-ledger.ts";
import { sampleTexts, textLines } from "./influx-lines.ts";
import { readRollups, rollupMeasurements, scanRollups, writeRollups } from "./influx-rollups.ts";
import { readDatedFacts, readDeviceEvents, readEvents, readFacts } from "./influx-texts.ts";
import type { Durations, InfluxOptions, Shelf } from "./influx-version.ts";
import { InfluxWriter } from "./influx-writer.ts";
import { seriesKey, seriesText } from "./sample-columns.ts";
import { SchoolChunks, type Take } from "./school-chunks.ts";
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
    const where = `${ofDevice(schoolId, key.device)} AND ${ofInstance(key.instance)} AND ${between(fromMs, toMs)}`;
    const found = await this.#open().query(
      "raw",
      `SELECT "${key.metric}" FROM "${measurementOf(key.metric)}" WHERE ${where}`,
    );
    return found.flatMap(({ values }) => values.flatMap(([at, value]) => sampleIn(at, value) ?? []));
  }

  async instances(schoolId: string, device: string, metric: MetricName, fromMs: number): Promise<string[]> {
    const found = await this.#open().query(
      "raw",
      `SELECT last("${metric}") FROM "${measurementOf(metric)}"
       WHERE ${ofDevice(schoolId, device)} AND ${since(fromMs)} GROUP BY "instance"`,
    );
    return found.flatMap(({ tags }) => tagIn(tags, "instance") ?? []).sort();
  }

  async latest(schoolId: string, sinceMs: number): Promise<{ key: SeriesKey; sample: Sample }[]> {
    const metrics = metricNames();
    // One statement per metric: several last() in one answer with the time of none of them.
    const statements = metrics.map(
      (metric) =>
        `SELECT last("${metric}") FROM "${measurementOf(metric)}" WHERE ${ofSchool(schoolId)} AND ${since(sinceMs)}
         GROUP BY "device", "instance"`,
    );
    const found = await this.#open().query("raw", ...statements);
    return found.flatMap(({ statement, tags, values }) => {
      const metric = metrics[statement];
      const device = tagIn(tags, "device");
      const sample = sampleIn(values[0]?.[0], values[0]?.[1]);
      if (metric === undefined || device === undefined || sample === undefined) return [];
      return [{ key: seriesKey(metric, device, tagIn(tags, "instance")), sample }];
    });
  }

  async scan(
    metrics: readonly MetricName[],
    fromMs: number,
    toMs: number,
    take: Take,
    schoolId?: string,
  ): Promise<void> {
    const chunks = new SchoolChunks(take);
    const where = `${between(fromMs, toMs)}${schoolId === undefined ? "" : ` AND ${ofSchool(schoolId)}`}`;
    for (const [measurement, names] of byMeasurement(metrics)) {
      const answer = this.#open().stream(
        "raw",
        `SELECT ${fieldsOf(names)} FROM "${measurement}" WHERE ${where} GROUP BY "school", "device", "instance"`,
      );
      for await (const series of answer) addRows(chunks, names, series);
    }
    chunks.finish();
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
    const ages = { raw: rawMs, ...rollupMs };
    const durations: Durations = {};
    for (const [shelf, ms] of shelvesOf(ages)) durations[shelf] = ms + moreMs;
    await client.version.keepFor(client, durations);
    const forget = (shelf: Shelf, measurements: readonly string[], ms: number) =>
      client.version.forget(client, shelf, measurements, dayStartMs(dayAt(nowMs - ms)));
    await forget("kept", ["event"], eventsMs);
    if (!otherClock) return;
    for (const [shelf, ms] of shelvesOf(ages)) {
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

function shelvesOf(ages: Record<"raw" | Resolution, number>): ["raw" | Resolution, number][] {
  return (["raw", "5m", "1h", "1d"] as const).map((shelf) => [shelf, ages[shelf]]);
}

function addRows(chunks: SchoolChunks, names: readonly MetricName[], { tags, values }: InfluxSeries): void {
  const schoolId = tagIn(tags, "school");
  const device = tagIn(tags, "device");
  if (schoolId === undefined || device === undefined) return; // written by somebody else
  const keys = names.map((name) => seriesKey(name, device, tagIn(tags, "instance")));
  const texts = keys.map(seriesText);
  for (const row of values) {
    for (const [i, key] of keys.entries()) {
      const sample = sampleIn(row[0], row[i + 1]);
      if (sample !== undefined) chunks.add(schoolId, texts[i] ?? "", key, sample.atMs, sample.value);
    }
  }
}

function byMeasurement(metrics: readonly MetricName[]): Map<Measurement, MetricName[]> {
  const grouped = new Map<Measurement, MetricName[]>();
  for (const metric of new Set(metrics)) {
    const measurement = measurementOf(metric);
    grouped.set(measurement, [...(grouped.get(measurement) ?? []), metric]);
  }
  return grouped;
}

function measurementOf(metric: MetricName): Measurement {
  return METRICS[metric].measurement;
}

function metricNames(): MetricName[] {
  return Object.keys(METRICS) as MetricName[]; // the keys of our own constant
}
