// Reads from the store what the indicators of one school need beside its judgement: rollups only, no readings.
//
// One pass over the rollups of its days (those of the window, and of 30 days), and those of five minutes of its uplinks.
import { CampusError } from "../../contract/errors.ts";
import { dayAt, dayOf, dayStartMs } from "../inventory/day.ts";
import type { Inventory, InventoryDevice, School } from "../inventory/inventory.ts";
import { type DaySlots, type EvaluationWindow, TeachingCalendar, windowAt } from "../score/calendar.ts";
import { TERMINAL_DAYS } from "../score/indicators/limits.ts";
import { type ModelParameters, PARAMETERS } from "../score/parameters.ts";
import type { ReadingStore, SeriesKey } from "../store/store.ts";
import { busyHourUse, type LineUse, type Uplink } from "./busy-hours.ts";
import { DayFacts } from "./day-facts.ts";
import type { Delivery } from "./deliveries.ts";
import type { SchoolMeasured } from "./measured.ts";

export interface MeasureInput {
  store: Pick<ReadingStore, "scanRollups" | "rollups" | "rolledUpTo">;
  inventory: Inventory;
  schoolId: string;
  asOfMs: number;
  /** Of this school, counted for all of the month; absent: nobody did. */
  delivery?: Delivery;
  parameters?: ModelParameters;
}

/** So near its end a day counts as over: `asOf` of a day may be its last millisecond. */
const END_MS = 1_000;

/** @throws CampusError `SCHOOL_UNKNOWN`; StoreError */
export async function measureSchool(input: MeasureInput): Promise<SchoolMeasured> {
  const { store, inventory, schoolId, asOfMs, delivery, parameters = PARAMETERS } = input;
  const school = inventory.school(schoolId);
  if (!school) throw new CampusError("SCHOOL_UNKNOWN", `school ${schoolId} is not in the inventory`);
  const window = windowOf(school, inventory, asOfMs, parameters);
  const rolledUpTo = await store.rolledUpTo();
  const knownFrom = Math.min(window.days[0]?.day ?? Number.POSITIVE_INFINITY, terminalDays(window, asOfMs).from);
  const over = dayAt(Math.min(asOfMs + END_MS, rolledUpTo ?? Number.NEGATIVE_INFINITY));
  const knownBefore = Math.max(knownFrom, over);
  const facts = new DayFacts(inventory, schoolId);
  if (knownBefore > knownFrom) {
    await store.scanRollups(schoolId, "1d", dayStartMs(knownFrom), dayStartMs(knownBefore), (rollups) => {
      for (const rollup of rollups) facts.take(rollup);
    });
  }
  const access = await accessOf(input, facts, window.days);
  return {
    schoolId,
    asOfMs,
    knownFrom,
    knownBefore,
    faultDays: facts.faultDays(),
    lastSeenDay: facts.lastSeenDay(),
    agentClocks: facts.agentClocks(),
    ...(facts.lastReadingMs !== undefined && { lastReadingMs: facts.lastReadingMs }),
    ...(access && { access }),
    ...(delivery && { delivery }),
  };
}

/** The days that TERMINAL_INVENTORY looks at: 30 that end with the one of the evaluation, or before a break that froze it. */
export function terminalDays(
  { frozen, lastTeachingDay }: { frozen: boolean; lastTeachingDay?: number | string },
  asOfMs: number,
): { from: number; to: number } {
  const last = typeof lastTeachingDay === "string" ? dayOf(lastTeachingDay) : lastTeachingDay;
  const to = frozen && last !== undefined ? last : dayAt(asOfMs);
  return { from: to - TERMINAL_DAYS + 1, to };
}

function windowOf(school: School, inventory: Inventory, asOfMs: number, parameters: ModelParameters): EvaluationWindow {
  const calendar = new TeachingCalendar(inventory.calendarOf(school.id), inventory.publicHolidays);
  return windowAt(school, calendar, asOfMs, parameters);
}

/** `undefined` when no device of the school has an uplink. */
async function accessOf(input: MeasureInput, facts: DayFacts, days: readonly DaySlots[]): Promise<LineUse | undefined> {
  const egress = input.inventory.devicesOf(input.schoolId).filter(({ role, uplink }) => role === "egress" && uplink);
  if (egress.length === 0) return undefined;
  return busyHourUse(await Promise.all(egress.map((device) => uplinkOf(input, device, facts, days))), days);
}

async function uplinkOf(
  { store, schoolId, asOfMs }: MeasureInput,
  { id, key, uplink }: InventoryDevice,
  facts: DayFacts,
  days: readonly DaySlots[],
): Promise<Uplink> {
  const instance = uplink?.instance ?? "";
  const device = facts.nameOf(id, instance) ?? key;
  const [first, last] = [days[0], days.at(-1)];
  const read = (metric: SeriesKey["metric"]) =>
    first === undefined || last === undefined
      ? []
      : store.rollups(
          schoolId,
          { metric, device, instance },
          "5m",
          dayStartMs(first.day),
          Math.min(asOfMs, dayStartMs(last.day + 1)),
        );
  const [received, sent] = await Promise.all([read("if_in_bytes_total"), read("if_out_bytes_total")]);
  const linkBitsPerSecond = facts.speedOf(id, instance);
  const contractMbps = uplink?.contractMbps;
  return {
    received,
    sent,
    ...(linkBitsPerSecond !== undefined && { linkBitsPerSecond }),
    ...(contractMbps !== undefined && { contractBitsPerSecond: contractMbps * 1_000_000 }),
  };
}
