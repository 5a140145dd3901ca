// How one sample becomes evidence, by what its metric says.
import { deviceKey } from "../../../contract/mac.ts";
import { PROBE_FAILURES } from "../../../contract/metrics.ts";
import { dayAt, dayStartMs } from "../../inventory/day.ts";
import type { SampleColumns, SeriesKey } from "../../store/store.ts";
import { SLOT_MS } from "../parameters.ts";
import { DEFAULT_SEGMENT, SCHOOL, SEEN, SELF_TEST } from "../seen.ts";
import type { OpenDay } from "./open-day.ts";
import type { SchoolEvidence } from "./school.ts";

/** How far an agent's clock may be off (section 4, `clock_untrusted`). */
const CLOCK_TRUST_MS = 5 * 60_000;

/** What the samples of a series mean. */
const MEANS = {
  notLookedAt: 0,
  nothing: 1,
  probe: 2,
  failure: 3,
  report: 4,
  selfTest: 5,
  clock: 6,
  /** Says only that the agent lives. */
  life: 7,
} as const;

/**
 * What each series of a list means and whose it is, five bytes a series: a province has millions of them. Found out when the first
 * sample of a series comes, because a list may name series that nothing was ever said of.
 */
export class SeriesMeanings {
  readonly school: SchoolEvidence;
  readonly #series: readonly SeriesKey[];
  #means = new Uint8Array(0);
  /** Number of the device or of the segment. */
  #subject = new Int32Array(0);
  readonly #segments: string[] = [];

  constructor(school: SchoolEvidence, series: readonly SeriesKey[]) {
    this.school = school;
    this.#series = series;
  }

  /** Puts samples in their places. @returns the days in which that changed anything */
  take(samples: SampleColumns): ReadonlySet<number> {
    this.#grow();
    const changed = new Set<number>();
    const { seriesIndex, atMs: times, value: values, length } = samples;
    let open: OpenDay | undefined;
    let day = Number.NaN;
    let beginMs = Number.NaN;
    let isChanged = false;
    for (let i = 0; i < length; i += 1) {
      const index = seriesIndex[i] ?? -1;
      const means = this.#means[index] || this.#lookAt(index);
      const atMs = times[i];
      const value = values[i];
      if (means === MEANS.nothing || atMs === undefined || value === undefined) continue;
      let inDayMs = atMs - beginMs;
      if (open === undefined || !(inDayMs >= 0 && inDayMs < DAY_MS)) {
        if (isChanged) changed.add(day);
        isChanged = false;
        day = dayAt(atMs);
        beginMs = dayStartMs(day);
        inDayMs = atMs - beginMs;
        open = this.school.open(day);
        open.isTouched = true;
      }
      const slot = Math.floor(inDayMs / SLOT_MS);
      if (open.hear(slot, SCHOOL.heard)) isChanged = true;
      if (means === MEANS.clock) {
        this.#takeClock(atMs, value, changed);
        continue;
      }
      const isNew = this.#put(open, means, this.#subject[index] ?? 0, slot, value, inDayMs - slot * SLOT_MS);
      if (isNew) isChanged = true;
    }
    if (isChanged) changed.add(day);
    return changed;
  }

  #put(open: OpenDay, means: number, subject: number, slot: number, value: number, msInSlot: number): boolean {
    switch (means) {
      case MEANS.probe: {
        if (value === 1) return open.see(subject, slot, SEEN.answered);
        const isNew = open.see(subject, slot, SEEN.probeFailed);
        return open.fail(subject, slot, msInSlot) || isNew;
      }
      case MEANS.report: {
        if (value === 1) return open.see(subject, slot, SEEN.reportedUp);
        const isNew = open.see(subject, slot, SEEN.reportedDown);
        return open.fail(subject, slot, msInSlot) || isNew;
      }
      case MEANS.failure: {
        const bits = bitsOfFailure(value);
        return bits !== 0 && open.see(subject, slot, bits);
      }
      case MEANS.selfTest:
        return open.selfTest(
          this.#segments[subject] ?? DEFAULT_SEGMENT,
          slot,
          value === 1 ? SELF_TEST.passed : SELF_TEST.failed,
        );
      default:
        return false;
    }
  }

  /** What an agent with a wrong clock said then stands where its clock was, and is missing where ours is. */
  #takeClock(atMs: number, seconds: number, changed: Set<number>): void {
    if (Math.abs(seconds) * 1_000 <= CLOCK_TRUST_MS) return;
    for (const ms of [atMs, atMs + seconds * 1_000]) {
      const day = dayAt(ms);
      const open = this.school.open(day);
      open.isTouched = true;
      if (open.hear(Math.floor((ms - dayStartMs(day)) / SLOT_MS), SCHOOL.clockUntrusted)) changed.add(day);
    }
  }

  #lookAt(index: number): number {
    const key = this.#series[index];
    if (key === undefined) return MEANS.nothing;
    const means = meaningOf(key);
    this.#means[index] = means;
    if (means === MEANS.selfTest) {
      this.#subject[index] = this.#segments.push(key.instance ?? DEFAULT_SEGMENT) - 1;
    } else if (means === MEANS.probe || means === MEANS.failure || means === MEANS.report) {
      this.#subject[index] = this.school.numberFor(deviceKey(key.device));
    }
    return means;
  }

  /** The list may have become longer. */
  #grow(): void {
    if (this.#means.length >= this.#series.length) return;
    const [means, subject] = [new Uint8Array(this.#series.length), new Int32Array(this.#series.length)];
    means.set(this.#means);
    subject.set(this.#subject);
    this.#means = means;
    this.#subject = subject;
  }
}

const DAY_MS = 86_400_000;

function meaningOf({ metric }: SeriesKey): number {
  switch (metric) {
    case "probe_ok":
      return MEANS.probe;
    case "probe_failure":
      return MEANS.failure;
    case "wifi_ap_up":
      return MEANS.report;
    case "agent_selftest_passed":
      return MEANS.selfTest;
    case "agent_clock_offset_seconds":
      return MEANS.clock;
    case "agent_spool_bytes":
      return MEANS.life;
    default:
      return MEANS.nothing;
  }
}

function bitsOfFailure(code: number): number {
  if (code === PROBE_FAILURES.auth) return SEEN.authFailed;
  // It was there: it told a part of what it was asked, or something that cannot be used.
  if (code === PROBE_FAILURES.incomplete || code === PROBE_FAILURES.protocol) return SEEN.answered;
  if (code === PROBE_FAILURES.internal || code === PROBE_FAILURES.unsupported) return SEEN.unasked;
  return 0;
}
