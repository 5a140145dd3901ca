import { mkdir, open, readdir, readFile, rm, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { inspectSpool } from "./inspect.ts";
import { HEADER_BYTES } from "./record.ts";
import { drain, segmentsOf, useSpools } from "./spool-suite.ts";

const at = useSpools();

describe("a spool", () => {
  it("gives batches back in order, each until it is acknowledged", async () => {
    await at.with(at.dir, async (spool) => {
      await expect(spool.peek()).resolves.toBeUndefined();
      await expect(spool.append(["a 1", "b 2"])).resolves.toEqual({ sequence: 1 });
      await expect(spool.append(["c 3"])).resolves.toEqual({ sequence: 2 });
      expect(await spool.peek()).toMatchObject({ sequence: 1, lineCount: 2, createdAtMs: at.nowMs });
      expect(await spool.peek()).toMatchObject({ sequence: 1 });
      expect(await drain(spool)).toEqual([
        { sequence: 1, lines: ["a 1", "b 2"] },
        { sequence: 2, lines: ["c 3"] },
      ]);
      expect(spool.stats()).toMatchObject({ pendingBatches: 0, pendingBytes: 0, droppedTotal: 0 });
    });
  });

  it("keeps sequence and position over restarts, also when everything was acknowledged", async () => {
    await at.with(at.dir, async (spool) => {
      await spool.append(["a 1"]);
      await drain(spool);
    });
    await at.with(at.dir, async (spool) => {
      await expect(spool.append(["b 2"])).resolves.toEqual({ sequence: 2 });
      expect(spool.stats()).toMatchObject({ pendingBatches: 1 });
    });
    expect(await segmentsOf(at.dir)).toHaveLength(1);
  });

  it("begins a session at each start, and what waits keeps the session it was written in", async () => {
    const sessions: string[] = [];
    for (const line of ["a 1", "b 2"]) {
      await at.with(at.dir, async (spool) => {
        sessions.push(spool.stats().session);
        await spool.append([line]);
      });
    }
    expect(new Set(sessions).size).toBe(2);
    expect(sessions[0]).toMatch(/^[0-9a-f]{16}$/);
    await at.with(at.dir, async (spool) => {
      for (const [i, session] of sessions.entries()) {
        expect(await spool.peek()).toMatchObject({ session, sequence: i + 1 });
        await spool.ack(i + 1);
      }
    });
  });

  it("gives no name twice after its folder came back from a backup", async () => {
    const names: string[] = [];
    const deliver = (folder: string, line: string) =>
      at.with(folder, async (spool) => {
        await spool.append([line]);
        const record = await spool.peek();
        names.push(`${record?.session} ${record?.sequence}`);
        await spool.ack(record?.sequence ?? 0);
      });
    await deliver(at.dir, "a 1");
    const backup = await at.crash(at.dir, "backup");
    await deliver(at.dir, "b 2");
    await deliver(backup, "c 3");
    expect(new Set(names).size).toBe(3);
  });

  it("refuses an acknowledgement of a batch that is not the oldest, and passes over one that is gone", async () => {
    await at.with(at.dir, async (spool) => {
      await spool.append(["a 1"]);
      await spool.append(["b 2"]);
      await expect(spool.ack(2)).rejects.toMatchObject({ code: "SPOOL_ACK" });
      await spool.ack(1);
      await spool.ack(1);
      expect(spool.stats().pendingBatches).toBe(1);
    });
  });
});

describe("the bounds of a spool", () => {
  const noise = () => Array.from({ length: 60 }, () => `${Math.random()}${Math.random()}`);

  it("drops the oldest batches to stay within its bytes, counts them, and keeps the count", async () => {
    const maxBytes = 20_000;
    const dropped = await at.with(
      at.dir,
      async (spool) => {
        for (let i = 0; i < 40; i += 1) {
          await spool.append(noise());
          const sizes = await Promise.all(
            (await segmentsOf(at.dir)).map(async (name) => (await stat(join(at.dir, name))).size),
          );
          expect(sizes.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(maxBytes);
        }
        const { pendingBatches, droppedTotal } = spool.stats();
        expect(pendingBatches + droppedTotal).toBe(40);
        expect(droppedTotal).toBeGreaterThan(0);
        expect((await spool.peek())?.sequence).toBe(droppedTotal + 1);
        return droppedTotal;
      },
      { maxBytes },
    );
    await at.with(at.dir, async (spool) => expect(spool.stats().droppedTotal).toBe(dropped), { maxBytes });
  });

  it("drops batches that are older than its age, and not those that are exactly that old", async () => {
    await at.with(at.dir, async (spool) => {
      await spool.append(["old 1"]);
      at.nowMs += 1;
      await spool.append(["young 2"]);
      at.nowMs += 3_600_000;
      expect((await spool.peek())?.sequence).toBe(2);
      expect(spool.stats()).toMatchObject({ pendingBatches: 1, droppedTotal: 1 });
    });
  });

  it("passes over the acknowledgement of a batch that was dropped while it was on its way", async () => {
    await at.with(at.dir, async (spool) => {
      await spool.append(["old 1"]);
      const onItsWay = await spool.peek();
      at.nowMs += 3_600_001;
      await spool.append(["young 2"]);
      await spool.ack(onItsWay?.sequence ?? 0);
      expect((await spool.peek())?.sequence).toBe(2);
    });
  });

  it("does not take a batch larger than itself", async () => {
    await at.with(
      at.dir,
      async (spool) => {
        await expect(spool.append(noise())).rejects.toMatchObject({ code: "SPOOL_BATCH_TOO_LARGE", retryable: false });
        await expect(spool.append(["a 1"])).resolves.toEqual({ sequence: 1 });
      },
      { maxBytes: 500 },
    );
  });
});

describe("a damaged spool", () => {
  /** Three batches in one segment; its file and where each record begins. */
  async function threeBatches() {
    await at.with(at.dir, async (spool) => {
      for (const line of ["a 1", "b 2", "c 3"]) await spool.append([line]);
    });
    const [name = ""] = await segmentsOf(at.dir);
    const bytes = await readFile(join(at.dir, name));
    const starts = [0];
    for (const start of starts) {
      const next = start + HEADER_BYTES + bytes.readUInt32LE(start + 8);
      if (next < bytes.length) starts.push(next);
    }
    return { name, bytes, starts };
  }

  it("is cut after the last whole batch, wherever the last write was torn, and never gives a sequence twice", async () => {
    const { name, bytes, starts } = await threeBatches();
    expect(starts).toHaveLength(3);
    for (let length = starts[2] ?? 0; length < bytes.length; length += 1) {
      const folder = await at.crash(at.dir, `torn-${length}`);
      await truncate(join(folder, name), length);
      const isTorn = length > (starts[2] ?? 0);
      await at.with(folder, async (spool) => {
        expect(spool.stats()).toMatchObject({ pendingBatches: 2, droppedTotal: isTorn ? 1 : 0 });
        const { sequence } = await spool.append(["d 4"]);
        expect(sequence).toBeGreaterThanOrEqual(isTorn ? 4 : 3);
        const taken = await drain(spool);
        expect(taken.map(({ lines }) => lines[0])).toEqual(["a 1", "b 2", "d 4"]);
      });
      await at.with(folder, async (spool) => expect(spool.stats().droppedTotal).toBe(isTorn ? 1 : 0));
    }
  });

  it("loses only the batch in which a bit flipped, counts it once, and finds the later ones", async () => {
    const { name, bytes, starts } = await threeBatches();
    const [, second = 0, third = 0] = starts;
    for (let byte = second; byte < third; byte += 1) {
      // Bytes 36 to 39 of a header are zero and guarded like the rest.
      const folder = await at.crash(at.dir, `flip-${byte}`);
      const damaged = Buffer.from(bytes);
      damaged[byte] = (damaged[byte] ?? 0) ^ 0x10;
      await writeFile(join(folder, name), damaged);
      await at.with(folder, async (spool) => {
        expect(spool.stats()).toMatchObject({ pendingBatches: 2, droppedTotal: 1 });
      });
      await at.with(folder, async (spool) => {
        expect(spool.stats().droppedTotal).toBe(1);
        expect((await drain(spool)).map(({ lines }) => lines[0])).toEqual(["a 1", "c 3"]);
        await expect(spool.append(["d 4"])).resolves.toEqual({ sequence: 4 });
      });
    }
  });

  it("goes on behind damage that comes while it is open", async () => {
    await at.with(at.dir, async (spool) => {
      for (const line of ["a 1", "b 2", "c 3"]) await spool.append([line]);
      const [name = ""] = await segmentsOf(at.dir);
      const file = await open(join(at.dir, name), "r+");
      await file.write(Buffer.from([0xff, 0xff]), 0, 2, HEADER_BYTES + 3);
      await file.close();
      await spool.append(["d 4"]);
      expect((await drain(spool)).map(({ lines }) => lines[0])).toEqual(["b 2", "c 3", "d 4"]);
      expect(spool.stats().droppedTotal).toBe(1);
    });
  });

  it("begins a new session when its state is lost, and sends what it still has under the old one", async () => {
    const old = await at.with(at.dir, async (spool) => {
      await spool.append(["a 1"]);
      return spool.stats().session;
    });
    await writeFile(join(at.dir, "state"), "no state at all");
    await at.with(at.dir, async (spool) => {
      const { session } = spool.stats();
      expect(session).not.toBe(old);
      await spool.append(["b 2"]);
      const first = await spool.peek();
      expect(first).toMatchObject({ session: old, sequence: 1 });
      await spool.ack(1);
      expect(await spool.peek()).toMatchObject({ session, sequence: 2 });
    });
  });

  it("survives a torn write of its state: the slot before counts", async () => {
    await at.with(at.dir, async (spool) => {
      for (const line of ["a 1", "b 2", "c 3"]) await spool.append([line]);
      await spool.ack(1);
      await spool.ack(2);
    });
    const state = await readFile(join(at.dir, "state"));
    for (const slot of [0, 512]) {
      const folder = await at.crash(at.dir, `slot-${slot}`);
      const torn = Buffer.from(state);
      torn.fill(0, slot + 100, slot + 300);
      await writeFile(join(folder, "state"), torn);
      await at.with(folder, async (spool) => {
        // At worst the batch acknowledged last is sent once more, and recognised.
        expect((await drain(spool)).map(({ sequence }) => sequence)).toEqual(expect.arrayContaining([3]));
        await expect(spool.append(["d 4"])).resolves.toEqual({ sequence: 4 });
      });
    }
  });

  it("does not give a sequence again after everything behind its state was lost", async () => {
    await at.with(at.dir, async (spool) => {
      await spool.append(["a 1"]);
      await spool.append(["b 2"]);
    });
    const [name = ""] = await segmentsOf(at.dir);
    await writeFile(join(at.dir, name), Buffer.alloc(150, 7));
    const first = await at.with(at.dir, async () => undefined);
    expect(first).toBeUndefined();
    await at.with(at.dir, async (spool) => expect((await spool.append(["c 3"])).sequence).toBeGreaterThan(2));
  });

  it("goes on after somebody deleted a segment, and counts what was in it", async () => {
    await at.with(at.dir, async (spool) => {
      for (const line of ["a 1", "b 2"]) await spool.append([line]);
      for (const name of await segmentsOf(at.dir)) await rm(join(at.dir, name));
      await expect(spool.append(["c 3"])).resolves.toEqual({ sequence: 3 });
      expect((await drain(spool)).map(({ lines }) => lines[0])).toEqual(["c 3"]);
      expect(spool.stats()).toMatchObject({ pendingBatches: 0, droppedTotal: 2 });
    });
  });

  it.each([
    { what: "deleted", again: false },
    { what: "deleted and made again", again: true },
  ])("goes on after its folder was $what, and holds it and keeps its count there", async ({ again }) => {
    await at.with(at.dir, async (spool) => {
      for (const line of ["a 1", "b 2"]) await spool.append([line]);
      await rm(at.dir, { recursive: true });
      if (again) await mkdir(at.dir);
      await spool.append(["c 3"]);
      await expect(at.open(at.dir)).rejects.toMatchObject({ code: "SPOOL_LOCKED" });
      expect(spool.stats()).toMatchObject({ pendingBatches: 1, droppedTotal: 2 });
    });
    await at.with(at.dir, async (spool) => {
      expect(spool.stats().droppedTotal).toBe(2);
      expect((await drain(spool)).map(({ lines }) => lines[0])).toEqual(["c 3"]);
    });
  });

  it("writes nothing into a folder that another process has taken meanwhile", async () => {
    const isAlive = () => true;
    const spool = await at.open(at.dir, { processes: { pid: process.pid, isAlive } });
    await spool.append(["a 1"]);
    await rm(at.dir, { recursive: true });
    const other = await at.open(at.dir, { processes: { pid: process.ppid, isAlive } });
    await expect(spool.append(["b 2"])).rejects.toMatchObject({ code: "SPOOL_LOCKED" });
    expect(await segmentsOf(at.dir)).toEqual([]);
    await spool.close();
    await expect(other.append(["c 3"])).resolves.toEqual({ sequence: 1 });
    await other.close();
  });

  it("passes over a segment that cannot be read, and keeps it for people", async () => {
    await at.with(at.dir, async (spool) => {
      await spool.append(["a 1"]);
      const [name = ""] = await segmentsOf(at.dir);
      await rm(join(at.dir, name));
      await mkdir(join(at.dir, name));
      await spool.append(["b 2"]);
      expect((await drain(spool)).map(({ lines }) => lines[0])).toEqual(["b 2"]);
      expect(spool.stats().droppedTotal).toBe(1);
      expect(await readdir(at.dir)).toContain(`${name}.unreadable`);
    });
  });

  it("keeps the newest four of the segments that were set aside", async () => {
    await mkdir(at.dir);
    const names = Array.from({ length: 7 }, (_, i) => `000000000000000${i}.seg.unreadable`);
    for (const name of names) await writeFile(join(at.dir, name), "");
    await at.with(at.dir, async () => undefined);
    expect((await readdir(at.dir)).filter((name) => name.endsWith(".unreadable")).sort()).toEqual(names.slice(3));
  });

  it("can be looked into without being touched", async () => {
    await expect(inspectSpool(join(at.root, "none"))).resolves.toBeUndefined();
    await threeBatches();
    await expect(inspectSpool(at.dir)).resolves.toMatchObject({ pendingBatches: 3, droppedTotal: 0 });
  });
});

describe("who holds a spool", () => {
  it("is one opener at a time", async () => {
    const spool = await at.open(at.dir);
    await expect(at.open(at.dir)).rejects.toMatchObject({ code: "SPOOL_LOCKED" });
    await spool.close();
    await at.with(at.dir, async () => undefined);
  });

  it.each([
    { what: "a process that is gone", text: "999999999 boot/1" },
    { what: "a process of the same number in another boot", text: `${process.pid} another-boot/1` },
    { what: "nobody that can be read", text: "nonsense" },
  ])("is not $what", async ({ text }) => {
    await mkdir(at.dir);
    await symlink(text, join(at.dir, "lock"));
    await at.with(at.dir, async (spool) => expect(spool.stats().pendingBatches).toBe(0));
  });
});

describe("a folder that cannot be used", () => {
  it("is named, and says nothing of how the lock is made", async () => {
    await writeFile(at.dir, "a file");
    await expect(at.open(at.dir)).rejects.toMatchObject({ code: "SPOOL_IO", message: expect.stringContaining(at.dir) });
    await rm(at.dir);
    await mkdir(join(at.dir, "state"), { recursive: true });
    await expect(at.open(at.dir)).rejects.toMatchObject({ code: "SPOOL_IO" });
    expect(await readdir(at.dir)).toEqual(["state"]);
  });
});
