// A server that is measured: a process of its own in a folder that is thrown away, with its CPU time and memory.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { cpuSecondsOf } from "../cpu-time.ts";

export interface Server {
  url: string;
  pid: number;
  stop(): Promise<void>;
}

const START_MS = 30_000;
const SAID_CHARACTERS = 2_000;
const STOP_MS = 20_000;

/** @param ready path that answers 2xx when the server takes readings. @throws Error with what it said when it does not begin to listen */
export async function startServer(
  command: string,
  args: readonly string[],
  url: string,
  ready: string,
  env?: NodeJS.ProcessEnv,
): Promise<Server> {
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"], ...(env && { env }) });
  let said = "";
  child.stderr.on("data", (text: Buffer) => {
    said = (said + text.toString()).slice(-SAID_CHARACTERS);
  });
  const started = await Promise.race([once(child, "spawn").then(() => undefined), once(child, "error")]);
  if (started !== undefined || child.pid === undefined) throw new Error(`${command} cannot be started`);
  for (const untilMs = performance.now() + START_MS; performance.now() < untilMs; await delay(100)) {
    if (isOver(child)) throw new Error(`${command} ended: ${said.trim() || "no reason given"}`);
    const isReady = await fetch(new URL(ready, url)).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isReady) return { url, pid: child.pid, stop: () => stop(child) };
  }
  await stop(child);
  throw new Error(`${command} did not begin to listen: ${said.trim()}`);
}

/** Resident memory of a process now, in bytes (proc(5), VmRSS of /proc/PID/status). */
export function residentBytesOf(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1];
  return Number(kilobytes ?? Number.NaN) * 1024;
}

/** CPU seconds that some processes have used since the last time it was asked. */
export function cpuMeter(pids: readonly number[]): () => number[] {
  let before = pids.map(cpuSecondsOf);
  return () => {
    const now = pids.map(cpuSecondsOf);
    const used = now.map((seconds, i) => seconds - (before[i] ?? 0));
    before = now;
    return used;
  };
}

async function stop(child: ChildProcess): Promise<void> {
  if (isOver(child)) return;
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  const impatience = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
  await gone;
  clearTimeout(impatience);
}

function isOver({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
