import { describe, expect, it } from "vitest";
import { groupResult } from "../score/group/group.ts";
import type { GroupSchool, SchoolFigures } from "../score/group/school.ts";
import { INDICATORS, type IndicatorId } from "../score/indicators/catalogue.ts";
import type { IndicatorSpec } from "../score/indicators/spec.ts";
import { pool } from "../score/school/pool.ts";
import { packed, unpackedText } from "./canonical.ts";
import { DOWN, type LittleSchool, littleWorld, MONTH_END, OFFLINE, schoolId, UP, XIHU } from "./results-suite.ts";
import { type SchoolBody, schoolBody } from "./school-body.ts";
import { figuresIn, figuresOf } from "./school-figures.ts";
import { endOfDayMs } from "./sources.ts";

const SCHOOLS: LittleSchool[] = [
  UP,
  DOWN,
  OFFLINE,
  [
    ["u", 1700],
    ["d", 220],
  ] as const,
].map((strip, i) => ({
  ...{ id: schoolId(i + 1), county: XIHU, strip },
}));

async function bothWays(): Promise<{ live: GroupSchool[]; kept: GroupSchool[] }> {
  const world = await littleWorld(SCHOOLS);
  try {
    const on = await world.sources.inventoryOn();
    const pairs = await Promise.all(
      SCHOOLS.map(async ({ id }) => {
        const school = on.inventory.school(id);
        if (!school) throw new RangeError(id);
        const material = await world.sources.school(on, id, endOfDayMs(MONTH_END));
        const body = schoolBody({ school, inventory: on.inventory, ...material });
        const read = JSON.parse(unpackedText(packed(body).bytes)) as SchoolBody;
        const of = (figures: SchoolFigures): GroupSchool => ({ school, side: "urban", member: true, figures });
        return { live: of(figuresOf(material.result, undefined)), kept: of(figuresIn(read)) };
      }),
    );
    return { live: pairs.map((pair) => pair.live), kept: pairs.map((pair) => pair.kept) };
  } finally {
    await world.close();
  }
}

describe("the figures of a school", () => {
  it("come out of what is kept as they went in, but for parts that no group looks at", async () => {
    const { live, kept } = await bothWays();
    for (const [i, { figures }] of live.entries()) {
      const read = kept[i]?.figures;
      const bare = (one: SchoolFigures | undefined, id: IndicatorId) => {
        const { parts = [], ...value } = one?.indicators.get(id) ?? {};
        const { pooling }: IndicatorSpec = INDICATORS[id];
        return ["classes", "median", "parts"].includes(pooling.by) ? { ...value, parts } : value;
      };
      for (const id of figures?.indicators.keys() ?? []) expect(bare(read, id), id).toEqual(bare(figures, id));
      expect({ ...read, indicators: 0 }).toEqual({ ...figures, indicators: 0 });
    }
  });

  it("make the same group, live and kept", async () => {
    const { live, kept } = await bothWays();
    const group = (schools: readonly GroupSchool[]) => {
      const { members: _, ...rest } = groupResult({ schools, asOfMs: endOfDayMs(MONTH_END), pool, county: XIHU });
      return rest;
    };
    expect(group(kept)).toEqual(group(live));
  });
});
