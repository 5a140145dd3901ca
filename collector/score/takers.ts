// How one sample of a series becomes evidence, by what its metric says.
import { deviceKey } from "../../contract/mac.ts";
import { PROBE_FAILURES } from "../../contract/metrics.ts";
import { dayAt, dayStartMs } from "../inventory/day.ts";
import type { SeriesKey } from "../store/store.ts";
import { Days } from "./days.ts";
import { SLOT_MS } from "./parameters.ts";
import { DEFAULT_SEGMENT, DeviceDay, newDayBytes, SCHOOL, SEEN, SELF_TEST, setBits } from "./seen.ts";

/** How far an agent's clock may be off (section 4, `clock_untrusted`). */
const CLOCK_TRUST_MS = 5 * 60_000;

export interface SchoolEvidence {
  revision: number;
  /** By device key. */
  devices: Map<string, Days<DeviceDay>>;
  /** SELF_TEST bits by segment. */
  segments: Map<string, Days<Uint8Array>>;
  /** SCHOOL bits. */
  slots: Days<Uint8Array>;
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
      return deviceTaker(metric, entry(school.devices, deviceKey(device)));
    case "agent_selftest_passed": {
      const days = entry(school.segments, instance ?? DEFAULT_SEGMENT);
      return (day, slot, passed) =>
        setBits(days.of(day, newDayBytes), slot, passed === 1 ? SELF_TEST.passed : SELF_TEST.failed);
    }
    case "agent_clock_offset_seconds": {
      const { slots } = school;
      return (day, slot, seconds, msInSlot) => {
        if (Math.abs(seconds) * 1_000 <= CLOCK_TRUST_MS) return false;
        // What it said then stands where its clock was, and is missing where ours is.
        const itsMs = dayStartMs(day) + slot * SLOT_MS + msInSlot + seconds * 1_000;
        const itsDay = dayAt(itsMs);
        const itsSlot = Math.floor((itsMs - dayStartMs(itsDay)) / SLOT_MS);
        const isNew = setBits(slots.of(itsDay, newDayBytes), itsSlot, SCHOOL.clockUntrusted);
        return setBits(slots.of(day, newDayBytes), slot, SCHOOL.clockUntrusted) || isNew;
      };
    }
    case "agent_spool_bytes":
      // Says only that the agent lives.
      return () => false;
    default:
      return PASS_OVER;
  }
}

function deviceTaker(metric: "probe_ok" | "probe_failure" | "wifi_ap_up", days: Days<DeviceDay>): Taker {
  switch (metric) {
    case "probe_ok":
      return (day, slot, ok, msInSlot) => {
        const seen = days.of(day, newDeviceDay);
        if (ok === 1) return seen.set(slot, SEEN.answered);
        const isNew = seen.set(slot, SEEN.probeFailed);
        return seen.fail(slot, msInSlot) || isNew;
      };
    case "probe_failure":
      return (day, slot, code) => {
        const bits = bitsOfFailure(code);
        return bits !== 0 && days.of(day, newDeviceDay).set(slot, bits);
      };
    case "wifi_ap_up":
      return (day, slot, up, msInSlot) => {
        const seen = days.of(day, newDeviceDay);
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

function newDeviceDay(): DeviceDay {
  return new DeviceDay();
}

/** The days under a name, made where it has none. */
function entry<T>(map: Map<string, Days<T>>, name: string): Days<T> {
  const there = map.get(name);
  if (there !== undefined) return there;
  const made = new Days<T>();
  map.set(name, made);
  return made;
}
