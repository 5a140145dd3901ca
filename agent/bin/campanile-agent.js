#!/usr/bin/env node
// Starts the compiled program. It stands here, and not in dist/, so that npm can link it before the first build.
import { existsSync } from "node:fs";
import { setFlagsFromString } from "node:v8";

const main = new URL("../dist/agent/main.js", import.meta.url);
if (!existsSync(main)) {
  console.error("campanile-agent is not built yet: run 'npm run build' first");
  process.exit(2);
}
// A school's gateway is a small box, and the agent mostly waits: memory is worth more than speed. A new space that does not
// grow, a heap that grows little and no compilers save a third of it (docs/performance.md). Set here, because not every
// system understands options in a program's first line.
const frugal = ["--semi-space-growth-factor=1", "--optimize-for-size", "--no-opt", "--no-sparkplug"];
for (const flag of frugal) setFlagsFromString(flag);
optimizeWhenBusy();
await import(main.href);

/** An agent that has much to do, as on a demo's fast clock or with thousands of devices, is worth optimising after all. */
function optimizeWhenBusy() {
  const everyMs = 5_000;
  const busyRatio = 0.1;
  let before = process.cpuUsage();
  let isStarting = true;
  const timer = setInterval(() => {
    const { user, system } = process.cpuUsage(before);
    before = process.cpuUsage();
    const isBusy = (user + system) / 1_000 > everyMs * busyRatio;
    if (isBusy && !isStarting) {
      for (const flag of ["--opt", "--sparkplug"]) setFlagsFromString(flag);
      clearInterval(timer);
    }
    isStarting = false;
  }, everyMs);
  timer.unref();
}
