// Rolls up where the store does it by itself: run by run of windows that follow each other, for all schools that need one of them.
import { RESOLUTIONS, type ReadingStore, type Resolution } from "../store/store.ts";
import type { DirtyWindows } from "./dirty.ts";
import type { LevelToRoll } from "./level.ts";

/** Samples that one call is for, about: what fails or is stopped half-way is done again whole. */
const RUN_SAMPLES = 3_000_000;
/** Windows that one call covers at most. */
const RUN_WINDOWS = 12;

export interface LevelInStore extends LevelToRoll {
  rollUp: NonNullable<ReadingStore["rollUp"]>;
}

/** Rolls up all dirty windows that are due. What fails is dirty again. */
export async function rollInStore(work: LevelInStore, resolution: Resolution): Promise<void> {
  for (const run of runs(work.dirty.starts().filter(work.isDue), RESOLUTIONS[resolution], work.dirty)) {
    await work.attempt.each(() => rollRun(work, resolution, run));
  }
}

async function rollRun(
  { rollUp, dirty, onRolled }: LevelInStore,
  resolution: Resolution,
  starts: readonly number[],
): Promise<void> {
  const taken = starts.map((startMs) => dirty.takeWindow(startMs));
  const schools = [...new Set(taken.flatMap((window) => window.schools))];
  const [fromMs = 0] = starts;
  const toMs = fromMs + starts.length * RESOLUTIONS[resolution];
  try {
    // A window that is made again without need comes out the same, and to pick out most schools costs more than to take all.
    const isMost = schools.length > dirty.schoolCount / 2;
    await rollUp(resolution, fromMs, toMs, isMost ? undefined : schools);
  } catch (error) {
    for (const window of taken) dirty.putBack(window);
    throw error;
  }
  for (const { schools, startMs } of taken) for (const schoolId of schools) onRolled(schoolId, [startMs]);
}

/** Windows that follow each other without a gap, and have not too many samples. */
function runs(starts: readonly number[], lengthMs: number, dirty: DirtyWindows): number[][] {
  const found: number[][] = [];
  let samples = 0;
  for (const startMs of starts) {
    const open = found.at(-1);
    const more = dirty.samples(startMs);
    samples += more;
    if (open?.at(-1) === startMs - lengthMs && open.length < RUN_WINDOWS && samples <= RUN_SAMPLES) open.push(startMs);
    else {
      found.push([startMs]);
      samples = more;
    }
  }
  return found;
}
