import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Spool } from "./spool.ts";
import { drain, useSpools } from "./spool-suite.ts";

const at = useSpools();

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

describe("a full disk", () => {
  it("is a typed error, loses nothing that was taken, and is over when there is room again", async (context) => {
    const disk = await smallDisk();
    if (typeof disk === "string") return context.skip(disk);
    try {
      const folder = join(disk.path, "spool");
      let spool = await at.open(folder);
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
      spool = await at.open(folder);
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

  it("lets the live lane go on while batches are acknowledged ahead, and frees the disk in order", async (context) => {
    const disk = await smallDisk();
    if (typeof disk === "string") return context.skip(disk);
    let spool: Spool | undefined;
    try {
      const folder = join(disk.path, "spool");
      const bounds = { maxBytes: 100_000_000, maxAgeMs: 3_600_000 }; // the disk is smaller than the spool may be
      spool = await at.open(folder, bounds);
      const noise = () => Array.from({ length: 300 }, () => `${Math.random()}${Math.random()}`);
      const ahead: number[] = [];
      const stored: number[] = [];
      let full = 0;
      for (let i = 0; i < 1_000 && full < 5; i += 1) {
        const taken = await spool.append(noise()).catch((error: unknown) => {
          expect(error).toMatchObject({ code: "SPOOL_FULL" });
          full += 1;
        });
        if (taken) stored.push(taken.sequence);
        const newest = await spool.peekNewest();
        if (newest) {
          await spool.ackAhead(newest.sequence);
          // The first is left to the backlog, so that the position stays.
          ahead.push(newest.sequence);
        }
        if (i === 0) await spool.append(noise()).then(({ sequence }) => stored.push(sequence));
      }
      expect(full).toBe(5);
      const waits = stored.filter((sequence) => !ahead.includes(sequence));
      expect(ahead.length).toBeGreaterThan(10);
      expect(spool.stats()).toMatchObject({ pendingBatches: waits.length, droppedTotal: 0 });

      // Nothing was lost with the power either: what was delivered ahead comes once more.
      await spool.close();
      spool = await at.open(folder, bounds);
      const taken = (await drain(spool)).map(({ sequence }) => sequence);
      expect(taken).toEqual(expect.arrayContaining(waits));
      expect(stored).toEqual(expect.arrayContaining(taken));
      await expect(spool.append(noise())).resolves.toMatchObject({ sequence: expect.any(Number) });
    } finally {
      await spool?.close();
      disk.unmount();
      await rm(disk.path, { recursive: true });
    }
  });
});
