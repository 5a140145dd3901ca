// The states of all devices of a school over the slots of its window, as bytes: the hot path of every judgement. Devices that look
// the same on a day, below the same parent, are judged once.
import { dayStartMs } from "../inventory/day.ts";
import type { InventoryDevice } from "../inventory/inventory.ts";
import type { EvaluationWindow } from "./calendar.ts";
import type { PackedDay } from "./evidence/packed-day.ts";
import type { SchoolReader } from "./evidence/reader.ts";
import { type Maintenance, maintenanceSlots } from "./maintenance.ts";
import { type ModelParameters, PARAMETERS, SLOT_MS, SLOTS_PER_DAY } from "./parameters.ts";
import { CODE_OF, DEVICE_BITS_OF, MAY_CARRY, ON_DEMAND_BIT, pathBits, surroundings } from "./slot-table.ts";
import { CODE, pathOf } from "./state.ts";
import { Timelines } from "./timelines.ts";

/** The slots that are looked at, in time order: those of the window, then those of later days, then the running one. */
export interface SlotAxis {
  length: number;
  /** The first so many slots make up the window; only they count. */
  counted: number;
  /** Place of the running slot, always the last; absent outside school hours. */
  openAt?: number;
  /** Begin of each slot, milliseconds since 1970. */
  beginMs: Float64Array;
  /** The same slots day by day; `from` is the place of a run's first slot. */
  runs: readonly { day: number; slots: readonly number[]; from: number }[];
}

export function axisOf({ days, later, open }: EvaluationWindow): SlotAxis {
  const counted = days.reduce((sum, { slots }) => sum + slots.length, 0);
  const all = [...days, ...later, ...(open ? [{ day: open.day, slots: [open.slot] }] : [])];
  let length = 0;
  const runs = all.map(({ day, slots }) => {
    const run = { day, slots, from: length };
    length += slots.length;
    return run;
  });
  const beginMs = new Float64Array(length);
  for (const { day, slots, from } of runs) {
    for (const [i, slot] of slots.entries()) beginMs[from + i] = dayStartMs(day) + slot * SLOT_MS;
  }
  return { length, counted, beginMs, runs, ...(open && { openAt: length - 1 }) };
}

export interface TimelineInput {
  devices: readonly InventoryDevice[];
  evidence: SchoolReader;
  axis: SlotAxis;
  maintenance?: readonly Maintenance[];
  parameters?: ModelParameters;
}

/** Codes of state.ts, one byte a slot of the axis. Parents are judged before their children. */
export function timelines(input: TimelineInput): Timelines {
  const { axis } = input;
  const rows = rowsOf(input);
  const all = new Uint8Array(rows.length * axis.length);
  const firsts = new Uint32Array(axis.runs.length * rows.length);
  for (const [i, run] of axis.runs.entries()) {
    judgeRun(run, rows, all, firsts.subarray(i * rows.length, (i + 1) * rows.length), input);
  }
  return new Timelines(axis, new Map(rows.map(({ id, index }) => [id, index])), all, firsts);
}

type Run = SlotAxis["runs"][number];

/** A device as the loops below need it. */
interface Row {
  id: string;
  /** Its place among the rows: after its parent. */
  index: number;
  /** Under which days of evidence have it. */
  number: number;
  segment: string;
  /** Which of the few combinations of segment and of what is expected it has. */
  sort: number;
  onDemandBits: number;
  /** Index of its parent; absent: judged without one. */
  parent?: number;
  /** 1 for slots of maintenance; absent: none. */
  maintenance?: Uint8Array;
}

function rowsOf({ devices, evidence, axis, maintenance = [], parameters = PARAMETERS }: TimelineInput): Row[] {
  const byId = new Map(devices.map((device) => [device.id, device]));
  const rows = new Map<string, Row>();
  const sorts = new Map<string, number>();
  const add = (device: InventoryDevice): Row => {
    const there = rows.get(device.id);
    if (there) return there;
    const upstream = device.parent === undefined ? undefined : byId.get(device.parent);
    const parent = upstream && add(upstream).index;
    const announced = maintenance.filter((window) => window.device === device.id);
    const taken = maintenanceSlots(axis, announced, parameters);
    const sortName = `${device.expectedOn} ${device.segment}`;
    const sort = sorts.get(sortName) ?? sorts.size;
    sorts.set(sortName, sort);
    const row: Row = {
      id: device.id,
      index: rows.size,
      number: evidence.numberOf(device.key),
      segment: device.segment,
      sort,
      onDemandBits: device.expectedOn === "on_demand" ? ON_DEMAND_BIT : 0,
      ...(parent !== undefined && { parent }),
      ...(taken && { maintenance: taken }),
    };
    rows.set(device.id, row);
    return row;
  };
  for (const device of devices) add(device);
  return [...rows.values()];
}

/** What each code of the one parent means for the child, as bits of the table. */
const PATH_BITS_OF: Uint16Array = Uint16Array.from({ length: 32 }, (_, code) => pathBits(pathOf([code])));
const NO_PARENT_BITS = pathBits(pathOf([]));
const NO_BITS = new Uint8Array(SLOTS_PER_DAY);
/** Sorts of devices that are told apart when equal ones are looked for; a school with more has some judged twice. */
const SORTS = 64;

/** The slots of one day, of all devices. @param firstOf is told the first row that comes out the same, for each row */
function judgeRun(
  run: Run,
  rows: readonly Row[],
  all: Uint8Array,
  firstOf: Uint32Array,
  { evidence, axis }: TimelineInput,
): void {
  const { day, slots, from } = run;
  const packed = evidence.day(day);
  // Only a day whose first slot is looked at needs to know how the day before ended.
  const before = slots[0] === 0 ? evidence.day(day - 1) : undefined;
  const around = new Map<string, Uint16Array>();
  /** The first row of those that must come out the same, by what they have in common. */
  const firsts = new Map<number, number>();
  for (const row of rows) {
    const { index, number, parent } = row;
    const pattern = packed?.patternOf(number) ?? 0;
    const carriedIn = MAY_CARRY[before?.row(number)[SLOTS_PER_DAY - 1] ?? 0] ?? 0;
    const to = index * axis.length + from;
    const common = row.sort < SORTS && row.maintenance === undefined;
    const above = parent === undefined ? 0 : (firstOf[parent] ?? 0) + 1;
    const key = ((pattern * (rows.length + 1) + above) * SORTS + row.sort) * 2 + (carriedIn === 0 ? 0 : 1);
    const first = common ? firsts.get(key) : undefined;
    firstOf[index] = first ?? index;
    if (first !== undefined) {
      const there = first * axis.length + from;
      all.copyWithin(to, there, there + slots.length);
      continue;
    }
    if (common) firsts.set(key, index);
    let surrounding = around.get(row.segment);
    if (surrounding === undefined) {
      surrounding = surroundingsOf(packed, row.segment, slots);
      around.set(row.segment, surrounding);
    }
    const codes = all.subarray(to, to + slots.length);
    const parentAt = (parent ?? 0) * axis.length + from;
    const parentCodes = parent === undefined ? undefined : all.subarray(parentAt, parentAt + slots.length);
    const bytes = packed?.pattern(pattern) ?? NO_BITS;
    judgeSlots(codes, slots, bytes, carriedIn, surrounding, row.onDemandBits, parentCodes);
    if (row.maintenance !== undefined) putMaintenance(codes, row.maintenance.subarray(from, from + slots.length));
  }
}

/** What the table has to know of the school and a segment, by place in `slots`. */
function surroundingsOf(packed: PackedDay | undefined, segment: string, slots: readonly number[]): Uint16Array {
  const selfTest = packed?.segments.get(segment) ?? NO_BITS;
  const school = packed?.school ?? NO_BITS;
  return Uint16Array.from(slots, (slot) => surroundings(school[slot] ?? 0, selfTest[slot] ?? 0));
}

function judgeSlots(
  codes: Uint8Array,
  slots: readonly number[],
  bytes: Uint8Array,
  carriedIn: number,
  surrounding: Uint16Array,
  onDemandBits: number,
  parentCodes: Uint8Array | undefined,
): void {
  for (let i = 0; i < slots.length; i += 1) {
    const slot = slots[i] ?? 0;
    const carried = slot > 0 ? (MAY_CARRY[bytes[slot - 1] ?? 0] ?? 0) : carriedIn;
    const ofDevice = DEVICE_BITS_OF[(bytes[slot] ?? 0) + carried] ?? 0;
    const path = parentCodes === undefined ? NO_PARENT_BITS : (PATH_BITS_OF[parentCodes[i] ?? 0] ?? 0);
    codes[i] = CODE_OF[ofDevice | (surrounding[i] ?? 0) | onDemandBits | path] ?? CODE.unknown;
  }
}

function putMaintenance(codes: Uint8Array, maintenance: Uint8Array): void {
  for (let i = 0; i < codes.length; i += 1) if (maintenance[i] === 1) codes[i] = CODE.maintenance;
}
