// Classroom devices that are switched on when needed: off is not broken. CLASS_DEV_HEALTH (E17) and the list of unused ones.
import { Exact, ONE, ZERO } from "../exact.ts";
import { atLeast } from "../parameters.ts";
import { SEEN_DAYS, SEEN_DEVICES, UNUSED_DAYS } from "./limits.ts";
import { because, type IndicatorPart, type IndicatorValue, indicator } from "./value.ts";

/** A teaching day of a device. `not_seen` by an agent that would have seen it; `unknown` when none could have. */
export type DeviceDay = "healthy" | "faulty" | "not_seen" | "unknown";

/** What happened on a teaching day. */
export interface DayOfDevice {
  /** Seen at least once. */
  seen: boolean;
  /** It reported a fault, or a user's ticket is open. */
  fault: boolean;
  /** An agent could have seen it. */
  watched: boolean;
}

/** A fault outweighs that it was seen without one at another time of the day; it needs nobody to watch. */
export function deviceDay({ seen, fault, watched }: DayOfDevice): DeviceDay {
  if (fault) return "faulty";
  if (seen) return "healthy";
  return watched ? "not_seen" : "unknown";
}

export interface ClassroomDevice {
  id: string;
  /** The teaching days of the window, the oldest first. */
  days: readonly DeviceDay[];
}

export interface ClassroomHealth {
  health: IndicatorValue;
  /** “Unused or removed”: not seen on each of the last ten teaching days or more, with how many. */
  unused: readonly { id: string; days: number }[];
}

/**
 * Healthy days by healthy and faulty ones, over all devices. Days on which a device was not seen count neither way; days that
 * nobody watched widen the interval.
 */
export function classroomHealth(devices: readonly ClassroomDevice[]): ClassroomHealth {
  const parts = devices.map(devicePart);
  const total = (of: (device: ClassroomDevice) => number) => devices.reduce((sum, device) => sum + of(device), 0);
  const healthy = total(({ days }) => countOf(days, "healthy"));
  const faulty = total(({ days }) => countOf(days, "faulty"));
  const unknown = total(({ days }) => countOf(days, "unknown"));
  const size = healthy + faulty + unknown;
  const judged = parts.filter(({ reason }) => reason === undefined).length;
  const health = indicator("CLASS_DEV_HEALTH", {
    enough: devices.length > 0 && atLeast(judged, devices.length, SEEN_DEVICES),
    ...(healthy + faulty > 0 && { value: Exact.ratio(healthy, healthy + faulty) }),
    lo: size > 0 ? Exact.ratio(healthy, size) : ZERO,
    hi: size > 0 ? Exact.ratio(healthy + unknown, size) : ONE,
    numerator: Exact.of(healthy),
    denominator: Exact.of(healthy + faulty),
    whole: Exact.of(size),
    reasons: [
      ...because(devices.length === 0 ? 1 : 0, "nothing_registered"),
      ...because(devices.length - judged, "too_few_seen_days"),
    ],
    parts,
  });
  return { health, unused: devices.flatMap(unusedOf) };
}

function devicePart({ id, days }: ClassroomDevice): IndicatorPart {
  const healthy = countOf(days, "healthy");
  const seen = healthy + countOf(days, "faulty");
  const counts = { numerator: healthy, denominator: seen };
  return seen < SEEN_DAYS
    ? { id, ...counts, reason: "too_few_seen_days" }
    : { id, ...counts, value: Exact.ratio(healthy, seen) };
}

/** A day that nobody watched ends the row: on it the device may have been in use. */
function unusedOf({ id, days }: ClassroomDevice): { id: string; days: number }[] {
  const fromTheLast = [...days].reverse();
  const sinceOther = fromTheLast.findIndex((day) => day !== "not_seen");
  const silent = sinceOther < 0 ? days.length : sinceOther;
  return silent >= UNUSED_DAYS ? [{ id, days: silent }] : [];
}

function countOf(days: readonly DeviceDay[], kind: DeviceDay): number {
  return days.filter((day) => day === kind).length;
}
