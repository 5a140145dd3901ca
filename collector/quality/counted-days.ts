// The quality counts of every school, day by day, as bytes, and their sums over a window.
import type { QualityCounts } from "../score/quality/slot.ts";
import { addCounts, fromBytes, noQualityCounts } from "./counts-bytes.ts";
import type { QualitySetup } from "./setup.ts";

/** What was counted of a school on a day. */
export interface CountedDay {
  /** Of the setup that it was counted over. */
  fingerprint: string;
  /** Slots of the day that were counted: the first so many of school hours. */
  done: number;
  /** counts-bytes.ts */
  counts: Uint8Array;
  /** When all of its slots were counted by this process; absent: they were by an earlier one. */
  anewAtMs?: number;
}

interface School {
  days: Map<number, CountedDay>;
  revision: number;
  sum?: Sum;
}

/** The newest sum that was asked for: every venue of a judgement asks for the same. */
interface Sum {
  fingerprint: string;
  days: readonly number[];
  byVenue: ReadonlyMap<string, QualityCounts>;
}

const NOTHING: QualityCounts = noQualityCounts();

export class CountedDays {
  readonly #schools = new Map<string, School>();

  get(schoolId: string, day: number): CountedDay | undefined {
    return this.#schools.get(schoolId)?.days.get(day);
  }

  put(schoolId: string, day: number, counted: CountedDay): void {
    const school = this.#schools.get(schoolId) ?? { days: new Map<number, CountedDay>(), revision: 0 };
    const before = school.days.get(day);
    school.days.set(day, counted);
    this.#schools.set(schoolId, school);
    if (before?.fingerprint === counted.fingerprint && isSame(before.counts, counted.counts)) return;
    school.revision += 1;
    delete school.sum;
  }

  /** Grows whenever a quality of the school may have changed; 0 when nothing was ever counted. */
  revision(schoolId: string): number {
    return this.#schools.get(schoolId)?.revision ?? 0;
  }

  /** Over these days; nothing of a day that was not counted, or was over another setup. */
  sum(
    schoolId: string,
    { fingerprint, venues }: QualitySetup,
    days: readonly number[],
    venueId: string,
  ): QualityCounts {
    const school = this.#schools.get(schoolId);
    if (!school) return NOTHING;
    const kept = school.sum;
    if (kept && kept.fingerprint === fingerprint && isSame(kept.days, days))
      return kept.byVenue.get(venueId) ?? NOTHING;
    const sums = venues.map(noQualityCounts);
    for (const day of days) {
      const counted = school.days.get(day);
      const counts = counted?.fingerprint === fingerprint ? fromBytes(counted.counts, venues.length) : undefined;
      for (const [i, more] of (counts ?? []).entries()) {
        const sum = sums[i];
        if (sum) addCounts(sum, more);
      }
    }
    const byVenue = new Map(venues.map(({ id }, i) => [id, sums[i] ?? NOTHING]));
    school.sum = { fingerprint, days: [...days], byVenue };
    return byVenue.get(venueId) ?? NOTHING;
  }

  dropBefore(firstDay: number): void {
    for (const school of this.#schools.values()) {
      for (const day of [...school.days.keys()]) {
        if (day >= firstDay) continue;
        school.days.delete(day);
        school.revision += 1;
        delete school.sum;
      }
    }
  }
}

function isSame(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}
