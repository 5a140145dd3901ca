// Lets only one process hold a spool: a lock that names the process and when it started.
//
// The lock is a symbolic link whose target is the text "PID BOOT/START". It appears whole or not at all, and needs no disk
// block, so an agent also starts on a full disk. The process number alone is not enough: after a power loss another process
// may have it, and the agent would refuse to start for ever. So the text holds the machine's boot and the process's start as
// well, as Linux tells them; where they are not told, the number has to do.
import { readFile, readlink, rename, symlink, unlink } from "node:fs/promises";
import { CampusError, codeOf } from "../../contract/errors.ts";
import { undefinedIfMissing } from "../files.ts";

/** What `process` knows, handed in because only main.ts reads it. */
export interface Processes {
  pid: number;
  /** Whether a process of that number exists. */
  isAlive(pid: number): boolean;
}

/** A lock that was taken. */
export interface Lock {
  /** False once somebody has deleted it, or another process has it. */
  isHeld(): Promise<boolean>;
  /** Gives it back, where it is still held. */
  release(): Promise<void>;
}

/** Takes the lock. @throws CampusError `SPOOL_LOCKED` naming the process that holds it. */
export async function takeLock(path: string, processes: Processes): Promise<Lock> {
  const own = `${processes.pid} ${await birthOf(processes.pid)}`;
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (await tryCreate(own, path)) return lockOf(own, path);
    const text = await readlink(path).catch(undefinedIfMissing);
    const holder = await livingHolder(text, processes);
    if (holder !== undefined) {
      throw new CampusError("SPOOL_LOCKED", `${path}: the spool is held by process ${holder}, which is running`);
    }
    if (text !== undefined) await removeStale(path, text, processes);
  }
  throw new CampusError("SPOOL_LOCKED", `${path}: several processes are taking the spool at the same time`);
}

function lockOf(own: string, path: string): Lock {
  const isHeld = async () => (await readlink(path).catch(undefinedIfMissing)) === own;
  return {
    isHeld,
    release: async () => {
      if (await isHeld()) await unlink(path).catch(undefinedIfMissing);
    },
  };
}

/**
 * Takes a stale lock away. Another taker may have done so already and hold a new lock by now: that one is put back. Deleting
 * by name would delete whichever is there, and both would hold the spool.
 */
async function removeStale(path: string, stale: string, { pid }: Processes): Promise<void> {
  const aside = `${path}.${pid}`;
  const isMoved = await rename(path, aside).then(() => true, undefinedIfMissing);
  if (!isMoved) return;
  const moved = await readlink(aside);
  if (moved !== stale) await tryCreate(moved, path);
  await unlink(aside);
}

/** Number of the living process that holds the lock; `undefined` when nobody does. */
export async function lockHolder(path: string, processes: Processes): Promise<number | undefined> {
  return livingHolder(await readlink(path).catch(undefinedIfMissing), processes);
}

async function livingHolder(text: string | undefined, processes: Processes): Promise<number | undefined> {
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
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}
