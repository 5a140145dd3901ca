// Which rooms would make a school full, and the cheapest set of measures for that.
//
// Full means that every main teaching venue counts as covered (scoring model 5.5). A set is answered with how long service must
// then go on without a gap, because a verdict looks at twenty teaching days.
import type { SchoolCoverage } from "../../../contract/api.ts";
import { cheapestCover } from "./cover.ts";
import { COST_UNIT, costOf, keyOf, MEASURE_COSTS, type Measure, type MeasureCosts } from "./measures.ts";
import { type RoomInTheWay, type RoomsInput, roomsInTheWay, serviceOfAll, type Way } from "./rooms.ts";

export interface WhatIfInput extends RoomsInput {
  costs?: MeasureCosts;
}

export interface ChosenMeasure {
  measure: Measure;
  cost: number;
  /** Ids of the rooms that need it; all main rooms for the confirmation of the inventory. */
  rooms: string[];
}

export interface RoomToCover extends RoomInTheWay {
  /** The way that the set opens for it; of several the one with the shortest service. Absent: there is none. */
  chosen?: Way;
}

/** Why no set of measures makes the school full. */
export type WhatIfObstacle = "no_main_venue" | "no_school_hours";

export interface SchoolWhatIf {
  schoolId: string;
  full: SchoolCoverage["full"];
  /** In the order of the inventory; empty for a school that is full. */
  rooms: RoomToCover[];
  /** In the order of their keys. */
  measures: ChosenMeasure[];
  cost: number;
  /** No set costs less; equal to `cost` when this one is known to be the cheapest. */
  atLeast: number;
  /** Service without a gap after the measures until all rooms are covered at once; those that are now stay served as well. */
  service: Way["service"];
  obstacle?: WhatIfObstacle;
}

export function whatIfSchool(input: WhatIfInput): SchoolWhatIf {
  const { judgement, inventory, costs = MEASURE_COSTS } = input;
  const { schoolId, coverage, inventoryConfirmed } = judgement;
  const rooms = roomsInTheWay(input);
  const byKey = new Map(
    rooms.flatMap(({ ways }) => ways.flatMap(({ measures }) => measures)).map((m) => [keyOf(m), m]),
  );
  const keys = [...byKey.keys()].sort();
  const numberOf = new Map(keys.map((key, i) => [key, i]));
  const cover = cheapestCover({
    rooms: rooms.map(({ ways }) => ways.map(({ measures }) => measures.flatMap((m) => numberOf.get(keyOf(m)) ?? []))),
    costs: keys.map((key) => costOf(byKey.get(key) ?? { kind: "confirm_inventory" }, costs)),
  });
  const open = new Set(cover.measures.flatMap((number) => keys[number] ?? []));
  const toCover = rooms.map((room): RoomToCover => {
    const chosen = shortest(room.ways.filter(({ measures }) => measures.every((m) => open.has(keyOf(m)))));
    return { ...room, ...(chosen && { chosen }) };
  });
  const main = inventory.venuesOf(schoolId).flatMap(({ id, mainTeaching }) => (mainTeaching ? [id] : []));
  const confirmation: Measure[] = inventoryConfirmed || main.length === 0 ? [] : [{ kind: "confirm_inventory" }];
  const extra = confirmation.reduce((sum, measure) => sum + costOf(measure, costs), 0);
  const obstacle =
    main.length === 0 ? "no_main_venue" : toCover.some(({ chosen }) => !chosen) ? "no_school_hours" : undefined;
  return {
    schoolId,
    full: coverage.full,
    rooms: toCover,
    measures: [
      ...confirmation.map((measure) => ({ measure, cost: costOf(measure, costs) / COST_UNIT, rooms: main })),
      ...[...open].flatMap((key) => chosenMeasure(byKey.get(key), toCover, costs)),
    ],
    cost: (cover.cost + extra) / COST_UNIT,
    atLeast: (cover.atLeast + extra) / COST_UNIT,
    service: serviceOfAll(
      input,
      toCover.flatMap(({ chosen }) => chosen ?? []),
      longest(toCover),
    ),
    ...(obstacle && { obstacle }),
  };
}

function chosenMeasure(
  measure: Measure | undefined,
  rooms: readonly RoomToCover[],
  costs: MeasureCosts,
): ChosenMeasure[] {
  if (!measure) return [];
  const key = keyOf(measure);
  const needing = rooms.filter(({ chosen }) => chosen?.measures.some((m) => keyOf(m) === key));
  return [{ measure, cost: costOf(measure, costs) / COST_UNIT, rooms: needing.map(({ venue }) => venue.id) }];
}

/** Of equal ones the one with fewer measures, then the first. */
function shortest(ways: readonly Way[]): Way | undefined {
  return [...ways].sort((a, b) => a.service.slots - b.service.slots || a.measures.length - b.measures.length)[0];
}

function longest(rooms: readonly RoomToCover[]): Way["service"] {
  return rooms.reduce((most, { chosen }) => (chosen && chosen.service.slots > most.slots ? chosen.service : most), {
    slots: 0,
    teachingDays: 0,
  });
}
