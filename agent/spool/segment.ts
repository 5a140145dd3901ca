// One file of the spool: written at its end, read from its front, repaired when opened. The format is told in spool.ts.
import { type FileHandle, open, readFile, unlink } from "node:fs/promises";
import { join } from "node:path";
import { encodeHole, HEADER_BYTES, type Stretch, scan } from "./record.ts";

const SUFFIX = ".seg";

/** What stands in one segment file; the bytes themselves stay on disk. */
export interface Segment {
  path: string;
  /** Length of the file as far as it is whole. */
  bytes: number;
  /** Where the first record that is still wanted begins; everything before it is done with. */
  offset: number;
  /** Records from `offset` on that are wanted, and their bytes. */
  pending: number;
  pendingBytes: number;
  /** The last record's sequence, highest in the file, and where it begins; absent when the file holds no record. */
  lastSequence?: number;
  lastOffset?: number;
}

/** Which batches are not wanted any more: they were acknowledged, or given up. */
export type IsDone = (sequence: number) => boolean;

/** What opening a segment found wrong and put right. */
export interface Repair {
  /** Batches that were damaged and are lost. */
  lost: number;
  /** Bytes cut from the end. */
  cutBytes: number;
}

export function segmentName(firstSequence: number): string {
  return `${String(firstSequence).padStart(16, "0")}${SUFFIX}`;
}

/** The segment files among the names in a folder, oldest first. */
export function segmentNames(names: string[]): string[] {
  return names.filter((name) => /^\d{16}\.seg$/.test(name)).sort();
}

/**
 * Creates an empty segment whose name will survive a power loss. A file of that name can only be one that a full disk left
 * behind, because no sequence is given out twice.
 */
export async function createSegment(
  dir: string,
  firstSequence: number,
): Promise<{ segment: Segment; file: FileHandle }> {
  const path = join(dir, segmentName(firstSequence));
  const file = await open(path, "w");
  try {
    await syncFolder(dir);
  } catch (error) {
    await file.close();
    await unlink(path);
    throw error;
  }
  return { segment: { path, bytes: 0, offset: 0, pending: 0, pendingBytes: 0 }, file };
}

/** Looks at a segment without touching it. */
export async function inspectSegment(path: string, isDone: IsDone): Promise<Segment> {
  return summarize(path, scan(await readFile(path)), isDone);
}

/** Reads a segment, cuts a torn tail, and turns damage before intact records into holes. */
export async function loadSegment(path: string, isDone: IsDone): Promise<{ segment: Segment; repair: Repair }> {
  const stretches = scan(await readFile(path));
  const tail = stretches.at(-1);
  const cutBytes = tail?.kind === "damage" ? tail.bytes : 0;
  const repair: Repair = { lost: 0, cutBytes };
  const damaged = stretches.filter(({ kind }) => kind === "damage");
  if (damaged.length > 0) {
    await mend(path, damaged, tail);
    for (const damage of damaged) repair.lost += lostIn(stretches, damage, isDone);
  }
  return {
    segment: summarize(
      path,
      stretches.filter(({ kind }) => kind !== "damage"),
      isDone,
    ),
    repair,
  };
}

async function mend(path: string, damaged: Stretch[], tail: Stretch | undefined): Promise<void> {
  const file = await open(path, "r+");
  try {
    for (const stretch of damaged) {
      const { offset, bytes } = stretch;
      if (stretch === tail) await file.truncate(offset);
      else if (bytes >= HEADER_BYTES) await file.write(encodeHole(bytes), 0, HEADER_BYTES, offset);
    }
    await file.datasync();
  } finally {
    await file.close();
  }
}

/**
 * How many wanted batches a damaged stretch held, told from the sequences around it; one where that cannot be told, because
 * they may also be missing for another reason.
 */
function lostIn(stretches: Stretch[], damage: Stretch, isDone: IsDone): number {
  const at = stretches.indexOf(damage);
  const before = records(stretches.slice(0, at)).at(-1);
  const after = records(stretches.slice(at))[0];
  if (after && isDone(after.header.sequence - 1)) return 0;
  if (!before || !after) return 1;
  return Math.max(1, after.header.sequence - before.header.sequence - 1);
}

function summarize(path: string, stretches: Stretch[], isDone: IsDone): Segment {
  const whole = records(stretches);
  const wanted = whole.filter(({ header }) => !isDone(header.sequence));
  const last = stretches.at(-1);
  const bytes = last ? last.offset + last.bytes : 0;
  const lastRecord = whole.at(-1);
  return {
    path,
    bytes,
    offset: wanted[0]?.offset ?? bytes,
    pending: wanted.length,
    pendingBytes: wanted.reduce((sum, record) => sum + record.bytes, 0),
    ...(lastRecord && { lastSequence: lastRecord.header.sequence, lastOffset: lastRecord.offset }),
  };
}

function records(stretches: Stretch[]) {
  return stretches.filter((s) => s.kind === "record");
}

export async function deleteSegment(dir: string, { path }: Segment): Promise<void> {
  await unlink(path);
  await syncFolder(dir);
}

/** Makes names that were added to or taken from a folder survive a power loss. */
export async function syncFolder(dir: string): Promise<void> {
  const folder = await open(dir, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
