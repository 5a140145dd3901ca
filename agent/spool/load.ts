// Reads and repairs what is in a spool's folder when it is opened, and one segment when it turns out damaged.
import { readdir, rename, unlink } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Logger } from "pino";
import { codeOf } from "../../contract/errors.ts";
import { HEADER_BYTES } from "./record.ts";
import { deleteSegment, type IsDone, loadSegment, type Repair, type Segment, segmentNames } from "./segment.ts";

/** Files set aside that are kept for people; beyond them the oldest goes, so that a dying card does not fill up with them. */
const KEPT_ASIDE = 4;

/** Reads and repairs every segment in `dir`. `sequenceFloor` lies above every sequence that may have been given out. */
export async function loadSegments(dir: string, doneSequence: number, log: Logger) {
  const segments: Segment[] = [];
  let lost = 0;
  let sequenceFloor = doneSequence + 1;
  for (const name of segmentNames(await readdir(dir))) {
    const isDone = (sequence: number) => sequence <= doneSequence;
    const { segment, repair } = await loadOrSetAside(join(dir, name), isDone, log);
    sequenceFloor = Math.max(sequenceFloor, (segment?.lastSequence ?? 0) + 1, Number.parseInt(name, 10));
    if (repair.cutBytes > 0) sequenceFloor += Math.ceil(repair.cutBytes / HEADER_BYTES);
    lost += repair.lost;
    if (segment && segment.pending > 0) segments.push(segment);
    else if (segment) await deleteSegment(dir, segment);
  }
  await keepFewAside(dir);
  return { segments, lost, sequenceFloor };
}

async function keepFewAside(dir: string): Promise<void> {
  const aside = (await readdir(dir)).filter((name) => name.endsWith(".seg.unreadable")).sort();
  for (const name of aside.slice(0, -KEPT_ASIDE)) {
    await unlink(join(dir, name)).catch(() => undefined); // a folder somebody put there is theirs
  }
}

/** The system is short of something for the moment: that says nothing about the segment. */
const PASSING = new Set(["EMFILE", "ENFILE", "ENOMEM", "EAGAIN"]);

/** One bad sector, or a file that somebody deleted, must neither keep an agent from starting nor block the batches behind. */
export async function loadOrSetAside(
  path: string,
  isDone: IsDone,
  log: Logger,
): Promise<{ segment?: Segment; repair: Repair }> {
  try {
    const loaded = await loadSegment(path, isDone);
    if (loaded.repair.lost > 0) log.error({ file: basename(path), ...loaded.repair }, "spool was damaged");
    return loaded;
  } catch (error) {
    const code = codeOf(error) ?? "";
    if (PASSING.has(code)) throw error;
    if (code !== "ENOENT") await rename(path, `${path}.unreadable`);
    log.error({ err: error, file: basename(path) }, "spool segment cannot be read and is given up");
    return { repair: { lost: 1, cutBytes: 0 } };
  }
}
