// What an access point needs to serve again, by how it and what is upstream of it were in the newest school day of slots.
import { UNKNOWN_REASONS } from "../../../contract/api.ts";
import { atLeast } from "../parameters.ts";
import { CODE } from "../state.ts";
import type { SchoolHistory } from "./history.ts";
import { keyOf, type Measure } from "./measures.ts";

/** A measure with the slots of the newest day that it would have mended. */
interface Need {
  measure: Measure;
  slots: number;
}

/**
 * The measures after which the access point would be seen to be up: none for one that is sound already, as one that was mended
 * yesterday. What took so few slots that a verdict would bear it is passed over, the rarest first. Nothing is asked of one
 * that was never looked at, because there was no slot.
 * @param hasAgent whether anybody speaks for the school
 */
export function needsOf(deviceId: string, history: SchoolHistory, hasAgent: boolean): Measure[] {
  const { length, slotsPerDay } = history;
  const codes = history.codesOf(deviceId);
  const needs = new Map<string, Need>();
  let up = 0;
  let inMaintenance = 0;
  let looked = 0;
  for (let at = Math.max(0, length - slotsPerDay); at < length; at += 1) {
    looked += 1;
    const code = codes[at] ?? CODE.unknown;
    if (code === CODE.up || code === CODE.degraded) up += 1;
    else if (code === CODE.maintenance || code === CODE.notExpected) inMaintenance += 1;
    else for (const measure of measuresFor(deviceId, at, history, hasAgent)) note(needs, measure);
  }
  if (looked === 0) return [];
  // Somebody works on it, and has not ended.
  if (inMaintenance === looked) return [{ kind: "mend", device: deviceId }];
  return bearable([...needs.values()], up, looked - inMaintenance, history);
}

function note(needs: Map<string, Need>, measure: Measure): void {
  const key = keyOf(measure);
  const need = needs.get(key) ?? { measure, slots: 0 };
  need.slots += 1;
  needs.set(key, need);
}

/** Drops what is rare as long as a day like this one would still pass without it. */
function bearable(needs: readonly Need[], up: number, expected: number, { parameters }: SchoolHistory): Measure[] {
  const rarest = [...needs].sort((a, b) => a.slots - b.slots || (keyOf(a.measure) < keyOf(b.measure) ? -1 : 1));
  let lost = 0;
  const kept: Measure[] = [];
  for (const { measure, slots } of rarest) {
    const without = lost + slots;
    // At the worst, as if all of them had been unserved.
    const isBorne = atLeast(expected - without, expected, parameters.servedShare);
    if (up > 0 && kept.length === 0 && isBorne) lost = without;
    else kept.push(measure);
  }
  return kept.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** What would have kept a device up, and seen, in one slot in which it was not. */
function measuresFor(deviceId: string, at: number, history: SchoolHistory, hasAgent: boolean): Measure[] {
  const code = history.codesOf(deviceId)[at] ?? CODE.unknown;
  const parent = history.device(deviceId)?.parent;
  switch (code) {
    case CODE.down:
      return [{ kind: "mend", device: deviceId }];
    case CODE.downDep:
      // Whether it works itself will be seen once what is upstream of it does.
      return parent === undefined ? [{ kind: "mend", device: deviceId }] : measuresFor(parent, at, history, hasAgent);
    case CODE.up:
    case CODE.degraded:
    case CODE.maintenance:
    case CODE.notExpected:
      return [];
    default:
      return [unseen(deviceId, code, at, history, hasAgent)];
  }
}

function unseen(deviceId: string, code: number, at: number, history: SchoolHistory, hasAgent: boolean): Measure {
  const reason = UNKNOWN_REASONS[code - CODE.unknown] ?? "not_probed";
  const device = history.device(deviceId);
  switch (reason) {
    case "agent_offline":
      return { kind: "evidence", reason: hasAgent ? reason : "no_agent" };
    case "clock_untrusted":
    case "rejected":
      return { kind: "evidence", reason };
    case "agent_blind":
      return { kind: "evidence", reason, ...(device && { segment: device.segment }) };
    case "not_probed":
    case "auth_failed":
      return { kind: "evidence", reason, device: deviceId };
    case "path_unknown": {
      // It was silent itself, below something that nobody saw: that comes first.
      const [first] = device?.parent === undefined ? [] : measuresFor(device.parent, at, history, hasAgent);
      return first ?? { kind: "mend", device: deviceId };
    }
  }
}
