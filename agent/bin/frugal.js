// Tells V8 that memory is worth more than speed, until there is much to do (docs/decisions/0009).
import { setFlagsFromString } from "node:v8";

/** A new space that does not grow, a heap that grows little, and no compilers. */
const FRUGAL = ["--semi-space-growth-factor=1", "--optimize-for-size", "--no-opt", "--no-sparkplug"];
/** Newer V8 has one more, which stays off: without it the others work as they do on Node 20. */
const { v8_enable_maglev: hasMaglev } = process.config.variables;
const COMPILING = ["--opt", "--sparkplug"];

/**
 * Saves a third of the memory of an agent that mostly waits. One that uses more than a share of a core, as on a demo's fast
 * clock or with thousands of devices, is worth compiling after all. The first look is passed over: starting is work.
 */
export function beFrugal({ everyMs = 5_000, busyRatio = 0.1 } = {}) {
  setFlags(hasMaglev ? [...FRUGAL, "--no-maglev"] : FRUGAL);
  let before = process.cpuUsage();
  let isStarting = true;
  const timer = setInterval(() => {
    const { user, system } = process.cpuUsage(before);
    before = process.cpuUsage();
    const isBusy = (user + system) / 1_000 > everyMs * busyRatio;
    if (isBusy && !isStarting) {
      setFlags(COMPILING);
      clearInterval(timer);
    }
    isStarting = false;
  }, everyMs);
  timer.unref();
}

function setFlags(flags) {
  for (const flag of flags) setFlagsFromString(flag);
}
