// What was seen of each device, school day by school day, cut into slots: the input of every verdict, rebuilt from the
// store at start. Bits only ever get set and times only ever widen, so neither the order of arrival nor a repeat matters.
import type { MetricName } from "../../contract/metrics.ts";
import { dayAt, dayStartMs } from "../inventory/day.ts";
import type { SampleColumns, SeriesKey } from "../store/store.ts";
import { Days } from "./days.ts";
import { SLOT_MS } from "./parameters.ts";
import { type DeviceDay, newDayBytes, SCHOOL, setBits } from "./seen.ts";
import { PASS_OVER, type SchoolEvidence, type Taker, takerOf } from "./takers.ts";

/** The metrics that evidence is made of: what to scan in the store to make it anew. */
export const EVIDENCE_METRICS = [
  "probe_ok",
  "probe_failure",
  "wifi_ap_up",
  "agent_selftest_passed",
  "agent_spool_bytes",
  "agent_clock_offset_seconds",
] as const satisfies readonly MetricName[];

/** The takers of a list's series, made as far as samples of them came. */
interface ListTakers {
  schoolId: string;
  takers: (Taker | undefined)[];
}

export class Evidence {
  readonly #schools = new Map<string, SchoolEvidence>();
  /** By the list of series that samples come with, because it mostly comes again (SampleColumns.series). */
  #takers = new WeakMap<readonly SeriesKey[], ListTakers>();

  /** Adds samples; those of metrics that are not evidence are passed over. */
  take(schoolId: string, samples: SampleColumns): void {
    const school = this.#school(schoolId);
    const takers = this.#takersOf(schoolId, samples.series);
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
      const heard = setBits(school.slots.of(day, newDayBytes), slot, SCHOOL.heard);
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
    this.#takers = new WeakMap(); // they hold days of devices that may be dropped whole
    for (const school of this.#schools.values()) {
      let dropped = 0;
      for (const days of [...school.devices.values(), ...school.segments.values(), school.slots]) {
        dropped += days.dropBefore(first);
      }
      for (const [key, days] of school.devices) if (days.isEmpty) school.devices.delete(key);
      for (const [segment, days] of school.segments) if (days.isEmpty) school.segments.delete(segment);
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
      school = { revision: 0, devices: new Map(), segments: new Map(), slots: new Days() };
      this.#schools.set(schoolId, school);
    }
    return school;
  }
}
