import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { Board } from "./board.ts";
import { Fleet } from "./fleet/heard.ts";
import { DAY_MS, dayAt } from "./inventory/day.ts";
import { loadRegions } from "./inventory/regions.ts";
import { recall } from "./recall.ts";
import { inventoryOf, ONE_ROOM, SCHOOL } from "./score/campus-suite.ts";
import { openKeeper } from "./score/evidence/keeper.ts";
import { Evidence } from "./score/evidence.ts";
import { openState } from "./state/state.ts";
import { createMemoryStore } from "./store/memory.ts";
import { type LedgerEntry, type ReadingStore, StoreError } from "./store/store.ts";
import { batchOf } from "./store/store-suite.ts";

const NOW_MS = Date.parse("2026-09-07T09:02:00+08:00");

function setUp(fails: () => StoreError | undefined) {
  const board = new Board({
    regions: loadRegions(),
    inventory: undefined,
    evidence: new Evidence(),
    fleet: new Fleet(),
  });
  const memory = createMemoryStore();
  const store = {
    ...memory,
    agents: async () => {
      const error = fails();
      if (error !== undefined) throw error;
      return memory.agents();
    },
  };
  const keeper = { keptUpToMs: undefined, recalled: () => undefined };
  const woken: (() => void)[] = [];
  const sleep = () => new Promise<void>((resolve) => woken.push(resolve));
  const options = {
    store,
    board,
    keeper,
    nowMs: () => NOW_MS,
    spanMs: 86_400_000,
    lateAcceptMs: 7 * 86_400_000,
    log: pino({ level: "silent" }),
    sleep,
  };
  const judge = () => board.judge(inventoryOf(ONE_ROOM), SCHOOL, NOW_MS);
  return { options, judge, woken };
}

describe("reading back what is stored", () => {
  it("judges nothing while the store is away, and goes on by itself when it comes", async () => {
    let isAway = true;
    const { options, judge, woken } = setUp(() => (isAway ? new StoreError(true, "no server") : undefined));
    const stop = new AbortController();
    await recall(options, stop.signal);
    expect(judge).toThrow(expect.objectContaining({ code: "EVIDENCE_MISSING", retryable: true }));
    woken.pop()?.();
    await expect.poll(() => woken.length).toBe(1);
    expect(judge).toThrow();
    isAway = false;
    woken.pop()?.();
    await expect.poll(() => judge().schoolId).toBe(SCHOOL);
  });

  it("fails at once when trying again cannot help", async () => {
    const { options } = setUp(() => new StoreError(false, "another program's file"));
    await expect(recall(options, new AbortController().signal)).rejects.toMatchObject({ code: "STORE_REJECTED" });
  });
});

describe("reading back after evidence was archived", () => {
  const DAY = 86_400_000;
  const HOUR = DAY / 24;

  /** What was scanned of the store, by span and school. */
  async function scans(keptUpToMs: number | undefined, received: readonly Partial<LedgerEntry>[]) {
    const { options } = setUp(() => undefined);
    const found: { fromMs: number; toMs: number; schoolId: string | undefined }[] = [];
    let isRecalled = false;
    const entries = received.map((entry) => ({ ...ENTRY, ...entry }));
    const store: ReadingStore = {
      ...options.store,
      scan: async (metrics, fromMs, toMs, _take, schoolId) => {
        if (metrics.includes("probe_ok")) found.push({ fromMs, toMs, schoolId });
      },
      scanLedger: async (fromMs, _toMs, take) => take(entries.filter(({ receivedAtMs }) => receivedAtMs >= fromMs)),
    };
    const keeper = {
      keptUpToMs,
      recalled: () => {
        isRecalled = true;
      },
    };
    await recall({ ...options, store, keeper, spanMs: 120 * DAY }, new AbortController().signal);
    expect(isRecalled).toBe(true);
    return found;
  }

  const ENTRY: LedgerEntry = {
    agentId: "gw-1",
    session: "s1",
    sequence: 1,
    schoolId: SCHOOL,
    lane: "live",
    receivedAtMs: NOW_MS,
    digest: "",
    lines: 1,
  };
  const span = (fromMs: number, toMs: number) => ({ firstMs: fromMs, lastMs: toMs });

  it("takes everything when nobody knows of an archive, or the clock was set back since", async () => {
    const everything = [{ fromMs: NOW_MS - 120 * DAY, toMs: NOW_MS + DAY, schoolId: undefined }];
    expect(await scans(undefined, [])).toEqual(everything);
    expect(await scans(NOW_MS + 1, [])).toEqual(everything);
  });

  it("takes nothing when nothing was received since", async () => {
    expect(await scans(NOW_MS - HOUR, [{ ...span(0, 1), receivedAtMs: NOW_MS - HOUR - 1 }])).toEqual([]);
    expect(await scans(NOW_MS - HOUR, [{}])).toEqual([]);
  });

  it("takes what was fresh for all schools at once, and what was late school by school", async () => {
    const kept = NOW_MS - 2 * HOUR;
    const late = NOW_MS - 3 * DAY;
    const received = [
      span(NOW_MS - HOUR, NOW_MS - HOUR + 5),
      { schoolId: "2133000002", ...span(late, late + 10) },
      { schoolId: "2133000002", ...span(late - 20, late - 10) },
    ];
    expect(await scans(kept, received)).toEqual([
      { fromMs: kept - HOUR, toMs: NOW_MS + DAY, schoolId: undefined },
      { fromMs: late - 20, toMs: late + 11, schoolId: "2133000002" },
    ]);
  });

  it("takes both of a batch that reaches from long ago to now", async () => {
    const kept = NOW_MS - HOUR;
    expect(await scans(kept, [span(NOW_MS - DAY, NOW_MS)])).toEqual([
      { fromMs: kept - HOUR, toMs: NOW_MS + DAY, schoolId: undefined },
      { fromMs: NOW_MS - DAY, toMs: NOW_MS + 1, schoolId: SCHOOL },
    ]);
  });

  it("takes all that can have been accepted since, when the ledger does not reach back so far", async () => {
    const kept = NOW_MS - 20 * HOUR - 1;
    expect(await scans(kept, [])).toEqual([{ fromMs: kept - 8 * DAY, toMs: NOW_MS + DAY, schoolId: undefined }]);
  });
});

describe("a collector that is killed again and again", () => {
  it("has in the end what one has that never was", async () => {
    const folder = await mkdtemp(join(tmpdir(), "campanile-recall-"));
    const state = await openState(join(folder, "state.duckdb"));
    try {
      const { options } = setUp(() => undefined);
      const { store } = options;
      let nowMs = NOW_MS;
      const chance = chanceOf(7);
      const log = { info: () => undefined, warn: () => undefined };
      const whole = new Evidence();
      const start = async () => {
        const evidence = new Evidence({ isArchived: true });
        const keeper = await openKeeper({ state, evidence, inventory: () => undefined, nowMs: () => nowMs, log });
        const board = new Board({ regions: loadRegions(), inventory: undefined, evidence, fleet: new Fleet() });
        const spanMs = 30 * DAY_MS;
        await recall({ ...options, board, keeper, spanMs, nowMs: () => nowMs }, new AbortController().signal);
        return { evidence, keeper };
      };
      let running = await start();
      for (let sequence = 1; sequence <= 60; sequence += 1) {
        nowMs += sequence === 40 ? 30 * 3_600_000 : chance(40 * 60_000);
        // Some of it days old; some of it is stored and never taken, because the process ends between.
        const atMs = nowMs - (chance(3) === 0 ? chance(6 * DAY_MS) : chance(60_000));
        const batch = batchOf([[{ metric: "probe_ok", device: `d${chance(4)}` }, atMs, chance(2)]], {
          sequence,
          schoolId: SCHOOL,
          receivedAtMs: nowMs,
          firstMs: atMs,
          lastMs: atMs,
        });
        await store.write(batch);
        whole.take(SCHOOL, batch.samples);
        if (chance(8) === 0) running = await start();
        else running.evidence.take(SCHOOL, batch.samples);
        if (chance(3) === 0) await running.keeper.once();
      }
      running = await start();
      const days = Array.from({ length: 12 }, (_, i) => dayAt(nowMs) - i);
      expect(running.evidence.digest(SCHOOL, days)).toBe(whole.digest(SCHOOL, days));
    } finally {
      await state.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
});

/** Whole numbers from 0 to below a limit, the same ones for the same seed. */
function chanceOf(seed: number): (below: number) => number {
  let last = seed;
  return (below) => {
    last = (last * 48_271) % 2_147_483_647;
    return last % below;
  };
}
