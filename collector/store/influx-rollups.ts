// Rollups in InfluxDB: a point per measurement, device, instance and window, on the shelf of their resolution.
//
//   radio_5m,school=…,device=…,instance=… METRIC_count=…,METRIC_sum=…,METRIC_min=…,METRIC_max=…,METRIC_first=…,METRIC_last=…,
//     METRIC_first_ms=…,METRIC_last_ms=…,METRIC_increase=… START
//
// All metrics of a device in one point, because each series costs InfluxDB 1.x memory. A field cannot be taken back by a
// later point, so an increase that is absent is written as −1, which no increase is.
import { MEASUREMENTS, type Measurement } from "../../contract/metrics/measurements.ts";
import { METRICS, type MetricName } from "../../contract/metrics.ts";
import { between, numberIn, ofDevice, ofInstance, ofSchool, tagIn } from "./influx-answers.ts";
import type { InfluxClient, InfluxSeries } from "./influx-client.ts";
import { headOf, tag } from "./influx-lines.ts";
import { seriesKey } from "./sample-columns.ts";
import type { Resolution, Rollup, SeriesKey, SeriesRollup } from "./store.ts";

const PARTS = ["count", "sum", "min", "max", "first", "last", "first_ms", "last_ms", "increase"] as const;
const NO_INCREASE = -1;
/** Lines of one text. */
const TEXT_LINES = 2_000;

export function rollupMeasurement(measurement: Measurement, resolution: Resolution): string {
  return `${measurement}_${resolution}`;
}

/** What `maintain` deletes from: every measurement of a resolution. */
export function rollupMeasurements(resolution: Resolution): string[] {
  return measurements().map((measurement) => rollupMeasurement(measurement, resolution));
}

export async function writeRollups(
  client: InfluxClient,
  schoolId: string,
  resolution: Resolution,
  rollups: readonly SeriesRollup[],
): Promise<void> {
  const lines = rollupLines(schoolId, resolution, rollups);
  const texts: string[] = [];
  for (let i = 0; i < lines.length; i += TEXT_LINES) texts.push(lines.slice(i, i + TEXT_LINES).join("\n"));
  await client.write(resolution, texts, "ms");
}

/** Neighbours of one device, instance and window become one line. */
function rollupLines(schoolId: string, resolution: Resolution, rollups: readonly SeriesRollup[]): string[] {
  const school = tag(schoolId);
  const lines: string[] = [];
  let fields = "";
  let point = "";
  let pointMs = 0;
  let metrics = new Set<MetricName>();
  const end = () => {
    if (fields !== "") lines.push(`${point} ${fields} ${pointMs}`);
  };
  for (const { key, rollup } of rollups) {
    const head = headOf(rollupMeasurement(METRICS[key.metric].measurement, resolution), school, key);
    if (head !== point || rollup.startMs !== pointMs || metrics.has(key.metric)) {
      end();
      [fields, point, pointMs, metrics] = ["", head, rollup.startMs, new Set()];
    }
    fields += `${fields === "" ? "" : ","}${rollupFields(key.metric, rollup)}`;
    metrics.add(key.metric);
  }
  end();
  return lines;
}

function rollupFields(metric: MetricName, rollup: Rollup): string {
  const { count, sum, min, max, first, last, firstMs, lastMs, increase } = rollup;
  const values = [count, sum, min, max, first, last, firstMs, lastMs, increase ?? NO_INCREASE];
  return values.map((value, i) => `${metric}_${PARTS[i]}=${value}`).join(",");
}

export async function readRollups(
  client: InfluxClient,
  schoolId: string,
  { metric, device, instance }: SeriesKey,
  resolution: Resolution,
  [fromMs, toMs]: [number, number],
): Promise<Rollup[]> {
  const fields = PARTS.map((part) => `"${metric}_${part}"`).join(", ");
  const from = rollupMeasurement(METRICS[metric].measurement, resolution);
  const where = `${ofDevice(schoolId, device)} AND ${ofInstance(instance)} AND ${between(fromMs, toMs)}`;
  const found = await client.query(resolution, `SELECT ${fields} FROM "${from}" WHERE ${where}`);
  return found.flatMap(({ columns, values }) => {
    const columnsOf = partColumns(columns, metric);
    return values.flatMap((row) => rollupIn(row, columnsOf) ?? []);
  });
}

export async function scanRollups(
  client: InfluxClient,
  schoolId: string,
  resolution: Resolution,
  [fromMs, toMs]: [number, number],
  take: (rollups: readonly SeriesRollup[]) => void,
): Promise<void> {
  for (const measurement of measurements()) {
    const answer = client.stream(
      resolution,
      `SELECT * FROM "${rollupMeasurement(measurement, resolution)}" WHERE ${ofSchool(schoolId)} AND ${between(fromMs, toMs)}
       GROUP BY "school", "device", "instance"`,
    );
    for await (const series of answer) {
      const rollups = seriesRollups(measurement, series);
      if (rollups.length > 0) take(rollups);
    }
  }
}

function seriesRollups(measurement: Measurement, { tags, columns, values }: InfluxSeries): SeriesRollup[] {
  const device = tagIn(tags, "device");
  if (device === undefined) return []; // written by somebody else
  const found: SeriesRollup[] = [];
  for (const metric of metricsOf(measurement)) {
    if (!columns.includes(`${metric}_count`)) continue;
    const key = seriesKey(metric, device, tagIn(tags, "instance"));
    const columnsOf = partColumns(columns, metric);
    for (const row of values) {
      const rollup = rollupIn(row, columnsOf);
      if (rollup !== undefined) found.push({ key, rollup });
    }
  }
  return found;
}

/** Where each of PARTS stands in a row; −1 for what the answer does not have. */
function partColumns(columns: readonly string[], metric: MetricName): number[] {
  return PARTS.map((part) => columns.indexOf(`${metric}_${part}`));
}

/** `undefined` for a window in which this metric has none, only others of the device. */
function rollupIn(row: readonly unknown[], columns: readonly number[]): Rollup | undefined {
  const startMs = numberIn(row[0]);
  const [count, sum, min, max, first, last, firstMs, lastMs, increase] = columns.map((column) => numberIn(row[column]));
  if (startMs === undefined || count === undefined || sum === undefined || min === undefined) return undefined;
  if (max === undefined || first === undefined || last === undefined) return undefined;
  if (firstMs === undefined || lastMs === undefined) return undefined;
  const rollup: Rollup = { startMs, count, sum, min, max, first, last, firstMs, lastMs };
  return increase === undefined || increase === NO_INCREASE ? rollup : { ...rollup, increase };
}

function measurements(): Measurement[] {
  return Object.keys(MEASUREMENTS) as Measurement[]; // the keys of our own constant
}

function metricsOf(measurement: Measurement): MetricName[] {
  const names = Object.keys(METRICS) as MetricName[]; // the keys of our own constant
  return names.filter((name) => METRICS[name].measurement === measurement);
}
