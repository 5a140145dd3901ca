// A generated province: its inventory, and the evidence of the days before.
import { dayAt } from "../../collector/inventory/day.ts";
import { Inventory } from "../../collector/inventory/inventory.ts";
import { loadRegions } from "../../collector/inventory/regions.ts";
import { packDay } from "../../collector/score/evidence/pack.ts";
import { Evidence } from "../../collector/score/evidence.ts";
import { SLOTS_PER_DAY } from "../../collector/score/parameters.ts";
import { GeneratedDay } from "./school-day.ts";
import { agentId, conditionOf, contentsOf, DEVICES, deviceKey, schoolId } from "./school-plan.ts";

/** Friday, half an hour before school is over: the day that goes on has nearly all its slots. */
export const AS_OF_MS = Date.parse("2026-10-30T16:32:00+08:00");
export const TODAY = dayAt(AS_OF_MS);

export function inventoryOf(schools: number): Inventory {
  const regions = loadRegions();
  const counties = regions
    .all()
    .filter(({ level }) => level === "county")
    .map(({ code }) => code);
  const contents = Array.from({ length: schools }, (_, school) =>
    contentsOf(school, counties[school % counties.length] ?? ""),
  );
  return new Inventory(
    {
      schools: contents.map(({ school }) => school),
      venues: contents.flatMap(({ venues }) => venues),
      devices: contents.flatMap(({ devices }) => devices),
      serves: contents.flatMap(({ serves }) => serves),
      agents: contents.flatMap(({ school }, i) =>
        conditionOf(i) === "no-agent" ? [] : [{ id: agentId(i), school: school.id, name: agentId(i) }],
      ),
      calendar: [],
    },
    regions,
  );
}

/** Days that are made one by one; those before are the same ones again, because nothing but memory depends on them. */
const MADE_DAYS = 40;

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
    const made: (Uint8Array | undefined)[] = [];
    for (let ago = 0; ago <= days; ago += 1) {
      const endSlot = ago === 0 ? openSlot : SLOTS_PER_DAY;
      if (ago <= MADE_DAYS) made.push(packedDay(school, TODAY - ago, endSlot, scratch));
      const packed = ago <= MADE_DAYS ? made[ago] : made[1 + (ago % MADE_DAYS)];
      if (packed !== undefined) evidence.restore({ schoolId: id, day: TODAY - ago }, packed);
    }
  }
  return evidence;
}

/** `undefined` when no agent was there. */
function packedDay(school: number, day: number, endSlot: number, scratch: Uint8Array): Uint8Array | undefined {
  const generated = new GeneratedDay(school, day, endSlot, scratch);
  return generated.isEmpty ? undefined : packDay(generated);
}
