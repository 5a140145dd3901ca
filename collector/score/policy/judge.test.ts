import { describe, expect, it } from "vitest";
import { Exact } from "../exact.ts";
import { judgeTarget, type PartEvidence } from "./judge.ts";
import { loadPolicyTargets } from "./load.ts";
import { directionOf, isClosed, isOutOfReach, isTrackedOnly, methodOf, partsOf } from "./method.ts";
import { evaluationOf, monthsFrom } from "./months-suite.ts";
import { computedAs } from "./relations.ts";
import type { PolicyTarget } from "./target.ts";

const targets = loadPolicyTargets();
const all = [...targets.values()];

function target(id: string): PolicyTarget {
  const found = targets.get(id);
  if (!found) throw new Error(`no target ${id}`);
  return found;
}

const idsOf = (test: (target: PolicyTarget) => boolean) => all.filter(test).map(({ id }) => id);
const judge = (id: string, asOf: string, ...evidence: PartEvidence[]) => judgeTarget(target(id), evidence, asOf);

describe("how targets are judged", () => {
  it("each by one method", () => {
    const counts: Record<string, number> = {};
    for (const one of all) counts[methodOf(one)] = (counts[methodOf(one)] ?? 0) + 1;
    expect(counts).toEqual({
      out_of_reach: 66,
      tracked: 58,
      threshold: 47,
      floor: 5,
      trend: 14,
      narrowing: 1,
      allocation: 13,
      quota: 2,
    });
  });

  it("out of reach are those whose only evidence is", () => {
    expect(idsOf(isOutOfReach)).toEqual(idsOf(({ evidence }) => evidence.includes("X")));
    expect(judge("A01", "2026-10-31")).toMatchObject({ state: "out_of_reach", rule: "out_of_reach", parts: [] });
  });

  it("tracked only are those without a number, and encouragements to have any", () => {
    expect(all.filter(isTrackedOnly).every(({ values, comparator }) => values.length === 0 || comparator === ">")).toBe(
      true,
    );
    expect(["D32", "D34", "B60", "D71", "A20", "D62", "B28"].every((id) => isTrackedOnly(target(id)))).toBe(true);
    expect(judge("D32", "2026-10-31", { evaluations: monthsFrom("2026-09", 3, 4) })).toMatchObject({
      state: "tracked",
      rule: "tracked",
      parts: [],
    });
  });

  it("closed after their deadline, baselines and undated facts never", () => {
    const closed = idsOf((one) => isClosed(one, "2026-01-01"));
    expect(closed).toEqual(idsOf(({ id, kind }) => /^[ABE]/.test(id) && kind !== "baseline"));
    expect(closed).toHaveLength(121);
    expect(idsOf((one) => isClosed(one, "2025-12-31"))).toEqual(idsOf(({ id }) => id.startsWith("E")));
    expect(isClosed(target("D40"), "2027-12-31")).toBe(false);
    expect(isClosed(target("D40"), "2028-01-01")).toBe(true);
  });
});

describe("the parts of a target", () => {
  const shown = (id: string) =>
    partsOf(target(id)).map(({ population, value, unit, indicator }) =>
      [value?.text, unit, population.text, indicator?.key].filter((text) => text !== undefined).join(" · "),
    );

  it.each([
    { id: "A05", parts: ["1.0 · share of schools fully covered · rural"] },
    {
      id: "D31",
      parts: [
        "1.0 · share of networks · network:education",
        "1.0 · of campus networks · network:university",
        "1.0 · of websites · website:education",
      ],
    },
    {
      id: "D40",
      parts: ["0.95 · share of schools · school:primary|secondary", "0.95 · of universities · university"],
    },
    {
      id: "B41",
      parts: ["1000 · communities · province", "1.0 · share of rural schools using a community · rural"],
    },
    { id: "B71", parts: ["15 · zones · province", "100 · AI pilot schools · province"] },
    { id: "E11", parts: ["3 · regional places · city:330100", "9 · school places · city:330100"] },
    { id: "B61", parts: ["quality score · school:* · NET_QUALITY", "quality score · school:* · WIFI_QUALITY_SHARE"] },
    { id: "A03", parts: ["CV (0..) · county:* · CV_COUNTY", "CV (0..) · urban/rural · CV_URBAN_RURAL"] },
    { id: "D79", parts: ["share of systems · province"] },
    { id: "A01", parts: [] },
  ])("$id: $parts", ({ id, parts }) => {
    expect(shown(id)).toEqual(parts);
  });

  it("improve by falling where less is better, and as the file says where one indicator stands alone", () => {
    const directions = (id: string) => partsOf(target(id)).map((part) => directionOf(target(id), part));
    expect(directions("B26")).toEqual(["decreasing", "increasing"]);
    expect(directions("B30")).toEqual(["decreasing", "decreasing", "increasing"]);
    expect(directions("D79")).toEqual(["increasing"]);
    for (const one of all.filter(
      ({ comparator, indicators }) => /creasing/.test(comparator ?? "") && indicators.length === 1,
    )) {
      expect(directions(one.id), one.id).toEqual([one.comparator]);
    }
  });
});

describe("the state of a target", () => {
  it("without anything known is insufficient for each that can be judged", () => {
    for (const one of all.filter((t) => partsOf(t).length > 0)) {
      for (const asOf of ["2018-12-31", "2026-10-31", "2030-01-01"]) {
        expect(judgeTarget(one, [], asOf).state, one.id).toBe("insufficient");
      }
    }
  });

  it("carries what it was judged by", () => {
    const result = judge("A05", "2026-10-31", { evaluations: monthsFrom("2025-12", 1) });
    expect(result).toMatchObject({
      id: "A05",
      computedAs: "A05",
      state: "achieved",
      rule: 1,
      method: "threshold",
      isClosed: true,
      asOf: "2026-10-31",
      modelVersion: "2026.1",
    });
    expect(result.parts[0]?.part.value?.text).toBe("1.0");
  });

  it("of a restated target is that of the one it restates, on the same evidence", () => {
    const evidence = { evaluations: monthsFrom("2025-12", [0.97, 0.98, 1]) };
    const { id, ...restated } = judge("A16", "2026-10-31", evidence);
    const { id: other, ...original } = judge("A05", "2026-10-31", evidence);
    expect([id, other]).toEqual(["A16", "A05"]);
    expect(restated).toEqual(original);
    expect(computedAs("B23")).toBe("B10");
  });

  it("of a superseded target is judged by its own number and deadline on the successor's evidence", () => {
    const evidence = { evaluations: [...monthsFrom("2025-12", 5200), ...monthsFrom("2026-09", 6000, 6100)] };
    expect(judge("B64", "2026-10-31", evidence)).toMatchObject({ computedAs: "D46", state: "achieved", rule: 1 });
    const baseline = { on: "2025-12-31", value: Exact.of(5200) };
    expect(judge("D46", "2026-10-31", { ...evidence, baseline })).toMatchObject({ state: "at_risk", rule: 5 });
  });

  it.each([
    { first: "achieved", second: "on_track", whole: "on_track" },
    { first: "achieved", second: "insufficient", whole: "insufficient" },
    { first: "on_track", second: "insufficient", whole: "insufficient" },
    { first: "insufficient", second: "at_risk", whole: "at_risk" },
    { first: "achieved", second: "achieved", whole: "achieved" },
  ])("with parts that are $first and $second: $whole", ({ first, second, whole }) => {
    const evidence: Record<string, PartEvidence> = {
      achieved: { evaluations: monthsFrom("2026-09", 0.95, 0.95) },
      on_track: { evaluations: monthsFrom("2026-05", 0.86, 0.865, 0.87, 0.875, 0.88, 0.885) },
      at_risk: { evaluations: monthsFrom("2026-05", 0.86, 0.864, 0.868, 0.872, 0.876, 0.88) },
      insufficient: {},
    };
    const result = judge("D40", "2026-10-31", evidence[first] ?? {}, evidence[second] ?? {});
    expect(result.parts.map((part) => part.result.state)).toEqual([first, second]);
    expect(result.state).toBe(whole);
  });

  it("is missed when one part is, whatever is not known of the other", () => {
    const missed = { evaluations: monthsFrom("2025-12", 900) };
    expect(judge("B41", "2026-10-31", missed)).toMatchObject({ state: "missed", rule: 1 });
  });

  it("of a baseline is held or regressed, at any time", () => {
    const held = judge("B03", "2026-10-31", { evaluations: monthsFrom("2026-09", 0.98, 0.98) });
    expect(held).toMatchObject({ state: "achieved", method: "floor", isClosed: false });
    expect(held.parts[0]?.result.label).toEqual({ kind: "held" });
    const regressed = judge("B02", "2026-10-31", { evaluations: monthsFrom("2026-09", 4.9, 4.9) });
    expect(regressed.parts[0]?.result).toMatchObject({ state: "at_risk", label: { kind: "regressed" } });
    // The document says 3600; more is no regression.
    expect(judge("C01", "2026-10-31", { evaluations: monthsFrom("2026-09", 3600, 3700) }).state).toBe("achieved");
  });

  it("of a trend looks at years, with the year its document counts from", () => {
    const years = [2023, 2024, 2025].map((year, i) => ({ year, value: Exact.of(100 + 10 * i) }));
    expect(judge("A15", "2026-10-31", { years }).parts[0]?.result).toMatchObject({
      state: "achieved",
      label: { kind: "other_baseline_year", year: 2023, insteadOf: 2021 },
    });
    expect(judge("B17", "2026-10-31", { years }).parts[0]?.result.label).toBeUndefined();
    const older = years.map(({ year, value }) => ({ year, value: Exact.of(1000).minus(value) }));
    expect(judge("A17", "2026-10-31", { years: older }).state).toBe("achieved");
    expect(judge("A17", "2026-10-31", { years }).state).toBe("missed");
  });

  it("of the narrowing gap is the one that section 6.2 gives", () => {
    const narrowed = { narrowing: { state: "achieved" } } as const;
    const widened = { narrowing: { state: "missed" } } as const;
    expect(judge("A03", "2026-10-31", narrowed, widened)).toMatchObject({ state: "missed", rule: "narrowing" });
    expect(judge("A03", "2026-10-31", narrowed, narrowed).state).toBe("achieved");
    expect(judge("A03", "2026-10-31", narrowed).parts[1]?.result.gap).toBe("not_computed");
  });

  it("of an allocation is exact, and of a quota that no place lies elsewhere", () => {
    const at = (asOf: string, value: number): PartEvidence => ({ evaluations: [evaluationOf(asOf, value)] });
    expect(judge("A22", "2026-10-31", at("2025-12-31", 0.2)).state).toBe("achieved");
    expect(judge("E11", "2022-01-01", at("2021-12-31", 3), at("2021-12-31", 9)).state).toBe("achieved");
    expect(judge("E11", "2022-01-01", at("2021-12-31", 3), at("2021-12-31", 10)).state).toBe("missed");
    expect(judge("E02", "2022-01-01", ...[100, 20, 20, 60].map((n) => at("2021-12-31", n))).state).toBe("achieved");
    expect(judge("E07", "2022-01-01", at("2021-12-31", 0)).state).toBe("achieved");
    expect(judge("E07", "2022-01-01", at("2021-12-31", 2)).state).toBe("missed");
  });

  it("of a date is whether the day was no later", () => {
    const on = (day: number): PartEvidence => ({ evaluations: [evaluationOf("2019-05-20", day)] });
    expect(judge("E09", "2020-01-01", on(18036), on(18030)).state).toBe("achieved");
    expect(judge("E09", "2020-01-01", on(18036), on(18037)).state).toBe("missed");
  });

  it("of something that asks for a share of people is capped, of a count is not", () => {
    const rising = { evaluations: monthsFrom("2026-05", 0.4, 0.44, 0.48, 0.52, 0.56, 0.59) };
    const [share] = judge("D77", "2026-10-31", rising).parts;
    expect(share?.result.projection).toHaveProperty("limit");
    const [count] = judge("D41", "2026-10-31", rising).parts;
    expect(count?.result.projection).not.toHaveProperty("limit");
    const [, universities] = judge("D40", "2026-10-31", {}, rising).parts;
    expect(universities?.result.projection).toHaveProperty("limit");
  });
});

describe("a fact without a deadline", () => {
  it("is tracked, though it has a number", () => {
    const { deadline: _, ...fact } = target("B66");
    expect(judgeTarget(fact, [{ evaluations: monthsFrom("2025-12", 1) }], "2026-10-31")).toMatchObject({
      state: "tracked",
      isClosed: false,
      parts: [],
    });
  });
});
