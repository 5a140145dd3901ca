import { describe, expect, it } from "vitest";
import { CampusError } from "../../contract/errors.ts";
import { createMemoryStore } from "../store/memory.ts";
import { type ReadingStore, StoreError, type WriteResult } from "../store/store.ts";
import { IngestCounts } from "./counts.ts";
import { createIngest, type DeliveredBatch, type IngestOptions, type StoredInfo } from "./ingest.ts";
import { trusting } from "./speakers-suite.ts";

const NOW = Date.parse("2026-03-02T08:00:00+08:00");
const SCHOOL = "3633000001";
const GOOD = `device,device=ap-1 wifi_clients=12 ${NOW}\n`;

function setUp(more: Partial<IngestOptions> = {}) {
  const store = more.store ?? createMemoryStore();
  const told: { schoolId: string; length: number; info: StoredInfo }[] = [];
  const ingest = createIngest({
    store,
    speakers: trusting(() => SCHOOL),
    nowMs: () => NOW,
    lateAcceptMs: 86_400_000,
    onStored: (schoolId, { length }, info) => told.push({ schoolId, length, info }),
    ...more,
  });
  return { store, ingest, told };
}

const batch = (more: Partial<DeliveredBatch> = {}): DeliveredBatch => ({
  agentId: "agent-1",
  schoolId: SCHOOL,
  session: "s1",
  sequence: 1,
  lane: "backlog",
  from: "127.0.0.1",
  digest: "0123456789abcdef",
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
    await expect(store.latest(SCHOOL, 0)).resolves.toMatchObject([
      { sample: { atMs: NOW, value: 12 } },
      { key: { metric: "agent_clock_offset_seconds" }, sample: { atMs: NOW, value: -2.5 } },
    ]);
    expect(told).toEqual([
      { schoolId: SCHOOL, length: 2, info: { agentId: "agent-1", receivedAtMs: NOW, clockOffsetMs: -2_500 } },
    ]);
  });

  it("does not know the offset of a clock that was not told", async () => {
    const { ingest, told } = setUp();
    await ingest.accept(batch());
    expect(told[0]?.info).toEqual({ agentId: "agent-1", receivedAtMs: NOW });
  });

  it("asks whether a batch has its turn before it is stored, and tells of it afterwards", async () => {
    const heard: string[] = [];
    const speakers = {
      ...trusting(() => SCHOOL),
      order: async ({ sequence }: { sequence: number }) => {
        if (sequence === 3) throw new CampusError("BATCH_OUT_OF_ORDER", "4 was stored before");
      },
      stored: ({ sequence }: { sequence: number }) => void heard.push(`stored ${sequence}`),
      repeated: ({ sequence, first }: { sequence: number; first?: { digest: string } }) => {
        if (first?.digest !== "0123456789abcdef") throw new CampusError("BATCH_CONFLICT", `another ${sequence}`);
        heard.push(`repeated ${sequence}`);
      },
    };
    const { store, ingest } = setUp({ speakers });
    await ingest.accept(batch({ sequence: 4 }));
    await expect(ingest.accept(batch({ sequence: 3 }))).rejects.toMatchObject({ code: "BATCH_OUT_OF_ORDER" });
    await ingest.accept(batch({ sequence: 4 }));
    expect(heard).toEqual(["stored 4", "repeated 4"]);
    await expect(store.agents()).resolves.toMatchObject([{ batches: 1 }]);
  });

  it("refuses the lines of devices that other schools have, by their number, and stores the others", async () => {
    const told: string[] = [];
    const speakers = { ...trusting(() => SCHOOL), foreign: (...of: string[]) => void told.push(of.join(" ")) };
    const { store, ingest } = setUp({ speakers, isForeign: (_, device) => device === "theirs" });
    const foreign = `device,device=theirs wifi_clients=1 ${NOW}\nfact,device=theirs model="x" ${NOW}\n`;
    const ack = await ingest.accept(batch({ lines: Buffer.from(`${foreign}${GOOD}${foreign}`) }));
    expect(ack.stored).toBe(1);
    expect(ack.refused.map(({ line, code }) => `${line} ${code}`)).toEqual(
      [1, 2, 4, 5].map((line) => `${line} FOREIGN_DEVICE`),
    );
    expect(new Set(told)).toEqual(new Set(["agent-1 theirs 127.0.0.1"]));
    await expect(store.latest(SCHOOL, 0)).resolves.toMatchObject([{ key: { device: "ap-1" } }]);
  });

  it("keeps how far an agent's clock is off, once a minute", async () => {
    let now = NOW;
    const { store, ingest } = setUp({ nowMs: () => now });
    await ingest.accept(batch({ sequence: 1, sentAtMs: NOW - 400_000 }));
    now += 30_000;
    await ingest.accept(batch({ sequence: 2, sentAtMs: NOW - 400_000 }));
    now += 30_000;
    await ingest.accept(batch({ sequence: 3, sentAtMs: NOW - 400_000 }));
    const key = { metric: "agent_clock_offset_seconds", device: "agent-1" } as const;
    await expect(store.series(SCHOOL, key, 0, Infinity)).resolves.toEqual([
      { atMs: NOW, value: -400 },
      { atMs: NOW + 60_000, value: -460 },
    ]);
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
    await expect(ingest.accept(garbage)).resolves.toMatchObject({ stored: 0, repeated: 0, refused: [{ line: 1 }] });
    await expect(store.agents()).resolves.toMatchObject([{ batches: 1 }]);
  });

  it("stores a batch once when it is delivered again before the first delivery is through", async () => {
    const { store, waiting } = heldStore();
    const { ingest, told } = setUp({ store });
    const deliveries = Promise.all([ingest.accept(batch()), ingest.accept(batch())]);
    await expect.poll(() => waiting.length).toBe(1);
    waiting[0]?.resolve({ repeated: false });
    await expect.poll(() => waiting.length).toBe(2);
    waiting[1]?.resolve({ repeated: true });
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
    const all = Promise.allSettled([1, 2, 3].map((sequence) => ingest.accept(batch({ sequence, lines }))));
    await expect.poll(() => waiting.length).toBe(3);
    waiting[0]?.resolve({ repeated: false });
    waiting[1]?.resolve({ repeated: true });
    waiting[2]?.reject(new StoreError(true, "disk full"));
    await all;
    expect(counts).toEqual({
      batches: { stored: 1, repeated: 1, failed: 1 },
      lines: { stored: 1, refused: 1 },
    });
  });

  it("does not acknowledge before the store has, and fails all deliveries when the store does", async () => {
    const { store, waiting } = heldStore();
    const { ingest, told } = setUp({ store });
    const deliveries = Promise.allSettled([ingest.accept(batch()), ingest.accept(batch())]);
    for (const i of [0, 1]) {
      await expect.poll(() => waiting.length).toBe(i + 1);
      waiting[i]?.reject(new StoreError(true, "disk full"));
    }
    for (const result of await deliveries) {
      expect(result).toMatchObject({ status: "rejected", reason: { code: "STORE_UNAVAILABLE", retryable: true } });
    }
    expect(told).toEqual([]);
    const retried = ingest.accept(batch());
    await expect.poll(() => waiting.length).toBe(3);
    waiting[2]?.resolve({ repeated: false });
    await expect(retried).resolves.toMatchObject({ stored: 1 });
  });
});
