// What our collector holds in memory while readings come in at a steady rate.
import type { Row } from "../result.ts";
import { OURS } from "../result.ts";
import type { BenchCollector } from "./collector.ts";
import type { County, SchoolMinute } from "./county.ts";
import { send } from "./sender.ts";
import { cpuMeter, residentBytesOf } from "./server.ts";

const LOOK_EVERY_MS = 200;
const MEGABYTE = 1e6;
/** So little time is left that another minute would be of no use. */
const ENOUGH_MS = 500;

export interface MemoryOptions {
  county: County;
  linesPerSecond: number;
  forMs: number;
  signal: AbortSignal;
  now(): number;
}

/** Memory while `linesPerSecond` come in for so long, and the share of a core it takes. @throws Error when the collector falls behind */
export async function measureMemory(collector: BenchCollector, options: MemoryOptions): Promise<Row[]> {
  const { county, linesPerSecond, forMs, signal, now } = options;
  const resident: number[] = [];
  const looking = setInterval(() => resident.push(residentBytesOf(collector.pid) / MEGABYTE), LOOK_EVERY_MS);
  const cpu = cpuMeter([collector.pid]);
  const beganMs = now();
  let lines = 0;
  let values = 0;
  try {
    for (let leftMs = forMs; leftMs > ENOUGH_MS; leftMs = forMs - (now() - beganMs)) {
      const batches = firstOf(county.next(), (linesPerSecond * leftMs) / 1_000);
      await send(batches, { ...collector, linesPerSecond, signal });
      for (const batch of batches) {
        lines += batch.lines;
        values += batch.values;
      }
    }
  } finally {
    clearInterval(looking);
  }
  const seconds = (now() - beganMs) / 1_000;
  const [used = Number.NaN] = cpu();
  const thousands = (count: number) => Math.round(count / seconds / 1_000).toLocaleString("en-US");
  const what = `${thousands(lines)} thousand readings with ${thousands(values)} thousand values a second`;
  const row = (unit: string, all: readonly number[], median: number): Row => ({
    what,
    who: OURS,
    unit,
    median,
    min: Math.min(...all),
    max: Math.max(...all),
  });
  const share = (used / seconds) * 100;
  return [row("MB resident", resident, middle(resident)), row("% of a core", [share], share)];
}

/** As many as hold so many lines. */
function firstOf(batches: readonly SchoolMinute[], lines: number): SchoolMinute[] {
  let before = 0;
  return batches.filter((batch) => {
    before += batch.lines;
    return before - batch.lines < lines;
  });
}

function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
