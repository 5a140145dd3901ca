// What routes look up: schools, venues and devices of the inventory in force, and what the store knows of devices.
import type { Services } from "../app.ts";
import type { Inventory, School } from "../inventory/inventory.ts";
import type { SchoolJudgement } from "../score/judge.ts";
import type { Sample } from "../store/store.ts";
import { notFound } from "./errors.ts";
import type { DeviceKnowledge } from "./views.ts";

/** A value older than this is history, not a latest value. */
const LATEST_MS = 30 * 60_000;

export interface JudgedSchool {
  school: School;
  inventory: Inventory;
  judgement: SchoolJudgement;
}

/** @throws CampusError `NOT_FOUND`, which is also what every id is before an inventory was imported. */
export function judgedSchool({ board, clock }: Services, schoolId: string, nowMs = clock.nowMs()): JudgedSchool {
  const { inventory } = board;
  const school = inventory?.school(schoolId);
  if (!inventory || !school) throw notFound("school", schoolId);
  return { school, inventory, judgement: board.judge(inventory, schoolId, nowMs) };
}

/** Facts and newest values of a school's devices; a metric with instances has no single newest value and is left out. */
export async function knowledgeOf({ store, clock }: Services, schoolId: string): Promise<DeviceKnowledge> {
  const [facts, samples] = await Promise.all([
    store.facts(schoolId),
    store.latest(schoolId, clock.nowMs() - LATEST_MS),
  ]);
  const latest = new Map<string, Record<string, Sample>>();
  for (const { key, sample } of samples) {
    const ofDevice = latest.get(key.device) ?? {};
    if (key.instance === undefined) ofDevice[key.metric] = sample;
    latest.set(key.device, ofDevice); // also without a value of its own: it was heard
  }
  return { facts, latest };
}
