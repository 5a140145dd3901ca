// Readings in InfluxDB: samples of one series, the newest of each, and all of them in passing.
import type { Measurement } from "../../contract/metrics/measurements.ts";
import { METRICS, type MetricName } from "../../contract/metrics.ts";
import { between, fieldsOf, ofDevice, ofInstance, ofSchool, sampleIn, since, tagIn } from "./influx-answers.ts";
import type { InfluxClient, InfluxSeries } from "./influx-client.ts";
import { seriesKey, seriesText } from "./sample-columns.ts";
import { SchoolChunks, type Take } from "./school-chunks.ts";
import type { Sample, SeriesKey } from "./store.ts";

export async function readSeries(
  client: InfluxClient,
  schoolId: string,
  key: SeriesKey,
  fromMs: number,
  toMs: number,
): Promise<Sample[]> {
  const where = `${ofDevice(schoolId, key.device)} AND ${ofInstance(key.instance)} AND ${between(fromMs, toMs)}`;
  const found = await client.query("raw", `SELECT "${key.metric}" FROM "${measurementOf(key.metric)}" WHERE ${where}`);
  return found.flatMap(({ values }) => values.flatMap(([at, value]) => sampleIn(at, value) ?? []));
}

export async function readInstances(
  client: InfluxClient,
  schoolId: string,
  device: string,
  metric: MetricName,
  fromMs: number,
): Promise<string[]> {
  const found = await client.query(
    "raw",
    `SELECT last("${metric}") FROM "${measurementOf(metric)}"
     WHERE ${ofDevice(schoolId, device)} AND ${since(fromMs)} GROUP BY "instance"`,
  );
  return found.flatMap(({ tags }) => tagIn(tags, "instance") ?? []).sort();
}

export async function readLatest(
  client: InfluxClient,
  schoolId: string,
  sinceMs: number,
): Promise<{ key: SeriesKey; sample: Sample }[]> {
  const metrics = metricNames();
  // One statement per metric: several last() in one answer with the time of none of them.
  const statements = metrics.map(
    (metric) =>
      `SELECT last("${metric}") FROM "${measurementOf(metric)}" WHERE ${ofSchool(schoolId)} AND ${since(sinceMs)}
       GROUP BY "device", "instance"`,
  );
  const found = await client.query("raw", ...statements);
  return found.flatMap(({ statement, tags, values }) => {
    const metric = metrics[statement];
    const device = tagIn(tags, "device");
    const sample = sampleIn(values[0]?.[0], values[0]?.[1]);
    if (metric === undefined || device === undefined || sample === undefined) return [];
    return [{ key: seriesKey(metric, device, tagIn(tags, "instance")), sample }];
  });
}

export async function scanReadings(
  client: InfluxClient,
  metrics: readonly MetricName[],
  fromMs: number,
  toMs: number,
  take: Take,
  schoolId?: string,
): Promise<void> {
  const chunks = new SchoolChunks(take);
  const where = `${between(fromMs, toMs)}${schoolId === undefined ? "" : ` AND ${ofSchool(schoolId)}`}`;
  for (const [measurement, names] of byMeasurement(metrics)) {
    const answer = client.stream(
      "raw",
      `SELECT ${fieldsOf(names)} FROM "${measurement}" WHERE ${where} GROUP BY "school", "device", "instance"`,
    );
    for await (const series of answer) addRows(chunks, names, series);
  }
  chunks.finish();
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
