// Quality in a whole collector: from batches at its door to the room that the API shows, and over a restart.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { pino } from "pino";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { VenueView } from "../../contract/api.ts";
import { HEADER } from "../../contract/batch.ts";
import { type App, buildApp } from "../app.ts";
import { type Assembled, assemble } from "../assemble.ts";
import { Closers } from "../closers.ts";
import { filesWith, SCHOOL } from "../inventory/files-suite.ts";
import { saveInventory } from "../inventory/folder-suite.ts";
import { loadRegions } from "../inventory/regions.ts";

/** After school on the first day of term; the clock all but stands still. */
const SHOWS = "2026-09-07T17:05:00+08:00";
const NOW_MS = Date.parse(SHOWS);
const BEGIN_MS = Date.parse("2026-09-07T08:00:00+08:00");
const DAY_MS = 86_400_000;

let dataDir: string;
let closers: Closers;
let parts: Assembled;
let app: App;

async function open(): Promise<void> {
  closers = new Closers();
  parts = await assemble({
    settings: {
      listen: { host: "127.0.0.1", port: 0 },
      dataDir,
      store: { kind: "duckdb", path: join(dataDir, "campanile.duckdb"), memoryLimit: "256MB" },
      agents: { unsigned: true },
      minFreeBytes: 0,
      lateAcceptMs: 7 * DAY_MS,
      retention: {
        rawMs: 120 * DAY_MS,
        rollupMs: { "5m": 400 * DAY_MS, "1h": 1_100 * DAY_MS, "1d": 3_660 * DAY_MS },
        eventsMs: 400 * DAY_MS,
      },
      clock: {
        school: {
          startedAt: new Date().toISOString(),
          shows: SHOWS,
          phases: [{ forSeconds: 1, speed: 0.001 }],
          open: [{ fromMinute: 480, toMinute: 1_020 }],
        },
      },
      logLevel: "error",
    },
    regions: loadRegions(),
    inventoryDir: join(dataDir, "inventory"),
    log: pino({ level: "silent" }),
    residentBytes: () => 1e8,
    closers,
  });
  app = await buildApp({ services: parts.services, log: pino({ level: "silent" }), pageDir: undefined });
  closers.add(app, async (it) => void (await it.close()));
}

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "campanile-quality-"));
  const term = `scope,from,to,kind,name\n${SCHOOL},2026-09-07,2027-01-20,term,`;
  await saveInventory(join(dataDir, "inventory"), filesWith({ "calendar.csv": term }));
  await open();
});
afterEach(async () => {
  await closers.closeAll();
  await rm(dataDir, { recursive: true });
});

/** One reading a slot of the access point's one radio, from the first slot on. */
async function deliver(sequence: number, fromSlot: number, slots: number, clients: number): Promise<void> {
  const lines = Array.from({ length: slots }, (_, i) => {
    const atMs = BEGIN_MS + (fromSlot + i) * 300_000 + 60_000;
    const fields = `wifi_radio_clients=${clients},wifi_client_signal_dbm=-60,wifi_client_snr_db=30,wifi_channel_busy_ratio=0.4`;
    return `radio,device=aa:bb:cc:dd:ee:01,instance=0 ${fields} ${atMs}`;
  });
  const answer = await app.inject({
    method: "POST",
    url: "/v1/batches",
    headers: {
      "content-type": "text/plain",
      "content-encoding": "gzip",
      [HEADER.agent]: "gw-1",
      [HEADER.session]: "s1",
      [HEADER.sequence]: String(sequence),
      [HEADER.sentAt]: String(NOW_MS + sequence),
    },
    payload: gzipSync(lines.join("\n")),
  });
  expect(answer.json()).toMatchObject({ stored: slots });
}

const qualityOf = async (venue: string) => (await app.inject(`/v1/venues/${venue}`)).json<VenueView>().quality;

it("shows the quality of a room from what its access point's radio said, also after a restart", async () => {
  expect(await qualityOf("v1")).toMatchObject({ verdict: "unproven", busySlots: 0, reasons: ["too_few_busy_slots"] });
  await deliver(1, 0, 39, 20);
  await parts.quality.once();
  expect(await qualityOf("v1")).toMatchObject({ verdict: "unproven", busySlots: 39 });
  await closers.closeAll();
  await open();
  await parts.quality.once();
  expect(await qualityOf("v1")).toMatchObject({ verdict: "unproven", busySlots: 39 });
  // What came late is counted after ten minutes; a restart does not wait.
  await deliver(2, 39, 1, 20);
  await closers.closeAll();
  await open();
  await parts.quality.once();
  expect(await qualityOf("v1")).toMatchObject({ verdict: "pass", good: true, busySlots: 40, reasons: [] });
  expect(await qualityOf("v3")).toBeUndefined();
});
