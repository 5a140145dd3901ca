// Rolls readings up into windows of five minutes: one scan for many schools where they have the same to do, which is the
// usual case, and one a school and hour for what came late.
import { METRICS, type MetricName } from "../../contract/metrics.ts";
import { RESOLUTIONS, type ReadingStore } from "../store/store.ts";
import type { DirtyWindows, TakenWindow } from "./dirty.ts";
import { SchoolFold } from "./fold.ts";
import type { LevelToRoll } from "./level.ts";

const ALL_METRICS = Object.keys(METRICS) as MetricName[]; // the keys of our own dictionary

/** Samples that are held at once, about; 20 bytes each. */
const SLICE_SAMPLES = 1_000_000;
/** Windows that one scan covers at most. */
const RUN_WINDOWS = 12;
const WINDOW_MS = RESOLUTIONS["5m"];

/** Rolls up all dirty windows that are due. What fails is dirty again. */
export async function rollReadings(work: LevelToRoll): Promise<void> {
  const due = () => work.dirty.starts().filter(work.isDue);
  const isShared = sharedBy(work.dirty);
  for (const run of runs(due().filter(isShared), work.dirty)) {
    await work.attempt.each(() => rollForAll(work, run));
  }
  const late = due();
  for (const schoolId of new Set(late.flatMap((startMs) => work.dirty.schoolsOf(startMs)))) {
    const starts = work.dirty.startsOf(schoolId).filter(work.isDue);
    for (const run of runs(starts)) await work.attempt.each(() => rollForOne(work, schoolId, run));
  }
}

/** Reading a time for all schools pays when a good part of them needs it. */
function sharedBy(dirty: DirtyWindows): (startMs: number) => boolean {
  const from = Math.max(2, dirty.schoolCount / 8);
  return (startMs) => dirty.countOf(startMs) >= from;
}

/** Windows that one scan covers: near each other, and not too many samples. */
function runs(starts: readonly number[], dirty?: DirtyWindows): number[][] {
  const found: number[][] = [];
  let samples = 0;
  for (const startMs of starts) {
    const open = found.at(-1);
    const more = dirty?.samples(startMs) ?? 0;
    const first = open?.[0];
    samples += more;
    if (open && first !== undefined && startMs < first + RUN_WINDOWS * WINDOW_MS && samples <= SLICE_SAMPLES) {
      open.push(startMs);
    } else {
      found.push([startMs]);
      samples = more;
    }
  }
  return found;
}

async function rollForAll({ store, dirty, attempt, onRolled }: LevelToRoll, starts: readonly number[]): Promise<void> {
  const taken = starts.map((startMs) => dirty.takeWindow(startMs));
  const schools = new Set(taken.flatMap((window) => window.schools));
  try {
    const folds = await folded(store, taken, schools);
    for (const schoolId of schools) {
      await attempt.each(async () => {
        await write(store, schoolId, starts, folds.get(schoolId));
        folds.delete(schoolId);
        schools.delete(schoolId);
        onRolled(schoolId, starts);
      });
    }
  } finally {
    // Those that were done are no longer in the set.
    for (const window of taken) dirty.putBack({ ...window, schools: window.schools.filter((id) => schools.has(id)) });
  }
}

async function rollForOne({ store, dirty, onRolled }: LevelToRoll, schoolId: string, starts: readonly number[]) {
  const taken = dirty.takeOf(schoolId, starts);
  try {
    const folds = await folded(store, taken, new Set([schoolId]), schoolId);
    await write(store, schoolId, starts, folds.get(schoolId));
  } catch (error) {
    for (const window of taken) dirty.putBack(window);
    throw error;
  }
  onRolled(schoolId, starts);
}

/** The samples of all windows from the first to the last, by school. */
async function folded(
  store: ReadingStore,
  windows: readonly TakenWindow[],
  schools: ReadonlySet<string>,
  only?: string,
): Promise<Map<string, SchoolFold>> {
  const folds = new Map<string, SchoolFold>();
  const fromMs = windows[0]?.startMs ?? 0;
  const toMs = (windows.at(-1)?.startMs ?? fromMs) + WINDOW_MS;
  const samples = windows.reduce((sum, window) => sum + window.samples, 0);
  const slices = Math.max(1, Math.ceil(samples / SLICE_SAMPLES));
  for (let slice = 0; slice < slices; slice++) {
    const edge = (i: number) => Math.round(fromMs + ((toMs - fromMs) * i) / slices);
    await store.scan(
      ALL_METRICS,
      edge(slice),
      edge(slice + 1),
      (schoolId, columns) => {
        if (!schools.has(schoolId)) return;
        const fold = folds.get(schoolId) ?? new SchoolFold("5m");
        folds.set(schoolId, fold);
        fold.add(columns);
      },
      only,
    );
    for (const fold of folds.values()) fold.settle();
  }
  return folds;
}

/** Only the windows that were asked for: others between them are as they were. */
async function write(store: ReadingStore, schoolId: string, starts: readonly number[], fold: SchoolFold | undefined) {
  const wanted = new Set(starts);
  const rollups = fold?.finish().filter(({ rollup }) => wanted.has(rollup.startMs)) ?? [];
  if (rollups.length > 0) await store.writeRollups(schoolId, "5m", rollups);
}
