// A DuckDB store of schema version 1 is opened by this program: everything in it stays.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { FROM_SOURCES } from "../../scripts/from-sources.ts";
import { openDuckDbStore } from "./duckdb.ts";
import { FOR_EVER } from "./duckdb-child-suite.ts";
import type { LedgerEntry } from "./store.ts";
import { batchOf, busy, clients, END, SCHOOL, T0 } from "./store-suite.ts";

const DAY_MS = 86_400_000;
/** Readings per batch, and batches: a million readings in five days. */
const READINGS = 500;
const BATCHES = 2000;
const GAP_MS = (5 * DAY_MS) / BATCHES;

/** The tables as version 1 made them, word by word. */
const VERSION_1 = `
CREATE TABLE schema_version (version INTEGER NOT NULL);
INSERT INTO schema_version VALUES (1);
CREATE TABLE batch (
  agent VARCHAR NOT NULL, session VARCHAR NOT NULL, sequence BIGINT NOT NULL, school VARCHAR NOT NULL,
  received_ms BIGINT NOT NULL, lines BIGINT NOT NULL, ordinal_end BIGINT NOT NULL,
  PRIMARY KEY (agent, session, sequence));
CREATE TABLE series (
  id INTEGER NOT NULL, school VARCHAR NOT NULL, metric VARCHAR NOT NULL, device VARCHAR NOT NULL, instance VARCHAR);
CREATE TABLE reading (series_id INTEGER NOT NULL, at_ms BIGINT NOT NULL, value DOUBLE NOT NULL, ordinal BIGINT NOT NULL);
CREATE TABLE fact (
  school VARCHAR NOT NULL, device VARCHAR NOT NULL, name VARCHAR NOT NULL, at_ms BIGINT NOT NULL,
  text VARCHAR NOT NULL, ordinal BIGINT NOT NULL);
CREATE TABLE event (
  school VARCHAR NOT NULL, device VARCHAR NOT NULL, kind VARCHAR NOT NULL, at_ms BIGINT NOT NULL,
  text VARCHAR NOT NULL, ordinal BIGINT NOT NULL);
CREATE TABLE readiness (checks BIGINT NOT NULL);
INSERT INTO readiness VALUES (0);
`;

/** Batch n brings one sample of each of 500 series; the last one brings series 1 once more, with another value. */
const ROWS = `
INSERT INTO series SELECT 1 + i, '${SCHOOL}', 'wifi_clients', 'ap-' || i, NULL FROM range(${READINGS - 1}) AS all_series(i);
INSERT INTO series VALUES (${READINGS}, '${SCHOOL}', 'wifi_channel_busy_ratio', 'ap-1', '5GHz');
INSERT INTO reading SELECT 1 + row % ${READINGS}, ${T0} + (row // ${READINGS}) * ${GAP_MS}, row, row
  FROM range(${READINGS * BATCHES}) AS all_rows(row);
INSERT INTO reading VALUES (1, ${T0}, 77, ${READINGS * BATCHES});
INSERT INTO batch SELECT 'agent-1', 's1', 1 + n, '${SCHOOL}', ${T0} + n * ${GAP_MS}, 500, (1 + n) * ${READINGS}
  FROM range(${BATCHES}) AS all_batches(n);
INSERT INTO batch VALUES ('agent-1', 's2', 9, '${SCHOOL}', ${T0 + 5 * DAY_MS}, 1, ${READINGS * BATCHES + 1});
INSERT INTO fact VALUES ('${SCHOOL}', 'ap-1', 'model', ${T0}, '型号', 0);
INSERT INTO event VALUES ('${SCHOOL}', 'ap-1', 'link_down', ${T0}, 'down', 0);
`;

let folder: string;
let path: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "campanile-upgrade-"));
  const instance = await DuckDBInstance.create(join(folder, "version-1.duckdb"));
  const connection = await instance.connect();
  await connection.run(`${VERSION_1}${ROWS}CHECKPOINT;`);
  connection.closeSync();
  instance.closeSync();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let copies = 0;
beforeEach(async () => {
  path = join(folder, `${++copies}.duckdb`);
  await copyFile(join(folder, "version-1.duckdb"), path);
});

/** Everything that version 1 held, as the store tells it. */
async function told(memoryLimit = "256MB") {
  const store = await openDuckDbStore({ path, memoryLimit });
  try {
    let samples = 0;
    let sum = 0;
    await store.scan(["wifi_clients", "wifi_channel_busy_ratio"], 0, Infinity, (_, columns) => {
      samples += columns.length;
      for (let i = 0; i < columns.length; i++) sum += columns.value[i] ?? 0;
    });
    return {
      samples,
      sum,
      corrected: (await store.series(SCHOOL, clients("ap-0"), T0, T0 + 1)).map(({ value }) => value),
      instances: await store.instances(SCHOOL, "ap-1", "wifi_channel_busy_ratio", 0),
      agents: await store.agents(),
      sessions: await store.sessions("agent-1"),
      repeated: await store.write(batchOf([], { sequence: 1234 })),
      facts: await store.facts(SCHOOL),
      events: await store.events(SCHOOL, 0, END),
      schools: await store.schools(),
    };
  } finally {
    await store.close();
  }
}

const rows = READINGS * BATCHES;
const everything = {
  samples: rows,
  sum: ((rows - 1) * rows) / 2 + 77,
  corrected: [77],
  instances: ["5GHz"],
  agents: [{ agentId: "agent-1", batches: BATCHES + 1, lastReceivedMs: T0 + 5 * DAY_MS }],
  sessions: [
    { session: "s1", lane: "backlog", highest: BATCHES, sinceMs: T0 },
    { session: "s2", lane: "backlog", highest: 9, sinceMs: T0 + 5 * DAY_MS },
  ],
  repeated: { repeated: true },
  facts: new Map([["ap-1", { model: "型号" }]]),
  events: [{ device: "ap-1", atMs: T0, kind: "link_down", text: "down" }],
  schools: [SCHOOL],
};

describe("a file of schema version 1 with a million readings", () => {
  it("is opened with everything in it, in little memory, and goes on", async () => {
    await expect(told("64MB")).resolves.toEqual(everything);
    const store = await openDuckDbStore({ path });
    await store.write(batchOf([[clients("ap-0"), T0, 78]], { session: "s3", receivedAtMs: T0 + 5 * DAY_MS }));
    await store.maintain(T0 + 7 * DAY_MS, FOR_EVER);
    await expect(store.series(SCHOOL, clients("ap-0"), T0, T0 + 1)).resolves.toEqual([{ atMs: T0, value: 78 }]);
    await expect(store.series(SCHOOL, busy("ap-1", "5GHz"), 0, Infinity)).resolves.toHaveLength(BATCHES);
    await store.close();
  });

  it("gives its ledger with the times of at least each batch's own samples, so that rollups can be made", async () => {
    const store = await openDuckDbStore({ path });
    const entries: LedgerEntry[] = [];
    await store.scanLedger(0, Infinity, (some) => entries.push(...some));
    await store.close();
    expect(entries).toHaveLength(BATCHES + 1);
    const outside = entries.filter(({ session, sequence, firstMs = Infinity, lastMs = 0 }) => {
      const ownMs = session === "s2" ? T0 : T0 + (sequence - 1) * GAP_MS;
      return ownMs < firstMs || ownMs > lastMs;
    });
    expect(outside).toEqual([]);
    expect(new Set(entries.map(({ digest }) => digest))).toEqual(new Set([""]));
  });

  it("that is killed in the middle of the upgrade is upgraded by the next", { timeout: 120_000 }, async () => {
    const child = fileURLToPath(new URL("./duckdb-child-suite.ts", import.meta.url));
    for (const delayMs of [0, 150, 300, 600]) {
      await copyFile(join(folder, "version-1.duckdb"), path);
      const upgrader = spawn(process.execPath, [...FROM_SOURCES, child, path, "1", "open"], {
        cwd: fileURLToPath(new URL("../../", import.meta.url)),
        stdio: ["ignore", "pipe", "inherit"],
      });
      const ended = once(upgrader, "exit");
      await once(createInterface({ input: upgrader.stdout }), "line"); // it is about to open the file
      const timer = setTimeout(() => upgrader.kill("SIGKILL"), delayMs);
      await ended;
      clearTimeout(timer);
      await expect(told()).resolves.toEqual(everything);
    }
  });
});
