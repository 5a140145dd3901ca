// What is in a store, read from its own files or server, without our store's code between.
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { SERIAL_METRIC } from "./campus.ts";
import { query } from "./influx-server.ts";
import type { Found, StoredSerial } from "./ledger.ts";

export interface Stored {
  serials: StoredSerial[];
  failures: Found[];
}

/**
 * Every row of the serials and of failed runs in the DuckDB store of a data folder, which nobody has open: in the tables of
 * unfinished days and in the Parquet files of finished ones, as the store's own catalogue lists them.
 */
export async function readDuckDb(dataDir: string): Promise<Stored> {
  const instance = await DuckDBInstance.create(join(dataDir, "campanile.duckdb"), { access_mode: "READ_ONLY" });
  try {
    const connection = await instance.connect();
    const rowsOf = async (sql: string) => (await connection.runAndReadAll(sql)).getRows();
    const tables = (await rowsOf("SELECT generation FROM day_table")).map(([generation]) => `reading_${generation}`);
    const files = (await rowsOf("SELECT path FROM day_file")).map(([path]) => `'${join(dataDir, String(path))}'`);
    if (files.length > 0) tables.push(`read_parquet([${files.join(", ")}])`);
    const found: Stored = { serials: [], failures: [] };
    for (const table of tables) for (const row of await rowsOf(rowsSql(table))) takeRow(row, found);
    connection.closeSync();
    return found;
  } finally {
    instance.closeSync();
  }
}

function rowsSql(table: string): string {
  return `SELECT s.school, s.device, s.metric, r.at_ms, r.value FROM ${table} r JOIN series s ON s.id = r.series_id
    WHERE s.metric = '${SERIAL_METRIC}' OR (s.metric = 'probe_ok' AND r.value = 0)`;
}

function takeRow([school, device, metric, at, value]: readonly unknown[], into: Stored): void {
  const row = { device: String(device), atMs: Number(at) };
  if (metric === SERIAL_METRIC) into.serials.push({ ...row, school: String(school), serial: Number(value) });
  else into.failures.push(row);
}

/** As InfluxDB documents it. */
interface Series {
  tags?: { school?: string; device?: string };
  values: (string | number)[][];
}

/** Every point of the serials and of failed runs, in whatever retention policy it is. */
export async function readInflux(url: string): Promise<Stored> {
  const found: Stored = { serials: [], failures: [] };
  const [policies] = await seriesOf(url, "SHOW RETENTION POLICIES");
  for (const [policy] of policies?.values ?? []) {
    const serials = await seriesOf(url, `SELECT ${SERIAL_METRIC} FROM "${policy}".device GROUP BY *`);
    for (const { tags, values } of serials) {
      for (const [atMs, serial] of values)
        found.serials.push({ ...placeOf(tags), atMs: Number(atMs), serial: Number(serial) });
    }
    const failures = await seriesOf(url, `SELECT probe_ok FROM "${policy}".probe WHERE probe_ok = 0 GROUP BY *`);
    for (const { tags, values } of failures) {
      for (const [atMs] of values) found.failures.push({ ...placeOf(tags), atMs: Number(atMs) });
    }
  }
  return found;
}

function placeOf({ school = "", device = "" }: Series["tags"] = {}): { school: string; device: string } {
  return { school, device };
}

async function seriesOf(url: string, q: string): Promise<Series[]> {
  const answer = (await query(url, q)) as { results?: { series?: Series[]; error?: string }[] }; // InfluxDB's documented shape
  const [result] = answer.results ?? [];
  if (result?.error !== undefined) throw new Error(`influxd answered to ${q}: ${result.error}`);
  return result?.series ?? [];
}
