// Measures evidence and scores of so many schools: one slot, all scorecards, one school after a late batch, and memory.

import { dayStartMs } from "../../collector/inventory/day.ts";
import type { Inventory } from "../../collector/inventory/inventory.ts";
import type { Evidence } from "../../collector/score/evidence.ts";
import { judgeSchool } from "../../collector/score/judge.ts";
import { SLOT_MS } from "../../collector/score/parameters.ts";
import { type SlotAxis, timelines } from "../../collector/score/timeline.ts";
import type { SeriesKey } from "../../collector/store/store.ts";
import { AS_OF_MS, evidenceOf, inventoryOf, TODAY } from "./province.ts";
import { GeneratedDay, MINUTES_PER_SLOT, seriesOf } from "./school-day.ts";
import { schoolId } from "./school-plan.ts";

export interface SizeOptions {
  schools: number;
  rounds: number;
  /** Days of evidence before today. */
  days: number;
  /** The most memory that the process has held. */
  peakBytes(): number;
  nowMs(): number;
}

/** Each in milliseconds, one figure a round. */
export interface SizeResult {
  schools: number;
  take: number[];
  states: number[];
  cards: number[];
  late: number[];
  peakBytes: number;
  loadedBytes: number;
  samples: number;
}

const FIRST_SLOT = 192; // 16:00
/** A school's late batch: two hours of three days ago, in which its agent could not reach the collector. */
const LATE_DAY = TODAY - 3;
const LATE_SLOTS = 24;
const LATE_FROM = 100;

export function measureSize({ schools, rounds, days, peakBytes, nowMs }: SizeOptions): SizeResult {
  const inventory = inventoryOf(schools);
  const evidence = evidenceOf(schools, days, FIRST_SLOT);
  const series = Array.from({ length: schools }, (_, school) => seriesOf(school));
  const result: SizeResult = {
    schools,
    take: [],
    states: [],
    cards: [],
    late: [],
    peakBytes: 0,
    loadedBytes: peakBytes(),
    samples: 0,
  };
  // One slot that is not counted: today is opened for the first time in it.
  for (let round = 0; round <= rounds; round += 1) {
    const slot = FIRST_SLOT + round;
    const take = takeSlot(evidence, series, slot, nowMs);
    const begin = nowMs();
    const axis = oneSlot(slot);
    for (let school = 0; school < schools; school += 1) {
      const id = schoolId(school);
      timelines({ devices: inventory.devicesOf(id), evidence: evidence.of(id), axis });
    }
    const states = nowMs() - begin;
    if (round > 0) {
      result.take.push(take.ms);
      result.states.push(states);
    }
    result.samples = take.samples;
  }
  for (let round = 0; round <= rounds; round += 1) {
    const begin = nowMs();
    for (let school = 0; school < schools; school += 1) score(inventory, evidence, schoolId(school));
    if (round > 0) result.cards.push(nowMs() - begin);
  }
  for (let school = 0; school < Math.min(schools, 200); school += 1) {
    result.late.push(...lateBatch(inventory, evidence, school, series[school] ?? [], nowMs));
  }
  return { ...result, peakBytes: peakBytes() };
}

function score(inventory: Inventory, evidence: Evidence, id: string): void {
  judgeSchool({ inventory, evidence, schoolId: id, asOfMs: AS_OF_MS });
}

function takeSlot(evidence: Evidence, series: readonly (readonly SeriesKey[])[], slot: number, nowMs: () => number) {
  let ms = 0;
  let samples = 0;
  for (const [school, list] of series.entries()) {
    const day = new GeneratedDay(school, TODAY);
    for (let minute = 0; minute < MINUTES_PER_SLOT; minute += 1) {
      const columns = day.minute(slot, minute, list);
      const begin = nowMs();
      evidence.take(schoolId(school), columns);
      ms += nowMs() - begin;
      samples += columns.length;
    }
  }
  return { ms, samples };
}

function oneSlot(slot: number): SlotAxis {
  const beginMs = Float64Array.of(dayStartMs(TODAY) + slot * SLOT_MS);
  return { length: 1, counted: 1, beginMs, runs: [{ day: TODAY, slots: [slot], from: 0 }] };
}

function lateBatch(
  inventory: Inventory,
  evidence: Evidence,
  school: number,
  list: readonly SeriesKey[],
  nowMs: () => number,
): number[] {
  const day = new GeneratedDay(school + 1, LATE_DAY);
  if (day.isEmpty) return [];
  const batches = Array.from({ length: LATE_SLOTS }, (_, i) => day.minute(LATE_FROM + i, 0, list));
  const begin = nowMs();
  for (const batch of batches) evidence.take(schoolId(school), batch);
  score(inventory, evidence, schoolId(school));
  return [nowMs() - begin];
}
