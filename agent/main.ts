// The program campanile-agent: hands the command line what only a process has, and ends with its exit code.

import { networkInterfaces } from "node:os";
import { performance } from "node:perf_hooks";
import { pino } from "pino";
import { codeOf } from "../contract/errors.ts";
import { runCli } from "./cli.ts";
import { openProbing } from "./wiring.ts";

const stop = new AbortController();
for (const [signal, exitCode] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const) {
  process.on(signal, () => {
    // The second time somebody does not want to wait.
    if (stop.signal.aborted) process.exit(exitCode);
    stop.abort();
  });
}
// The reader of our results may go away early, as `head` does.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

process.exitCode = await runCli(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  logTo: pino.destination({ dest: 2, sync: true }),
  env: process.env,
  processes: { pid: process.pid, isAlive },
  interfaces: networkInterfaces,
  realMs: () => performance.now(),
  openProbing,
  openDiscovering: async (folders) => (await import("./discover/open.ts")).openDiscovering(folders),
  stop: stop.signal,
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there, and belongs to somebody else.
    return codeOf(error) === "EPERM";
  }
}
