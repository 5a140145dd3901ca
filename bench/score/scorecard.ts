// One school's scorecard, as the collector makes it: judged, fed, scored. What else it would read from the store is given: its line's
// use, how its batches arrived, and that its rooms' quality is proven.
import { dayAt } from "../../collector/inventory/day.ts";
import type { Inventory } from "../../collector/inventory/inventory.ts";
import type { Evidence } from "../../collector/score/evidence.ts";
import { judgeSchool } from "../../collector/score/judge.ts";
import { feedSchool } from "../../collector/score/school/feed.ts";
import type { SchoolResult } from "../../collector/score/school/result.ts";

const MONTH_DAYS = 30;

/** `undefined` for a school that is not in the inventory. */
export function scorecardOf(
  inventory: Inventory,
  evidence: Evidence,
  schoolId: string,
  asOfMs: number,
): SchoolResult | undefined {
  const school = inventory.school(schoolId);
  if (school === undefined) return undefined;
  const judgement = judgeSchool({ inventory, evidence, schoolId, asOfMs, qualityOf: () => "pass" });
  const today = dayAt(asOfMs);
  return feedSchool({
    inventory,
    school,
    asOfMs,
    judgement,
    declared: [],
    measured: {
      schoolId,
      asOfMs,
      knownFrom: today - MONTH_DAYS,
      knownBefore: today,
      faultDays: new Map(),
      lastSeenDay: new Map(inventory.devicesOf(schoolId).map(({ id }) => [id, today - 1])),
      agentClocks: new Map(inventory.agentsOf(schoolId).map(({ id }) => [id, 0.2])),
      lastReadingMs: asOfMs,
      access: { busyHours: 19, utilisations: new Array<number>(228).fill(0.6), capacityBitsPerSecond: 1e9 },
      delivery: { fromMs: 0, toMs: asOfMs, timelyLines: 90, lateLines: 10, mixedLines: 0, lastReceivedMs: asOfMs },
    },
  });
}
