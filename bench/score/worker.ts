// One size of the province in a process of its own, so that its memory is its own: `worker.ts SCHOOLS ROUNDS DAYS`. Writes one line of JSON.
import { readFileSync } from "node:fs";
import { measureSize } from "./measure-size.ts";

const [schools = 0, rounds = 0, days = 0] = process.argv.slice(2).map(Number);
/** Of all threads, so that other work on the machine does not count. */
const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};
const peakBytes = () => {
  const match = /VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"));
  return Number(match?.[1]) * 1_024;
};
console.log(JSON.stringify(measureSize({ schools, rounds, days, peakBytes, cpuMs })));
