import { open, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Ranges } from "./ranges.ts";
import { HEADER_BYTES } from "./record.ts";
import type { Spool } from "./spool.ts";
import { drain, linesOf, segmentsOf, useSpools } from "./spool-suite.ts";

const at = useSpools();

const fill = async (spool: Spool, count: number) => {
  for (let i = 1; i <= count; i += 1) await spool.append([`line ${i}`]);
};
const sequences = async (spool: Spool, records = 100, bytes = 1e6) =>
  (await spool.peekMany(records, bytes)).map(({ sequence }) => sequence);
const deliverNewest = async (spool: Spool) => {
  const newest = await spool.peekNewest();
  if (newest) await spool.ackAhead(newest.sequence);
  return newest?.sequence;
};

describe("several batches at once", () => {
  it("are the oldest in order, within the bounds, and the first whatever its length", async () => {
    await at.with(at.dir, async (spool) => {
      expect(await sequences(spool)).toEqual([]);
      await fill(spool, 5);
      const [first] = await spool.peekMany(1, 0);
      const bytes = first?.payload.length ?? 0;
      expect(first && linesOf(first.payload)).toEqual(["line 1"]);
      expect(await sequences(spool, 3)).toEqual([1, 2, 3]);
      expect(await sequences(spool, 100, 2 * bytes)).toEqual([1, 2]);
      expect(await sequences(spool, 100, 2 * bytes - 1)).toEqual([1]);
      expect(await sequences(spool)).toEqual([1, 2, 3, 4, 5]);
    });
  });

  it("are of one session only", async () => {
    await at.with(at.dir, (spool) => fill(spool, 2));
    await at.with(at.dir, async (spool) => {
      await fill(spool, 1);
      expect(await sequences(spool)).toEqual([1, 2]);
      await spool.ack(1, 2);
      expect(await sequences(spool)).toEqual([3]);
    });
  });

  it("come from as many segments as needed", async () => {
    const maxBytes = 8_000; // segments of a thousand bytes
    await at.with(at.dir, (spool) => fill(spool, 40), { maxBytes });
    expect((await segmentsOf(at.dir)).length).toBeGreaterThan(2);
    await at.with(at.dir, async (spool) => expect(await sequences(spool)).toHaveLength(40), { maxBytes });
  });

  it("leave together with one write, also the first of them only", async () => {
    await at.with(at.dir, async (spool) => {
      await fill(spool, 6);
      const generation = async () => /"generation":(\d+)/g;
      const writes = async () => {
        const text = await readFile(join(at.dir, "state"), "latin1");
        return Math.max(...[...text.matchAll(await generation())].map(([, n]) => Number(n)));
      };
      const before = await writes();
      await spool.ack(...(await sequences(spool, 4)));
      expect(await writes()).toBe(before + 1);
      await spool.ack(5);
      expect(await sequences(spool)).toEqual([6]);
      await expect(spool.ack(6, 8)).resolves.toBeUndefined();
      expect(spool.stats().pendingBatches).toBe(0);
    });
  });

  it("end before damage, which is counted once it comes first", async () => {
    await at.with(at.dir, async (spool) => {
      await fill(spool, 4);
      const [name = ""] = await segmentsOf(at.dir);
      const bytes = await readFile(join(at.dir, name));
      const second = HEADER_BYTES + bytes.readUInt32LE(8);
      const third = second + HEADER_BYTES + bytes.readUInt32LE(second + 8);
      const file = await open(join(at.dir, name), "r+");
      await file.write(Buffer.from([0xff]), 0, 1, third + HEADER_BYTES + 3);
      await file.close();
      expect(await sequences(spool)).toEqual([1, 2]);
      expect(spool.stats().droppedTotal).toBe(0);
      await spool.ack(1, 2);
      expect(await sequences(spool)).toEqual([4]);
      expect(spool.stats()).toMatchObject({ droppedTotal: 1, pendingBatches: 1 });
    });
  });
});

describe("a batch that is acknowledged ahead", () => {
  it("is the newest, leaves at once, and the position passes over it later", async () => {
    await at.with(at.dir, async (spool) => {
      await expect(spool.peekNewest()).resolves.toBeUndefined();
      await fill(spool, 4);
      const before = spool.stats();
      expect(await deliverNewest(spool)).toBe(4);
      expect(spool.stats().pendingBatches).toBe(3);
      expect(spool.stats().pendingBytes).toBeLessThan(before.pendingBytes);
      expect(await spool.peekNewest()).toBeUndefined();
      await spool.append(["line 5"]);
      expect(await sequences(spool)).toEqual([1, 2, 3, 5]);
      expect(await deliverNewest(spool)).toBe(5);
      await spool.ack(1, 2, 3);
      expect(spool.stats()).toMatchObject({ pendingBatches: 0, pendingBytes: 0, droppedTotal: 0 });
    });
    await at.with(at.dir, async (spool) => {
      expect(spool.stats()).toMatchObject({ pendingBatches: 0 });
      await expect(spool.append(["line 6"])).resolves.toEqual({ sequence: 6 });
    });
  });

  it("moves the position itself when nothing waits before it", async () => {
    await at.with(at.dir, async (spool) => {
      await fill(spool, 1);
      await deliverNewest(spool);
      const copy = await at.crash(at.dir, "copy");
      await at.with(copy, async (again) => expect(again.stats().pendingBatches).toBe(0));
    });
  });

  it("comes once more after a crash", async () => {
    const spool = await at.open();
    await fill(spool, 3);
    await deliverNewest(spool);
    const copy = await at.crash(at.dir, "copy");
    await spool.close();
    await at.with(copy, async (again) => expect(await sequences(again)).toEqual([1, 2, 3]));
  });

  it("must have been given out", async () => {
    await at.with(at.dir, async (spool) => {
      await fill(spool, 3);
      await expect(spool.ackAhead(2)).rejects.toMatchObject({ code: "SPOOL_ACK" });
      await deliverNewest(spool);
      await expect(spool.ackAhead(3)).resolves.toBeUndefined();
      expect(spool.stats().pendingBatches).toBe(2);
    });
  });

  it("does not count as dropped when the spool is full", async () => {
    const maxBytes = 8_000;
    await at.with(
      at.dir,
      async (spool) => {
        let ahead = 0;
        for (let i = 1; i <= 200; i += 1) {
          await spool.append([`line ${i}`]);
          if (i % 2 === 0 && (await deliverNewest(spool)) !== undefined) ahead += 1;
          const sizes = await Promise.all(
            (await segmentsOf(at.dir)).map(async (name) => (await stat(join(at.dir, name))).size),
          );
          expect(sizes.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(maxBytes);
        }
        const { pendingBatches, droppedTotal } = spool.stats();
        expect(ahead).toBe(100);
        expect(droppedTotal).toBeGreaterThan(0);
        expect(pendingBatches + droppedTotal).toBe(100);
        expect((await drain(spool)).every(({ sequence }) => sequence % 2 === 1)).toBe(true);
      },
      { maxBytes },
    );
  });
});

describe("a batch that is dropped while it is delivered", () => {
  it("does not count as dropped once the collector has stored it, in either lane", async () => {
    await at.with(at.dir, async (spool) => {
      await fill(spool, 3);
      const given = await sequences(spool, 2);
      at.nowMs += 3_600_001;
      await spool.append(["young 4"]);
      expect(spool.stats()).toMatchObject({ pendingBatches: 1, droppedTotal: 1 });
      await spool.ack(...given);
      expect(spool.stats().droppedTotal).toBe(1);

      const newest = await spool.peekNewest();
      at.nowMs += 3_600_001;
      await spool.append(["young 5"]);
      await spool.ackAhead(newest?.sequence ?? 0);
      expect(spool.stats()).toMatchObject({ pendingBatches: 1, droppedTotal: 1 });
    });
    await at.with(at.dir, async (spool) => expect(spool.stats().droppedTotal).toBe(1));
  });

  it("counts when the delivery failed, and when the process ended before anybody knew", async () => {
    const spool = await at.open();
    await fill(spool, 2);
    await sequences(spool);
    at.nowMs += 3_600_001;
    await spool.append(["young 3"]);
    const copy = await at.crash(at.dir, "copy");
    await at.with(copy, async (again) => expect(again.stats().droppedTotal).toBe(2));
    expect(spool.stats().droppedTotal).toBe(0);
    expect(await sequences(spool)).toEqual([3]);
    expect(spool.stats().droppedTotal).toBe(2);
    await spool.close();
  });
});

describe("a batch that gets a new name", () => {
  it("goes behind the others with its age and its lines, and its old name is done with", async () => {
    await at.with(at.dir, (spool) => fill(spool, 2));
    at.nowMs += 1_000;
    await at.with(at.dir, async (spool) => {
      await spool.append(["line 3"]);
      const [old] = await spool.peekMany(1, 0);
      if (old) await spool.rename(old);
      expect(await sequences(spool)).toEqual([2]);
      await spool.ack(2);
      const [third, renamed] = await spool.peekMany(9, 1e6);
      expect(third?.sequence).toBe(3);
      expect(renamed).toMatchObject({ session: spool.stats().session, sequence: 4, createdAtMs: at.nowMs - 1_000 });
      expect(renamed && linesOf(renamed.payload)).toEqual(["line 1"]);
      expect(spool.stats().droppedTotal).toBe(0);
    });
  });
});

describe("a set of sequences", () => {
  it("holds what was added and not forgotten, in as few ranges as can be", () => {
    const small = fc.integer({ min: 1, max: 30 });
    const operation = fc.tuple(fc.constantFrom("add", "add", "add", "forget"), small);
    fc.assert(
      fc.property(fc.array(operation), (operations) => {
        const ranges = new Ranges();
        let model = new Set<number>();
        for (const [what, sequence] of operations) {
          if (what === "add") {
            ranges.add(sequence);
            model.add(sequence);
          } else {
            ranges.forget(sequence);
            model = new Set([...model].filter((one) => one > sequence));
          }
          for (let i = 0; i <= 31; i += 1) expect(ranges.has(i)).toBe(model.has(i));
          expect(ranges.size).toBe([...model].filter((one) => !model.has(one - 1)).length);
        }
      }),
    );
  });
});
