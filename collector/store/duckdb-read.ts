// What a DuckDB store answers about readings, facts and events.
//
// Bounds of time stand in the questions as literals: as parameters they would be doubles, and prune no row groups.
import type { DuckDBValue } from "@duckdb/node-api";
import type { MetricName } from "../../contract/metrics.ts";
import { type CampusEvent, type Fact, type FactName, isFactName } from "../../contract/reading.ts";
import type { DuckDbFile } from "./duckdb-file.ts";
import { numberIn, quoted, textIn } from "./duckdb-transaction.ts";
import type { Sample, SeriesKey } from "./store.ts";
import { wholeMs } from "./time-bounds.ts";

export async function readSeries(
  file: DuckDbFile,
  schoolId: string,
  key: SeriesKey,
  fromMs: number,
  toMs: number,
): Promise<Sample[]> {
  const series = await file.use(async (_, catalogue) => catalogue.find(schoolId, key));
  if (series === undefined) return [];
  const [from, to] = [wholeMs(fromMs), wholeMs(toMs)];
  const rows = await file.readDays(
    from,
    to,
    (source) => `SELECT at_ms, arg_max(value, ordinal) FROM ${source}
      WHERE series_id = ${series.id} AND at_ms >= ${from} AND at_ms < ${to} GROUP BY at_ms ORDER BY at_ms`,
  );
  return rows.map(([atMs, value]) => ({ atMs: numberIn(atMs), value: numberIn(value) }));
}

export async function readInstances(
  file: DuckDbFile,
  schoolId: string,
  device: string,
  metric: MetricName,
  fromMs: number,
): Promise<string[]> {
  const series = await file.read(
    `SELECT id, instance FROM series
     WHERE school = $1 AND device = $2 AND metric = $3 AND instance IS NOT NULL`,
    [schoolId, device, metric],
  );
  if (series.length === 0) return [];
  // The ids as literals too: joined with the table of series, every reading since then would be looked at.
  const ids = series.map(([id]) => numberIn(id));
  const rows = await file.readDays(
    wholeMs(fromMs),
    Number.POSITIVE_INFINITY,
    (source) => `SELECT DISTINCT series_id FROM ${source}
      WHERE at_ms >= ${wholeMs(fromMs)} AND series_id IN (${ids.join(", ")})`,
  );
  const found = new Set(rows.map(([id]) => numberIn(id)));
  return series.flatMap(([id, instance]) => (found.has(numberIn(id)) ? [textIn(instance)] : [])).sort();
}

export async function readLatest(
  file: DuckDbFile,
  schoolId: string,
  sinceMs: number,
): Promise<{ key: SeriesKey; sample: Sample }[]> {
  const school = await file.use(async (_, catalogue) => catalogue.school(schoolId));
  if (school === undefined) return [];
  const since = wholeMs(sinceMs);
  const rows = await file.readDays(
    since,
    Number.POSITIVE_INFINITY,
    (source) => `SELECT series_id, max(at_ms), arg_max(value, at_ms) FROM
        (SELECT series_id, at_ms, arg_max(value, ordinal) AS value FROM ${source}
         WHERE at_ms >= ${since} AND series_id BETWEEN ${school.firstId} AND ${school.lastId}
           AND series_id IN (SELECT id FROM series WHERE school = ${quoted(schoolId)})
         GROUP BY series_id, at_ms)
      GROUP BY series_id`,
  );
  return file.use(async (_, catalogue) =>
    rows.flatMap(([id, atMs, value]) => {
      const series = catalogue.byId(numberIn(id)); // absent when the dictionary no longer has the metric
      return series === undefined
        ? []
        : [{ key: series.key, sample: { atMs: numberIn(atMs), value: numberIn(value) } }];
    }),
  );
}

/** One fact per text, with its own time. */
export async function readFacts(file: DuckDbFile, schoolId: string): Promise<Fact[]> {
  const rows = await file.read(
    `SELECT device, at_ms, name, text FROM fact WHERE school = $1
     QUALIFY row_number() OVER (PARTITION BY device, name ORDER BY at_ms DESC, ordinal DESC) = 1`,
    [schoolId],
  );
  return rows.flatMap(([device, atMs, name, text]) => {
    const fact = textIn(name);
    if (!isFactName(fact)) return []; // the dictionary no longer has it
    const texts: Fact["texts"] = {};
    texts[fact satisfies FactName] = textIn(text);
    return [{ device: textIn(device), atMs: numberIn(atMs), texts }];
  });
}

export function textsByDevice(facts: readonly Fact[]): Map<string, Fact["texts"]> {
  const byDevice = new Map<string, Fact["texts"]>();
  for (const { device, texts } of facts) byDevice.set(device, { ...byDevice.get(device), ...texts });
  return byDevice;
}

export async function readEvents(
  file: DuckDbFile,
  schoolId: string,
  fromMs: number,
  toMs: number,
): Promise<CampusEvent[]> {
  const rows = await file.read(
    `SELECT device, at_ms, kind, text FROM event
     WHERE school = $1 AND at_ms >= ${wholeMs(fromMs)} AND at_ms < ${wholeMs(toMs)}
     QUALIFY row_number() OVER (PARTITION BY device, kind, at_ms ORDER BY ordinal DESC) = 1
     ORDER BY at_ms, ordinal`,
    [schoolId],
  );
  return rows.map(eventIn);
}

export async function readDeviceEvents(
  file: DuckDbFile,
  schoolId: string,
  device: string,
  sinceMs: number,
  limit: number,
): Promise<CampusEvent[]> {
  const rows = await file.read(
    `SELECT device, at_ms, kind, text FROM event
     WHERE school = $1 AND device = $2 AND at_ms >= ${wholeMs(sinceMs)}
     QUALIFY row_number() OVER (PARTITION BY kind, at_ms ORDER BY ordinal DESC) = 1
     ORDER BY at_ms DESC, ordinal DESC LIMIT ${Math.floor(limit)}`,
    [schoolId, device],
  );
  return rows.map(eventIn);
}

export async function readSchools(file: DuckDbFile): Promise<string[]> {
  const rows = await file.read(
    "SELECT school FROM series UNION SELECT school FROM fact UNION SELECT school FROM event ORDER BY school",
  );
  return rows.map(([school]) => textIn(school));
}

function eventIn([device, atMs, kind, text]: DuckDBValue[]): CampusEvent {
  return { device: textIn(device), atMs: numberIn(atMs), kind: textIn(kind), text: textIn(text) };
}
