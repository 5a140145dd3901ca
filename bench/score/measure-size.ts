// Measures evidence and scores of so many schools: one slot, all scorecards, one school after a late batch, and memory.
import { dayStartMs } from "../../collector/inventory/day.ts";
import type { Inventory } from "../../collector/inventory/inventory.ts";
import { TeachingCalendar, windowAt } from "../../collector/score/calendar.ts";
import type { Evidence } from "../../collector/score/evidence.ts";
import { SLOT_MS } from "../../collector/score/parameters.ts";
import { axisOf, type SlotAxis, timelines } from "../../collector/score/timeline.ts";
import { AS_OF_MS, evidenceOf, inventoryOf, TODAY } from "./province.ts";
import { GeneratedDay, MINUTES_PER_SLOT, seriesOf } from "./school-day.ts";
import { schoolId } from "./school-plan.ts";
import { scorecardOf } from "./scorecard.ts";
import { slotBySlot } from "./slot-by-slot.ts";

export interface SizeOptions {
  schools: number;
  rounds: number;
  /** Days of evidence before today. */
  days: number;
  /** The most memory that the process has held so far. */
  peakBytes(): number;
  /** CPU time that the process has used. */
  cpuMs(): number;
}

/** CPU times in milliseconds, one a round; those of late batches one a school. */
export interface SizeResult {
  schools: number;
  samples: number;
  take: number[];
  states: number[];
  cards: number[];
  late: number[];
  window: number[];
  /** The same states by the peer. */
  plain: number[];
  /** Of a packed day of a school whose agent was there. */
  dayBytes: number[];
  peakBytes: number;
}

interface Province {
  inventory: Inventory;
  evidence: Evidence;
  ids: readonly string[];
  cpuMs(): number;
}

const FIRST_SLOT = 192; // 16:00
const LATE_DAY = TODAY - 3;
const LATE_FROM = 100;
/** Two hours of three days ago, in which an agent could not reach the collector. */
const LATE_SLOTS = 24;
const LATE_SCHOOLS = 200;
/** The peer is slow. */
const COMPARED_SCHOOLS = 100;

/** @throws Error when the peer comes to other states */
export function measureSize({ schools, rounds, days, peakBytes, cpuMs }: SizeOptions): SizeResult {
  const numbers = Array.from({ length: schools }, (_, school) => school);
  const province: Province = {
    inventory: inventoryOf(schools),
    evidence: evidenceOf(schools, days, FIRST_SLOT),
    ids: numbers.map(schoolId),
    cpuMs,
  };
  // One round of each is not counted: today is opened in it, and code is compiled.
  const slots = Array.from({ length: rounds + 1 }, (_, round) => oneSlot(province, FIRST_SLOT + round)).slice(1);
  const cards = Array.from({ length: rounds + 1 }, () => allScorecards(province)).slice(1);
  // Before the peer, whose garbage would be collected in it.
  const late = numbers.slice(0, LATE_SCHOOLS).flatMap((school) => lateBatch(province, school) ?? []);
  const compared = Array.from({ length: rounds + 1 }, () => compare(province)).slice(1);
  return {
    schools,
    samples: slots[0]?.samples ?? 0,
    take: slots.map(({ take }) => take),
    states: slots.map(({ states }) => states),
    cards,
    window: compared.map(({ ours }) => ours),
    plain: compared.map(({ plain }) => plain),
    late,
    dayBytes: numbers
      .slice(0, LATE_SCHOOLS)
      .flatMap((school) => province.evidence.of(schoolId(school)).day(TODAY - 1)?.bytes.length ?? []),
    peakBytes: peakBytes(),
  };
}

/**
 * Five minutes of all schools, a batch a minute: taken, then the state of every device in them. A school's list of series comes anew
 * with each slot: the dearest case, as after an agent was started again.
 */
function oneSlot({ inventory, evidence, ids, cpuMs }: Province, slot: number) {
  let take = 0;
  let samples = 0;
  for (const [school, id] of ids.entries()) {
    const day = new GeneratedDay(school, TODAY);
    const series = seriesOf(school);
    for (let minute = 0; minute < MINUTES_PER_SLOT; minute += 1) {
      const batch = day.minute(slot, minute, series);
      const beginMs = cpuMs();
      evidence.take(id, batch);
      take += cpuMs() - beginMs;
      samples += batch.length;
    }
  }
  const axis = axisOfSlot(slot);
  const beginMs = cpuMs();
  for (const id of ids) timelines({ devices: inventory.devicesOf(id), evidence: evidence.of(id), axis });
  return { take, samples, states: cpuMs() - beginMs };
}

function axisOfSlot(slot: number): SlotAxis {
  const beginMs = Float64Array.of(dayStartMs(TODAY) + slot * SLOT_MS);
  return { length: 1, counted: 1, beginMs, runs: [{ day: TODAY, slots: [slot], from: 0 }] };
}

function allScorecards({ inventory, evidence, ids, cpuMs }: Province): number {
  const beginMs = cpuMs();
  for (const id of ids) scorecardOf(inventory, evidence, id, AS_OF_MS);
  return cpuMs() - beginMs;
}

/** Until a school that was told of the past has its new scorecard; `undefined` for one without an agent. */
function lateBatch({ inventory, evidence, cpuMs }: Province, school: number): number | undefined {
  const id = schoolId(school);
  // Another school's day, so that it says something new.
  const day = new GeneratedDay(school + 1, LATE_DAY);
  if (day.isEmpty) return undefined;
  const series = seriesOf(school);
  const batches = Array.from({ length: LATE_SLOTS }, (_, i) => day.minute(LATE_FROM + i, 0, series));
  const beginMs = cpuMs();
  for (const batch of batches) evidence.take(id, batch);
  scorecardOf(inventory, evidence, id, AS_OF_MS);
  return cpuMs() - beginMs;
}

/** The states of the whole window, ours beside the peer's. */
function compare({ inventory, evidence, ids, cpuMs }: Province): { ours: number; plain: number } {
  const some = ids.slice(0, COMPARED_SCHOOLS);
  const spent = { ours: 0, plain: 0 };
  for (const id of some) {
    const school = inventory.school(id);
    if (school === undefined) continue;
    const calendar = new TeachingCalendar(inventory.calendarOf(id), inventory.publicHolidays);
    const axis = axisOf(windowAt(school, calendar, AS_OF_MS));
    const devices = inventory.devicesOf(id);
    const beginMs = cpuMs();
    const ours = timelines({ devices, evidence: evidence.of(id), axis });
    const middleMs = cpuMs();
    const plain = slotBySlot(devices, evidence.of(id), axis);
    spent.plain += cpuMs() - middleMs;
    spent.ours += middleMs - beginMs;
    for (const [device, codes] of plain) {
      if (Buffer.compare(codes, ours.codesOf(device)) !== 0) throw new Error(`${device} has other states slot by slot`);
    }
  }
  return spent;
}
