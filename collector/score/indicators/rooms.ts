// Indicators of rooms and what stands in them: CLASS_EQUIP_RATE, ROOM_DIGITAL_RATE, EQUIP_AGE.
import { addMonths } from "../../inventory/day.ts";
import { Exact, f01, ONE, ZERO } from "../exact.ts";
import { atLeast } from "../parameters.ts";
import { EQUIPMENT_DATED, ROOMS_ASSESSED } from "./limits.ts";
import { median } from "./statistics.ts";
import { because, type IndicatorPart, type IndicatorValue, indicator, rate } from "./value.ts";

/** What is registered in a room that needs all three. */
export interface EquippedRoom {
  id: string;
  display: boolean;
  compute: boolean;
  audio: boolean;
}

/** CLASS_EQUIP_RATE. A list of rooms that nobody confirmed can be wrong in any direction, so no room of it is known. */
export function classEquipmentRate(rooms: readonly EquippedRoom[], inventoryConfirmed: boolean): IndicatorValue {
  const isEquipped = ({ display, compute, audio }: EquippedRoom) => display && compute && audio;
  const yes = rooms.filter(isEquipped).length;
  const tally = inventoryConfirmed
    ? { yes, no: rooms.length - yes, unknown: 0 }
    : { yes: 0, no: 0, unknown: rooms.length };
  return rate("CLASS_EQUIP_RATE", tally, {
    enough: inventoryConfirmed && rooms.length > 0,
    reasons: [
      ...because(rooms.length === 0 ? 1 : 0, "nothing_registered"),
      ...because(tally.unknown, "inventory_not_confirmed"),
    ],
    parts: inventoryConfirmed ? rooms.map((room) => ({ id: room.id, value: isEquipped(room) ? ONE : ZERO })) : [],
  });
}

/** 可重构, 可兼容, 可连接, 可记录 of a room; absent: not assessed. Connected is what telemetry has seen in W20. */
export interface DigitalRoom {
  id: string;
  reconfigurable?: boolean;
  compatible?: boolean;
  connected?: boolean;
  recordable?: boolean;
}

/** ROOM_DIGITAL_RATE: mean over the rooms assessed in all four. A room that is not could be anything. */
export function roomDigitalRate(rooms: readonly DigitalRoom[]): IndicatorValue {
  const parts = rooms.map(roomPart);
  const assessed = parts.filter(({ value }) => value !== undefined);
  const features = assessed.reduce((sum, { numerator = 0 }) => sum + numerator, 0);
  const open = parts.length - assessed.length;
  const whole = FEATURES * parts.length;
  return indicator("ROOM_DIGITAL_RATE", {
    enough: rooms.length > 0 && atLeast(assessed.length, rooms.length, ROOMS_ASSESSED),
    ...(assessed.length > 0 && {
      value: Exact.ratio(features, FEATURES * assessed.length),
      numerator: Exact.ratio(features, FEATURES),
      denominator: Exact.of(assessed.length),
    }),
    lo: whole > 0 ? Exact.ratio(features, whole) : ZERO,
    hi: whole > 0 ? Exact.ratio(features + FEATURES * open, whole) : ONE,
    whole: Exact.of(rooms.length),
    reasons: [...because(rooms.length === 0 ? 1 : 0, "nothing_registered"), ...because(open, "unknown_item")],
    parts,
  });
}

/** 可重构, 可兼容, 可连接, 可记录. */
const FEATURES = 4;

function roomPart({ id, reconfigurable, compatible, connected, recordable }: DigitalRoom): IndicatorPart {
  const features = [reconfigurable, compatible, connected, recordable];
  const numerator = features.filter((feature) => feature === true).length;
  const denominator = features.filter((feature) => feature !== undefined).length;
  return denominator < features.length
    ? { id, numerator, denominator, reason: "unknown_item" }
    : { id, numerator, denominator, value: Exact.ratio(numerator, denominator) };
}

/** A piece of teaching equipment and the day it was bought or taken into use; absent: not known. Days as inventory/day.ts has them. */
export interface DatedEquipment {
  id: string;
  since?: number;
}

export interface EquipmentAge {
  /** Median in years. */
  age: IndicatorValue;
  /** f01(age; 10 → 5): what the age is worth in a score; absent when it is not printed. */
  score?: Exact;
}

const OLD_YEARS = 10;
const NEW_YEARS = 5;

/**
 * EQUIP_AGE on a day. A date after that day is none. What has no date could be new or of any age, so the bounds are those of
 * nothing and of no end.
 */
export function equipmentAge(equipment: readonly DatedEquipment[], asOf: number): EquipmentAge {
  /** Much is bought on one day. */
  const years = new Map<number, Exact>();
  const yearsSince = (day: number) => {
    const known = years.get(day) ?? yearsBetween(day, asOf);
    years.set(day, known);
    return known;
  };
  const parts = equipment.map(({ id, since }): IndicatorPart => {
    return since === undefined || since > asOf ? { id, reason: "no_date" } : { id, value: yearsSince(since) };
  });
  const age = medianAge(parts);
  return { age, ...(age.value && { score: f01(age.value, OLD_YEARS, NEW_YEARS) }) };
}

/** EQUIP_AGE of pieces of equipment with their years, or without them, of one school or of many. */
export function medianAge(parts: readonly IndicatorPart[]): IndicatorValue {
  const values = parts.map(({ value }) => value);
  const known = values.filter((value) => value !== undefined);
  const value = median(known);
  const isWhole = known.length === parts.length && value !== undefined;
  return indicator("EQUIP_AGE", {
    enough: known.length > 0 && atLeast(known.length, parts.length, EQUIPMENT_DATED),
    value,
    lo: isWhole ? value : (median(values.map((one) => one ?? ZERO)) ?? ZERO),
    hi: isWhole ? value : median(values),
    reasons: [
      ...because(parts.length === 0 ? 1 : 0, "nothing_registered"),
      ...because(parts.length - known.length, "no_date"),
    ],
    parts,
  });
}

const MONTHS = 12;
/** The shortest year: dividing by it finds too many years rather than too few. */
const YEAR_DAYS = 365;

/** Whole years by date, and the part of the year that has begun by its days. */
function yearsBetween(from: number, to: number): Exact {
  let years = Math.floor((to - from) / YEAR_DAYS);
  while (addMonths(from, years * MONTHS) > to) years -= 1;
  const begun = addMonths(from, years * MONTHS);
  const next = addMonths(from, (years + 1) * MONTHS);
  return Exact.of(years).plus(Exact.ratio(to - begun, next - begun));
}
