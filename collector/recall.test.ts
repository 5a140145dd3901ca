import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { Board } from "./board.ts";
import { Fleet } from "./fleet/heard.ts";
import { loadRegions } from "./inventory/regions.ts";
import { recall } from "./recall.ts";
import { inventoryOf, ONE_ROOM, SCHOOL } from "./score/campus-suite.ts";
import { Evidence } from "./score/evidence.ts";
import { createMemoryStore } from "./store/memory.ts";
import { StoreError } from "./store/store.ts";

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
