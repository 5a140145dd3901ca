// What every ReadingStore knows of batches, as tests: repeats, agents, sessions, the ledger, schools.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Lane } from "../../contract/batch.ts";
import type { LedgerEntry, ReadingStore, Retention, Sample, SeriesKey, SessionLane, StoreBatch } from "./store.ts";
import {
  batchOf,
  clients,
  END,
  MINUTE,
  OTHER_SCHOOL,
  repeatOf,
  SCHOOL,
  type SuiteStore,
  scanned,
  T0,
} from "./store-suite.ts";

const YEAR_MS = 366 * 86_400_000;
const LONG: Retention = {
  rawMs: 10 * YEAR_MS,
  rollupMs: { "5m": 10 * YEAR_MS, "1h": 10 * YEAR_MS, "1d": 10 * YEAR_MS },
  eventsMs: 10 * YEAR_MS,
};

function entryOf({ samples: _, facts: _facts, events: _events, ...entry }: StoreBatch): LedgerEntry {
  return entry;
}

export function storeLedgerSuite(name: string, open: () => Promise<SuiteStore>): void {
  describe(`what a reading store knows of batches: ${name}`, () => {
    let suite: SuiteStore;
    let store: ReadingStore;

    beforeEach(async () => {
      suite = await open();
      store = suite.store;
    });
    afterEach(async () => {
      await store.close();
      await suite.cleanup();
    });

    const samplesOf = (key: SeriesKey, schoolId = SCHOOL): Promise<Sample[]> => store.series(schoolId, key, 0, END);

    describe("a batch that arrives again", () => {
      it("is recognised, answered with what its first delivery was, and not written", async () => {
        const batch = batchOf([[clients("ap-1"), T0, 1]], { lines: 41 });
        await store.write(batch);
        await store.write(batchOf([[clients("ap-1"), T0, 2]]));
        await expect(store.write(batch)).resolves.toEqual(repeatOf(batch));
        await expect(samplesOf(clients("ap-1"))).resolves.toEqual([{ atMs: T0, value: 2 }]);
      });

      it("is recognised while its first delivery is being written", async () => {
        const batch = batchOf([[clients("ap-1"), T0, 1]]);
        const results = await Promise.all([store.write(batch), store.write(batch), store.write(batch)]);
        expect(results.map(({ repeated }) => repeated).sort()).toEqual([false, true, true]);
        await expect(store.agents()).resolves.toMatchObject([{ batches: 1 }]);
      });

      it("is recognised after the store was closed and opened again (skipped for a store that leaves nothing behind)", async ({
        skip,
      }) => {
        if (suite.reopen === undefined) return skip("it leaves nothing behind");
        const batch = batchOf([[clients("ap-1"), T0, 1]]);
        await store.write(batch);
        store = await suite.reopen();
        await expect(store.write(batch)).resolves.toEqual(repeatOf(batch));
        await store.write(batchOf([[clients("ap-2"), T0, 2]]));
        await store.write(batchOf([[clients("ap-1"), T0, 3]]));
        await expect(samplesOf(clients("ap-1"))).resolves.toEqual([{ atMs: T0, value: 3 }]);
        await expect(samplesOf(clients("ap-2"))).resolves.toEqual([{ atMs: T0, value: 2 }]);
      });

      it("differs from one of another agent, another session or another number", async () => {
        const batch = batchOf([[clients("ap-1"), T0, 1]]);
        await store.write(batch);
        for (const other of [{ agentId: "agent-2" }, { session: "s2" }, { sequence: batch.sequence + 1000 }]) {
          await expect(store.write({ ...batch, ...other })).resolves.toEqual({ repeated: false });
        }
        await expect(store.write({ ...batch, sequence: batch.sequence + 1000 })).resolves.toMatchObject({
          repeated: true,
        });
        await expect(store.write({ ...batch, sequence: batch.sequence + 500 })).resolves.toMatchObject({
          repeated: false,
        });
      });

      it("is recognised also when nothing in it was right", async () => {
        const batch = batchOf([]);
        await expect(store.write(batch)).resolves.toEqual({ repeated: false });
        await expect(store.write(batch)).resolves.toEqual(repeatOf(batch));
      });

      it("is told from another batch under its name by what its first delivery was", async () => {
        const first = batchOf([[clients("ap-1"), T0, 1]]);
        const { sentAtMs: _, ...unsaid } = batchOf([], { schoolId: OTHER_SCHOOL, agentId: "agent-2" });
        await store.write(first);
        await store.write(unsaid);
        const forged = { ...first, digest: "feedfeedfeedfeed", schoolId: OTHER_SCHOOL, lines: 7, sentAtMs: T0 + 9 };
        await expect(store.write(forged)).resolves.toEqual(repeatOf(first));
        await expect(store.write({ ...unsaid, sentAtMs: T0 })).resolves.toStrictEqual(repeatOf(unsaid));
        await expect(scanned(store, ["wifi_clients"])).resolves.toHaveLength(1);
      });

      it("is recognised a year and much maintenance later, when only its name may be left", async () => {
        const sent = [3, 1, 2, 7, 5].map((sequence) => batchOf([[clients("ap-1"), T0 + sequence, 1]], { sequence }));
        for (const batch of sent) await store.write(batch);
        const young = batchOf([], { sequence: 8, receivedAtMs: T0 + YEAR_MS });
        await store.write(young);
        await store.setRolledUpTo(T0 + YEAR_MS);
        await store.maintain(T0 + YEAR_MS, LONG);
        await store.maintain(T0 + YEAR_MS + 1, LONG);
        if (suite.reopen !== undefined) store = await suite.reopen();
        for (const batch of sent) {
          const again = await store.write(batch);
          expect(again.repeated && again.first !== undefined ? again : repeatOf(batch)).toEqual(repeatOf(batch));
          expect(again.repeated).toBe(true);
        }
        await expect(store.write(young)).resolves.toEqual(repeatOf(young));
        await expect(store.agents()).resolves.toEqual([
          { agentId: "agent-1", batches: 6, lastReceivedMs: T0 + YEAR_MS },
        ]);
        for (const sequence of [4, 6, 9]) {
          await expect(store.write(batchOf([], { sequence }))).resolves.toEqual({ repeated: false });
        }
      });
    });

    it("knows a batch by its name alone", async () => {
      await store.write(batchOf([], { sequence: 4 }));
      await expect(store.knows("agent-1", "s1", 4)).resolves.toBe(true);
      await expect(store.knows("agent-1", "s1", 5)).resolves.toBe(false);
      await expect(store.knows("agent-1", "s2", 4)).resolves.toBe(false);
      await expect(store.knows("agent-2", "s1", 4)).resolves.toBe(false);
    });

    it("counts the batches of each agent and knows when the newest arrived", async () => {
      await expect(store.agents()).resolves.toEqual([]);
      await store.write(batchOf([[clients("ap-1"), T0, 1]], { receivedAtMs: T0 + 5 }));
      const newest = batchOf([], { receivedAtMs: T0 + 9 });
      await store.write(newest);
      await store.write(batchOf([], { receivedAtMs: T0 + 7, session: "s2" }));
      await store.write({ ...newest, receivedAtMs: T0 + 99 });
      await store.write(batchOf([], { agentId: "agent-2", receivedAtMs: T0 }));
      const agents = await store.agents();
      expect(agents.sort((a, b) => (a.agentId < b.agentId ? -1 : 1))).toEqual([
        { agentId: "agent-1", batches: 3, lastReceivedMs: T0 + 9 },
        { agentId: "agent-2", batches: 1, lastReceivedMs: T0 },
      ]);
    });

    describe("the sessions of an agent", () => {
      it("are told lane by lane with the highest sequence, the one that began first at the front", async () => {
        const deliver = (session: string, lane: Lane, sequence: number, minute: number, agentId = "agent-1") =>
          store.write(batchOf([], { agentId, session, lane, sequence, receivedAtMs: T0 + minute * MINUTE }));
        await expect(store.sessions("agent-1")).resolves.toEqual([]);
        await deliver("old", "backlog", 1, 0);
        await deliver("new", "live", 900, 2);
        await deliver("old", "backlog", 2, 1);
        await deliver("new", "backlog", 1, 3);
        await deliver("new", "live", 901, 4);
        await deliver("new", "backlog", 2, 5);
        await deliver("other", "backlog", 5, 0, "agent-2");
        const expected: SessionLane[] = [
          { session: "old", lane: "backlog", highest: 2, sinceMs: T0 },
          { session: "new", lane: "live", highest: 901, sinceMs: T0 + 2 * MINUTE },
          { session: "new", lane: "backlog", highest: 2, sinceMs: T0 + 3 * MINUTE },
        ];
        await expect(store.sessions("agent-1")).resolves.toEqual(expected);
        if (suite.reopen !== undefined) store = await suite.reopen();
        await expect(store.sessions("agent-1")).resolves.toEqual(expected);
        await store.setRolledUpTo(T0 + YEAR_MS);
        await store.maintain(T0 + YEAR_MS, LONG);
        await deliver("new", "live", 902, 600_000);
        if (suite.reopen !== undefined) store = await suite.reopen();
        const later = expected.map((lane) => (lane.lane === "live" ? { ...lane, highest: 902 } : lane));
        await expect(store.sessions("agent-1")).resolves.toEqual(later);
      });

      it("do not move when a batch arrives again", async () => {
        const batch = batchOf([], { sequence: 4 });
        await store.write(batch);
        await store.write({ ...batch, lane: "live", receivedAtMs: T0 + MINUTE });
        await expect(store.sessions("agent-1")).resolves.toEqual([
          { session: "s1", lane: "backlog", highest: 4, sinceMs: T0 },
        ]);
      });
    });

    describe("the ledger", () => {
      const listed = async (fromMs: number, toMs: number) => {
        const found: LedgerEntry[] = [];
        await store.scanLedger(fromMs, toMs, (entries) => found.push(...entries));
        return found;
      };

      it("lists what was received in a stretch of time, in order of reception, with what it said", async () => {
        const received = (receivedAtMs: number, more: Partial<StoreBatch> = {}) =>
          batchOf([[clients("ap-1"), receivedAtMs - MINUTE, 1]], { receivedAtMs, ...more });
        const { sentAtMs: _, ...unsaid } = received(T0 + 30, { lane: "live", agentId: "agent-2" });
        const empty = batchOf([], { receivedAtMs: T0 + 20, schoolId: OTHER_SCHOOL });
        const all = [received(T0 + 10), unsaid, empty, received(T0 + 40), received(T0 + 9)];
        for (const batch of all) await store.write(batch);
        await store.write({ ...empty, receivedAtMs: T0 + 35 });
        await expect(listed(T0 + 10, T0 + 40)).resolves.toEqual(
          [all[0], empty, unsaid].map((one) => one && entryOf(one)),
        );
        await expect(listed(0, END)).resolves.toHaveLength(5);
        await expect(listed(T0 + 41, END)).resolves.toEqual([]);
        if (suite.reopen !== undefined) store = await suite.reopen();
        await expect(listed(T0 + 30, T0 + 31)).resolves.toStrictEqual([entryOf(unsaid)]);
      });

      it("keeps what has not been rolled up yet, however old it is", async () => {
        const waiting = batchOf([[clients("ap-1"), T0, 1]]);
        await store.write(waiting);
        await store.maintain(T0 + YEAR_MS, LONG);
        await expect(listed(0, END)).resolves.toEqual([entryOf(waiting)]);
        await store.setRolledUpTo(T0);
        await store.maintain(T0 + YEAR_MS, LONG);
        await expect(listed(0, END)).resolves.toEqual([entryOf(waiting)]);
      });
    });

    it("knows the schools that something is stored of", async () => {
      await expect(store.schools()).resolves.toEqual([]);
      await store.write(batchOf([[clients("ap-1"), T0, 1]], { schoolId: OTHER_SCHOOL, agentId: "agent-2" }));
      await store.write(batchOf([], { facts: [{ device: "ap-1", atMs: T0, texts: { model: "A" } }] }));
      await expect(store.schools()).resolves.toEqual([SCHOOL, OTHER_SCHOOL]);
      if (suite.reopen !== undefined) store = await suite.reopen();
      await expect(store.schools()).resolves.toEqual([SCHOOL, OTHER_SCHOOL]);
    });
  });
}
