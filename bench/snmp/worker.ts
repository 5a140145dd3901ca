// The loop of a measured Node process: polls all devices side by side for the time each line on standard input names.
import { createInterface } from "node:readline";

/** One way of polling; each function returns how many values it read from the device at a port. */
export interface Asker {
  get: (port: number) => Promise<number>;
  table: (port: number) => Promise<number>;
}

export interface WorkerProcess {
  stdin: NodeJS.ReadableStream;
  cpuUsage: (since?: NodeJS.CpuUsage) => NodeJS.CpuUsage;
  print: (line: string) => void;
}

const MICROSECONDS = 1e6;

/** For each line `get MS` or `table MS` prints the number of polls and the CPU seconds they took, until the input ends. */
export async function work(asker: Asker, ports: readonly number[], worker: WorkerProcess): Promise<void> {
  for await (const line of createInterface({ input: worker.stdin })) {
    const [what, forMs] = line.split(" ");
    const [ask, expected] = what === "get" ? [asker.get, 12] : [asker.table, 640];
    const before = worker.cpuUsage();
    const untilMs = performance.now() + Number(forMs);
    const polls = await Promise.all(ports.map((port) => pollUntil(untilMs, port, ask, expected)));
    const { user, system } = worker.cpuUsage(before);
    worker.print(`${polls.reduce((sum, n) => sum + n, 0)} ${(user + system) / MICROSECONDS}`);
  }
}

async function pollUntil(untilMs: number, port: number, ask: Asker["get"], expected: number): Promise<number> {
  let polls = 0;
  while (performance.now() < untilMs) {
    const count = await ask(port);
    if (count !== expected) throw new Error(`${count} values were read, expected ${expected}`);
    polls += 1;
  }
  return polls;
}
