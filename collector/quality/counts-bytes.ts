// Quality counts of the venues of a school on one day as bytes: what is kept in memory and in the state.
//
// Venue by venue in the order of the day's setup, numbers as LEB128 (seven bits a byte, the lowest first, the eighth bit set
// when more follow): the busy slots; unless there are none, which metrics have counts (bit i: the i-th of QUALITY_METRICS);
// then for each of those held and missed of the pass mark, held and missed of the good mark. Bytes that end early or late
// are damaged, and are answered with `undefined`: the day is counted anew.
import { QUALITY_METRICS } from "../score/quality/marks.ts";
import { countSlots, type QualityCounts } from "../score/quality/slot.ts";

export function toBytes(venues: readonly QualityCounts[]): Uint8Array {
  const bytes: number[] = [];
  const put = (number: number) => {
    let rest = number;
    for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
    bytes.push(rest);
  };
  for (const { busy, pass, good } of venues) {
    put(busy);
    if (busy === 0) continue;
    const four = QUALITY_METRICS.map((metric) => [
      pass[metric].held,
      pass[metric].missed,
      good[metric].held,
      good[metric].missed,
    ]);
    put(four.reduce((mask, counts, i) => (counts.some((count) => count > 0) ? mask | (1 << i) : mask), 0));
    for (const counts of four) if (counts.some((count) => count > 0)) for (const count of counts) put(count);
  }
  return Uint8Array.from(bytes);
}

/** The counts of so many venues; `undefined` when the bytes are not those of that many. */
export function fromBytes(bytes: Uint8Array, venues: number): QualityCounts[] | undefined {
  let at = 0;
  const next = (): number => {
    let number = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = bytes[at] ?? Number.NaN;
      at += 1;
      number |= (byte & 127) << shift;
      if (byte < 128) return number;
    }
    return Number.NaN;
  };
  const all: QualityCounts[] = [];
  for (let i = 0; i < venues; i += 1) {
    const counts = noQualityCounts();
    counts.busy = next();
    const mask = counts.busy > 0 ? next() : 0;
    for (const [bit, metric] of QUALITY_METRICS.entries()) {
      if ((mask & (1 << bit)) === 0) continue;
      for (const marks of [counts.pass[metric], counts.good[metric]]) {
        marks.held = next();
        marks.missed = next();
      }
    }
    all.push(counts);
  }
  return at === bytes.length ? all : undefined;
}

/** Counts that can be added to. */
export function noQualityCounts(): { busy: number } & QualityCounts {
  return countSlots([]);
}

/** Adds what was counted in other slots. */
export function addCounts(sum: { busy: number } & QualityCounts, more: QualityCounts): void {
  sum.busy += more.busy;
  for (const metric of QUALITY_METRICS) {
    for (const mark of ["pass", "good"] as const) {
      sum[mark][metric].held += more[mark][metric].held;
      sum[mark][metric].missed += more[mark][metric].missed;
    }
  }
}
