// The command `npm run bench -- NAME`: reads arguments and signals, runs one measurement, prints what it found.
import { parseArguments } from "./arguments.ts";
import { measureIngest } from "./ingest/measure.ts";
import { thisMachine } from "./machine.ts";
import { tableOf } from "./result.ts";
import { measureScore } from "./score/measure.ts";
import { measureSnmp } from "./snmp/measure.ts";

const MEASUREMENTS = { snmp: measureSnmp, ingest: measureIngest, score: measureScore };

const INTERRUPTED = 130;

const parsed = parseArguments(process.argv.slice(2));
if (parsed.kind === "refused") {
  console.error(parsed.message);
  process.exit(2);
}
const { bench, isQuick, isJson } = parsed.arguments;
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort(new Error(signal)));
try {
  const isRoot = process.getuid?.() === 0;
  const say = (line: string) => console.error(`— ${line}`);
  const found = await MEASUREMENTS[bench]({ isQuick, isRoot, node: process.execPath, signal: stop.signal, say });
  const result = { bench, machine: thisMachine(process.versions.node), ...found };
  console.log(isJson ? JSON.stringify(result, undefined, 2) : tableOf(result));
} catch (error) {
  if (!stop.signal.aborted) console.error(error instanceof Error ? error.message : error);
  process.exitCode = stop.signal.aborted ? INTERRUPTED : 1;
}
