// A real InfluxDB between two DuckDB files: there and back, killed half-way, and what is refused.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { FROM_SOURCES } from "../../scripts/from-sources.ts";
import { readConfig } from "../config.ts";
import { openState } from "../state/state.ts";
import { setUpInflux } from "../store/influx-setup.ts";
import { type Influxd, influxdPath, startInfluxd } from "../store/influxd-suite.ts";
import { openStore } from "../store/open.ts";
import type { ReadingStore, Rollup } from "../store/store.ts";
import { batchOf, busy, clients, OTHER_SCHOOL, type Row, repeatOf, SCHOOL, T0 } from "../store/store-suite.ts";
import { contentsOf } from "./contents.ts";
import { migrate } from "./migrate.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const DAY_MS = 86_400_000;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "campanile-migrate-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function fileOf(name: string, store: string): string {
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, `dataDir: ./${name}\nstore: ${store}\n`);
  return file;
}

const configOf = (name: string, store: string) => readConfig(fileOf(name, store), {});
const DUCKDB = "{ kind: duckdb, memoryLimit: 256MB }";

/** Two schools with `days` days of readings, texts, events, rollups; also of a batch without any reading. */
async function fill(store: ReadingStore, days: number): Promise<void> {
  for (let day = 0; day < days; day++) {
    for (const schoolId of [SCHOOL, OTHER_SCHOOL]) {
      const atMs = T0 + day * DAY_MS;
      const rows = Array.from({ length: 30 }, (_, i): Row[] => [
        [clients(`ap ${i}`), atMs + i, i],
        [busy(`ap ${i}`, "射频 1"), atMs + i, i / 30],
        [busy(`ap ${i}`, "射频 1"), atMs + 60_000, 1 - i / 30],
      ]).flat();
      const texts = { model: `型号 ${day}`, ...(day === 0 ? { serial: "S=1, \\" } : {}) };
      await store.write(
        batchOf(rows, {
          schoolId,
          agentId: `agent-${schoolId}`,
          receivedAtMs: atMs + 120_000,
          facts: [{ device: "ap 1", atMs, texts }],
          events: [{ device: "ap 1", atMs, kind: "link_up", text: `"${day}"` }],
        }),
      );
      const rollup: Rollup = {
        ...{ startMs: atMs, count: 2, sum: 0.3, min: 0.1, max: 0.2, first: 0.1, last: 0.2 },
        ...{ firstMs: atMs, lastMs: atMs + 60_000 },
      };
      for (const resolution of ["5m", "1h", "1d"] as const) {
        await store.writeRollups(schoolId, resolution, [
          { key: clients("ap 1"), rollup },
          { key: busy("ap 1", "射频 1"), rollup: { ...rollup, increase: 1.5 } },
        ]);
      }
    }
  }
  await store.write(batchOf([], { agentId: "silent", receivedAtMs: T0 }));
  await store.setRolledUpTo(T0 + days * DAY_MS);
}

async function textOf(config: ReturnType<typeof configOf>): Promise<string[]> {
  const store = await openStore(config.store);
  try {
    return [...(await contentsOf(store))].map(([name, { checksum }]) => `${name} ${checksum.text}`).sort();
  } finally {
    await store.close();
  }
}

async function filled(name: string, days: number) {
  const config = configOf(name, DUCKDB);
  const store = await openStore(config.store);
  await fill(store, days);
  await store.close();
  return config;
}

describe.skipIf(influxdPath === undefined)("a migration (with influxd; apt-get install influxdb)", () => {
  let server: Influxd;
  let databases = 0;
  beforeAll(async () => {
    server = await startInfluxd();
  });
  afterAll(() => server.remove());
  const influx = async () => {
    databases += 1;
    await setUpInflux({ url: server.url, database: `m${databases}` });
    return `{ kind: influx, url: "${server.url}", database: m${databases} }`;
  };

  it("from DuckDB to InfluxDB and back to DuckDB leaves the same, and repeats stay recognised", async () => {
    const first = await filled("first", 3);
    const between = configOf("between", await influx());
    const last = configOf("last", DUCKDB);
    expect(await migrate({ from: first, to: between })).toMatchObject({ skipped: 0, differences: [] });
    expect(await migrate({ from: between, to: last })).toMatchObject({ skipped: 0, differences: [] });
    const contents = await textOf(first);
    expect(contents.filter((text) => text.startsWith("readings"))).toHaveLength(6);
    expect(await textOf(between)).toEqual(contents);
    expect(await textOf(last)).toEqual(contents);
    expect(existsSync(join(last.dataDir, "migrate-progress.jsonl"))).toBe(false);
    const [before, after] = [await openStore(first.store), await openStore(last.store)];
    const batch = batchOf([[clients("ap 1"), T0, 1]]);
    await before.write(batch);
    await before.close();
    await after.adoptLedger([batch]);
    await expect(after.write(batch)).resolves.toEqual(repeatOf(batch));
    await after.close();
  }, 60_000);

  it("goes on where it was killed, and ends equal", async () => {
    const first = await filled("first", 12);
    const from = fileOf("first", DUCKDB);
    const to = fileOf("between", await influx());
    const progress = join(readConfig(to, {}).dataDir, "migrate-progress.jsonl");
    const child = spawn(process.execPath, [...FROM_SOURCES, "collector/migrate/child-suite.ts", from, to], {
      cwd: ROOT,
      stdio: "ignore",
    });
    const lines = () => (existsSync(progress) ? readFileSync(progress, "utf8").split("\n").length : 0);
    while (lines() < 20 && child.exitCode === null) await delay(10);
    child.kill("SIGKILL");
    await once(child, "close");
    expect(child.signalCode).toBe("SIGKILL");
    writeFileSync(progress, `${readFileSync(progress, "utf8")}["readings 36330`); // as a line that was being written
    const migration = { from: first, to: readConfig(to, {}) };
    const { skipped, differences } = await migrate(migration);
    expect(differences).toEqual([]);
    expect(skipped).toBeGreaterThanOrEqual(18); // all that stood there but the head
    expect(await textOf(migration.to)).toEqual(await textOf(first));
    await expect(migrate(migration)).rejects.toMatchObject({ code: "MIGRATE_NOT_EMPTY" }); // none is under way
  }, 120_000);

  it("says the command that makes the target when it is not set up", async () => {
    const to = configOf("to", `{ kind: influx, url: "${server.url}", database: nowhere }`);
    await expect(migrate({ from: await filled("first", 1), to })).rejects.toMatchObject({
      message: expect.stringContaining("campanile-collector setup-store --config "),
    });
  });
});

describe("a migration is refused", () => {
  it("while the collector runs", async () => {
    const from = await filled("first", 1);
    const running = await openState(join(from.dataDir, "state.duckdb"));
    // A process of its own: within one, DuckDB shares the file.
    const files = ["--from", join(folder, "first.yaml"), "--to", fileOf("to", DUCKDB)];
    const child = spawn(process.execPath, [...FROM_SOURCES, "collector/main.ts", "migrate", ...files], {
      cwd: ROOT,
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    child.stderr.on("data", (chunk) => {
      said += chunk;
    });
    await once(child, "close");
    expect(child.exitCode).toBe(1);
    expect(said).toContain(`stop the collector of ${from.dataDir} first`);
    await running.close();
  }, 60_000);

  it.each([
    ["of a store into itself", DUCKDB, "first", "MIGRATE_SAME"],
    ["to a store in memory", "{ kind: memory }", "to", "MIGRATE_MEMORY"],
  ])("%s", async (_what, store, name, code) => {
    const from = await filled("first", 1);
    await expect(migrate({ from, to: configOf(name, store) })).rejects.toMatchObject({ code });
  });

  it("into a store that holds readings, and from a file that is not there", async () => {
    const [from, to] = [await filled("first", 1), await filled("to", 1)];
    await expect(migrate({ from, to })).rejects.toMatchObject({ code: "MIGRATE_NOT_EMPTY" });
    await expect(migrate({ from: configOf("nowhere", DUCKDB), to })).rejects.toMatchObject({ code: "MIGRATE_NOTHING" });
  });

  it("when another one has left its progress there", async () => {
    const [from, to] = [await filled("first", 1), configOf("to", DUCKDB)];
    await migrate({ from, to });
    writeFileSync(join(to.dataDir, "migrate-progress.jsonl"), '{"from":"elsewhere","to":"here"}\n');
    await expect(migrate({ from, to })).rejects.toMatchObject({ code: "MIGRATE_OTHER" });
  });
});
