// Lets only one process hold a spool: a lock that names the process and when it started.
//
// The lock is a symbolic link whose target is the text "PID BOOT/START". It appears whole or not at all, and needs no disk
// block, so an agent also starts on a full disk. The process number alone is not enough: after a power loss another process
// may have it, and the agent would refuse to start for ever. So the text holds the machine's boot and the process's start as
// well, as Linux tells them; where they are not told, the number has to do.
import { readFile, readlink, symlink, unlink } from "node:fs/promises";
import { CampusError } from "../../contract/errors.ts";

/** What `process` knows, handed in because only main.ts reads it. */
export interface Processes {
  pid: number;
  /** Whether a process of that number exists. */
  isAlive(pid: number): boolean;
}

/** Takes the lock. @returns gives it back. @throws CampusError `SPOOL_LOCKED` naming the process that holds it. */
export async function takeLock(path: string, processes: Processes): Promise<() => Promise<void>> {
  const own = `${processes.pid} ${await birthOf(processes.pid)}`;
  // Two takers of a stale lock may both find it stale, but only one of them creates the new one.
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (await tryCreate(own, path)) return () => unlink(path);
    const holder = await lockHolder(path, processes);
    if (holder !== undefined) {
      throw new CampusError("SPOOL_LOCKED", `${path}: the spool is held by process ${holder}, which is running`);
    }
    await unlink(path).catch(ignoreMissing);
  }
  throw new CampusError("SPOOL_LOCKED", `${path}: several processes are taking the spool at the same time`);
}

/** Number of the living process that holds the lock; `undefined` when nobody does. */
export async function lockHolder(path: string, processes: Processes): Promise<number | undefined> {
  const text = await readlink(path).catch(ignoreMissing);
  const [pid = "", born = ""] = (text ?? "").split(" ");
  if (!/^\d+$/.test(pid)) return undefined;
  const isSame = processes.isAlive(Number(pid)) && (await birthOf(Number(pid))) === born;
  return isSame ? Number(pid) : undefined;
}

/** Boot id and start time (proc(5): field 22 of /proc/PID/stat, counted behind the name, which may hold anything). */
async function birthOf(pid: number): Promise<string> {
  try {
    const boot = (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    return `${boot}/${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]}`;
  } catch {
    return ""; // not Linux, or the process ended just now: then isAlive is all there is to ask
  }
}

async function tryCreate(text: string, path: string): Promise<boolean> {
  try {
    await symlink(text, path);
    return true;
  } catch (error) {
    if (isErrno(error) && error.code === "EEXIST") return false;
    throw error;
  }
}

function ignoreMissing(error: unknown): undefined {
  if (!isErrno(error) || error.code !== "ENOENT") throw error;
  return undefined;
}

function isErrno(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error;
}
