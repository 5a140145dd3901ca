// A disk that can be filled: a small file system in memory, mounted over a folder, and a ballast file in it.
import { execFile } from "node:child_process";
import { cp, open, rename, rm, rmdir, statfs } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { codeOf, messageOf } from "../contract/errors.ts";

const run = promisify(execFile);

export interface SmallDisk {
  readonly path: string;
  /** Nothing more can be written. */
  fill(): Promise<void>;
  /** There is room again. */
  empty(): Promise<void>;
  /** What is on it stays in the folder, or is gone with it. */
  unmount(isKept: boolean): Promise<void>;
}

const BALLAST = "ballast";
const BLOCK = Buffer.alloc(4_096, 1);

/** Over an existing folder. @returns why not, where it cannot be mounted */
export async function mountSmallDisk(path: string, megabytes: number, isRoot: boolean): Promise<SmallDisk | string> {
  if (!isRoot) return "only root can mount a small disk";
  try {
    await run("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m,mode=0755`, "tmpfs", path]);
  } catch (error) {
    return `a small disk cannot be mounted: ${messageOf(error).split("\n", 1)[0]}`;
  }
  const ballast = join(path, BALLAST);
  return {
    path,
    fill: () => fill(path, ballast),
    empty: () => rm(ballast, { force: true }),
    unmount: (isKept) => unmount(path, isKept),
  };
}

async function unmount(path: string, isKept: boolean): Promise<void> {
  const copy = `${path}.kept`;
  if (isKept) await cp(path, copy, { recursive: true, verbatimSymlinks: true });
  await run("umount", ["--lazy", path]);
  if (!isKept) return;
  await rmdir(path);
  await rename(copy, path);
}

/** Takes all the room there is; what a program frees meanwhile is taken as well. */
async function fill(path: string, ballast: string): Promise<void> {
  const { bavail, bsize } = await statfs(path);
  const bytes = Math.floor(Number(bavail) * Number(bsize));
  // Fast for nearly all of it; what is left, and what was freed since, block by block.
  if (bytes > 0) await run("fallocate", ["--length", String(bytes), ballast]).catch(() => undefined);
  const file = await open(ballast, "a");
  try {
    for (;;) await file.write(BLOCK);
  } catch (error) {
    if (codeOf(error) !== "ENOSPC") throw error;
  } finally {
    await file.close();
  }
}
