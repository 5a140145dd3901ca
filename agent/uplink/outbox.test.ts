import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { SpoolError } from "../spool/errors.ts";
import { Outbox } from "./outbox.ts";

const FULL = new SpoolError("SPOOL_FULL", "no space");

function outboxOn(append: (lines: readonly string[]) => Promise<{ sequence: number }>, maxWaitingChars = 1_000) {
  const counts = { dropped: 0, forgotten: 0, stored: 0 };
  const countDropped = async (batches: number) => {
    counts.dropped += batches;
  };
  const spool = { append, countDropped };
  const log = pino({ level: "silent" });
  const onStored = () => {
    counts.stored += 1;
  };
  const onDropped = () => {
    counts.forgotten += 1;
  };
  return { outbox: new Outbox({ spool, log, onStored, onDropped, maxWaitingChars }), counts };
}

describe("the outbox", () => {
  it("stores everything that came since the last time as one batch, and nothing when nothing came", async () => {
    const batches: (readonly string[])[] = [];
    const { outbox } = outboxOn(async (lines) => ({ sequence: batches.push(lines) }));
    outbox.add(["a"]);
    outbox.add(["b", "c"]);
    await outbox.flush();
    await outbox.flush();
    expect(batches).toEqual([["a", "b", "c"]]);
  });

  it("counts what the spool did not take before the end", async () => {
    const { outbox, counts } = outboxOn(() => Promise.reject(FULL));
    outbox.add(["a", "b"]);
    await outbox.close();
    expect(outbox.stats()).toEqual({ waitingLines: 0, droppedLines: 2 });
    expect(counts.dropped).toBe(1);
    const { outbox: other, counts: none } = outboxOn(async () => ({ sequence: 1 }));
    other.add(["a"]);
    await other.close();
    expect(none).toMatchObject({ dropped: 0, stored: 1 });
  });

  it("keeps the lines while the spool is full, in order, and stores them afterwards", async () => {
    let isFull = true;
    const batches: (readonly string[])[] = [];
    const { outbox, counts } = outboxOn(async (lines) => {
      if (isFull) throw FULL;
      return { sequence: batches.push(lines) };
    });
    outbox.add(["a"]);
    await outbox.flush();
    outbox.add(["b"]);
    await outbox.flush();
    expect(outbox.stats()).toEqual({ waitingLines: 2, droppedLines: 0 });
    isFull = false;
    await outbox.flush();
    expect(batches).toEqual([["a", "b"]]);
    expect(counts).toEqual({ dropped: 0, forgotten: 0, stored: 1 });
  });

  it("says that lines are stored once they are, and not while the spool is full or after they were lost", async () => {
    let isFull = true;
    const batches: (readonly string[])[] = [];
    const { outbox } = outboxOn(async (lines) => {
      if (isFull) throw FULL;
      return { sequence: batches.push(lines) };
    }, 100);
    outbox.add(["a"]);
    await expect(outbox.store()).resolves.toBe(false);
    isFull = false;
    const stored = outbox.store();
    outbox.add(["b"]);
    await expect(stored).resolves.toBe(true);
    expect(batches.flat()).toContain("a");
    isFull = true;
    outbox.add(["c"]);
    const lost = outbox.store();
    outbox.add(["d".repeat(90), "e".repeat(90)]);
    isFull = false;
    await expect(lost).resolves.toBe(false);
  });

  it("does not take lines that came during a store for stored with it", async () => {
    const open: (() => void)[] = [];
    const { outbox } = outboxOn(() => new Promise((resolve) => open.push(() => resolve({ sequence: 1 }))));
    const settled: string[] = [];
    outbox.add(["a"]);
    const first = outbox.store().then(() => settled.push("a"));
    outbox.add(["b"]);
    const second = outbox.store().then((isStored) => settled.push(`b ${isStored}`));
    open[0]?.();
    await expect.poll(() => open.length).toBe(2);
    expect(settled).toEqual([]);
    open[1]?.();
    await Promise.all([first, second]);
    expect(settled).toContain("b true");
  });

  it("drops the oldest lines beyond its bound, counts them, and has facts sent again", async () => {
    const { outbox, counts } = outboxOn(async () => {
      throw FULL;
    }, 100);
    for (let i = 0; i < 30; i += 1) outbox.add([`line-${i}`]);
    await outbox.flush();
    const { waitingLines, droppedLines } = outbox.stats();
    expect(waitingLines + droppedLines).toBe(30);
    expect(droppedLines).toBeGreaterThan(0);
    expect(counts.forgotten).toBeGreaterThan(0);
    expect(counts.dropped).toBe(counts.forgotten);
  });

  it("does not lose or double the lines that come while a batch is being stored", async () => {
    const batches: (readonly string[])[] = [];
    const open: (() => void)[] = [];
    const { outbox } = outboxOn(
      (lines) => new Promise((resolve) => open.push(() => resolve({ sequence: batches.push(lines) }))),
      40,
    );
    outbox.add(["first-0", "first-1"]);
    const flushed = outbox.flush();
    outbox.add(Array.from({ length: 8 }, (_, i) => `later-${i}`));
    open.shift()?.();
    await expect.poll(() => open.length).toBe(1);
    open.shift()?.();
    await flushed;
    expect(batches[0]).toEqual(["first-0", "first-1"]);
    expect(batches[1]?.at(-1)).toBe("later-7");
    expect(batches.flat().length + outbox.stats().droppedLines).toBe(10);
  });

  it("gives up a batch that can never be taken", async () => {
    const { outbox, counts } = outboxOn(async () => {
      throw new SpoolError("SPOOL_BATCH_TOO_LARGE", "too large");
    });
    outbox.add(["a"]);
    await outbox.flush();
    expect(outbox.stats()).toEqual({ waitingLines: 0, droppedLines: 1 });
    expect(counts.dropped).toBe(1);
  });
});
