// Rolls up into windows of one length: by the store itself where it can, else here.
import type { ReadingStore, Resolution } from "../store/store.ts";
import type { Attempt } from "./attempt.ts";
import type { DirtyWindows } from "./dirty.ts";
import { rollInStore } from "./in-store.ts";
import { rollLonger } from "./longer.ts";
import { rollReadings } from "./readings.ts";

export interface LevelToRoll {
  store: ReadingStore;
  dirty: DirtyWindows;
  attempt: Attempt;
  /** Whether a dirty window, by its begin, is to be rolled up now. */
  isDue(startMs: number): boolean;
  /** A school's windows were written. */
  onRolled(schoolId: string, starts: readonly number[]): void;
}

/** Rolls up all dirty windows that are due. What fails is dirty again; shorter windows are rolled up before. */
export function rollLevel(work: LevelToRoll, resolution: Resolution): Promise<void> {
  const rollUp = work.store.rollUp?.bind(work.store);
  if (rollUp !== undefined) return rollInStore({ ...work, rollUp }, resolution);
  return resolution === "5m" ? rollReadings(work) : rollLonger(work, resolution);
}
