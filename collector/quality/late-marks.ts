// Which school days have to be counted again, because readings came into slots that were counted already.
import { dayAt } from "../inventory/day.ts";
import type { SampleColumns } from "../store/store.ts";
import { isQualityReading } from "./slot-sums.ts";

export class LateMarks {
  /** By school and day: when the first of what came late was received. */
  readonly #schools = new Map<string, Map<number, number>>();
  /** End of the last slot that was counted, or is being counted, by school. */
  readonly #countedToMs = new Map<string, number>();
  /** Of schools of which nothing was counted since the start; before `begin`, anything may have been. */
  #elseMs = Number.POSITIVE_INFINITY;

  /** What is known of what was counted before this process began: nothing later than this. */
  begin(nowMs: number): void {
    this.#elseMs = nowMs;
  }

  /** Slots up to this moment are about to be read: whatever comes into them from now on is late. */
  counting(schoolId: string, toMs: number): void {
    this.#countedToMs.set(schoolId, Math.max(toMs, this.#countedToMs.get(schoolId) ?? this.#elseMs));
  }

  /** A batch was stored. */
  take(schoolId: string, { series, length, seriesIndex, atMs }: SampleColumns, receivedMs: number): void {
    const countedToMs = this.#countedToMs.get(schoolId) ?? this.#elseMs;
    for (let i = 0; i < length; i += 1) {
      const at = atMs[i] ?? Number.NaN;
      if (!(at < countedToMs)) continue; // the common case
      const key = series[seriesIndex[i] ?? -1];
      if (key !== undefined && isQualityReading(key.metric)) this.mark(schoolId, dayAt(at), receivedMs);
    }
  }

  mark(schoolId: string, day: number, receivedMs: number): void {
    const days = this.#schools.get(schoolId) ?? new Map<number, number>();
    days.set(day, Math.min(receivedMs, days.get(day) ?? Number.POSITIVE_INFINITY));
    this.#schools.set(schoolId, days);
  }

  has(schoolId: string, day: number): boolean {
    return this.#schools.get(schoolId)?.has(day) ?? false;
  }

  /** Removes a mark; when what follows fails, it is to be put back with `mark`. */
  remove(schoolId: string, day: number): number | undefined {
    const days = this.#schools.get(schoolId);
    const receivedMs = days?.get(day);
    days?.delete(day);
    if (days?.size === 0) this.#schools.delete(schoolId);
    return receivedMs;
  }

  /** Forgets marks of days that no window looks back on. */
  dropBefore(firstDay: number): void {
    for (const [schoolId, days] of this.#schools) {
      for (const day of [...days.keys()]) if (day < firstDay) this.remove(schoolId, day);
    }
  }

  /** When the oldest of what is still to be counted was received; `undefined` when nothing is. */
  oldestReceivedMs(): number | undefined {
    let oldestMs: number | undefined;
    for (const days of this.#schools.values()) {
      for (const receivedMs of days.values()) oldestMs = Math.min(receivedMs, oldestMs ?? receivedMs);
    }
    return oldestMs;
  }
}
