import { describe, expect, it } from "vitest";
import { createMemoryStore } from "../store/memory.ts";
import { type ReadingStore, StoreError, type WriteResult } from "../store/store.ts";
import { IngestCounts } from "./counts.ts";
import { createIngest, type DeliveredBatch, type IngestOptions, type StoredInfo } from "./ingest.ts";

const NOW = Date.parse("2026-03-02T08:00:00+08:00");
const SCHOOL = "3633000001";
const GOOD = `device,device=ap-1 wifi_clients=12 ${NOW}\n`;

function setUp(more: Partial<IngestOptions> = {}) {
  const store = more.store ?? createMemoryStore();
  const told: { schoolId: string; length: number; info: StoredInfo }[] = [];
  const ingest = createIngest({
    store,
    schoolOfAgent: (id) => (id === "agent-1" ? SCHOOL : undefined),
    nowMs: () => NOW,
    lateAcceptMs: 86_400_000,
    onStored: (schoolId, { length }, info) => told.push({ schoolId, length, info }),
    ...more,
  });
  return { store, ingest, told };
}

const batch = (more: Partial<DeliveredBatch> = {}): DeliveredBatch => ({
  agentId: "agent-1",
  session: "s1",
  sequence: 1,
  lines: Buffer.from(GOOD),
  ...more,
});

/** A store whose writes wait until they are let go. */
function heldStore() {
  const waiting: { resolve: (result: WriteResult) => void; reject: (error: StoreError) => void }[] = [];
  const store: ReadingStore = {
    ...createMemoryStore(),
    write: () => new Promise((resolve, reject) => waiting.push({ resolve, reject })),
  };
  return { store, waiting };
}

describe("ingest", () => {
  it("stores a batch under its agent's school and says what it stored and refused", async () => {
    const { store, ingest, told } = setUp();
    const lines = Buffer.from(`${GOOD}device,device=ap-1 wifi_clients=oops ${NOW}\n`);
    await expect(ingest.accept(batch({ lines, sentAtMs: NOW - 2_500 }))).resolves.toEqual({
      agent: "agent-1",
      session: "s1",
      sequence: 1,
      stored: 1,
      repeated: 0,
      refused: [{ line: 2, code: "LINE_SYNTAX", message: expect.any(String) }],
    });
    await expect(store.latest(SCHOOL, 0)).resolves.toMatchObject([{ sample: { atMs: NOW, value: 12 } }]);
    expect(told).toEqual([
      { schoolId: SCHOOL, length: 1, info: { agentId: "agent-1", receivedAtMs: NOW, clockOffsetMs: -2_500 } },
    ]);
  });

  it("does not know the offset of a clock that was not told", async () => {
    const { ingest, told } = setUp();
    await ingest.accept(batch());
    expect(told[0]?.info).toEqual({ agentId: "agent-1", receivedAtMs: NOW });
  });

  it("refuses an agent that speaks for no school", async () => {
    const { store, ingest } = setUp();
    await expect(ingest.accept(batch({ agentId: "stranger" }))).rejects.toMatchObject({
      code: "AGENT_UNKNOWN",
      retryable: false,
    });
    await expect(store.agents()).resolves.toEqual([]);
  });

  it("acknowledges a repeated batch as repeated and tells nobody of it again", async () => {
    const { ingest, told } = setUp();
    await ingest.accept(batch());
    await expect(ingest.accept(batch())).resolves.toMatchObject({ stored: 0, repeated: 1, refused: [] });
    expect(told).toHaveLength(1);
  });

  it("remembers also a batch of which every line was refused", async () => {
    const { store, ingest } = setUp();
    const garbage = batch({ lines: Buffer.from("garbage") });
    await expect(ingest.accept(garbage)).resolves.toMatchObject({ stored: 0, repeated: 0, refused: [{ line: 1 }] });
    await expect(ingest.accept(garbage)).resolves.toMatchObject({ stored: 0, repeated: 0, refused: [] });
    await expect(store.agents()).resolves.toMatchObject([{ batches: 1 }]);
  });

  it("stores a batch once when it is delivered again before the first delivery is through", async () => {
    const { store, waiting } = heldStore();
    const { ingest, told } = setUp({ store });
    const deliveries = Promise.all([ingest.accept(batch()), ingest.accept(batch())]);
    expect(waiting).toHaveLength(1);
    waiting[0]?.resolve({ repeated: false });
    await expect(deliveries).resolves.toMatchObject([
      { stored: 1, repeated: 0 },
      { stored: 0, repeated: 1 },
    ]);
    expect(told).toHaveLength(1);
  });

  it("tells of a batch that was stored although its write failed, once, when it comes again", async () => {
    const memory = createMemoryStore();
    let failures = 1;
    const store: ReadingStore = {
      ...memory,
      write: async (stored) => {
        const result = await memory.write(stored);
        if (failures-- > 0) throw new StoreError(true, "committed, and then the disk was full");
        return result;
      },
    };
    const { ingest, told } = setUp({ store });
    await expect(ingest.accept(batch())).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
    expect(told).toEqual([]);
    await expect(ingest.accept(batch())).resolves.toMatchObject({ stored: 0, repeated: 1 });
    expect(told).toMatchObject([{ schoolId: SCHOOL, length: 1 }]);
    await ingest.accept(batch());
    expect(told).toHaveLength(1);
  });

  it("counts what became of batches and lines", async () => {
    const counts = new IngestCounts();
    const { store, waiting } = heldStore();
    const { ingest } = setUp({ store, counts });
    const lines = Buffer.from(`${GOOD}garbage\n`);
    const all = Promise.allSettled([1, 1, 2, 3].map((sequence) => ingest.accept(batch({ sequence, lines }))));
    waiting[0]?.resolve({ repeated: false });
    waiting[1]?.resolve({ repeated: true, lines: 1 });
    waiting[2]?.reject(new StoreError(true, "disk full"));
    await all;
    await expect(ingest.accept(batch({ agentId: "stranger" }))).rejects.toMatchObject({ code: "AGENT_UNKNOWN" });
    expect(counts).toEqual({
      batches: { stored: 1, repeated: 2, failed: 1, unknown_agent: 1 },
      lines: { stored: 1, refused: 1 },
    });
  });

  it("does not acknowledge before the store has, and fails all deliveries when the store does", async () => {
    const { store, waiting } = heldStore();
    const { ingest, told } = setUp({ store });
    const deliveries = Promise.allSettled([ingest.accept(batch()), ingest.accept(batch())]);
    waiting[0]?.reject(new StoreError(true, "disk full"));
    for (const result of await deliveries) {
      expect(result).toMatchObject({ status: "rejected", reason: { code: "STORE_UNAVAILABLE", retryable: true } });
    }
    expect(told).toEqual([]);
    const retried = ingest.accept(batch());
    expect(waiting).toHaveLength(2);
    waiting[1]?.resolve({ repeated: false });
    await expect(retried).resolves.toMatchObject({ stored: 1 });
  });
});
