// One day of a generated school: what its agent would have seen, as evidence holds it, and as the samples of which that is made.

import { dayStartMs } from "../../collector/inventory/day.ts";
import type { DayContents } from "../../collector/score/evidence/pack.ts";
import { SLOT_MS, SLOTS_PER_DAY } from "../../collector/score/parameters.ts";
import { ATTEMPTS_SHIFT, SCHOOL, SEEN, SELF_TEST, STEP_MS } from "../../collector/score/seen.ts";
import type { SampleColumns, SeriesKey } from "../../collector/store/store.ts";
import type { MetricName } from "../../contract/metrics.ts";
import { agentId, conditionOf, DEVICES, deviceKey, PLAN } from "./school-plan.ts";

const MINUTE_MS = 60_000;
export const MINUTES_PER_SLOT = SLOT_MS / MINUTE_MS;
const TIMEOUT = 1;
/** Panels are on in these slots of days on which they are used. */
const ON_FROM = 92;
const ON_TO = 206;
/** An agent that was offline was so for these days of each twenty. */
const OFFLINE_DAYS = 4;

/** Of a device on a day. */
const CHANCE = { dead: 0.01, flapping: 0.005, unused: 0.15, oneLost: 0.25, blindSlot: 0.02 };
const FLAPPING_SHARE = 0.3;

/** How a slot looks, as evidence/open-day.ts keeps it. */
const ANSWERED = SEEN.answered;
const ANSWERED_BUT_ONCE = SEEN.answered | SEEN.probeFailed | (1 << ATTEMPTS_SHIFT);
const SILENT = SEEN.probeFailed | (2 << ATTEMPTS_SHIFT);
const REPORTED = SEEN.reportedUp;
const REPORTED_BUT_ONCE = SEEN.reportedUp | SEEN.reportedDown | (1 << ATTEMPTS_SHIFT);
const REPORTED_DOWN = SEEN.reportedDown | (2 << ATTEMPTS_SHIFT);

export class GeneratedDay implements DayContents {
  readonly school = new Uint8Array(SLOTS_PER_DAY);
  readonly segments = new Map<string, Uint8Array>();
  readonly onlyAttempts = new Map<number, number>();
  readonly #number: number;
  readonly #day: number;
  readonly #random: () => number;
  readonly #rows: Uint8Array;

  /**
   * @param endSlot nothing was seen yet from this slot on
   * @param scratch memory for the rows, used again for the next day
   */
  constructor(
    school: number,
    day: number,
    endSlot = SLOTS_PER_DAY,
    scratch: Uint8Array = new Uint8Array(DEVICES * SLOTS_PER_DAY),
  ) {
    this.#number = school;
    this.#day = day;
    this.#random = mulberry32(school * 1_000_003 + day);
    this.#rows = scratch.fill(0);
    const condition = conditionOf(school);
    if (condition === "no-agent") return;
    if (condition === "agent-was-offline" && (day + school) % 20 < OFFLINE_DAYS) return;
    this.school.fill(SCHOOL.heard);
    const selfTest = new Uint8Array(SLOTS_PER_DAY).fill(SELF_TEST.passed);
    if (condition === "agent-is-blind-at-times") {
      for (let slot = 0; slot < SLOTS_PER_DAY; slot += 1)
        if (this.#random() < CHANCE.blindSlot) selfTest[slot] = SELF_TEST.failed;
    }
    this.segments.set("main", selfTest);
    for (let device = 0; device < DEVICES; device += 1) this.#fill(device);
    this.#endAt(endSlot);
  }

  get isEmpty(): boolean {
    return this.segments.size === 0;
  }

  get devices(): number {
    return this.isEmpty ? 0 : DEVICES;
  }

  copyRow(device: number, to: Uint8Array): void {
    to.set(this.#rows.subarray(device * SLOTS_PER_DAY, (device + 1) * SLOTS_PER_DAY));
  }

  /** All that was sent in one minute of a slot. @param series the school's list, as it comes with each of its batches */
  minute(slot: number, minute: number, series: readonly SeriesKey[]): SampleColumns {
    const found: number[] = [];
    const values: number[] = [];
    const times: number[] = [];
    const beginMs = dayStartMs(this.#day) + slot * SLOT_MS + minute * MINUTE_MS;
    const add = (index: number, value: number, offsetMs: number) => {
      found.push(index);
      values.push(value);
      times.push(beginMs + offsetMs);
    };
    if (this.isEmpty)
      return { series, length: 0, seriesIndex: new Int32Array(), atMs: new Float64Array(), value: new Float64Array() };
    add(SPOOL_SERIES, 0, 0);
    add(SELF_TEST_SERIES, this.segments.get("main")?.[slot] === SELF_TEST.passed ? 1 : 0, 0);
    for (let device = 0; device < DEVICES; device += 1) {
      const byte = this.#rows[device * SLOTS_PER_DAY + slot] ?? 0;
      const isReport = PLAN[device]?.kind === "access_point";
      const attempts = byte >>> ATTEMPTS_SHIFT;
      const isUp = (byte & (SEEN.answered | SEEN.reportedUp)) !== 0;
      const isFailure = isUp ? minute < attempts : true;
      add(isReport ? REPORT_SERIES + device : PROBE_SERIES + device, isFailure ? 0 : 1, offsetOf(device));
      if (isFailure && !isReport) add(FAILURE_SERIES + device, TIMEOUT, offsetOf(device));
    }
    return {
      series,
      length: found.length,
      seriesIndex: Int32Array.from(found),
      atMs: Float64Array.from(times),
      value: Float64Array.from(values),
    };
  }

  #fill(device: number): void {
    const from = device * SLOTS_PER_DAY;
    const row = this.#rows.subarray(from, from + SLOTS_PER_DAY);
    const { kind, onDemand } = PLAN[device] ?? { kind: "", onDemand: false };
    const isReport = kind === "access_point";
    const [up, once, down] = isReport
      ? [REPORTED, REPORTED_BUT_ONCE, REPORTED_DOWN]
      : [ANSWERED, ANSWERED_BUT_ONCE, SILENT];
    if (onDemand) {
      row.fill(down);
      if (this.#random() >= CHANCE.unused) row.fill(up, ON_FROM, ON_TO);
      return;
    }
    const fate = this.#random();
    if (isForEver(this.#number, device)) row.fill(down);
    else if (fate < CHANCE.flapping) {
      for (let slot = 0; slot < SLOTS_PER_DAY; slot += 1) row[slot] = this.#random() < FLAPPING_SHARE ? down : up;
    } else {
      row.fill(up);
      if (fate > 1 - CHANCE.oneLost) this.#loseOne(device, row, once);
    }
  }

  #endAt(slot: number): void {
    this.school.fill(0, slot);
    for (const bits of this.segments.values()) bits.fill(0, slot);
    for (let device = 0; device < DEVICES; device += 1) {
      this.#rows.fill(0, device * SLOTS_PER_DAY + slot, (device + 1) * SLOTS_PER_DAY);
    }
    for (const place of [...this.onlyAttempts.keys()]) {
      if (place % SLOTS_PER_DAY >= slot) this.onlyAttempts.delete(place);
    }
  }

  #loseOne(device: number, row: Uint8Array, once: number): void {
    const slot = Math.floor(this.#random() * SLOTS_PER_DAY);
    row[slot] = once;
    this.onlyAttempts.set(device * SLOTS_PER_DAY + slot, Math.floor(offsetOf(device) / STEP_MS));
  }
}

/** Dead all the time. */
function isForEver(school: number, device: number): boolean {
  return mulberry32(school * 7_919 + device)() < CHANCE.dead;
}

/** Devices of a school are asked one after the other. */
function offsetOf(device: number): number {
  return device * 200;
}

const SPOOL_SERIES = 0;
const SELF_TEST_SERIES = 1;
const PROBE_SERIES = 2;
const FAILURE_SERIES = PROBE_SERIES + DEVICES;
const REPORT_SERIES = FAILURE_SERIES + DEVICES;

/** The series of a school, in the order of the numbers above. */
export function seriesOf(school: number): SeriesKey[] {
  const keys = Array.from({ length: DEVICES }, (_, device) => deviceKey(school, device));
  const ofDevices = (metric: MetricName) => keys.map((device): SeriesKey => ({ metric, device }));
  return [
    { metric: "agent_spool_bytes", device: agentId(school) },
    { metric: "agent_selftest_passed", device: agentId(school), instance: "main" },
    ...ofDevices("probe_ok"),
    ...ofDevices("probe_failure"),
    ...ofDevices("wifi_ap_up"),
  ];
}

/** Numbers from 0 to below 1, the same ones for the same seed. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
