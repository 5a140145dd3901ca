// ReadingStore on an InfluxDB server, written as line protocol and read with InfluxQL (points: influx-lines.ts).
import type { Measurement } from "../../contract/metrics/measurements.ts";
import { METRICS, type MetricName } from "../../contract/metrics.ts";
import { type CampusEvent, FACTS, type Fact, isFactName } from "../../contract/reading.ts";
import { InfluxClient, type InfluxClientOptions, type InfluxSeries } from "./influx-client.ts";
import { batchLines, decodeTag, ledgerLine, tagLiteral } from "./influx-lines.ts";
import { seriesKey, seriesText } from "./sample-columns.ts";
import { SchoolChunks, type Take } from "./school-chunks.ts";
import {
  type ReadingStore,
  type Sample,
  type SeriesKey,
  type StoreBatch,
  StoreError,
  type WriteResult,
} from "./store.ts";
import { wholeMs } from "./time-bounds.ts";

export type InfluxStoreOptions = InfluxClientOptions;

/** Touches no network: a server that is away is found out by the first question or write, which fails as retryable. */
export function openInfluxStore(options: InfluxStoreOptions): ReadingStore {
  return new InfluxStore(options);
}

class InfluxStore implements ReadingStore {
  readonly #client: InfluxClient;
  /** Highest sequence in the ledger, by agent and session: what is above it is new without a look at the ledger. */
  readonly #highest = new Map<string, number>();
  /** Last write of each session, after which the next one may begin: a batch and its repeat never run side by side. */
  readonly #turns = new Map<string, Promise<unknown>>();
  #closed = false;

  constructor(options: InfluxStoreOptions) {
    this.#client = new InfluxClient(options);
  }

  async write(batch: StoreBatch): Promise<WriteResult> {
    const session = JSON.stringify([batch.agentId, batch.session]);
    const before = this.#turns.get(session);
    const turn = this.#writeAfter(before, session, batch);
    const settled = turn.catch(() => undefined); // for the next in turn; this write's caller gets the error
    this.#turns.set(session, settled);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(session) === settled) this.#turns.delete(session);
    }
  }

  async #writeAfter(before: Promise<unknown> | undefined, session: string, batch: StoreBatch): Promise<WriteResult> {
    await before;
    if (this.#closed) throw new StoreError(true, "the store is closed");
    const lines = await this.#linesInLedger(session, batch);
    if (lines !== undefined) return { repeated: true, lines };
    await this.#client.write(batchLines(batch), "ms");
    // Only now, in a request of its own: InfluxDB may store half a request, and the ledger must never be in that half.
    // A crash before this line leaves readings without a ledger line; the repeat then overwrites them by themselves.
    await this.#client.write([ledgerLine(batch)], "u");
    this.#highest.set(session, Math.max(batch.sequence, this.#highest.get(session) ?? 0));
    return { repeated: false };
  }

  /** Lines that the first delivery stored; `undefined` for a batch that is not there. */
  async #linesInLedger(session: string, batch: StoreBatch): Promise<number | undefined> {
    const where = `"agent" = ${tagLiteral(batch.agentId)} AND "session" = ${tagLiteral(batch.session)}`;
    let highest = this.#highest.get(session);
    if (highest === undefined) {
      const [newest] = await this.#client.query(`SELECT max("sequence") FROM "batch" WHERE ${where}`);
      highest = numberIn(newest?.values[0]?.[1]) ?? 0;
      this.#highest.set(session, highest);
    }
    if (batch.sequence > highest) return undefined;
    const [entry] = await this.#client.query(
      `SELECT "lines" FROM "batch" WHERE ${where} AND "sequence" = ${batch.sequence}`,
    );
    return numberIn(entry?.values[0]?.[1]);
  }

  async series(schoolId: string, key: SeriesKey, fromMs: number, toMs: number): Promise<Sample[]> {
    const where = `${ofDevice(schoolId, key.device)} AND "instance" = ${tagLiteral(key.instance ?? "")} AND ${between(fromMs, toMs)}`;
    const found = await this.#query(`SELECT "${key.metric}" FROM "${measurementOf(key.metric)}" WHERE ${where}`);
    return found.flatMap(({ values }) => values.flatMap(([at, value]) => sampleIn(at, value) ?? []));
  }

  async instances(schoolId: string, device: string, metric: MetricName, fromMs: number): Promise<string[]> {
    const found = await this.#query(
      `SELECT last("${metric}") FROM "${measurementOf(metric)}"
       WHERE ${ofDevice(schoolId, device)} AND ${between(fromMs, Number.POSITIVE_INFINITY)} GROUP BY "instance"`,
    );
    return found.flatMap(({ tags }) => tagIn(tags, "instance") ?? []).sort();
  }

  async latest(schoolId: string, sinceMs: number): Promise<{ key: SeriesKey; sample: Sample }[]> {
    const metrics = metricNames();
    // One statement per metric: several last() in one answer with the time of none of them.
    const statements = metrics.map(
      (metric) =>
        `SELECT last("${metric}") FROM "${measurementOf(metric)}" WHERE "school" = ${tagLiteral(schoolId)}
         AND ${between(sinceMs, Number.POSITIVE_INFINITY)} GROUP BY "device", "instance"`,
    );
    const found = await this.#query(statements.join("; "));
    return found.flatMap(({ statement, tags, values }) => {
      const metric = metrics[statement];
      const device = tagIn(tags, "device");
      const sample = sampleIn(values[0]?.[0], values[0]?.[1]);
      if (metric === undefined || device === undefined || sample === undefined) return [];
      return [{ key: seriesKey(metric, device, tagIn(tags, "instance")), sample }];
    });
  }

  async scan(metrics: readonly MetricName[], fromMs: number, toMs: number, take: Take): Promise<void> {
    this.#mustBeOpen();
    const chunks = new SchoolChunks(take);
    for (const [measurement, names] of byMeasurement(metrics)) {
      const fields = names.map((name) => `"${name}"`).join(", ");
      const answer = this.#client.stream(
        `SELECT ${fields} FROM "${measurement}" WHERE ${between(fromMs, toMs)} GROUP BY "school", "device", "instance"`,
      );
      for await (const series of answer) addRows(chunks, names, series);
    }
    chunks.finish();
  }

  async facts(schoolId: string): Promise<Map<string, Fact["texts"]>> {
    const names = Object.keys(FACTS).filter(isFactName);
    const fields = names.map((name) => `last("${name}") AS "${name}"`).join(", ");
    const found = await this.#query(
      `SELECT ${fields} FROM "fact" WHERE "school" = ${tagLiteral(schoolId)} GROUP BY "device"`,
    );
    return new Map(
      found.map(({ tags, values }) => {
        const texts: Fact["texts"] = {};
        for (const [i, name] of names.entries()) {
          const text = values[0]?.[i + 1]; // column 0 is the time
          if (typeof text === "string") texts[name] = text;
        }
        return [tagIn(tags, "device") ?? "", texts];
      }),
    );
  }

  async events(schoolId: string, fromMs: number, toMs: number): Promise<CampusEvent[]> {
    const found = await this.#query(
      `SELECT "text" FROM "event" WHERE "school" = ${tagLiteral(schoolId)} AND ${between(fromMs, toMs)}
       GROUP BY "device", "kind"`,
    );
    return found.flatMap(eventsIn).sort((a, b) => a.atMs - b.atMs);
  }

  async deviceEvents(schoolId: string, device: string, sinceMs: number, limit: number): Promise<CampusEvent[]> {
    // The limit counts per kind there.
    const found = await this.#query(
      `SELECT "text" FROM "event" WHERE ${ofDevice(schoolId, device)} AND ${between(sinceMs, Number.POSITIVE_INFINITY)}
       GROUP BY "device", "kind" ORDER BY time DESC LIMIT ${Math.floor(limit)}`,
    );
    return found
      .flatMap(eventsIn)
      .sort((a, b) => b.atMs - a.atMs)
      .slice(0, limit);
  }

  async agents(): Promise<{ agentId: string; batches: number; lastReceivedMs: number }[]> {
    const found = await this.#query(`SELECT count("lines"), max("received") FROM "batch" GROUP BY "agent"`);
    return found.flatMap(({ tags, values }) => {
      const agentId = tagIn(tags, "agent");
      const batches = numberIn(values[0]?.[1]);
      const lastReceivedMs = numberIn(values[0]?.[2]);
      if (agentId === undefined || batches === undefined || lastReceivedMs === undefined) return [];
      return [{ agentId, batches, lastReceivedMs }];
    });
  }

  /** Writes a point, because a server that answers questions may still refuse what is written. */
  async ready(): Promise<void> {
    this.#mustBeOpen();
    const today = new Date().setUTCHours(0, 0, 0, 0); // one point a day, inside any retention
    await this.#client.write([`readiness checks=1 ${today}`], "ms");
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#turns.values());
  }

  async #query(statements: string): Promise<InfluxSeries[]> {
    this.#mustBeOpen();
    return this.#client.query(statements);
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new StoreError(true, "the store is closed");
  }
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

function ofDevice(schoolId: string, device: string): string {
  return `"school" = ${tagLiteral(schoolId)} AND "device" = ${tagLiteral(device)}`;
}

function between(fromMs: number, toMs: number): string {
  return `time >= ${wholeMs(fromMs)}ms AND time < ${wholeMs(toMs)}ms`;
}

/** InfluxDB answers an empty text for a tag that is not there; a tag cannot be empty. */
function eventsIn({ tags, values }: InfluxSeries): CampusEvent[] {
  const device = tagIn(tags, "device") ?? "";
  const kind = tagIn(tags, "kind") ?? "";
  return values.flatMap(([at, text]) =>
    typeof at === "number" && typeof text === "string" ? [{ device, atMs: at, kind, text }] : [],
  );
}

function tagIn(tags: InfluxSeries["tags"], name: string): string | undefined {
  const value = tags?.[name];
  return value === undefined || value === "" ? undefined : decodeTag(value);
}

function numberIn(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

/** A point without this field answers null: absent, not zero. */
function sampleIn(atMs: unknown, value: unknown): Sample | undefined {
  return typeof atMs === "number" && typeof value === "number" ? { atMs, value } : undefined;
}
