// What was seen of each device, school day by school day, cut into slots: the input of every verdict, rebuilt from the
// store at start. Bits only ever get set and times only ever widen, so neither the order of arrival nor a repeat matters.
import { deviceKey } from "../../contract/mac.ts";
import { type MetricName, PROBE_FAILURES } from "../../contract/metrics.ts";
import { dayAt, dayStartMs } from "../inventory/day.ts";
import type { SampleColumns, SeriesKey } from "../store/store.ts";
import { SLOT_MS, SLOTS_PER_DAY } from "./parameters.ts";

/** The metrics that evidence is made of: what to scan in the store to make it anew. */
export const EVIDENCE_METRICS = [
  "probe_ok",
  "probe_failure",
  "wifi_ap_up",
  "agent_selftest_passed",
  "agent_spool_bytes",
  "agent_clock_offset_seconds",
] as const satisfies readonly MetricName[];

/** Bits of a device in a slot. */
export const SEEN = {
  /** The device answered its own probe. */
  answered: 1,
  /** A controller, or the access point itself, said that it is in service, or that it is not. */
  reportedUp: 2,
  reportedDown: 4,
  probeFailed: 8,
  /** It refused our credentials: it was there, but would not say how it is. */
  authFailed: 16,
  /** The probe failed without anything being wrong with the device: a fault of the agent, or no profile for it. */
  unasked: 32,
} as const;

/** Bits of a school in a slot. */
export const SCHOOL = {
  /** An agent of the school was heard. */
  heard: 1,
  /** An agent's clock was too far off for what it says of this slot to be believed (section 4). */
  clockUntrusted: 2,
} as const;

/** Bits of a network segment in a slot. */
export const SELF_TEST = { passed: 1, failed: 2 } as const;

/** A self-test that names no segment speaks of the one that devices are in unless the inventory says otherwise. */
export const DEFAULT_SEGMENT = "main";

/** How far an agent's clock may be off (section 4, `clock_untrusted`). */
const CLOCK_TRUST_MS = 5 * 60_000;

/** Within a slot, times are kept in steps of 5 ms, so that they fit 16 bits with 0 left for "none". */
const STEP_MS = 5;

/** One device on one day. */
export class DeviceDay {
  readonly flags = new Uint8Array(SLOTS_PER_DAY);
  /** Earliest and latest failed attempt of each slot in steps + 1, side by side; made when the first attempt fails. */
  #failed: Uint16Array | undefined;

  /** Failed attempts at different times: 0, 1, or 2 for two and more. */
  failedAttempts(slot: number): 0 | 1 | 2 {
    if (!this.#failed) return 0;
    const first = this.#failed[slot * 2] ?? 0;
    if (first === 0) return 0;
    return this.#failed[slot * 2 + 1] === first ? 1 : 2;
  }

  set(slot: number, bits: number): boolean {
    return setBits(this.flags, slot, bits);
  }

  fail(slot: number, msInSlot: number): boolean {
    this.#failed ??= new Uint16Array(SLOTS_PER_DAY * 2);
    const step = Math.floor(msInSlot / STEP_MS) + 1;
    const first = this.#failed[slot * 2] ?? 0;
    const last = this.#failed[slot * 2 + 1] ?? 0;
    if (first !== 0 && first <= step && step <= last) return false;
    if (first === 0 || step < first) this.#failed[slot * 2] = step;
    if (step > last) this.#failed[slot * 2 + 1] = step;
    return true;
  }
}

interface SchoolEvidence {
  revision: number;
  /** By device key, then by day. */
  devices: Map<string, Map<number, DeviceDay>>;
  /** SELF_TEST bits by segment, then by day. */
  segments: Map<string, Map<number, Uint8Array>>;
  /** SCHOOL bits by day. */
  slots: Map<number, Uint8Array>;
}

export class Evidence {
  readonly #schools = new Map<string, SchoolEvidence>();
  /** By the list of series that samples come with, because it mostly comes again (SampleColumns.series). */
  #takers = new WeakMap<readonly SeriesKey[], ListTakers>();

  /** Adds samples; those of metrics that are not evidence are passed over. */
  take(schoolId: string, samples: SampleColumns): void {
    const school = this.#school(schoolId);
    const takers = this.#takersOf(schoolId, samples.series);
    const slotsOn = byDay(school.slots, newDayBytes);
    let changed = false;
    for (let i = 0; i < samples.length; i += 1) {
      const index = samples.seriesIndex[i] ?? -1;
      const taker = takers[index] ?? this.#newTaker(school, takers, samples.series, index);
      if (taker === PASS_OVER) continue;
      const atMs = samples.atMs[i];
      const value = samples.value[i];
      if (atMs === undefined || value === undefined) continue;
      const day = dayAt(atMs);
      const inDayMs = atMs - dayStartMs(day);
      const slot = Math.floor(inDayMs / SLOT_MS);
      const heard = setBits(slotsOn(day), slot, SCHOOL.heard);
      changed = taker(day, slot, value, inDayMs - slot * SLOT_MS) || heard || changed;
    }
    if (changed) school.revision += 1;
  }

  /** Grows whenever a verdict on the school may have changed; 0 when nothing was ever taken. */
  revision(schoolId: string): number {
    return this.#schools.get(schoolId)?.revision ?? 0;
  }

  /** What was seen of a device on a day; `undefined` when nothing was. */
  deviceDay(schoolId: string, key: string, day: number): DeviceDay | undefined {
    return this.#schools.get(schoolId)?.devices.get(key)?.get(day);
  }

  /** SELF_TEST bits of a segment by slot; `undefined` when none was reported that day. */
  selfTestDay(schoolId: string, segment: string, day: number): Uint8Array | undefined {
    return this.#schools.get(schoolId)?.segments.get(segment)?.get(day);
  }

  /** SCHOOL bits by slot; `undefined` when no agent of the school was heard that day. */
  schoolDay(schoolId: string, day: number): Uint8Array | undefined {
    return this.#schools.get(schoolId)?.slots.get(day);
  }

  /** Drops the days before the one that `atMs` falls on. */
  forgetBefore(atMs: number): void {
    const first = dayAt(atMs);
    this.#takers = new WeakMap(); // they hold days
    for (const school of this.#schools.values()) {
      let dropped = 0;
      for (const days of [...school.devices.values(), ...school.segments.values(), school.slots]) {
        for (const day of [...days.keys()]) if (day < first && days.delete(day)) dropped += 1;
      }
      for (const [key, days] of school.devices) if (days.size === 0) school.devices.delete(key);
      for (const [segment, days] of school.segments) if (days.size === 0) school.segments.delete(segment);
      if (dropped > 0) school.revision += 1;
    }
  }

  #takersOf(schoolId: string, series: readonly SeriesKey[]): (Taker | undefined)[] {
    const known = this.#takers.get(series);
    if (known?.schoolId === schoolId) return known.takers;
    const takers: (Taker | undefined)[] = [];
    this.#takers.set(series, { schoolId, takers });
    return takers;
  }

  /** Made when the first sample of its series comes: a list may name series that nothing was ever said of. */
  #newTaker(school: SchoolEvidence, takers: (Taker | undefined)[], series: readonly SeriesKey[], index: number): Taker {
    const key = series[index];
    const taker = key === undefined ? PASS_OVER : takerOf(school, key);
    takers[index] = taker;
    return taker;
  }

  #school(schoolId: string): SchoolEvidence {
    let school = this.#schools.get(schoolId);
    if (!school) {
      school = { revision: 0, devices: new Map(), segments: new Map(), slots: new Map() };
      this.#schools.set(schoolId, school);
    }
    return school;
  }
}

/** Puts one sample in its place; says whether that changed anything. */
type Taker = (day: number, slot: number, value: number, msInSlot: number) => boolean;

/** Of what is no evidence. */
const PASS_OVER: Taker = () => false;

/** The takers of a list's series, made as far as samples of them came. */
interface ListTakers {
  schoolId: string;
  takers: (Taker | undefined)[];
}

function takerOf(school: SchoolEvidence, { metric, device, instance }: SeriesKey): Taker {
  switch (metric) {
    case "probe_ok":
    case "probe_failure":
    case "wifi_ap_up":
      return deviceTaker(metric, byDay(entry(school.devices, deviceKey(device), newMap<DeviceDay>), newDeviceDay));
    case "agent_selftest_passed": {
      const segmentDay = byDay(entry(school.segments, instance ?? DEFAULT_SEGMENT, newMap<Uint8Array>), newDayBytes);
      return (day, slot, passed) => setBits(segmentDay(day), slot, passed === 1 ? SELF_TEST.passed : SELF_TEST.failed);
    }
    case "agent_clock_offset_seconds": {
      const slotsOn = byDay(school.slots, newDayBytes);
      return (day, slot, seconds, msInSlot) => {
        if (Math.abs(seconds) * 1_000 <= CLOCK_TRUST_MS) return false;
        // What it said then stands where its clock was, and is missing where ours is.
        const itsMs = dayStartMs(day) + slot * SLOT_MS + msInSlot + seconds * 1_000;
        const itsDay = dayAt(itsMs);
        const itsSlot = Math.floor((itsMs - dayStartMs(itsDay)) / SLOT_MS);
        const isNew = setBits(slotsOn(itsDay), itsSlot, SCHOOL.clockUntrusted);
        return setBits(slotsOn(day), slot, SCHOOL.clockUntrusted) || isNew;
      };
    }
    case "agent_spool_bytes":
      // Says only that the agent lives.
      return () => false;
    default:
      return PASS_OVER;
  }
}

function deviceTaker(
  metric: "probe_ok" | "probe_failure" | "wifi_ap_up",
  deviceDay: (day: number) => DeviceDay,
): Taker {
  switch (metric) {
    case "probe_ok":
      return (day, slot, ok, msInSlot) => {
        const seen = deviceDay(day);
        if (ok === 1) return seen.set(slot, SEEN.answered);
        const isNew = seen.set(slot, SEEN.probeFailed);
        return seen.fail(slot, msInSlot) || isNew;
      };
    case "probe_failure":
      return (day, slot, code) => {
        const bits = bitsOfFailure(code);
        return bits !== 0 && deviceDay(day).set(slot, bits);
      };
    case "wifi_ap_up":
      return (day, slot, up, msInSlot) => {
        const seen = deviceDay(day);
        if (up === 1) return seen.set(slot, SEEN.reportedUp);
        const isNew = seen.set(slot, SEEN.reportedDown);
        return seen.fail(slot, msInSlot) || isNew;
      };
  }
}

function bitsOfFailure(code: number): number {
  if (code === PROBE_FAILURES.auth) return SEEN.authFailed;
  // It was there: it told a part of what it was asked, or something that cannot be used.
  if (code === PROBE_FAILURES.incomplete || code === PROBE_FAILURES.protocol) return SEEN.answered;
  if (code === PROBE_FAILURES.internal || code === PROBE_FAILURES.unsupported) return SEEN.unasked;
  return 0;
}

function newMap<T>(): Map<number, T> {
  return new Map();
}

function newDeviceDay(): DeviceDay {
  return new DeviceDay();
}

function newDayBytes(): Uint8Array {
  return new Uint8Array(SLOTS_PER_DAY);
}

/** Looks days up, made where they are not there; the last one is remembered, because samples of a day often follow each other. */
function byDay<T>(days: Map<number, T>, make: () => T): (day: number) => T {
  let last: { day: number; found: T } | undefined;
  return (day) => {
    if (last?.day !== day) last = { day, found: entry(days, day, make) };
    return last.found;
  };
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const there = map.get(key);
  if (there !== undefined) return there;
  const made = make();
  map.set(key, made);
  return made;
}

/** Whether any of the bits was not set before. */
function setBits(bytes: Uint8Array, index: number, bits: number): boolean {
  const before = bytes[index] ?? 0;
  const after = before | bits;
  bytes[index] = after;
  return after !== before;
}
