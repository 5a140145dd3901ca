// Judges one school at one moment: the states of its devices, the verdicts on its venues, and its coverage.
import type { DeviceState, FigureReason, ReasonCount, SchoolCoverage, VenueState, Window } from "../../contract/api.ts";
import { CampusError } from "../../contract/errors.ts";
import { dayAt, dayOf, dayText } from "../inventory/day.ts";
import type { Inventory, InventoryDevice, School, Venue } from "../inventory/inventory.ts";
import { type EvaluationWindow, slotsOfHours, TeachingCalendar, windowAt } from "./calendar.ts";
import { isConfirmedOn } from "./confirmation.ts";
import { schoolCoverage } from "./coverage.ts";
import { type DeviceJudgement, judgeDevice } from "./device.ts";
import { DeviceDays } from "./device-days.ts";
import type { SchoolReader } from "./evidence/reader.ts";
import type { Evidence } from "./evidence.ts";
import type { Maintenance } from "./maintenance.ts";
import { type ModelParameters, PARAMETERS } from "./parameters.ts";
import { axisOf, timelines } from "./timeline.ts";
import { countsForVenue, type Quality, type VenueScore, type VenueSlot, venueVerdict } from "./venue.ts";
import { countVenue, type SchoolCodes, type VenueNow, venueNow, venueSlots } from "./venue-slots.ts";

export interface JudgeInput {
  inventory: Inventory;
  evidence: Evidence;
  schoolId: string;
  asOfMs: number;
  /** Whether anybody speaks for the school; absent: as the inventory says. */
  hasAgent?: boolean;
  maintenance?: readonly Maintenance[];
  /** Quality of a venue over these days (5.4); absent: of none is anything known. */
  qualityOf?(venue: Venue, days: readonly number[]): Quality;
  parameters?: ModelParameters;
}

export interface VenueJudgement extends VenueScore {
  id: string;
  slots: { expected: number; served: number; unserved: number; unknown: number };
  /** What stands behind its unknown slots, in slots, the most frequent first; or why there is no slot to judge. */
  reasons: ReasonCount[];
  now: VenueNow;
  /** Ids of the access points that count for it, and of secondary ones that do not for want of a valid walk test. */
  servedBy: string[];
  notCounted: string[];
}

export interface SchoolJudgement {
  schoolId: string;
  asOfMs: number;
  window: Window;
  /** The result is from before a break; `lastTeachingDay` then says from when. */
  frozen: boolean;
  lastTeachingDay?: string;
  inventoryConfirmed: boolean;
  /** By device id and by venue id, in the order of the inventory. */
  devices: ReadonlyMap<string, DeviceJudgement>;
  /** The same devices day by day of the window. */
  deviceDays: DeviceDays;
  venues: ReadonlyMap<string, VenueJudgement>;
  coverage: SchoolCoverage;
  /** Main venues by their state now, and all devices by theirs; a state that nothing has is not there. */
  venuesNow: Partial<Record<VenueState, number>>;
  devicesNow: Partial<Record<DeviceState, number>>;
}

/** @throws CampusError `SCHOOL_UNKNOWN` when the inventory has no such school */
export function judgeSchool(input: JudgeInput): SchoolJudgement {
  const { inventory, schoolId, asOfMs } = input;
  const view = look(input);
  const { window, codes, school, inventoryConfirmed } = view;
  const devices = new Map(inventory.devicesOf(schoolId).map(({ id }) => [id, judgeDevice(id, codes.timelines)]));
  const venues = new Map(inventory.venuesOf(school.id).map((venue) => [venue.id, judgeVenue(venue, view, input)]));
  const mainVenues = inventory.venuesOf(schoolId).flatMap(({ id, mainTeaching }) => {
    const judged = mainTeaching ? venues.get(id) : undefined;
    return judged ? [judged] : [];
  });
  const share = meanKnown(mainVenues, devices);
  const apiWindow = toApiWindow(window, codes.timelines.axis.counted, (day) =>
    inventory.publicHolidaysKnown(day, schoolId),
  );
  const hasAgent = input.hasAgent ?? inventory.agentsOf(schoolId).length > 0;
  return {
    schoolId,
    asOfMs,
    window: apiWindow,
    frozen: window.frozen,
    ...(window.lastTeachingDay !== undefined && { lastTeachingDay: dayText(window.lastTeachingDay) }),
    inventoryConfirmed,
    devices,
    deviceDays: daysOf(view, inventory.devicesOf(schoolId)),
    venues,
    coverage: schoolCoverage(
      {
        venues: mainVenues.map((venue) => ({ verdict: venue.verdict, ...mainReason(venue, hasAgent) })),
        inventoryConfirmed,
        window: apiWindow,
        frozen: window.frozen,
        ...(share !== undefined && { evidenceShare: share }),
        asOfMs,
      },
      input.parameters,
    ),
    venuesNow: countBy(mainVenues.map(({ now }) => now.state)),
    devicesNow: countBy([...devices.values()].map(({ state }) => state)),
  };
}

function daysOf({ codes: { timelines }, reader }: SchoolView, devices: readonly InventoryDevice[]): DeviceDays {
  return new DeviceDays(timelines, devices, (segment, day) => reader.selfTestDay(segment, day));
}

/** One entry a day of the window, one letter a slot of school hours. */
export interface VenueDay {
  day: string;
  /** S served, N unserved, U unknown, M maintenance, - not yet over. */
  slots: string;
}

/**
 * The evidence behind a verdict, slot by slot; empty for a venue without access points, because nothing was looked at.
 * @throws CampusError `SCHOOL_UNKNOWN`, or `VENUE_UNKNOWN` when the school has no such venue
 */
export function venueDays(input: JudgeInput, venueId: string): VenueDay[] {
  const { school, window, codes, asOfDay } = look(input);
  const venue = input.inventory.venue(venueId);
  if (venue?.school !== school.id) {
    throw new CampusError("VENUE_UNKNOWN", `venue ${venueId} is not in the inventory of school ${school.id}`);
  }
  const { counting } = servingOf(venue, input, asOfDay);
  if (counting.length === 0) return [];
  const letters = venueSlots(counting, codes.timelines).map((slot) => LETTERS[slot]);
  const ofDay = slotsOfHours(school.hours);
  let from = 0;
  return window.days.map(({ day, slots }) => {
    const text = letters.slice(from, from + slots.length).join("");
    from += slots.length;
    return {
      day: dayText(day),
      slots: text.padEnd(ofDay.length, "-"),
    };
  });
}

const LETTERS: Readonly<Record<VenueSlot, string>> = {
  served: "S",
  unserved: "N",
  unknown: "U",
  maintenance: "M",
  // Neither stands in a window: it holds only school hours, and venues without access points are left out.
  "not-expected": "-",
  "not-equipped": "-",
};

/** All that both questions above are answered from. */
interface SchoolView {
  school: School;
  window: EvaluationWindow;
  codes: SchoolCodes;
  reader: SchoolReader;
  asOfDay: number;
  inventoryConfirmed: boolean;
}

function look({ inventory, evidence, schoolId, asOfMs, maintenance, parameters = PARAMETERS }: JudgeInput): SchoolView {
  const school = inventory.school(schoolId);
  if (!school) throw new CampusError("SCHOOL_UNKNOWN", `school ${schoolId} is not in the inventory`);
  const window = windowAt(
    school,
    new TeachingCalendar(inventory.calendarOf(schoolId), inventory.publicHolidays),
    asOfMs,
    parameters,
  );
  const axis = axisOf(window);
  const devices = inventory.devicesOf(schoolId);
  const reader = evidence.of(schoolId);
  const asOfDay = dayAt(asOfMs);
  return {
    school,
    window,
    asOfDay,
    reader,
    codes: {
      timelines: timelines({ devices, evidence: reader, axis, parameters, ...(maintenance && { maintenance }) }),
      device: (id) => inventory.device(id),
    },
    inventoryConfirmed: isConfirmedOn(asOfDay, dayOf(school.inventoryConfirmedAt ?? ""), parameters),
  };
}

function servingOf({ id }: Venue, { inventory, parameters }: JudgeInput, asOfDay: number) {
  const serves = inventory.servesOf(id);
  const counting = serves.filter((entry) => countsForVenue(entry, asOfDay, parameters)).map(({ device }) => device);
  const notCounted = serves.map(({ device }) => device).filter((device) => !counting.includes(device));
  return { counting, notCounted };
}

function judgeVenue(venue: Venue, view: SchoolView, input: JudgeInput): VenueJudgement {
  const { codes, inventoryConfirmed, asOfDay } = view;
  const { counting, notCounted } = servingOf(venue, input, asOfDay);
  const equipped = counting.length > 0;
  const counts = countVenue(counting, codes.timelines);
  const { served, unserved, unknown } = counts;
  const expected = served + unserved + unknown;
  return {
    id: venue.id,
    ...venueVerdict(counts, { equipped, inventoryConfirmed, quality: qualityIn(venue, view, input) }, input.parameters),
    slots: { expected, served, unserved, unknown },
    reasons: equipped && expected === 0 ? [{ reason: "no_teaching_day", count: 1 }] : counts.reasons,
    now: venueNow(counting, codes),
    servedBy: counting,
    notCounted,
  };
}

function qualityIn(venue: Venue, { window }: SchoolView, { qualityOf }: JudgeInput): Quality {
  const days = window.days.map(({ day }) => day);
  return qualityOf?.(venue, days) ?? "unproven";
}

/** Why a venue is not known. Without an agent there is nobody to be offline. */
function mainReason({ verdict, servedBy, reasons }: VenueJudgement, hasAgent: boolean): { reason?: FigureReason } {
  if (verdict !== "insufficient") return {};
  if (servedBy.length === 0) return { reason: "inventory_not_confirmed" };
  const first = reasons[0]?.reason;
  if (first === "agent_offline" && !hasAgent) return { reason: "no_agent" };
  return first === undefined ? {} : { reason: first };
}

/** Mean K over the access points that serve these venues; `undefined` when none of them had an expected slot. */
function meanKnown(
  venues: readonly VenueJudgement[],
  devices: ReadonlyMap<string, DeviceJudgement>,
): number | undefined {
  const ids = new Set(venues.flatMap(({ servedBy }) => servedBy));
  const shares = [...ids].flatMap((id) => devices.get(id)?.evidenceShare ?? []);
  return shares.length === 0 ? undefined : shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

/** @param isKnown whether the public holidays about a day are known; they are for all days between two for which they are */
function toApiWindow({ days }: EvaluationWindow, expectedSlots: number, isKnown: (day: number) => boolean): Window {
  const [first, last] = [days[0], days.at(-1)];
  const holidaysUnknown = [first, last].some((one) => one && !isKnown(one.day));
  return {
    ...(first && { fromDay: dayText(first.day) }),
    ...(last && { toDay: dayText(last.day) }),
    teachingDays: days.length,
    expectedSlots,
    ...(holidaysUnknown && { holidaysUnknown }),
  };
}

function countBy<S extends string>(states: readonly S[]): Partial<Record<S, number>> {
  const counts: Partial<Record<S, number>> = {};
  for (const state of states) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}
