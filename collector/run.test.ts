import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { SchoolView, VenueView } from "../contract/api.ts";
import { HEADER } from "../contract/batch.ts";
import { sha256 } from "../contract/identity.ts";
import type { CollectorConfig } from "./config.ts";
import { createIngest } from "./ingest/ingest.ts";
import { trusting } from "./ingest/speakers-suite.ts";
import { filesWith, SCHOOL } from "./inventory/files-suite.ts";
import { saveInventory } from "./inventory/folder-suite.ts";
import { type RunningCollector, startCollector } from "./run.ts";
import type { StoreConfig } from "./store/config.ts";
import { setUpInflux } from "./store/influx-setup.ts";
import { type Influxd, influxdPath, startInfluxd } from "./store/influxd-suite.ts";
import { openStore } from "./store/open.ts";

const SLOT_MS = 300_000;
const SHOWS = "2026-09-07T09:02:00+08:00";
const NOW_MS = Date.parse(SHOWS);
const BEGIN_MS = Date.parse("2026-09-07T08:00:00+08:00");
/** A clock that all but stands still, so that before and after a restart it is the same moment. */
const CLOCK: CollectorConfig["clock"] = {
  school: {
    startedAt: new Date().toISOString(),
    shows: SHOWS,
    phases: [{ forSeconds: 1, speed: 0.001 }],
    open: [{ fromMinute: 480, toMinute: 1_020 }],
  },
};

let dataDir: string;
const running = new Set<RunningCollector>();

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "campanile-run-"));
});
afterEach(async () => {
  for (const collector of running) await stop(collector);
  await rm(dataDir, { recursive: true, force: true });
});

const duckdb = (): StoreConfig => ({
  kind: "duckdb",
  path: join(dataDir, "campanile.duckdb"),
  memoryLimit: "256MB",
});
/** Nobody listens on the port of "discard". */
const AWAY: StoreConfig = { kind: "influx", version: 1, url: "http://127.0.0.1:9", database: "campanile" };
const settingsWith = (more: Partial<CollectorConfig> = {}): CollectorConfig => ({
  listen: { host: "127.0.0.1", port: 0 },
  dataDir,
  store: { kind: "memory" },
  agents: { unsigned: true },
  minFreeBytes: 0,
  lateAcceptMs: 7 * 86_400_000,
  retention: {
    rawMs: 120 * 86_400_000,
    rollupMs: { "5m": 400 * 86_400_000, "1h": 1_100 * 86_400_000, "1d": 3_660 * 86_400_000 },
    eventsMs: 400 * 86_400_000,
  },
  clock: CLOCK,
  logLevel: "error",
  ...more,
});

async function start(more: Partial<CollectorConfig> = {}): Promise<RunningCollector> {
  const collector = await startCollector({
    settings: settingsWith(more),
    log: pino({ level: "silent" }),
    pageDir: undefined,
    residentBytes: () => 1e8,
  });
  running.add(collector);
  return collector;
}

async function stop(collector: RunningCollector): Promise<void> {
  running.delete(collector);
  await collector.stop();
}

async function deliver(collector: RunningCollector, sequence: number, lines: string[]): Promise<unknown> {
  const response = await post(collector, sequence, lines);
  expect(response.status).toBe(200);
  return response.json();
}

/** Every attempt says a later time, as an agent does. */
let attempts = 0;

function post({ url }: RunningCollector, sequence: number, lines: string[]): Promise<Response> {
  return fetch(`${url}/v1/batches`, {
    method: "POST",
    headers: {
      "content-type": "text/plain",
      "content-encoding": "gzip",
      [HEADER.agent]: "gw-1",
      [HEADER.session]: "s1",
      [HEADER.sequence]: String(sequence),
      [HEADER.sentAt]: String(NOW_MS + 1_500 + attempts++),
    },
    body: gzipSync(lines.join("\n")),
  });
}

/** A morning with everything in it that evidence tells apart, two rounds a slot. */
function morning(): string[] {
  return Array.from({ length: 24 }, (_, round) => {
    const slot = Math.floor(round / 2);
    const atMs = BEGIN_MS + slot * SLOT_MS + (round % 2) * 120_000 + 1_000;
    const passed = slot === 7 ? 0 : 1;
    return [
      `agent,device=gw-1,instance=main agent_selftest_passed=${passed} ${atMs}`,
      ...(slot === 9 ? [] : [`agent,device=gw-1,instance=wifi agent_selftest_passed=1 ${atMs}`]),
      `probe,device=switch-a probe_ok=${slot === 8 ? 0 : 1} ${atMs}`,
      `device,device=AABBCCDDEE01 wifi_ap_up=${slot < 6 ? 1 : 0},wifi_clients=${round} ${atMs}`,
      `device,device=aa:bb:cc:dd:ee:02 wifi_ap_up=${slot % 3 === 0 ? 0 : 1} ${atMs}`,
      `probe,device=panel-1 probe_ok=0,probe_failure=${slot === 2 ? 3 : 1} ${atMs}`,
      `fact,device=panel-1 model="P-${round}" ${atMs}`,
    ];
  }).flat();
}

/** All that the page shows of a school, but for the clock's offset, which nobody stores. */
async function judgement({ url }: RunningCollector): Promise<unknown> {
  const [school, ...venues] = await Promise.all(
    [`schools/${SCHOOL}`, "venues/v1", "venues/v2"].map(async (path) => (await fetch(`${url}/v1/${path}`)).json()),
  );
  const { agents, ...rest } = school as SchoolView; // our own API's shape
  return { ...rest, agents: agents.map(({ clockOffsetSeconds: _, ...agent }) => agent), venues: venues as VenueView[] };
}

const INVENTORY = filesWith({
  "calendar.csv": `scope,from,to,kind,name\n${SCHOOL},2026-09-07,2027-01-20,term,`,
});
/** Served, unserved and unknown slots are all there, or a judgement that lost something could look the same. */
const MIXED = [
  { slots: { expected: 12, served: 6, unserved: 5, unknown: 1 } },
  { slots: { expected: 12, served: 10, unserved: 1, unknown: 1 } },
];

function survivesRestart(storeOf: () => StoreConfig): void {
  it("shows the same judgement after a restart, down to every slot", async () => {
    await saveInventory(join(dataDir, "inventory"), INVENTORY);
    const lines = morning();
    const first = await start({ store: storeOf() });
    const middle = Math.floor(lines.length / 2);
    // The later half first: order of arrival does not matter.
    await deliver(first, 1, lines.slice(middle));
    await deliver(first, 2, lines.slice(0, middle));
    const before = await judgement(first);
    expect(before).toMatchObject({ agents: [{ state: "seeing", batches: 2 }], venues: MIXED });
    await stop(first);
    const second = await start({ store: storeOf() });
    expect(await judgement(second)).toEqual(before);
    expect(await deliver(second, 1, lines.slice(middle))).toMatchObject({ stored: 0 });
    expect(await judgement(second)).toEqual(before);
  });

  it("takes up what was stored and never told on, because the process was killed between", async () => {
    await saveInventory(join(dataDir, "inventory"), INVENTORY);
    const store = await openStore(storeOf());
    const ingest = createIngest({
      store,
      speakers: trusting(() => SCHOOL),
      nowMs: () => NOW_MS,
      lateAcceptMs: 7 * 86_400_000,
    });
    const lines = Buffer.from(morning().join("\n"));
    const digest = sha256(gzipSync(lines)).slice(0, 16);
    const name = { agentId: "gw-1", schoolId: SCHOOL, session: "s1", sequence: 1, digest };
    await ingest.accept({ ...name, lane: "backlog", from: "127.0.0.1", lines });
    await store.close();
    const collector = await start({ store: storeOf() });
    const killed = await judgement(collector);
    // The agent never heard of it and delivers again.
    expect(await deliver(collector, 1, morning())).toMatchObject({ stored: 0, refused: [] });
    expect(await judgement(collector)).toEqual(killed);
    expect(killed).toMatchObject({ agents: [{ batches: 1 }], venues: MIXED });
  });
}

describe("a collector on DuckDB", () => survivesRestart(duckdb));

if (influxdPath === undefined) {
  describe.skip("a collector on InfluxDB: influxd is not installed, apt-get install influxdb", () => {
    it("shows the same judgement after a restart", () => undefined);
  });
} else {
  describe("a collector on InfluxDB", () => {
    let server: Influxd;
    let databases = 0;
    beforeAll(async () => {
      server = await startInfluxd();
    });
    afterAll(() => server.remove());
    beforeEach(async () => {
      databases += 1;
      await setUpInflux({ url: server.url, database: `run${databases}` });
    });
    survivesRestart(() => ({ kind: "influx", url: server.url, database: `run${databases}` }));
  });
}

describe("a start that cannot be", () => {
  it("names the port that another program has, and leaves the store free", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const address = other.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    const listen = { host: "127.0.0.1", port: address.port };
    try {
      await expect(start({ listen, store: duckdb() })).rejects.toMatchObject({
        code: "LISTEN",
        message: `cannot listen on port ${address.port} of 127.0.0.1: another program listens there already`,
      });
    } finally {
      other.close();
    }
    // DuckDB clears its write-ahead log away when, and only when, the file is closed.
    expect((await readdir(dataDir)).sort()).toEqual(["campanile.duckdb", "secret.key", "state.duckdb"]);
  });

  it("leaves no timer behind that would keep the process alive", async () => {
    const made = vi.spyOn(globalThis, "setInterval");
    const cleared = vi.spyOn(globalThis, "clearInterval");
    await expect(start({ listen: { host: "192.0.2.1", port: 1 } })).rejects.toMatchObject({ code: "LISTEN" });
    const left = made.mock.results.filter(({ value }) => !cleared.mock.calls.some(([handle]) => handle === value));
    expect(left.filter(({ value }) => value.hasRef())).toEqual([]);
    vi.restoreAllMocks();
  });

  it("names every problem and the folder of an inventory that somebody has damaged", async () => {
    const dir = join(dataDir, "inventory");
    await saveInventory(dir, filesWith({ "agents.csv": "id,school,name\ngw 1,nowhere,\n" }));
    await expect(start({ store: duckdb() })).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      message: expect.stringContaining(dir),
      problems: [{ path: "agents.csv:2 id" }, { path: "agents.csv:2 school" }],
    });
    expect(existsSync(join(dataDir, "campanile.duckdb"))).toBe(false);
  });

  it("says so when the inventory folder is no folder", async () => {
    await writeFile(join(dataDir, "inventory"), "");
    await expect(start()).rejects.toMatchObject({ code: "INVENTORY_FOLDER" });
  });

  it("says so when dataDir is no folder", async () => {
    await writeFile(join(dataDir, "file"), "");
    await expect(start({ dataDir: join(dataDir, "file") })).rejects.toMatchObject({
      code: "DATA_DIR",
      message: expect.stringContaining(join(dataDir, "file")),
    });
  });
});

describe("a start while the InfluxDB server is away", () => {
  it("judges nothing, instead of showing a county without evidence, and sends agents' batches back", async () => {
    await saveInventory(join(dataDir, "inventory"), INVENTORY);
    const collector = await start({ store: AWAY });
    const schools = await fetch(`${collector.url}/v1/schools`);
    expect([schools.status, await schools.json()]).toEqual([
      503,
      expect.objectContaining({ code: "EVIDENCE_MISSING" }),
    ]);
    const answer = await post(collector, 1, morning());
    expect([answer.status, await answer.json()]).toEqual([503, expect.objectContaining({ code: "STORE_UNAVAILABLE" })]);
  });
});

describe("a stop", () => {
  it("leaves nothing behind but the data", async () => {
    await mkdir(dataDir, { recursive: true });
    await stop(await start({ store: duckdb() }));
    expect((await readdir(dataDir)).sort()).toEqual(["campanile.duckdb", "secret.key", "state.duckdb"]);
  });

  it("does not wait for a sender that never finishes its request", async () => {
    const collector = await start();
    running.delete(collector);
    const { hostname, port } = new URL(collector.url);
    const sender = connect(Number(port), hostname);
    sender.resume().on("error", () => undefined); // it is cut off, which is what is looked at
    sender.write("POST /v1/batches HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ncontent-length: 100\r\n\r\nhalf");
    // Answered on another connection, so the half request has come before.
    await fetch(`${collector.url}/healthz`);
    const cut = once(sender, "close");
    await collector.stop(1);
    await cut;
  });
});
