// Looks into a spool without taking it: for `campanile-agent status` while no agent runs.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { inspectSegment, segmentNames } from "./segment.ts";
import type { SpoolStats } from "./spool.ts";
import { readState } from "./state.ts";

/** What waits in the spool; `undefined` when there is none, or it lost its state. Nothing is repaired. */
export async function inspectSpool(dir: string): Promise<SpoolStats | undefined> {
  const state = await readState(join(dir, "state"));
  if (!state) return undefined;
  let pendingBatches = 0;
  let pendingBytes = 0;
  for (const name of segmentNames(await readdir(dir))) {
    const segment = await inspectSegment(join(dir, name), (sequence) => sequence <= state.doneSequence);
    pendingBatches += segment.pending;
    pendingBytes += segment.pendingBytes;
  }
  return { session: state.session, droppedTotal: state.droppedTotal, pendingBatches, pendingBytes };
}
