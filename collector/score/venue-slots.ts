// One venue over the window, now, and slot by slot, from the codes of the access points that serve it.
import { type FigureReason, type ReasonCount, UNKNOWN_REASONS, type VenueState } from "../../contract/api.ts";
import type { InventoryDevice } from "../inventory/inventory.ts";
import { nowOf, placeOfNow } from "./device.ts";
import { sortReasons } from "./figure.ts";
import { CODE, type StateWithReason } from "./state.ts";
import type { SlotAxis } from "./timeline.ts";
import { type VenueCounts, type VenueSlot, venueSlotOf } from "./venue.ts";

/** One device that explains the state of now. */
export interface CauseJudgement extends StateWithReason {
  /** Id of the device. */
  device: string;
  name: string;
  sinceMs?: number;
}

export interface VenueNow {
  state: VenueState;
  /** Begin of the oldest slot that the state was read from; absent outside school hours and without access points. */
  slotMs?: number;
  /** Why it is not served: a cause stands before what it took down. Empty when it is served. */
  causes: CauseJudgement[];
}

/** The devices of a school with their codes. */
export interface SchoolCodes {
  axis: SlotAxis;
  codesOf(deviceId: string): Uint8Array;
  device(deviceId: string): InventoryDevice | undefined;
}

/** The venue in each slot of the axis. */
export function venueSlots(codes: readonly Uint8Array[], length: number): VenueSlot[] {
  return Array.from({ length }, (_, at) => venueSlotOf(bitsAt(codes, at)));
}

function bitsAt(codes: readonly Uint8Array[], at: number): number {
  let bits = 0;
  for (const of of codes) bits |= 1 << (of[at] ?? CODE.unknown);
  return bits;
}

/** Slots of the window, and how often each reason stands behind an unknown one; several at once count as the first of their order. */
export function countVenue(codes: readonly Uint8Array[], counted: number): VenueCounts & { reasons: ReasonCount[] } {
  const counts = { served: 0, unserved: 0, unknown: 0 };
  const byReason = new Uint32Array(UNKNOWN_REASONS.length);
  for (let at = 0; at < counted; at += 1) {
    const bits = bitsAt(codes, at);
    const slot = venueSlotOf(bits);
    if (slot !== "served" && slot !== "unserved" && slot !== "unknown") continue;
    counts[slot] += 1;
    if (slot !== "unknown") continue;
    // The lowest unknown bit that is set is the reason that comes first.
    const unknownBits = bits >>> CODE.unknown;
    const first = 31 - Math.clz32(unknownBits & -unknownBits);
    byReason[first] = (byReason[first] ?? 0) + 1;
  }
  const reasons = UNKNOWN_REASONS.map((reason, i): { reason: FigureReason; count: number } => ({
    reason,
    count: byReason[i] ?? 0,
  }));
  return { ...counts, reasons: sortReasons(reasons) };
}

/** How the venue is now, by the states of now of its access points. */
export function venueNow(deviceIds: readonly string[], school: SchoolCodes): VenueNow {
  if (deviceIds.length === 0) return { state: "not-equipped", causes: [] };
  let bits = 0;
  let slotMs: number | undefined;
  const causes = new Map<string, CauseJudgement>();
  for (const id of deviceIds) {
    const codes = school.codesOf(id);
    const place = placeOfNow(codes, school.axis);
    if (place === undefined) return { state: "not-expected", causes: [] };
    bits |= 1 << (codes[place] ?? CODE.unknown);
    slotMs = Math.min(slotMs ?? Number.POSITIVE_INFINITY, school.axis.beginMs[place] ?? Number.POSITIVE_INFINITY);
    for (const cause of causesOf(id, place, school)) causes.set(cause.device, cause);
  }
  const slot = venueSlotOf(bits);
  // The page has no word for maintenance of a venue: nobody expects it to be served.
  const state = slot === "maintenance" ? "not-expected" : slot;
  return { state, ...(slotMs !== undefined && { slotMs }), causes: state === "served" ? [] : [...causes.values()] };
}

/** The device itself when it is not up, after the one upstream that took it down. */
function causesOf(id: string, place: number, school: SchoolCodes): CauseJudgement[] {
  const codes = school.codesOf(id);
  const code = codes[place] ?? CODE.unknown;
  if (code === CODE.up || code === CODE.degraded) return [];
  const parent = code === CODE.downDep ? school.device(id)?.parent : undefined;
  const upstream = parent === undefined ? [] : causesOf(parent, place, school).slice(0, 1);
  const { slotMs: _, ...now } = nowOf(codes, place, school.axis);
  return [...upstream, { device: id, name: school.device(id)?.name ?? id, ...now }];
}
