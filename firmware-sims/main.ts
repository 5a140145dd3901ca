// Entry point of campanile-sims: signals, streams and the exit code.
import { pino } from "pino";
import { runCli } from "./cli.ts";

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop.abort());

process.exitCode = await runCli(process.argv.slice(2), {
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
  log: pino({ name: "campanile-sims" }, pino.destination(2)),
  signal: stop.signal,
});
