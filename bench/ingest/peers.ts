// Debian's InfluxDB and VictoriaMetrics, with their own defaults, in folders that are thrown away.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "../free-port.ts";
import type { Route } from "./sender.ts";
import { type Server, startServer } from "./server.ts";

export const INFLUXD = "/usr/bin/influxd";
export const VICTORIA_METRICS = "/usr/bin/victoria-metrics";
const DATABASE = "bench";

/** Both take the lines as they are. */
export const peerRoute: Route = {
  requestFor: () => ({ path: `/write?db=${DATABASE}&precision=ms`, headers: {} }),
};

/** InfluxDB 1.x: it answers once its log is synced, as it comes. The database is there already. */
export async function startInfluxd(folder: string): Promise<Server> {
  const dir = join(folder, "influxdb");
  await mkdir(dir, { recursive: true });
  const [http, rpc] = [await freePort(), await freePort()];
  const config = join(dir, "influxdb.conf");
  const lines = [
    "reporting-disabled = true",
    `bind-address = "127.0.0.1:${rpc}"`,
    "[meta]",
    `dir = "${dir}/meta"`,
    "[data]",
    `dir = "${dir}/data"`,
    `wal-dir = "${dir}/wal"`,
    "query-log-enabled = false",
    "[http]",
    `bind-address = "127.0.0.1:${http}"`,
    "log-enabled = false",
    "[logging]",
    'level = "error"',
  ];
  await writeFile(config, lines.join("\n"));
  const server = await startServer(INFLUXD, ["-config", config], `http://127.0.0.1:${http}`, "/ping");
  const made = await fetch(new URL(`/query?q=CREATE+DATABASE+${DATABASE}`, server.url), { method: "POST" });
  if (!made.ok) throw new Error(`influxd does not make a database: ${made.status}`);
  return server;
}

/** VictoriaMetrics: it answers before what it took is on disk, and writes behind, as it comes. */
export async function startVictoriaMetrics(folder: string): Promise<Server> {
  const listen = `127.0.0.1:${await freePort()}`;
  const args = [
    `-storageDataPath=${join(folder, "victoria-metrics")}`,
    `-httpListenAddr=${listen}`,
    "-loggerLevel=ERROR",
    "-retentionPeriod=12",
  ];
  return startServer(VICTORIA_METRICS, args, `http://${listen}`, "/health");
}

/** Values that VictoriaMetrics has taken since it began; it answers 204 also for lines that it leaves out. */
export async function takenByVictoriaMetrics(url: string): Promise<number> {
  const text = await (await fetch(new URL("/metrics", url))).text();
  return Number(/^vm_rows_inserted_total\{type="influx"\} (\S+)$/m.exec(text)?.[1] ?? 0);
}
