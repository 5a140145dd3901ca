// The states of all devices of a school over the slots of its window, as bytes: the hot path of every judgement. Devices that look
// the same on a day, below the same parent, are judged once.
import { dayStartMs } from "../inventory/day.ts";
import type { InventoryDevice } from "../inventory/inventory.ts";
import type { EvaluationWindow } from "./calendar.ts";
import type { SchoolReader } from "./evidence/reader.ts";
import { type Maintenance, maintenanceSlots } from "./maintenance.ts";
import { type ModelParameters, PARAMETERS, SLOT_MS } from "./parameters.ts";
import { type Row, RunStates } from "./run-states.ts";
import { ON_DEMAND_BIT } from "./slot-table.ts";
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
    const firstOf = firsts.subarray(i * rows.length, (i + 1) * rows.length);
    const states = new RunStates(run, input.evidence, { all, rowLength: axis.length, firstOf });
    for (const row of rows) states.judge(row);
  }
  return new Timelines(axis, new Map(rows.map(({ id, index }) => [id, index])), all, firsts);
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
