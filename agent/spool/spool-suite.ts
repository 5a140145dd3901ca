// What all tests of the spool share: a folder, a clock, power cuts, and taking everything out.
import { cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { pino } from "pino";
import { afterEach, beforeEach } from "vitest";
import { openSpool, type Spool, type SpoolOptions } from "./spool.ts";

export interface TakenBatch {
  sequence: number;
  lines: string[];
}

/** Where a test's spool lies and what time it is there; anew for each test. */
export interface Place {
  root: string;
  dir: string;
  nowMs: number;
  open(folder?: string, options?: Partial<SpoolOptions>): Promise<Spool>;
  /** Opens, uses and closes. */
  with<T>(folder: string, use: (spool: Spool) => Promise<T>, options?: Partial<SpoolOptions>): Promise<T>;
  /** What a power cut leaves: the files as they are, without a farewell. @returns the folder they are in */
  crash(from: string, name: string): Promise<string>;
}

/** To be called once, at the top of a test file. */
export function useSpools(): Place {
  const place: Place = {
    root: "",
    dir: "",
    nowMs: 0,
    open: (folder = place.dir, options = {}) =>
      openSpool({
        dir: folder,
        maxBytes: 10_000_000,
        maxAgeMs: 3_600_000,
        nowMs: () => place.nowMs,
        processes: { pid: process.pid, isAlive: (pid) => pid === process.pid },
        log: pino({ level: "silent" }),
        ...options,
      }),
    with: async (folder, use, options) => {
      const spool = await place.open(folder, options);
      try {
        return await use(spool);
      } finally {
        await spool.close();
      }
    },
    crash: async (from, name) => {
      const to = join(place.root, name);
      await cp(from, to, { recursive: true, verbatimSymlinks: true });
      await rm(join(to, "lock"), { force: true });
      return to;
    },
  };
  beforeEach(async () => {
    place.root = await mkdtemp(join(tmpdir(), "agent-spool-"));
    place.dir = join(place.root, "spool");
    place.nowMs = 1_000_000;
  });
  afterEach(() => rm(place.root, { recursive: true, force: true }));
  return place;
}

export async function segmentsOf(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith(".seg")).sort();
}

/** Takes everything out, oldest first. */
export async function drain(spool: Spool): Promise<TakenBatch[]> {
  const taken: TakenBatch[] = [];
  for (let record = await spool.peek(); record; record = await spool.peek()) {
    taken.push({ sequence: record.sequence, lines: linesOf(record.payload) });
    await spool.ack(record.sequence);
  }
  return taken;
}

export function linesOf(payload: Buffer): string[] {
  return gunzipSync(payload).toString().split("\n").slice(0, -1);
}
