// The rooms that keep a school from full coverage, and the ways in which each could be covered.
import type { VenueVerdict } from "../../../contract/api.ts";
import { addMonths, dayOf } from "../../inventory/day.ts";
import type { Inventory, Serves, Venue } from "../../inventory/inventory.ts";
import type { SchoolJudgement, VenueJudgement } from "../judge.ts";
import { atLeast } from "../parameters.ts";
import { CODE } from "../state.ts";
import { type VenueSlot, venueSlotOf } from "../venue.ts";
import type { SchoolHistory } from "./history.ts";
import { keyOf, type Measure } from "./measures.ts";
import { needsOf } from "./needs.ts";
import { type ServiceNeeded, serviceNeeded } from "./service.ts";

/** One way: all of its measures are needed, and then service without a gap. */
export interface Way {
  /** In the order of their keys; empty: nothing has to be done but to go on. */
  measures: readonly Measure[];
  service: ServiceNeeded;
  /** The room in each slot of the history, as it is judged once the measures are taken. */
  past: readonly VenueSlot[];
}

export interface RoomInTheWay {
  venue: Venue;
  verdict: VerdictInTheWay;
  judged: VenueJudgement;
  /** Empty only in a school without hours. */
  ways: readonly Way[];
}

export interface RoomsInput {
  inventory: Inventory;
  judgement: SchoolJudgement;
  history: SchoolHistory;
  hasAgent: boolean;
}

export type VerdictInTheWay = "not_covered" | "not_equipped" | "insufficient";

function isInTheWay(verdict: VenueVerdict): verdict is VerdictInTheWay {
  return verdict === "not_covered" || verdict === "not_equipped" || verdict === "insufficient";
}

/** Main teaching venues that are not covered, in the order of the inventory. */
export function roomsInTheWay(input: RoomsInput): RoomInTheWay[] {
  const { inventory, judgement } = input;
  const needs = new Map<string, readonly Measure[]>();
  const needsOfDevice = (id: string) => {
    const there = needs.get(id);
    if (there) return there;
    const made = needsOf(id, input.history, input.hasAgent);
    needs.set(id, made);
    return made;
  };
  return inventory.venuesOf(judgement.schoolId).flatMap((venue) => {
    const judged = judgement.venues.get(venue.id);
    if (!venue.mainTeaching || !judged) return [];
    const { verdict } = judged;
    if (!isInTheWay(verdict)) return [];
    return [{ venue, verdict, judged, ways: waysOf(venue, judged, input, needsOfDevice) }];
  });
}

type NeedsOf = (deviceId: string) => readonly Measure[];

function waysOf(venue: Venue, { servedBy }: VenueJudgement, { inventory, history }: RoomsInput, needs: NeedsOf): Way[] {
  const codes = servedBy.map(history.codesOf);
  const way = (measures: readonly Measure[], more: readonly (Uint8Array | "unseen")[]): Way[] => {
    const past = roomSlots([...codes, ...more], history.length);
    const service = serviceNeeded(past, history);
    const sorted = [...measures].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    return service ? [{ measures: sorted, service, past }] : [];
  };
  const own = roomSlots(codes, history.length);
  const tests = inventory.servesOf(venue.id).filter((serves) => canBeTested(serves, servedBy, history));
  return [
    // What serves it by turns may do so although no access point is sound by itself.
    ...(isSoundLately(own, history) ? way([], []) : []),
    ...servedBy.flatMap((id) => way(needs(id), [])),
    ...tests.flatMap(({ device }) =>
      way([{ kind: "walk_test", device, venue: venue.id }, ...needs(device)], [history.codesOf(device)]),
    ),
    // Nobody ever saw it, so its past is unknown.
    ...way([{ kind: "new_ap", venue: venue.id }], ["unseen"]),
  ];
}

/**
 * Service after which rooms that are covered are so still: what happened since a long break counts only later, and may take
 * them out again. They are taken to be served from now on.
 * @param from the service that the rooms in the way need
 */
export function serviceOfAll(input: RoomsInput, chosen: readonly Way[], from: ServiceNeeded): ServiceNeeded {
  const { inventory, judgement, history } = input;
  if (!history.frozen || from.slots === 0) return from;
  const covered = inventory.venuesOf(judgement.schoolId).flatMap(({ id, mainTeaching }) => {
    const judged = judgement.venues.get(id);
    if (!mainTeaching || !judged || isInTheWay(judged.verdict)) return [];
    return [roomSlots(judged.servedBy.map(history.codesOf), history.length)];
  });
  return [...covered, ...chosen.map(({ past }) => past)].reduce((longest, past) => {
    const needed = serviceNeeded(past, history, from.slots) ?? longest;
    return needed.slots > longest.slots ? needed : longest;
  }, from);
}

/** Whether the newest school day of slots, by itself, would pass. */
function isSoundLately(slots: readonly VenueSlot[], { slotsPerDay, parameters }: SchoolHistory): boolean {
  const expected = slots.slice(-slotsPerDay).filter((slot) => EXPECTED.has(slot));
  const served = expected.filter((slot) => slot === "served").length;
  return slotsPerDay > 0 && served > 0 && atLeast(served, expected.length, parameters.servedShare);
}

const EXPECTED: ReadonlySet<VenueSlot> = new Set(["served", "unserved", "unknown"]);

/** The room in each slot, as venue.ts has it. */
function roomSlots(codes: readonly (Uint8Array | "unseen")[], length: number): VenueSlot[] {
  return Array.from({ length }, (_, at) =>
    venueSlotOf(
      codes.reduce((bits, of) => bits | (1 << (of === "unseen" ? CODE.unknown : (of[at] ?? CODE.unknown))), 0),
    ),
  );
}

/** A secondary access point that does not count for want of a walk test. One that was measured as too weak lately stays so. */
function canBeTested({ role, device, walkTest }: Serves, servedBy: readonly string[], history: SchoolHistory): boolean {
  if (role === "primary" || servedBy.includes(device)) return false;
  const { walkTestMinDbm, walkTestMonths } = history.parameters;
  const day = walkTest && dayOf(walkTest.day);
  if (walkTest === undefined || day === undefined) return true;
  const isYoung = history.asOfDay <= addMonths(day, walkTestMonths);
  return walkTest.dbm >= walkTestMinDbm || !isYoung;
}
