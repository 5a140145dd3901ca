// A generated province: its inventory, and the evidence of the days before.
import { dayAt } from "../../collector/inventory/day.ts";
import { Inventory } from "../../collector/inventory/inventory.ts";
import { loadRegions } from "../../collector/inventory/regions.ts";
import { packDay } from "../../collector/score/evidence/pack.ts";
import { Evidence } from "../../collector/score/evidence.ts";
import { SLOTS_PER_DAY } from "../../collector/score/parameters.ts";
import { GeneratedDay } from "./school-day.ts";
import {
  agentId,
  conditionOf,
  DEVICES,
  deviceKey,
  devicesOf,
  schoolId,
  schoolOf,
  servesOf,
  venuesOf,
} from "./school-plan.ts";

/** Friday, half an hour before school is over: the day that goes on has nearly all its slots. */
export const AS_OF_MS = Date.parse("2026-10-30T16:32:00+08:00");
export const TODAY = dayAt(AS_OF_MS);

export function inventoryOf(schools: number): Inventory {
  const regions = loadRegions();
  const counties = regions
    .all()
    .filter(({ level }) => level === "county")
    .map(({ code }) => code);
  const numbers = Array.from({ length: schools }, (_, school) => school);
  return new Inventory(
    {
      schools: numbers.map((school) => schoolOf(school, counties[school % counties.length] ?? "")),
      venues: numbers.flatMap(venuesOf),
      devices: numbers.flatMap(devicesOf),
      serves: numbers.flatMap(servesOf),
      agents: numbers
        .filter((school) => conditionOf(school) !== "no-agent")
        .map((school) => ({ id: agentId(school), school: schoolId(school), name: agentId(school) })),
      calendar: [],
    },
    regions,
  );
}

/** Evidence of so many days up to yesterday, and of today up to the slot before `openSlot`. */
export function evidenceOf(schools: number, days: number, openSlot: number): Evidence {
  const evidence = new Evidence();
  const scratch = new Uint8Array(DEVICES * SLOTS_PER_DAY);
  for (let school = 0; school < schools; school += 1) {
    const id = schoolId(school);
    evidence.restoreKeys(
      id,
      Array.from({ length: DEVICES }, (_, device) => deviceKey(school, device)),
    );
    for (let day = TODAY - days; day <= TODAY; day += 1) {
      const generated = new GeneratedDay(school, day, day === TODAY ? openSlot : SLOTS_PER_DAY, scratch);
      if (generated.isEmpty) continue;
      evidence.restore({ schoolId: id, day }, packDay(generated));
    }
  }
  return evidence;
}
