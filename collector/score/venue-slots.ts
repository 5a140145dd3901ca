// One venue over the window, now, and slot by slot, from the codes of the access points that serve it.
import { type FigureReason, type ReasonCount, UNKNOWN_REASONS, type VenueState } from "../../contract/api.ts";
import type { InventoryDevice } from "../inventory/inventory.ts";
import { nowOf, placeOfNow } from "./device.ts";
import { sortReasons } from "./figure.ts";
import { CODE, CODES, type StateWithReason } from "./state.ts";
import type { Timelines } from "./timelines.ts";
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
  timelines: Timelines;
  device(deviceId: string): InventoryDevice | undefined;
}

/** The venue in each slot of the window. */
export function venueSlots(deviceIds: readonly string[], timelines: Timelines): VenueSlot[] {
  const codes = deviceIds.map((id) => timelines.codesOf(id));
  return Array.from({ length: timelines.axis.counted }, (_, at) => venueSlotOf(bitsAt(codes, at)));
}

function bitsAt(codes: readonly Uint8Array[], at: number): number {
  let bits = 0;
  for (const of of codes) bits |= 1 << (of[at] ?? CODE.unknown);
  return bits;
}

const UNKNOWN_AT = 3;
/** What a slot of a venue counts as, by the bits of its codes: 1 served, 2 unserved, from `UNKNOWN_AT` on unknown by its reason. */
const COUNTS_AS: Uint8Array = Uint8Array.from({ length: 1 << CODES }, (_, bits) => {
  const slot = venueSlotOf(bits);
  if (slot === "served") return 1;
  if (slot === "unserved") return 2;
  if (slot !== "unknown") return 0;
  // The lowest unknown bit that is set is the reason that comes first.
  const unknownBits = bits >>> CODE.unknown;
  return UNKNOWN_AT + 31 - Math.clz32(unknownBits & -unknownBits);
});

/** Slots of the window, and how often each reason stands behind an unknown one; several at once count as the first of their order. */
export function countVenue(
  deviceIds: readonly string[],
  timelines: Timelines,
): VenueCounts & { reasons: ReasonCount[] } {
  const counts = new Uint32Array(UNKNOWN_AT + UNKNOWN_REASONS.length);
  if (deviceIds.length > 0) {
    for (let run = 0; run < timelines.windowRuns; run += 1) countRun(counts, run, deviceIds, timelines);
  }
  const reasons = UNKNOWN_REASONS.map((reason, i): { reason: FigureReason; count: number } => ({
    reason,
    count: counts[UNKNOWN_AT + i] ?? 0,
  }));
  const unknown = reasons.reduce((sum, { count }) => sum + count, 0);
  return { served: counts[1] ?? 0, unserved: counts[2] ?? 0, unknown, reasons: sortReasons(reasons) };
}

function countRun(counts: Uint32Array, run: number, deviceIds: readonly string[], timelines: Timelines): void {
  const first = timelines.likeness(run, deviceIds[0] ?? "");
  const add = (bits: number, slots: number) => {
    const as = COUNTS_AS[bits] ?? 0;
    counts[as] = (counts[as] ?? 0) + slots;
  };
  if (first !== undefined && deviceIds.every((id) => timelines.likeness(run, id) === first)) {
    for (let code = 0; code < CODES; code += 1) add(1 << code, timelines.count(run, first, code));
    return;
  }
  const { from = 0, slots = [] } = timelines.axis.runs[run] ?? {};
  const codes = deviceIds.map((id) => timelines.codesOf(id));
  for (let at = from; at < from + slots.length; at += 1) add(bitsAt(codes, at), 1);
}

/** How the venue is now, by the states of now of its access points. */
export function venueNow(deviceIds: readonly string[], school: SchoolCodes): VenueNow {
  if (deviceIds.length === 0) return { state: "not-equipped", causes: [] };
  let bits = 0;
  let slotMs: number | undefined;
  const causes = new Map<string, CauseJudgement>();
  const { axis } = school.timelines;
  for (const id of deviceIds) {
    const codes = school.timelines.codesOf(id);
    const place = placeOfNow(codes, axis);
    if (place === undefined) return { state: "not-expected", causes: [] };
    bits |= 1 << (codes[place] ?? CODE.unknown);
    slotMs = Math.min(slotMs ?? Number.POSITIVE_INFINITY, axis.beginMs[place] ?? Number.POSITIVE_INFINITY);
    for (const cause of causesOf(id, place, school)) causes.set(cause.device, cause);
  }
  const slot = venueSlotOf(bits);
  // The page has no word for maintenance of a venue: nobody expects it to be served.
  const state = slot === "maintenance" ? "not-expected" : slot;
  return { state, ...(slotMs !== undefined && { slotMs }), causes: state === "served" ? [] : [...causes.values()] };
}

/** The device itself when it is not up, after the one upstream that took it down. */
function causesOf(id: string, place: number, school: SchoolCodes): CauseJudgement[] {
  const { timelines } = school;
  const codes = timelines.codesOf(id);
  const code = codes[place] ?? CODE.unknown;
  if (code === CODE.up || code === CODE.degraded) return [];
  const parent = code === CODE.downDep ? school.device(id)?.parent : undefined;
  const upstream = parent === undefined ? [] : causesOf(parent, place, school).slice(0, 1);
  const { slotMs: _, ...now } = nowOf(codes, place, timelines.axis);
  return [...upstream, { device: id, name: school.device(id)?.name ?? id, ...now }];
}
