// The peer: the same states without patterns and without a table, every slot of every device judged by itself.
import type { InventoryDevice } from "../../collector/inventory/inventory.ts";
import type { SchoolReader } from "../../collector/score/evidence/reader.ts";
import { SLOTS_PER_DAY } from "../../collector/score/parameters.ts";
import { ATTEMPTS_SHIFT, SCHOOL, SEEN, SELF_TEST } from "../../collector/score/seen.ts";
import { type Observation, pathOf, stateCode } from "../../collector/score/state.ts";
import type { SlotAxis } from "../../collector/score/timeline.ts";

const NOTHING = new Uint8Array(SLOTS_PER_DAY);

/** Codes by device id; parents stand before their children in the list. */
export function slotBySlot(
  devices: readonly InventoryDevice[],
  reader: SchoolReader,
  axis: SlotAxis,
): Map<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  for (const device of devices) {
    const parent = device.parent === undefined ? undefined : found.get(device.parent);
    const number = reader.numberOf(device.key);
    const codes = new Uint8Array(axis.length);
    for (const { day, slots, from } of axis.runs) {
      const packed = reader.day(day);
      const row = packed?.row(number) ?? NOTHING;
      const selfTests = reader.selfTestDay(device.segment, day) ?? NOTHING;
      const school = packed?.school ?? NOTHING;
      for (const [i, slot] of slots.entries()) {
        const seen = { byte: row[slot] ?? 0, before: slot > 0 ? (row[slot - 1] ?? 0) : 0 };
        const around = { school: school[slot] ?? 0, selfTest: selfTests[slot] ?? 0 };
        codes[from + i] = stateCode(observation(device, seen, around, parent?.[from + i]));
      }
    }
    found.set(device.id, codes);
  }
  return found;
}

function observation(
  device: InventoryDevice,
  { byte, before }: { byte: number; before: number },
  around: { school: number; selfTest: number },
  parent: number | undefined,
): Observation {
  const has = (bits: number) => (byte & bits) !== 0;
  const isReport = (before & SEEN.reportedUp) !== 0 && (before & (SEEN.answered | SEEN.reportedDown)) === 0;
  const attempts = byte >>> ATTEMPTS_SHIFT;
  const isAnswered = has(SEEN.answered);
  const isReported = has(SEEN.reportedUp);
  return {
    expected: true,
    maintenance: false,
    success: isAnswered || isReported || (isReport && !has(SEEN.reportedDown | SEEN.probeFailed)),
    secondPathFailed:
      (isAnswered && !isReported && has(SEEN.reportedDown)) || (isReported && !isAnswered && has(SEEN.probeFailed)),
    failedAttempts: attempts === 0 || attempts === 1 ? attempts : 2,
    onDemand: device.expectedOn === "on_demand",
    agentHeard: (around.school & SCHOOL.heard) !== 0,
    selfTestPassed: (around.selfTest & SELF_TEST.passed) !== 0,
    selfTestFailed: (around.selfTest & SELF_TEST.failed) !== 0,
    authFailed: has(SEEN.authFailed),
    unasked: has(SEEN.unasked),
    clockUntrusted: (around.school & SCHOOL.clockUntrusted) !== 0,
    rejected: false,
    path: pathOf(parent === undefined ? [] : [parent]),
  };
}
