// A whole collector on DuckDB for tests, without a port: opened on a folder of its own, closed and opened again. Its clock all but
// stands still.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { pino } from "pino";
import { afterEach, beforeEach, expect } from "vitest";
import { HEADER } from "../contract/batch.ts";
import { type App, buildApp } from "./app.ts";
import { type Assembled, assemble } from "./assemble.ts";
import { Closers } from "./closers.ts";
import { filesWith, SCHOOL } from "./inventory/files-suite.ts";
import { loadRegions } from "./inventory/regions.ts";
import { recall } from "./recall.ts";

export const DAY_MS = 86_400_000;
const TERM = `scope,from,to,kind,name\n${SCHOOL},2026-09-07,2027-01-20,term,`;

export interface AssembledCollector {
  readonly app: App;
  readonly parts: Assembled;
  restart(): Promise<void>;
  /** Delivers lines as the agent gw-1; all of them must be stored. */
  deliver(sequence: number, lines: readonly string[]): Promise<void>;
}

/**
 * One for each test of the file, with the inventory of files-suite.ts and a term that begins on 2026-09-07.
 * @param shows what its clock shows, as `2026-09-07T17:05:00+08:00`
 */
export function useAssembled(shows: string): AssembledCollector {
  const nowMs = Date.parse(shows);
  let dataDir: string;
  let running: Running;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "campanile-assembled-"));
    running = await open(dataDir, shows);
    await running.parts.services.inventories.change({
      make: async () => ({ files: filesWith({ "calendar.csv": TERM }) }),
      head: { validFrom: "2026-09-01" },
      preview: false,
    });
  });
  afterEach(async () => {
    await running.closers.closeAll();
    await rm(dataDir, { recursive: true });
  });

  return {
    get app() {
      return running.app;
    },
    get parts() {
      return running.parts;
    },
    restart: async () => {
      await running.closers.closeAll();
      running = await open(dataDir, shows);
    },
    deliver: async (sequence, lines) => {
      const answer = await running.app.inject({
        method: "POST",
        url: "/v1/batches",
        headers: {
          "content-type": "text/plain",
          "content-encoding": "gzip",
          [HEADER.agent]: "gw-1",
          [HEADER.session]: "s1",
          [HEADER.sequence]: String(sequence),
          [HEADER.sentAt]: String(nowMs + sequence),
        },
        payload: gzipSync(lines.join("\n")),
      });
      expect(answer.json()).toMatchObject({ stored: lines.length });
    },
  };
}

interface Running {
  closers: Closers;
  parts: Assembled;
  app: App;
}

async function open(dataDir: string, shows: string): Promise<Running> {
  const closers = new Closers();
  const log = pino({ level: "silent" });
  const parts = await assemble({
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
          shows,
          phases: [{ forSeconds: 1, speed: 0.001 }],
          open: [{ fromMinute: 480, toMinute: 1_020 }],
        },
      },
      logLevel: "error",
    },
    regions: loadRegions(),
    inventoryDir: join(dataDir, "inventory"),
    log,
    residentBytes: () => 1e8,
    closers,
  });
  const { store, board } = parts.services;
  const nowMs = Date.parse(shows);
  const times = { nowMs: () => nowMs, spanMs: 120 * DAY_MS, lateAcceptMs: 7 * DAY_MS, sleep: async () => {} };
  await recall({ store, board, keeper: parts.keeper, log, ...times }, new AbortController().signal);
  const app = await buildApp({ services: parts.services, log, pageDir: undefined });
  closers.add(app, async (it) => void (await it.close()));
  return { closers, parts, app };
}
