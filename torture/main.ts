// The command `npm run torture`: reads arguments and signals, runs, prints what became of every answer.
import { setMaxListeners } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { influxdPath } from "../collector/store/influxd-suite.ts";
import { parseArguments, USAGE } from "./arguments.ts";
import { isClosed } from "./ledger.ts";
import { tableOf } from "./report.ts";
import { torture } from "./run.ts";

const INTERRUPTED = 130;
const WRONG_USAGE = 2;

const parsed = parseArguments(process.argv.slice(2), Math.floor(Math.random() * 2 ** 32));
if (parsed.kind === "help") {
  console.log(USAGE);
  process.exit(0);
}
if (parsed.kind === "refused") {
  console.error(parsed.message);
  process.exit(WRONG_USAGE);
}
const { minutes, seed, store, isJson, keep } = parsed.arguments;
if (store === "influx" && influxdPath === undefined) {
  console.error("--store influx needs influxd (Debian package influxdb)");
  process.exit(WRONG_USAGE);
}
const folder = keep === undefined ? mkdtempSync(join(tmpdir(), "campanile-torture-")) : resolve(keep);
mkdirSync(folder, { recursive: true });
if (readdirSync(folder).length > 0) {
  console.error(`--keep ${folder}: is not empty`);
  process.exit(WRONG_USAGE);
}
const stop = new AbortController();
setMaxListeners(0, stop.signal); // everything under way waits for it
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort(new Error(signal)));
try {
  const isRoot = process.getuid?.() === 0;
  const say = (line: string) => console.error(`— ${line}`);
  const result = await torture({
    ...{ minutes, seed, store, folder, isRoot, say },
    isKept: keep !== undefined,
    signal: stop.signal,
  });
  const { ledger, ...rest } = result;
  console.log(isJson ? JSON.stringify({ ...ledger, ...rest }, undefined, 2) : tableOf(result));
  if (!isClosed(result)) {
    process.exitCode = 1;
    say(`logs: ${folder}`);
  } else if (keep === undefined) rmSync(folder, { recursive: true });
} catch (error) {
  if (!stop.signal.aborted) console.error(error);
  process.exitCode = stop.signal.aborted ? INTERRUPTED : 1;
}
