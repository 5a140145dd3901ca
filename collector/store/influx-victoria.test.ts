// The write half of InfluxDB 2.x against a real server that takes it: every value arrives, once for each time.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openInfluxStore } from "./influx.ts";
import { freePort } from "./influxd-suite.ts";
import { batchOf, busy, clients, OTHER_SCHOOL, type Row, SCHOOL } from "./store-suite.ts";

const program = ["/usr/bin/victoria-metrics", "/usr/local/bin/victoria-metrics"].find((path) => existsSync(path));
const skipped = program === undefined ? " (skipped: not installed, apt-get install victoria-metrics)" : "";

describe(`writing to VictoriaMetrics by the path of InfluxDB 2.x${skipped}`, () => {
  let folder: string;
  let server: ChildProcess | undefined;
  let url: string;

  beforeAll(async () => {
    if (program === undefined) return;
    folder = mkdtempSync(join(tmpdir(), "campanile-victoria-"));
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const options = [`-storageDataPath=${folder}`, `-httpListenAddr=127.0.0.1:${port}`, "-retentionPeriod=100y"];
    server = spawn(program, options, { stdio: "ignore" });
    await answered(`${url}/health`, server);
  }, 30_000);
  afterAll(async () => {
    if (server === undefined) return;
    const ended = once(server, "exit");
    server.kill("SIGKILL");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });

  it.skipIf(program === undefined)(
    "keeps every value of many batches exactly once, under its device and time",
    async () => {
      const store = openInfluxStore({ version: 2, url, org: "county", bucket: "campanile", token: "any" });
      const start = Date.now() - 3_600_000;
      const expected = new Set<string>();
      const writes = Array.from({ length: 30 }, (_, minute) => {
        const schoolId = minute % 2 === 0 ? SCHOOL : OTHER_SCHOOL;
        const atMs = start + minute * 60_000;
        const rows = Array.from({ length: 40 }, (_, i): Row[] => [
          [clients(`楼 ${i},a=b`), atMs, minute + i],
          [busy(`楼 ${i},a=b`, "射频 1"), atMs, i / 64],
          [{ ...busy(`楼 ${i},a=b`, "射频 1"), metric: "wifi_radio_clients" }, atMs, i],
        ]).flat();
        for (const [{ metric, device, instance }, at, value] of rows) {
          expected.add([schoolId, metric, device, instance ?? "-", at, value].join("|"));
        }
        return store.write(batchOf(rows, { schoolId, agentId: `agent-${schoolId}` }));
      });
      await expect(Promise.all(writes)).resolves.toEqual(writes.map(() => ({ repeated: false })));
      await fetch(`${url}/internal/force_flush`);
      const found = await exported(url);
      expect(found).toHaveLength(30 * 40 * 3);
      expect(new Set(found)).toEqual(expected);
      await store.close();
    },
  );
});

/** What the server itself says it has of our three metrics, one text a value. */
async function exported(url: string): Promise<string[]> {
  const match = '{__name__=~"(device|radio)_wifi_(clients|channel_busy_ratio|radio_clients)"}';
  const text = await (await fetch(`${url}/api/v1/export?${new URLSearchParams({ "match[]": match })}`)).text();
  return text
    .trim()
    .split("\n")
    .flatMap((line) => {
      const { metric, values, timestamps } = JSON.parse(line);
      const name = metric.__name__.replace(/^(?:device|radio)_/, "");
      return timestamps.map((at: number, i: number) =>
        [metric.school, name, metric.device, metric.instance ?? "-", at, values[i]].join("|"),
      );
    });
}

async function answered(address: string, server: ChildProcess): Promise<void> {
  while (server.exitCode === null) {
    const up = await fetch(address).then(
      (response) => response.ok,
      () => false,
    );
    if (up) return;
    await delay(50);
  }
  throw new Error(`victoria-metrics ended with ${server.exitCode}`);
}
