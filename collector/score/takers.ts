// How one sample of a series becomes evidence, by what its metric says.
import { deviceKey } from "../../contract/mac.ts";
import { PROBE_FAILURES } from "../../contract/metrics.ts";
import { dayAt, dayStartMs } from "../inventory/day.ts";
import type { SeriesKey } from "../store/store.ts";
import { SLOT_MS, SLOTS_PER_DAY } from "./parameters.ts";
import { DEFAULT_SEGMENT, DeviceDay, SCHOOL, SEEN, SELF_TEST, setBits } from "./seen.ts";

/** How far an agent's clock may be off (section 4, `clock_untrusted`). */
const CLOCK_TRUST_MS = 5 * 60_000;

export interface SchoolEvidence {
  revision: number;
  /** By device key, then by day. */
  devices: Map<string, Map<number, DeviceDay>>;
  /** SELF_TEST bits by segment, then by day. */
  segments: Map<string, Map<number, Uint8Array>>;
  /** SCHOOL bits by day. */
  slots: Map<number, Uint8Array>;
}

/** Puts one sample in its place; says whether that changed anything. */
export type Taker = (day: number, slot: number, value: number, msInSlot: number) => boolean;

/** Of what is no evidence. */
export const PASS_OVER: Taker = () => false;

/** Of a series of a school: what its samples mean for evidence. */
export function takerOf(school: SchoolEvidence, { metric, device, instance }: SeriesKey): Taker {
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

export function newDayBytes(): Uint8Array {
  return new Uint8Array(SLOTS_PER_DAY);
}

/** Looks days up, made where they are not there; the last one is remembered, because samples of a day often follow each other. */
export function byDay<T>(days: Map<number, T>, make: () => T): (day: number) => T {
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
