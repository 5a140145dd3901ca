// The begin and the end of a run: everything up and heard, and nothing waiting any more.
import { setTimeout as delay } from "node:timers/promises";
import { readSpooled } from "./agent-files.ts";
import type { Campus } from "./campus.ts";
import type { Cast } from "./cast.ts";
import { inventoryFiles } from "./settings.ts";
import type { Supervised } from "./supervised.ts";

const START_MS = 60_000;
const LOOK_EVERY_MS = 100;

/** Resolves when a batch of every agent is stored. @throws Error when that takes more than a minute */
export async function startAll(
  cast: Cast,
  campus: Campus,
  sizes: readonly number[],
  signal: AbortSignal,
): Promise<void> {
  cast.influx?.program.start();
  if (cast.influx) await working(cast.influx.program, signal);
  cast.collector.start();
  await working(cast.collector, signal);
  await importInventory(cast.collectorUrl, sizes);
  for (const { program } of cast.agents) program.start();
  const isHeard = () => cast.agents.every(({ link }) => (link.counts.answers[200] ?? 0) > 0);
  await within(START_MS, signal, isHeard, "no batch was stored within a minute of the start");
  if (campus.given.length === 0) throw new Error("no device was asked anything");
}

async function importInventory(collector: string, sizes: readonly number[]): Promise<void> {
  const response = await fetch(`${collector}/v1/inventory`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ files: inventoryFiles(sizes) }),
  });
  if (!response.ok) throw new Error(`the collector refused the inventory: ${await response.text()}`);
}

/** Resolves to true when no serial waits in any spool, to false when the patience ends before. */
export async function drained({ agents }: Cast, patienceMs: number, signal: AbortSignal): Promise<boolean> {
  const waiting = async () => {
    const spools = await Promise.all(agents.map(({ spoolDir }) => readSpooled(spoolDir)));
    return spools.some(({ serials }) => serials.length > 0);
  };
  const limitMs = Date.now() + patienceMs;
  while (await waiting()) {
    if (Date.now() > limitMs) return false;
    await delay(LOOK_EVERY_MS, undefined, { signal });
  }
  return true;
}

export function working(program: Supervised, signal: AbortSignal): Promise<void> {
  return within(START_MS, signal, () => program.isWorking, "a program does not start within a minute");
}

/** Resolves when `look` is true. @throws Error with `problem` when `look` is not true in time */
export async function within(ms: number, signal: AbortSignal, look: () => boolean, problem: string): Promise<void> {
  const limitMs = Date.now() + ms;
  while (!look()) {
    if (Date.now() > limitMs) throw new Error(problem);
    await delay(LOOK_EVERY_MS, undefined, { signal });
  }
}
