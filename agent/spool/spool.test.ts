import { execFileSync } from "node:child_process";
import { cp, mkdir, mkdtemp, open, readdir, readFile, rm, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { inspectSpool } from "./inspect.ts";
import { HEADER_BYTES } from "./record.ts";
import { openSpool, type Spool, type SpoolOptions } from "./spool.ts";

const log = pino({ level: "silent" });
const processes = { pid: process.pid, isAlive: (pid: number) => pid === process.pid };

let root: string;
let dir: string;
let nowMs: number;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "agent-spool-"));
  dir = join(root, "spool");
  nowMs = 1_000_000;
});
afterEach(() => rm(root, { recursive: true, force: true }));

function openAt(folder: string, options: Partial<SpoolOptions> = {}): Promise<Spool> {
  const bounds = { maxBytes: 10_000_000, maxAgeMs: 3_600_000 };
  return openSpool({ dir: folder, ...bounds, nowMs: () => nowMs, processes, log, ...options });
}

/** What a power cut leaves: the files as they are, without a farewell. */
async function crash(from: string, name: string): Promise<string> {
  const to = join(root, name);
  await cp(from, to, { recursive: true, verbatimSymlinks: true });
  await rm(join(to, "lock"), { force: true });
  return to;
}

async function segmentsOf(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith(".seg")).sort();
}

/** Takes everything out, oldest first. */
async function drain(spool: Spool): Promise<{ sequence: number; lines: string[] }[]> {
  const taken: { sequence: number; lines: string[] }[] = [];
  for (let record = await spool.peek(); record; record = await spool.peek()) {
    taken.push({ sequence: record.sequence, lines: gunzipSync(record.payload).toString().split("\n").slice(0, -1) });
    await spool.ack(record.sequence);
  }
  return taken;
}

async function withSpool<T>(folder: string, use: (spool: Spool) => Promise<T>, options = {}): Promise<T> {
  const spool = await openAt(folder, options);
  try {
    return await use(spool);
  } finally {
    await spool.close();
  }
}

describe("a spool", () => {
  it("gives batches back in order, each until it is acknowledged", async () => {
    await withSpool(dir, async (spool) => {
      await expect(spool.peek()).resolves.toBeUndefined();
      await expect(spool.append(["a 1", "b 2"])).resolves.toEqual({ sequence: 1 });
      await expect(spool.append(["c 3"])).resolves.toEqual({ sequence: 2 });
      expect(await spool.peek()).toMatchObject({ sequence: 1, lineCount: 2, createdAtMs: nowMs });
      expect(await spool.peek()).toMatchObject({ sequence: 1 });
      expect(await drain(spool)).toEqual([
        { sequence: 1, lines: ["a 1", "b 2"] },
        { sequence: 2, lines: ["c 3"] },
      ]);
      expect(spool.stats()).toMatchObject({ pendingBatches: 0, pendingBytes: 0, droppedTotal: 0 });
    });
  });

  it("keeps sequence and position over restarts, also when everything was acknowledged", async () => {
    await withSpool(dir, async (spool) => {
      await spool.append(["a 1"]);
      await drain(spool);
    });
    await withSpool(dir, async (spool) => {
      await expect(spool.append(["b 2"])).resolves.toEqual({ sequence: 2 });
      expect(spool.stats()).toMatchObject({ pendingBatches: 1 });
    });
    expect(await segmentsOf(dir)).toHaveLength(1);
  });

  it("begins a session at each start, and what waits keeps the session it was written in", async () => {
    const sessions: string[] = [];
    for (const line of ["a 1", "b 2"]) {
      await withSpool(dir, async (spool) => {
        sessions.push(spool.stats().session);
        await spool.append([line]);
      });
    }
    expect(new Set(sessions).size).toBe(2);
    expect(sessions[0]).toMatch(/^[0-9a-f]{16}$/);
    await withSpool(dir, async (spool) => {
      for (const [i, session] of sessions.entries()) {
        expect(await spool.peek()).toMatchObject({ session, sequence: i + 1 });
        await spool.ack(i + 1);
      }
    });
  });

  it("gives no name twice after its folder came back from a backup", async () => {
    const names: string[] = [];
    const deliver = (folder: string, line: string) =>
      withSpool(folder, async (spool) => {
        await spool.append([line]);
        const record = await spool.peek();
        names.push(`${record?.session} ${record?.sequence}`);
        await spool.ack(record?.sequence ?? 0);
      });
    await deliver(dir, "a 1");
    const backup = await crash(dir, "backup");
    await deliver(dir, "b 2");
    await deliver(backup, "c 3");
    expect(new Set(names).size).toBe(3);
  });

  it("refuses an acknowledgement of a batch that is not the oldest, and passes over one that is gone", async () => {
    await withSpool(dir, async (spool) => {
      await spool.append(["a 1"]);
      await spool.append(["b 2"]);
      await expect(spool.ack(2)).rejects.toMatchObject({ code: "SPOOL_ACK" });
      await spool.ack(1);
      await spool.ack(1);
      expect(spool.stats().pendingBatches).toBe(1);
    });
  });

  it("behaves like a list, over restarts and power cuts, whatever the order of operations", async () => {
    const operation = fc.constantFrom("append", "append", "big", "ack", "peek", "reopen", "crash");
    let run = 0;
    const property = fc.asyncProperty(fc.array(operation, { maxLength: 25 }), async (operations) => {
      run += 1;
      let folder = join(root, `model-${run}`);
      const model: { sequence: number; lines: string[] }[] = [];
      let next = 1;
      // Small segments, so that they roll over; far from the bound, so that nothing is dropped.
      let spool = await openAt(folder, { maxBytes: 80_000 });
      for (const [i, what] of operations.entries()) {
        if (what === "append" || what === "big") {
          const lines = what === "big" ? Array.from({ length: 90 }, () => `${Math.random()}`) : [`m ${i}`];
          model.push({ sequence: next, lines });
          await expect(spool.append(lines)).resolves.toEqual({ sequence: next });
          next += 1;
        } else if (what === "ack") {
          const oldest = model.shift();
          if (oldest) await spool.ack(oldest.sequence);
        } else if (what === "peek") expect((await spool.peek())?.sequence).toBe(model[0]?.sequence);
        else {
          if (what === "crash") {
            const copy = await crash(folder, `model-${run}-${i}`);
            await spool.close();
            folder = copy;
          } else await spool.close();
          spool = await openAt(folder, { maxBytes: 80_000 });
        }
        expect(spool.stats()).toMatchObject({ pendingBatches: model.length, droppedTotal: 0 });
      }
      expect(await drain(spool)).toEqual(model);
      await spool.close();
    });
    await fc.assert(property, { numRuns: 60 });
  });
});

describe("the bounds of a spool", () => {
  const noise = () => Array.from({ length: 60 }, () => `${Math.random()}${Math.random()}`);

  it("drops the oldest batches to stay within its bytes, counts them, and keeps the count", async () => {
    const maxBytes = 20_000;
    const dropped = await withSpool(
      dir,
      async (spool) => {
        for (let i = 0; i < 40; i += 1) {
          await spool.append(noise());
          const sizes = await Promise.all(
            (await segmentsOf(dir)).map(async (name) => (await stat(join(dir, name))).size),
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
    await withSpool(dir, async (spool) => expect(spool.stats().droppedTotal).toBe(dropped), { maxBytes });
  });

  it("drops batches that are older than its age, and not those that are exactly that old", async () => {
    await withSpool(dir, async (spool) => {
      await spool.append(["old 1"]);
      nowMs += 1;
      await spool.append(["young 2"]);
      nowMs += 3_600_000;
      expect((await spool.peek())?.sequence).toBe(2);
      expect(spool.stats()).toMatchObject({ pendingBatches: 1, droppedTotal: 1 });
    });
  });

  it("passes over the acknowledgement of a batch that was dropped while it was on its way", async () => {
    await withSpool(dir, async (spool) => {
      await spool.append(["old 1"]);
      const onItsWay = await spool.peek();
      nowMs += 3_600_001;
      await spool.append(["young 2"]);
      await spool.ack(onItsWay?.sequence ?? 0);
      expect((await spool.peek())?.sequence).toBe(2);
    });
  });

  it("does not take a batch larger than itself", async () => {
    await withSpool(
      dir,
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
    await withSpool(dir, async (spool) => {
      for (const line of ["a 1", "b 2", "c 3"]) await spool.append([line]);
    });
    const [name = ""] = await segmentsOf(dir);
    const bytes = await readFile(join(dir, name));
    const starts = [0];
    for (const at of starts) {
      const next = at + HEADER_BYTES + bytes.readUInt32LE(at + 8);
      if (next < bytes.length) starts.push(next);
    }
    return { name, bytes, starts };
  }

  it("is cut after the last whole batch, wherever the last write was torn, and never gives a sequence twice", async () => {
    const { name, bytes, starts } = await threeBatches();
    expect(starts).toHaveLength(3);
    for (let length = starts[2] ?? 0; length < bytes.length; length += 1) {
      const folder = await crash(dir, `torn-${length}`);
      await truncate(join(folder, name), length);
      const isTorn = length > (starts[2] ?? 0);
      await withSpool(folder, async (spool) => {
        expect(spool.stats()).toMatchObject({ pendingBatches: 2, droppedTotal: isTorn ? 1 : 0 });
        const { sequence } = await spool.append(["d 4"]);
        expect(sequence).toBeGreaterThanOrEqual(isTorn ? 4 : 3);
        const taken = await drain(spool);
        expect(taken.map(({ lines }) => lines[0])).toEqual(["a 1", "b 2", "d 4"]);
      });
      await withSpool(folder, async (spool) => expect(spool.stats().droppedTotal).toBe(isTorn ? 1 : 0));
    }
  });

  it("loses only the batch in which a bit flipped, counts it once, and finds the later ones", async () => {
    const { name, bytes, starts } = await threeBatches();
    const [, second = 0, third = 0] = starts;
    for (let at = second; at < third; at += 1) {
      // Bytes 36 to 39 of a header are zero and guarded like the rest.
      const folder = await crash(dir, `flip-${at}`);
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ 0x10;
      await writeFile(join(folder, name), damaged);
      await withSpool(folder, async (spool) => {
        expect(spool.stats()).toMatchObject({ pendingBatches: 2, droppedTotal: 1 });
      });
      await withSpool(folder, async (spool) => {
        expect(spool.stats().droppedTotal).toBe(1);
        expect((await drain(spool)).map(({ lines }) => lines[0])).toEqual(["a 1", "c 3"]);
        await expect(spool.append(["d 4"])).resolves.toEqual({ sequence: 4 });
      });
    }
  });

  it("goes on behind damage that comes while it is open", async () => {
    await withSpool(dir, async (spool) => {
      for (const line of ["a 1", "b 2", "c 3"]) await spool.append([line]);
      const [name = ""] = await segmentsOf(dir);
      const file = await open(join(dir, name), "r+");
      await file.write(Buffer.from([0xff, 0xff]), 0, 2, HEADER_BYTES + 3);
      await file.close();
      await spool.append(["d 4"]);
      expect((await drain(spool)).map(({ lines }) => lines[0])).toEqual(["b 2", "c 3", "d 4"]);
      expect(spool.stats().droppedTotal).toBe(1);
    });
  });

  it("begins a new session when its state is lost, and sends what it still has under the old one", async () => {
    const old = await withSpool(dir, async (spool) => {
      await spool.append(["a 1"]);
      return spool.stats().session;
    });
    await writeFile(join(dir, "state"), "no state at all");
    await withSpool(dir, async (spool) => {
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
    await withSpool(dir, async (spool) => {
      for (const line of ["a 1", "b 2", "c 3"]) await spool.append([line]);
      await spool.ack(1);
      await spool.ack(2);
    });
    const state = await readFile(join(dir, "state"));
    for (const slot of [0, 512]) {
      const folder = await crash(dir, `slot-${slot}`);
      const torn = Buffer.from(state);
      torn.fill(0, slot + 100, slot + 300);
      await writeFile(join(folder, "state"), torn);
      await withSpool(folder, async (spool) => {
        // At worst the batch acknowledged last is sent once more, and recognised.
        expect((await drain(spool)).map(({ sequence }) => sequence)).toEqual(expect.arrayContaining([3]));
        await expect(spool.append(["d 4"])).resolves.toEqual({ sequence: 4 });
      });
    }
  });

  it("does not give a sequence again after everything behind its state was lost", async () => {
    await withSpool(dir, async (spool) => {
      await spool.append(["a 1"]);
      await spool.append(["b 2"]);
    });
    const [name = ""] = await segmentsOf(dir);
    await writeFile(join(dir, name), Buffer.alloc(150, 7));
    const first = await withSpool(dir, async () => undefined);
    expect(first).toBeUndefined();
    await withSpool(dir, async (spool) => expect((await spool.append(["c 3"])).sequence).toBeGreaterThan(2));
  });

  it("goes on after somebody deleted a segment, and counts what was in it", async () => {
    await withSpool(dir, async (spool) => {
      for (const line of ["a 1", "b 2"]) await spool.append([line]);
      for (const name of await segmentsOf(dir)) await rm(join(dir, name));
      await expect(spool.append(["c 3"])).resolves.toEqual({ sequence: 3 });
      expect((await drain(spool)).map(({ lines }) => lines[0])).toEqual(["c 3"]);
      expect(spool.stats()).toMatchObject({ pendingBatches: 0, droppedTotal: 2 });
    });
  });

  it.each([
    { what: "deleted", again: false },
    { what: "deleted and made again", again: true },
  ])("goes on after its folder was $what, and holds it and keeps its count there", async ({ again }) => {
    await withSpool(dir, async (spool) => {
      for (const line of ["a 1", "b 2"]) await spool.append([line]);
      await rm(dir, { recursive: true });
      if (again) await mkdir(dir);
      await spool.append(["c 3"]);
      await expect(openAt(dir)).rejects.toMatchObject({ code: "SPOOL_LOCKED" });
      expect(spool.stats()).toMatchObject({ pendingBatches: 1, droppedTotal: 2 });
    });
    await withSpool(dir, async (spool) => {
      expect(spool.stats().droppedTotal).toBe(2);
      expect((await drain(spool)).map(({ lines }) => lines[0])).toEqual(["c 3"]);
    });
  });

  it("writes nothing into a folder that another process has taken meanwhile", async () => {
    const isAlive = () => true;
    const spool = await openAt(dir, { processes: { pid: process.pid, isAlive } });
    await spool.append(["a 1"]);
    await rm(dir, { recursive: true });
    const other = await openAt(dir, { processes: { pid: process.ppid, isAlive } });
    await expect(spool.append(["b 2"])).rejects.toMatchObject({ code: "SPOOL_LOCKED" });
    expect(await segmentsOf(dir)).toEqual([]);
    await spool.close();
    await expect(other.append(["c 3"])).resolves.toEqual({ sequence: 1 });
    await other.close();
  });

  it("passes over a segment that cannot be read, and keeps it for people", async () => {
    await withSpool(dir, async (spool) => {
      await spool.append(["a 1"]);
      const [name = ""] = await segmentsOf(dir);
      await rm(join(dir, name));
      await mkdir(join(dir, name));
      await spool.append(["b 2"]);
      expect((await drain(spool)).map(({ lines }) => lines[0])).toEqual(["b 2"]);
      expect(spool.stats().droppedTotal).toBe(1);
      expect(await readdir(dir)).toContain(`${name}.unreadable`);
    });
  });

  it("can be looked into without being touched", async () => {
    await expect(inspectSpool(join(root, "none"))).resolves.toBeUndefined();
    await threeBatches();
    await expect(inspectSpool(dir)).resolves.toMatchObject({ pendingBatches: 3, droppedTotal: 0 });
  });
});

describe("who holds a spool", () => {
  it("is one opener at a time", async () => {
    const spool = await openAt(dir);
    await expect(openAt(dir)).rejects.toMatchObject({ code: "SPOOL_LOCKED" });
    await spool.close();
    await withSpool(dir, async () => undefined);
  });

  it.each([
    { what: "a process that is gone", text: "999999999 boot/1" },
    { what: "a process of the same number in another boot", text: `${process.pid} another-boot/1` },
    { what: "nobody that can be read", text: "nonsense" },
  ])("is not $what", async ({ text }) => {
    await mkdir(dir);
    await symlink(text, join(dir, "lock"));
    await withSpool(dir, async (spool) => expect(spool.stats().pendingBatches).toBe(0));
  });
});

/** A file system of one megabyte; `undefined` with the reason where the system does not let us have one. */
async function smallDisk(): Promise<{ path: string; unmount(): void } | string> {
  if (process.getuid?.() !== 0) return "needs root to mount a small file system";
  const path = await mkdtemp(join(tmpdir(), "agent-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", path], { stdio: "pipe" });
  } catch {
    await rm(path, { recursive: true });
    return "this system does not allow mounting a tmpfs";
  }
  const unmount = () => execFileSync("umount", [path], { stdio: "pipe" });
  return { path, unmount };
}

describe("a folder that cannot be used", () => {
  it("is named, and says nothing of how the lock is made", async () => {
    await writeFile(dir, "a file");
    await expect(openAt(dir)).rejects.toMatchObject({ code: "SPOOL_IO", message: expect.stringContaining(dir) });
    await rm(dir);
    await mkdir(join(dir, "state"), { recursive: true });
    await expect(openAt(dir)).rejects.toMatchObject({ code: "SPOOL_IO" });
    expect(await readdir(dir)).toEqual(["state"]);
  });
});

describe("a full disk", () => {
  it("is a typed error, loses nothing that was taken, and is over when there is room again", async (context) => {
    const disk = await smallDisk();
    if (typeof disk === "string") return context.skip(disk);
    try {
      const folder = join(disk.path, "spool");
      let spool = await openAt(folder);
      await spool.append(["first 1"]);
      await writeFile(join(disk.path, "ballast"), Buffer.alloc(900_000));
      const noise = () => Array.from({ length: 800 }, () => `${Math.random()}${Math.random()}`);
      let taken = 1;
      let refusal: unknown;
      for (let i = 0; i < 40 && refusal === undefined; i += 1) {
        await spool.append(noise()).then(
          () => {
            taken += 1;
          },
          (error: unknown) => {
            refusal = error;
          },
        );
      }
      expect(refusal).toMatchObject({ code: "SPOOL_FULL", retryable: true });
      await expect(spool.append(noise())).rejects.toMatchObject({ code: "SPOOL_FULL" });
      expect(spool.stats()).toMatchObject({ pendingBatches: taken, droppedTotal: 0 });

      // An agent that restarts on the full disk still starts, has everything, and can acknowledge.
      await spool.close();
      spool = await openAt(folder);
      expect(spool.stats()).toMatchObject({ pendingBatches: taken, droppedTotal: 0 });
      await spool.ack(1);

      await rm(join(disk.path, "ballast"));
      await expect(spool.append(["last"])).resolves.toEqual({ sequence: taken + 1 });
      const left = await drain(spool);
      expect(left.map(({ sequence }) => sequence)).toEqual(Array.from({ length: taken }, (_, i) => i + 2));
      expect(left.at(-1)?.lines).toEqual(["last"]);
      await spool.close();
    } finally {
      disk.unmount();
      await rm(disk.path, { recursive: true });
    }
  });
});
