// Small schools for what-if, and what becomes of them when a set of measures is carried out; for tests.
import { dayStartMs, dayText } from "../../inventory/day.ts";
import type { InventoryDevice, Serves } from "../../inventory/inventory.ts";
import { slotsOfHours, TeachingCalendar, windowAt } from "../calendar.ts";
import {
  answers,
  type Campus,
  device,
  evidenceOf,
  inventoryOf,
  isBlind,
  isSilent,
  SCHOOL,
  sees,
  type TestSample,
} from "../campus-suite.ts";
import { type JudgeInput, judgeSchool } from "../judge.ts";
import { PARAMETERS, SLOT_MS } from "../parameters.ts";
import { axisOf } from "../timeline.ts";
import { schoolHistory } from "./history.ts";
import type { MeasureCosts } from "./measures.ts";
import { needsOf } from "./needs.ts";
import { type SchoolWhatIf, whatIfSchool } from "./school.ts";

/** One hour a day, so that a window has 240 slots. */
export const HOURS = [{ fromMinute: 480, toMinute: 540 }];
export const PER_DAY = 12;
/** Friday noon: 20 whole days have been. */
export const NOON = Date.parse("2026-10-02T12:00:00+08:00");
export const WINDOW = 20 * PER_DAY;

/** What an agent says of a device in each slot, by letters of campus-suite: u up, d silent, x not asked, o and b for all. */
export type Film = Readonly<Record<string, string>>;

export interface Scene {
  campus: Campus;
  film: Film;
  asOfMs?: number;
}

/** Slots that have ended: of the window, and of days after a break. */
function slotBegins({ calendar = [] }: Campus, asOfMs: number): number[] {
  const { beginMs } = axisOf(windowAt({ hours: HOURS }, new TeachingCalendar(calendar), asOfMs));
  return [...beginMs].filter((begin) => begin + SLOT_MS <= asOfMs);
}

/** The next so many slots of school hours. */
function nextSlots({ calendar: entries = [] }: Campus, asOfMs: number, count: number): number[] {
  const calendar = new TeachingCalendar(entries);
  const slots = slotsOfHours(HOURS);
  const begins: number[] = [];
  for (let day = Math.floor((asOfMs + 8 * 3_600_000) / 86_400_000); begins.length < count; day += 1) {
    if (!calendar.isTeachingDay(day)) continue;
    for (const slot of slots) {
      const beginMs = dayStartMs(day) + slot * SLOT_MS;
      if (beginMs >= asOfMs && begins.length < count) begins.push(beginMs);
    }
  }
  return begins;
}

export function samplesOf(film: Film, begins: readonly number[]): TestSample[] {
  return Object.entries(film).flatMap(([id, letters]) =>
    [...letters].flatMap((letter, i) => {
      const slotMs = begins[i];
      if (slotMs === undefined) return [];
      if (letter === "u") return [sees(slotMs), answers(id, slotMs)];
      if (letter === "d") return [sees(slotMs), ...isSilent(id, slotMs)];
      if (letter === "b") return [isBlind(slotMs), ...isSilent(id, slotMs)];
      return letter === "x" ? [sees(slotMs)] : [];
    }),
  );
}

export interface Asked {
  input: JudgeInput;
  whatIf: SchoolWhatIf;
}

export function ask({ campus, film, asOfMs = NOON }: Scene, costs?: MeasureCosts): Asked {
  const inventory = inventoryOf({ ...campus, school: { hours: HOURS, ...campus.school } });
  const evidence = evidenceOf(samplesOf(film, slotBegins(campus, asOfMs)));
  const input: JudgeInput = { inventory, evidence, schoolId: SCHOOL, asOfMs };
  const history = schoolHistory(input);
  const hasAgent = inventory.agentsOf(SCHOOL).length > 0;
  const whatIf = whatIfSchool({ inventory, judgement: judgeSchool(input), history, hasAgent, ...(costs && { costs }) });
  return { input, whatIf };
}

/** What a school's measures are, in words: `mend sw`, `new_ap room`. */
export function inWords({ measures }: Pick<SchoolWhatIf, "measures">): string[] {
  return measures.map(({ measure }) =>
    [
      measure.kind,
      "reason" in measure ? measure.reason : "",
      "device" in measure ? measure.device : "",
      "venue" in measure ? measure.venue : "",
    ]
      .filter((word) => word !== "" && word !== undefined)
      .join(" "),
  );
}

/**
 * The school's full coverage when its measures have been carried out and so many slots have passed: what needs nothing more is
 * up in them and seen, everything else is silent.
 */
export function fullAfter({ campus, film, asOfMs = NOON }: Scene, { input, whatIf }: Asked, slots: number): string {
  const history = schoolHistory(input);
  const done = new Set(whatIf.measures.map(({ measure }) => JSON.stringify(measure)));
  const devices = campus.devices ?? [];
  const inWay = new Set(whatIf.rooms.map(({ venue }) => venue.id));
  const servesCovered = new Set(input.inventory.contents.serves.flatMap((s) => (inWay.has(s.venue) ? [] : [s.device])));
  const isUp = ({ id }: InventoryDevice): boolean =>
    servesCovered.has(id) || needsOf(id, history, true).every((measure) => done.has(JSON.stringify(measure)));
  // What is below something silent is silent, and what is upstream of something that works does.
  const up = new Set(devices.filter(isUp).map(({ id }) => id));
  for (const { id, parent } of devices) if (parent !== undefined && up.has(id)) up.add(parent);
  const future = nextSlots(campus, asOfMs, slots);
  const newAps = whatIf.measures.flatMap(({ measure }) => (measure.kind === "new_ap" ? [measure.venue] : []));
  const tested = whatIf.measures.flatMap(({ measure }) => (measure.kind === "walk_test" ? [measure] : []));
  const serves = input.inventory.contents.serves.map((entry): Serves => {
    const test = tested.find(({ device: id, venue }) => id === entry.device && venue === entry.venue);
    return test ? { ...entry, walkTest: { dbm: PARAMETERS.walkTestMinDbm, day: dayText(history.asOfDay) } } : entry;
  });
  const { unconfirmed: __, ...confirmed } = campus;
  const after = inventoryOf({
    ...confirmed,
    school: { hours: HOURS, ...campus.school, inventoryConfirmedAt: "2026-10-01" },
    devices: [...devices, ...newAps.map((room) => device(`new-${room}`))],
    serves: [...serves, ...newAps.map((room) => `new-${room}>${room}`)],
  });
  const coming = [...devices.map(({ id }) => id), ...newAps.map((room) => `new-${room}`)].flatMap((id) =>
    future.flatMap((slotMs) =>
      up.has(id) || id.startsWith("new-")
        ? [sees(slotMs), answers(id, slotMs)]
        : [sees(slotMs), ...isSilent(id, slotMs)],
    ),
  );
  const evidence = evidenceOf([...samplesOf(film, slotBegins(campus, asOfMs)), ...coming]);
  const endMs = slots === 0 ? asOfMs : (future.at(-1) ?? asOfMs) + SLOT_MS;
  const { asOfMs: _, ...same } = input;
  return judgeSchool({ ...same, inventory: after, evidence, asOfMs: endMs }).coverage.full;
}
