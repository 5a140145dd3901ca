// A generated county: two inventories, what its agents deliver and when, and the moments at which it is judged.
import { DAY_MS, dayOf, dayStartMs, dayText } from "../../inventory/day.ts";
import type { StoreBatch } from "../../store/store.ts";
import type { Maintenance } from "../maintenance.ts";
import type { Quality } from "../venue.ts";
import { Dice } from "./dice-suite.ts";
import { changedPlan, filesOf, type Plan, type PlannedSchool, planCounty } from "./inventory-suite.ts";
import { type Parcel, telemetryOf } from "./telemetry-suite.ts";

/** An instant with what is valid then, and what has arrived by then. */
export interface Moment {
  name: string;
  asOfMs: number;
  files: ReadonlyMap<string, string>;
  /** In order of arrival; they come after those of the moment before. */
  deliveries: readonly StoreBatch[];
}

export interface County {
  moments: readonly Moment[];
  maintenance: readonly Maintenance[];
  /** By venue. */
  quality: ReadonlyMap<string, Quality>;
}

/** Last days of an inventory: among them weeks with holidays, make-up days and the first days of a term. */
const CHANGE_DAYS = ["2026-10-14", "2026-05-12", "2026-03-05", "2026-06-16", "2025-10-15", "2026-01-13"] as const;
const DAYS_BEFORE = 40;
const DAYS_AFTER = 6;
const EVENING_MS = 23 * 3_600_000;

export function generateCounty(seed: number): County {
  const dice = new Dice(seed);
  const changeDay = dayOf(CHANGE_DAYS[seed % CHANGE_DAYS.length] ?? "") ?? Number.NaN;
  const before = planCounty(dice, changeDay);
  const after = changedPlan(dice, changeDay, before);
  const parcels = before.schools.flatMap((school) =>
    telemetryOf(
      dice,
      school,
      before.devices.filter((device) => device.school === school.id),
      daysOf(school, changeDay),
    ),
  );
  const deliveries = deliveredInOrder(dice, parcels);
  const lastMs = dayStartMs(changeDay + DAYS_AFTER) + dice.whole(7 * 12, 18 * 12) * 300_000 + dice.whole(0, 299_999);
  const ends = [
    { name: "the day before", asOfMs: dayStartMs(changeDay) + EVENING_MS, plan: before },
    { name: "the day after", asOfMs: dayStartMs(changeDay + 1) + EVENING_MS, plan: after },
    { name: "when everything has arrived", asOfMs: lastMs, plan: after },
  ];
  let done = 0;
  const moments = ends.map(({ name, asOfMs, plan }, i) => {
    const isLast = i === ends.length - 1;
    const until = isLast ? deliveries.length : deliveries.findIndex(({ receivedAtMs }) => receivedAtMs > asOfMs);
    const part = deliveries.slice(done, until);
    done = until;
    return { name: `${dayText(changeDay)}, ${name}`, asOfMs, files: filesOf(plan), deliveries: part };
  });
  return { moments, maintenance: maintenanceOf(dice, before, changeDay), quality: qualityOf(dice, after, before) };
}

/** The weeks up to the last moment, and those before a break. */
function daysOf({ pause }: PlannedSchool, changeDay: number): number[] {
  const days = new Set<number>();
  const add = (from: number, to: number) => {
    for (let day = from; day <= to; day += 1) days.add(day);
  };
  if (pause) add(pause.lastDay - DAYS_BEFORE, Math.min(pause.lastDay, changeDay + DAYS_AFTER));
  add(Math.max(changeDay - DAYS_BEFORE, pause?.firstDay ?? 0), changeDay + DAYS_AFTER);
  return [...days].sort((a, b) => a - b);
}

/** Batches as they arrive: the late ones days later and out of order, and some of them again. */
function deliveredInOrder(dice: Dice, parcels: readonly Parcel[]): StoreBatch[] {
  const sequences = new Map<string, number>();
  const batches = parcels.map(({ school, agent, samples, fromMs, toMs, daysLate }): StoreBatch => {
    const sequence = (sequences.get(agent) ?? 0) + 1;
    sequences.set(agent, sequence);
    const delayMs = daysLate === 0 ? dice.whole(1, 600_000) : daysLate * DAY_MS + dice.whole(-DAY_MS / 4, DAY_MS / 4);
    return {
      agentId: agent,
      session: "s1",
      sequence,
      schoolId: school,
      lane: daysLate === 0 ? "live" : "backlog",
      receivedAtMs: toMs + delayMs,
      digest: sequence.toString(16).padStart(16, "0"),
      lines: samples.length,
      firstMs: fromMs,
      lastMs: toMs - 1,
      samples,
      facts: [],
      events: [],
    };
  });
  const again = batches
    .filter(() => dice.chance(0.05))
    .map((batch) => ({ ...batch, receivedAtMs: batch.receivedAtMs + dice.whole(1, DAY_MS) }));
  return [...batches, ...again].sort((a, b) => a.receivedAtMs - b.receivedAtMs);
}

function maintenanceOf(dice: Dice, { devices }: Plan, changeDay: number): Maintenance[] {
  return devices
    .filter(() => dice.chance(0.12))
    .map(({ id }) => {
      const fromMs = dayStartMs(changeDay - dice.whole(-2, 25)) + dice.whole(7 * 12, 14 * 12) * 300_000;
      return {
        device: id,
        fromMs,
        toMs: fromMs + dice.pick([3_600_000, 7_200_000, 3 * DAY_MS]),
        // Announced in time, at the very begin of a slot, and when it had begun already.
        enteredAtMs: fromMs + dice.pick([-DAY_MS, -1, 0, 600_000]),
      };
    });
}

function qualityOf(dice: Dice, ...plans: readonly Plan[]): Map<string, Quality> {
  const quality = new Map<string, Quality>();
  for (const { id } of plans.flatMap(({ venues }) => venues)) {
    if (!quality.has(id)) quality.set(id, dice.pick(["pass", "pass", "fail", "unproven"]));
  }
  return quality;
}
