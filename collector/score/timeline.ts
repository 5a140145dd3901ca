// The states of all devices of a school over the slots of its window, as bytes: the hot path of every judgement.
import { dayStartMs } from "../inventory/day.ts";
import type { InventoryDevice } from "../inventory/inventory.ts";
import type { EvaluationWindow } from "./calendar.ts";
import type { Evidence } from "./evidence.ts";
import { type Maintenance, maintenanceSlots } from "./maintenance.ts";
import { type ModelParameters, PARAMETERS, SLOT_MS, SLOTS_PER_DAY } from "./parameters.ts";
import { SCHOOL, SEEN, SELF_TEST } from "./seen.ts";
import { type Observation, type Path, pathOf, stateCode } from "./state.ts";

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
  schoolId: string;
  devices: readonly InventoryDevice[];
  evidence: Evidence;
  axis: SlotAxis;
  maintenance?: readonly Maintenance[];
  parameters?: ModelParameters;
}

/** Codes of state.ts by device id, one byte a slot of the axis. Parents are judged before their children. */
export function timelines(input: TimelineInput): ReadonlyMap<string, Uint8Array> {
  const byId = new Map(input.devices.map((device) => [device.id, device]));
  const done = new Map<string, Uint8Array>();
  const judge = (device: InventoryDevice): Uint8Array => {
    const there = done.get(device.id);
    if (there) return there;
    const parent = device.parent === undefined ? undefined : byId.get(device.parent);
    const codes = timelineOf(device, parent && judge(parent), input);
    done.set(device.id, codes);
    return codes;
  };
  for (const device of input.devices) judge(device);
  return done;
}

/** What each code of the one parent means for the child, so that the loop need not ask. */
const PATH_BY_CODE: readonly Path[] = Array.from({ length: 32 }, (_, code) => pathOf([code]));

function timelineOf(device: InventoryDevice, parent: Uint8Array | undefined, input: TimelineInput): Uint8Array {
  const { schoolId, evidence, axis, parameters = PARAMETERS } = input;
  const announced = (input.maintenance ?? []).filter((window) => window.device === device.id);
  const maintenance = maintenanceSlots(axis, announced, parameters);
  const codes = new Uint8Array(axis.length);
  const o = blankObservation(device);
  for (const { day, slots, from } of axis.runs) {
    const seen = evidence.deviceDay(schoolId, device.key, day);
    const selfTests = evidence.selfTestDay(schoolId, device.segment, day);
    const schoolBits = evidence.schoolDay(schoolId, day);
    for (let i = 0; i < slots.length; i += 1) {
      const slot = slots[i] ?? 0;
      const at = from + i;
      const flags = seen?.flags[slot] ?? 0;
      const before = slot > 0 ? (seen?.flags[slot - 1] ?? 0) : lastFlagsOf(evidence, schoolId, device.key, day - 1);
      o.success = (flags & (SEEN.answered | SEEN.reportedUp)) !== 0 || isCarried(before, flags);
      o.secondPathFailed = hasSecondPathFailed(flags);
      o.failedAttempts = seen?.failedAttempts(slot) ?? 0;
      o.authFailed = (flags & SEEN.authFailed) !== 0;
      o.unasked = (flags & SEEN.unasked) !== 0;
      const school = schoolBits?.[slot] ?? 0;
      o.agentHeard = (school & SCHOOL.heard) !== 0;
      o.clockUntrusted = (school & SCHOOL.clockUntrusted) !== 0;
      const selfTest = selfTests?.[slot] ?? 0;
      o.selfTestPassed = (selfTest & SELF_TEST.passed) !== 0;
      o.selfTestFailed = (selfTest & SELF_TEST.failed) !== 0;
      o.maintenance = maintenance?.[at] === 1;
      o.path = parent ? (PATH_BY_CODE[parent[at] ?? 0] ?? "unknown") : "none";
      codes[at] = stateCode(o);
    }
  }
  return codes;
}

/** One object for all slots of a device: making one for each would cost more than judging it. */
function blankObservation(device: InventoryDevice): Observation {
  return {
    expected: true, // the axis holds only slots of school hours
    onDemand: device.expectedOn === "on_demand",
    maintenance: false,
    success: false,
    secondPathFailed: false,
    failedAttempts: 0,
    agentHeard: false,
    selfTestPassed: false,
    selfTestFailed: false,
    authFailed: false,
    unasked: false,
    clockUntrusted: false,
    rejected: false,
    path: "none",
  };
}

function lastFlagsOf(evidence: Evidence, schoolId: string, key: string, day: number): number {
  return evidence.deviceDay(schoolId, key, day)?.flags[SLOTS_PER_DAY - 1] ?? 0;
}

/**
 * Whether a controller's "in service" of the slot before still holds: at the end of this slot it is at most 10 minutes old.
 * Not when anything contrary came in either slot, and not for an access point that speaks for itself: that is no report.
 */
function isCarried(before: number, flags: number): boolean {
  const isReport = (before & SEEN.reportedUp) !== 0 && (before & (SEEN.answered | SEEN.reportedDown)) === 0;
  return isReport && (flags & (SEEN.reportedDown | SEEN.probeFailed)) === 0;
}

/** Its own probe and its controller disagree. A probe that failed once and then answered is one path, not two. */
function hasSecondPathFailed(flags: number): boolean {
  const paths = flags & (SEEN.answered | SEEN.reportedUp);
  if (paths === SEEN.answered) return (flags & SEEN.reportedDown) !== 0;
  return paths === SEEN.reportedUp && (flags & SEEN.probeFailed) !== 0;
}
