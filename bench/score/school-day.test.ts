import { describe, expect, it } from "vitest";
import { packDay } from "../../collector/score/evidence/pack.ts";
import { PackedDay } from "../../collector/score/evidence/packed-day.ts";
import { Evidence } from "../../collector/score/evidence.ts";
import { evidenceOf, inventoryOf, TODAY } from "./province.ts";
import { GeneratedDay, MINUTES_PER_SLOT, seriesOf } from "./school-day.ts";
import { conditionOf, DEVICES, schoolId } from "./school-plan.ts";

/** Until panels have been on for a while. */
const SLOTS = 100;

describe("a generated day", () => {
  it.each([0, 11, 12])("of school %i is the evidence of the samples it sends", (school) => {
    const evidence = new Evidence();
    const series = seriesOf(school);
    const day = new GeneratedDay(school, TODAY, SLOTS);
    for (let slot = 0; slot < SLOTS; slot += 1) {
      for (let minute = 0; minute < MINUTES_PER_SLOT; minute += 1) {
        evidence.take(schoolId(school), day.minute(slot, minute, series));
      }
    }
    const given = new Evidence();
    given.restoreKeys(schoolId(school), evidence.keysOf(schoolId(school)));
    given.restore({ schoolId: schoolId(school), day: TODAY }, packDay(day));
    expect(given.digest(schoolId(school), [TODAY])).toBe(evidence.digest(schoolId(school), [TODAY]));
  });

  it("ends where it is told to", () => {
    const packed = new PackedDay(packDay(new GeneratedDay(0, TODAY, 100)));
    for (let device = 0; device < DEVICES; device += 1)
      expect(
        packed
          .row(device)
          .subarray(100)
          .every((b) => b === 0),
      ).toBe(true);
    expect(packed.school.lastIndexOf(1)).toBe(99);
  });

  it("of a school without an agent is nothing", () => {
    const school = Array.from({ length: 20 }, (_, i) => i).find((i) => conditionOf(i) === "no-agent") ?? Number.NaN;
    const day = new GeneratedDay(school, TODAY);
    expect([day.isEmpty, day.devices, day.minute(0, 0, seriesOf(school)).length]).toEqual([true, 0, 0]);
  });
});

describe("a generated province", () => {
  it("has its evidence under the keys of its inventory", () => {
    const inventory = inventoryOf(2);
    const evidence = evidenceOf(2, 45, 100);
    expect(inventory.devicesOf(schoolId(1))).toHaveLength(DEVICES);
    for (const { key } of inventory.devicesOf(schoolId(1))) {
      expect(evidence.of(schoolId(1)).numberOf(key)).toBeLessThan(DEVICES);
    }
    expect(evidence.of(schoolId(0)).day(TODAY - 45)).toBeDefined();
    expect(evidence.of(schoolId(0)).day(TODAY - 46)).toBeUndefined();
  });
});
