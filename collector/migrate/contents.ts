// What a store holds, in numbers: counts and checksums by school, kind and day.
import { METRICS, type MetricName } from "../../contract/metrics.ts";
import { dayAt, dayText } from "../inventory/day.ts";
import { seriesText } from "../store/sample-columns.ts";
import { type LedgerEntry, RESOLUTIONS, type ReadingStore, type Resolution, type Rollup } from "../store/store.ts";
import { Checksum, type Hash, hashOf } from "./checksum.ts";

export const ALL_METRICS = Object.keys(METRICS) as MetricName[]; // the keys of our own constant
export const ALL_RESOLUTIONS = Object.keys(RESOLUTIONS) as Resolution[]; // the keys of our own constant

/** A part of a store that is copied and compared as one; `day` is absent for what is not copied by days. */
export interface Part {
  kind: "readings" | "rollups 5m" | "rollups 1h" | "rollups 1d" | "facts" | "events" | "ledger" | "mark";
  /** Absent for what belongs to no school: the ledger and the mark. */
  schoolId?: string;
  /** Number of the day in Zhejiang; of the ledger the day of reception. */
  day?: number;
}

/** The parts of a store with what is in each, in the order in which they are copied. */
export type Contents = Map<string, { part: Part; checksum: Checksum }>;

/** `readings 3633000001 2026-03-02` */
export function partName({ kind, schoolId, day }: Part): string {
  return [kind, schoolId, day === undefined ? undefined : dayText(day)].filter((word) => word !== undefined).join(" ");
}

/** Reads everything once. @throws StoreError */
export async function contentsOf(store: ReadingStore): Promise<Contents> {
  const contents: Contents = new Map();
  const sum = (part: Part): Checksum => {
    const name = partName(part);
    const known = contents.get(name);
    if (known !== undefined) return known.checksum;
    const checksum = new Checksum();
    contents.set(name, { part, checksum });
    return checksum;
  };
  for (const schoolId of await store.schools()) await schoolContents(store, schoolId, sum);
  await store.scanLedger(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, (entries) => {
    for (const entry of entries) sum({ kind: "ledger", day: dayAt(entry.receivedAtMs) }).addText(ledgerText(entry));
  });
  const mark = await store.rolledUpTo();
  if (mark !== undefined) sum({ kind: "mark" }).addText(String(mark));
  return contents;
}

async function schoolContents(store: ReadingStore, schoolId: string, sum: (part: Part) => Checksum): Promise<void> {
  const [from, to] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  await readingsContents(store, schoolId, sum);
  for (const resolution of ALL_RESOLUTIONS) {
    await store.scanRollups(schoolId, resolution, from, to, (rollups) => {
      for (const { key, rollup } of rollups) {
        const part: Part = { kind: `rollups ${resolution}`, schoolId, day: dayAt(rollup.startMs) };
        sum(part).addText(`${seriesText(key)}\0${rollupText(rollup)}`);
      }
    });
  }
  for (const { device, atMs, texts } of await store.datedFacts(schoolId)) {
    for (const [name, text] of Object.entries(texts)) {
      sum({ kind: "facts", schoolId }).addText([device, atMs, name, text].join("\0"));
    }
  }
  for (const { device, kind, atMs, text } of await store.events(schoolId, from, to)) {
    sum({ kind: "events", schoolId }).addText([device, kind, atMs, text].join("\0"));
  }
}

async function readingsContents(store: ReadingStore, schoolId: string, sum: (part: Part) => Checksum): Promise<void> {
  let day = Number.NaN;
  let ofDay = new Checksum();
  await store.scan(
    ALL_METRICS,
    Number.NEGATIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    (_, { series, length, seriesIndex, atMs, value }) => {
      const names: Hash[] = series.map((key) => hashOf(seriesText(key)));
      for (let i = 0; i < length; i++) {
        const at = atMs[i] ?? 0;
        if (dayAt(at) !== day) {
          day = dayAt(at);
          ofDay = sum({ kind: "readings", schoolId, day });
        }
        const name = names[seriesIndex[i] ?? -1];
        if (name === undefined) throw new RangeError(`sample ${i} of ${length} points outside its columns`);
        ofDay.addSample(name, at, value[i] ?? 0);
      }
    },
    schoolId,
  );
}

function rollupText(rollup: Rollup): string {
  const { startMs, count, sum, min, max, first, last, firstMs, lastMs, increase } = rollup;
  return [startMs, count, sum, min, max, first, last, firstMs, lastMs, increase ?? "-"].join(" ");
}

function ledgerText(entry: LedgerEntry): string {
  const { agentId, session, sequence, schoolId, lane, receivedAtMs, sentAtMs, digest, lines, firstMs, lastMs } = entry;
  return [agentId, session, sequence, schoolId, lane, receivedAtMs, sentAtMs, digest, lines, firstMs, lastMs].join(" ");
}
