import { rmSync, symlinkSync } from "node:fs";
import { mkdtemp, readdir, readlink, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockHolder, takeLock } from "./lock.ts";

let dir: string;
let path: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "agent-lock-"));
  path = join(dir, "lock");
});
afterEach(() => rm(dir, { recursive: true }));

const STALE = "999999999 boot/1";
const living = new Set([process.pid, process.ppid]);

/** A taker that is asked whether the stale holder lives, and answers when `meanwhile` is over. */
const taker = (pid: number, meanwhile: () => void = () => {}) => ({
  pid,
  isAlive: (asked: number) => {
    meanwhile();
    return living.has(asked);
  },
});

describe("the lock of a spool", () => {
  it("goes to one of two who find the same stale lock", async () => {
    await symlink(STALE, path);
    const results = await Promise.allSettled([takeLock(path, taker(process.pid)), takeLock(path, taker(process.ppid))]);
    const won = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    expect(won).toHaveLength(1);
    expect(await won[0]?.isHeld()).toBe(true);
    expect(await readdir(dir)).toEqual(["lock"]);
  });

  it("stays with whoever took it after another had already found it stale", async () => {
    const elsewhere = join(dir, "elsewhere");
    const model = await takeLock(elsewhere, taker(process.ppid));
    const second = await readlink(elsewhere);
    await model.release();
    await symlink(STALE, path);
    // The first looks, and before it acts the second has taken the lock as a whole.
    let isTaken = false;
    const first = takeLock(
      path,
      taker(process.pid, () => {
        if (isTaken) return;
        isTaken = true;
        rmSync(path);
        symlinkSync(second, path);
      }),
    );
    await expect(first).rejects.toMatchObject({ code: "SPOOL_LOCKED" });
    expect(await readlink(path)).toBe(second);
    expect(await readdir(dir)).toEqual(["lock"]);
  });

  it("is not given back by one who does not hold it any more", async () => {
    const lock = await takeLock(path, taker(process.pid));
    await rm(path);
    const other = await takeLock(path, taker(process.ppid));
    await lock.release();
    expect(await other.isHeld()).toBe(true);
    await expect(lockHolder(path, taker(process.pid))).resolves.toBe(process.ppid);
    await other.release();
    await expect(readlink(path)).rejects.toMatchObject({ code: "ENOENT" });
    await other.release();
  });
});
