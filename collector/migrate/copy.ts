// Copies one store into another, part by part, and compares both at the end by counts and checksums.
import { dayStartMs } from "../inventory/day.ts";
import type { LedgerEntry, ReadingStore, Resolution, SampleColumns, SeriesRollup, StoreBatch } from "../store/store.ts";
import { ALL_METRICS, type Contents, contentsOf, type Part, partName } from "./contents.ts";

export interface Copying {
  from: ReadingStore;
  to: ReadingStore;
  /** Of an earlier run: the checksum that a part had in the source when it was copied; absent for one that was not. */
  done?(name: string): string | undefined;
  /** Told when a part is in the target, durably. */
  onCopied?(name: string, checksum: string): Promise<void>;
}

/** Of one part: what each side has, as `Checksum.text`; absent where a side has nothing of it. */
export interface Difference {
  part: Part;
  from?: string;
  to?: string;
}

export interface Copied {
  /** What the source holds. */
  contents: Contents;
  /** Parts that an earlier run had copied, and that have not changed since. */
  skipped: number;
  differences: Difference[];
}

/** Rollups and ledger entries handed over at once. */
const CHUNK = 10_000;
const NOTHING: SampleColumns = {
  series: [],
  length: 0,
  seriesIndex: new Int32Array(0),
  atMs: new Float64Array(0),
  value: new Float64Array(0),
};

/**
 * Both stores must be still: what is written to the source meanwhile shows as a difference. Copying again, whole or from
 * where it ended, changes nothing that is right.
 * @throws StoreError
 */
export async function copyStore({ from, to, done, onCopied }: Copying): Promise<Copied> {
  const contents = await contentsOf(from);
  let skipped = 0;
  for (const [name, { part, checksum }] of contents) {
    if (done?.(name) === checksum.text) {
      skipped += 1;
      continue;
    }
    await copyPart(from, to, part);
    await onCopied?.(name, checksum.text);
  }
  return { contents, skipped, differences: compare(contents, await contentsOf(to)) };
}

/**
 * Copies a store that is being written to: everything that was received before `beforeMs`, and maybe some of what came later.
 * The ledger goes first, so that every batch whose name is in the copy has its readings there too.
 * @throws StoreError
 */
export async function copyLiveStore(from: ReadingStore, to: ReadingStore, beforeMs: number): Promise<void> {
  await copyLedger(from, to, [Number.NEGATIVE_INFINITY, beforeMs]);
  for (const { part } of (await contentsOf(from)).values()) {
    if (part.kind !== "ledger") await copyPart(from, to, part);
  }
}

async function copyPart(from: ReadingStore, to: ReadingStore, { kind, schoolId = "", day = 0 }: Part): Promise<void> {
  const range: [number, number] = [dayStartMs(day), dayStartMs(day + 1)];
  switch (kind) {
    case "readings":
      return copyReadings(from, to, schoolId, range);
    case "rollups 5m":
      return copyRollups(from, to, schoolId, "5m", range);
    case "rollups 1h":
      return copyRollups(from, to, schoolId, "1h", range);
    case "rollups 1d":
      return copyRollups(from, to, schoolId, "1d", range);
    case "facts":
      return to.adopt(schoolId, textsOnly({ facts: await from.datedFacts(schoolId) }));
    case "events": {
      const events = await from.events(schoolId, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
      for (const some of chunks(events)) await to.adopt(schoolId, textsOnly({ events: some }));
      return;
    }
    case "ledger":
      return copyLedger(from, to, range);
    case "mark": {
      const mark = await from.rolledUpTo();
      if (mark !== undefined) await to.setRolledUpTo(mark);
    }
  }
}

/** A day of a school is held in memory: the source hands it over faster than the target may take it. */
async function copyReadings(
  from: ReadingStore,
  to: ReadingStore,
  schoolId: string,
  [fromMs, toMs]: [number, number],
): Promise<void> {
  const taken: SampleColumns[] = [];
  await from.scan(ALL_METRICS, fromMs, toMs, (_, samples) => taken.push(owned(samples)), schoolId);
  for (const samples of taken) await to.adopt(schoolId, { samples, facts: [], events: [] });
}

/** Columns that are handed over belong to who scans. */
function owned({ series, length, seriesIndex, atMs, value }: SampleColumns): SampleColumns {
  return {
    series: [...series],
    length,
    seriesIndex: seriesIndex.slice(0, length),
    atMs: atMs.slice(0, length),
    value: value.slice(0, length),
  };
}

async function copyRollups(
  from: ReadingStore,
  to: ReadingStore,
  schoolId: string,
  resolution: Resolution,
  [fromMs, toMs]: [number, number],
): Promise<void> {
  const taken: SeriesRollup[] = [];
  await from.scanRollups(schoolId, resolution, fromMs, toMs, (rollups) => {
    for (const one of rollups) taken.push(one);
  });
  for (const some of chunks(taken)) await to.writeRollups(schoolId, resolution, some);
}

async function copyLedger(from: ReadingStore, to: ReadingStore, [fromMs, toMs]: [number, number]): Promise<void> {
  const taken: LedgerEntry[] = [];
  await from.scanLedger(fromMs, toMs, (entries) => {
    for (const entry of entries) taken.push(entry);
  });
  for (const some of chunks(taken)) await to.adoptLedger(some);
}

function textsOnly(
  part: Partial<Pick<StoreBatch, "facts" | "events">>,
): Pick<StoreBatch, "samples" | "facts" | "events"> {
  return { samples: NOTHING, facts: [], events: [], ...part };
}

function* chunks<T>(all: readonly T[]): Generator<T[]> {
  for (let i = 0; i < all.length; i += CHUNK) yield all.slice(i, i + CHUNK);
}

function compare(from: Contents, to: Contents): Difference[] {
  const parts = new Map([...to, ...from]);
  return [...parts.values()].flatMap(({ part }) => {
    const [there, here] = [from.get(partName(part))?.checksum.text, to.get(partName(part))?.checksum.text];
    if (there === here) return [];
    return [{ part, ...(there === undefined ? {} : { from: there }), ...(here === undefined ? {} : { to: here }) }];
  });
}
