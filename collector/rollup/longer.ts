// Rolls shorter windows up into longer ones, school by school.
import { RESOLUTIONS, type ReadingStore, type Resolution, type SeriesRollup } from "../store/store.ts";
import { coarserAll } from "./coarser.ts";
import type { LevelToRoll } from "./level.ts";
import { FINER } from "./windows.ts";

/** Windows that are read at once: 6 hours of five minutes, 4 days of hours. */
const RUN_WINDOWS = { "1h": 6, "1d": 4 } as const;

/** Rolls up all dirty windows that are due. What fails is dirty again. */
export async function rollLonger(work: LevelToRoll, resolution: "1h" | "1d"): Promise<void> {
  const { dirty, attempt, isDue } = work;
  const spanMs = RUN_WINDOWS[resolution] * RESOLUTIONS[resolution];
  const due = dirty.starts().filter(isDue);
  for (const schoolId of new Set(due.flatMap((startMs) => dirty.schoolsOf(startMs)))) {
    for (const run of runs(dirty.startsOf(schoolId).filter(isDue), spanMs)) {
      await attempt.each(() => rollRun(work, resolution, schoolId, run));
    }
  }
}

async function rollRun(
  { store, dirty, onRolled }: LevelToRoll,
  resolution: "1h" | "1d",
  schoolId: string,
  starts: readonly number[],
): Promise<void> {
  const taken = dirty.takeOf(schoolId, starts);
  try {
    const toMs = (starts.at(-1) ?? 0) + RESOLUTIONS[resolution];
    const finer = await scanned(store, schoolId, FINER[resolution], starts[0] ?? toMs, toMs);
    const wanted = new Set(starts);
    const longer = coarserAll(resolution, finer).filter(({ rollup }) => wanted.has(rollup.startMs));
    if (longer.length > 0) await store.writeRollups(schoolId, resolution, longer);
  } catch (error) {
    for (const window of taken) dirty.putBack(window);
    throw error;
  }
  onRolled(schoolId, starts);
}

async function scanned(store: ReadingStore, schoolId: string, resolution: Resolution, fromMs: number, toMs: number) {
  const found: SeriesRollup[] = [];
  await store.scanRollups(schoolId, resolution, fromMs, toMs, (some) => {
    for (const one of some) found.push(one);
  });
  return found;
}

function runs(starts: readonly number[], spanMs: number): number[][] {
  const found: number[][] = [];
  for (const startMs of starts) {
    const open = found.at(-1);
    if (open?.[0] !== undefined && startMs < open[0] + spanMs) open.push(startMs);
    else found.push([startMs]);
  }
  return found;
}
