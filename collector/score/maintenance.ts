// Which slots of a device count as maintenance: entered before the slot, and never more than the cap.
import { type ModelParameters, PARAMETERS } from "./parameters.ts";
import type { SlotAxis } from "./timeline.ts";

/** Announced work on a device. It covers the slots that begin within it. */
export interface Maintenance {
  /** Id of the device. */
  device: string;
  fromMs: number;
  toMs: number;
  /** When it was announced: slots that had begun by then are judged as if it were not there. */
  enteredAtMs: number;
}

/**
 * 1 for each slot of the axis that is maintenance; `undefined` when none is. The first slots in time take the cap of the
 * window's expected slots; what is beyond it is ignored, so that no school can announce its way out of a verdict.
 */
export function maintenanceSlots(
  axis: SlotAxis,
  windows: readonly Maintenance[],
  { maintenanceCap }: ModelParameters = PARAMETERS,
): Uint8Array | undefined {
  if (windows.length === 0) return undefined;
  let left = Math.floor((axis.counted * maintenanceCap.numerator) / maintenanceCap.denominator);
  const slots = new Uint8Array(axis.length);
  for (let i = 0; i < axis.length && left > 0; i += 1) {
    const beginMs = axis.beginMs[i] ?? 0;
    const isAnnounced = windows.some((w) => w.enteredAtMs < beginMs && w.fromMs <= beginMs && beginMs < w.toMs);
    if (!isAnnounced) continue;
    slots[i] = 1;
    left -= 1;
  }
  return slots;
}
