import { afterEach, describe, expect, it } from "vitest";
import { loadGroups } from "../score/gaps/groups.ts";
import { made } from "../score/group/group-suite.ts";
import { scopeOf } from "../score/group/population.ts";
import { pool } from "../score/school/pool.ts";
import { groupOn, type SchoolKnown } from "./group-work.ts";
import { countyInventory, littleWorld, schoolId, type World } from "./results-suite.ts";
import { yearCards } from "./years.ts";

// E13 is of four counties: .60 .70 .80 .90 in the first year, .70 .76 .84 .90 in the second.
const COUNTIES = ["330106", "330108", "330328", "330382"];
const FIRST = [60, 70, 80, 90];
const SECOND = [70, 76, 84, 90];

let world: World;
afterEach(() => world.close());

/** Keeps the province's card of a day, in which each county's one school has this INFRA_INDEX. */
async function keepYear(day: string, indexes: readonly (number | undefined)[], recordedOn = day) {
  const schools = COUNTIES.map((county, i) => ({ id: schoolId(i + 1), county, strip: [] }));
  const inventory = countyInventory(schools);
  const known = new Map(
    schools.map(({ id }, i): [string, SchoolKnown] => {
      const index = indexes[i];
      const { figures } = made(index === undefined ? {} : { infraIndex: index });
      if (!figures) throw new RangeError("made without figures");
      return [id, { figures, sha256: "0", inputs: { evidence: "0", recordedOn } }];
    }),
  );
  const there = { inventory, groups: loadGroups(), day, schools: known, pool };
  // Compared are the counties that have a school: of the others nothing is known in either year.
  const scope = scopeOf("330000", there);
  if (!scope) throw new RangeError("no province");
  const four = { ...scope, counties: COUNTIES };
  const { body, inputs } = groupOn(four, there, await yearCards(world.results.store, "330000", day));
  await world.results.store.add([{ asOf: day, body, inputs }]);
  return body.card;
}

describe("the gap between counties over the years", () => {
  it("E13: narrowed from 2026 to 2027, and says from which year it counts", async () => {
    world = await littleWorld([]);
    await keepYear("2026-12-31", FIRST);
    const card = await keepYear("2027-12-31", SECOND);
    const cv = card.gaps.find(({ id, variant }) => id === "CV_COUNTY" && variant === undefined);
    expect(cv?.value).toBeCloseTo(0.0952, 4);
    const narrowing = card.narrowing.find(({ id, variant }) => id === "CV_COUNTY" && variant === undefined);
    expect(narrowing).toMatchObject({
      state: "on_track",
      baseline: { year: 2026, insteadOf: 2021, label: "baseline 2026, not 2021" },
      years: [{ year: 2027, state: "narrowed", matched: 4, units: 4 }],
    });
    expect(narrowing?.years[0]?.change).toBeCloseTo(-0.0539, 4);
  });

  it("E13: is not published on a panel of three of four", async () => {
    world = await littleWorld([]);
    await keepYear("2026-12-31", FIRST);
    const card = await keepYear("2027-12-31", [undefined, ...SECOND.slice(1)]);
    const narrowing = card.narrowing.find(({ id }) => id === "CV_COUNTY");
    expect(narrowing).toMatchObject({ state: "insufficient", basis: "panel_too_small" });
    expect(narrowing?.years).toEqual([{ year: 2027, reason: "panel_too_small", matched: 3, units: 4 }]);
  });

  it("takes for a year the last result of the 62 days up to its end", async () => {
    world = await littleWorld([]);
    await keepYear("2026-10-29", SECOND);
    expect(await yearCards(world.results.store, "330000", "2027-01-31")).toEqual([]);
    await keepYear("2026-10-30", SECOND);
    await keepYear("2026-11-30", FIRST);
    const [year] = await yearCards(world.results.store, "330000", "2027-01-31");
    expect(year).toMatchObject({ year: 2026, card: { asOf: "2026-11-30T23:59:59+08:00" } });
    expect(await yearCards(world.results.store, "330000", "2026-12-30")).toEqual([]);
    expect(await yearCards(world.results.store, "330000", "2026-12-31")).toHaveLength(1);
  });

  it("the target that asks for it is judged on the same years, recorded in time", async () => {
    world = await littleWorld([], { at: "2026-02-01T08:00:00+08:00" });
    await keepYear("2024-12-31", FIRST);
    await keepYear("2025-12-31", SECOND);
    const [county, sides] = (await world.results.targets.detail("A03"))?.parts ?? [];
    expect(county).toMatchObject({
      ...{ indicator: "CV_COUNTY", state: "achieved" },
      label: { kind: "other_baseline_year", year: 2024, insteadOf: 2021 },
    });
    expect(sides).toMatchObject({ indicator: "CV_URBAN_RURAL", state: "insufficient" });
  });

  it("a year that was filled in afterwards decides nothing", async () => {
    world = await littleWorld([], { at: "2026-06-01T08:00:00+08:00" });
    await keepYear("2024-12-31", FIRST);
    await keepYear("2025-12-31", SECOND, "2026-05-01");
    expect((await world.results.targets.detail("A03"))?.parts[0]).toMatchObject({ state: "insufficient" });
  });
});
