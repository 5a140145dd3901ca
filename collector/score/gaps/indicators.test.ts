import { describe, expect, it } from "vitest";
import { indexed } from "./gaps-suite.ts";
import { cvCounty, cvSchool, type IndexedSchool, urbanRural } from "./indicators.ts";

/** So many schools of a county, the last ones without an index. */
function schoolsOf(county: string, index: number, known: number, unknown = 0): IndexedSchool[] {
  return Array.from({ length: known + unknown }, (_, i) =>
    indexed(`${county}-${i}`, { county, ...(i < known && { index }) }),
  );
}

describe("CV_COUNTY", () => {
  const codes = ["330106", "330122", "330127"];
  const rest = [...schoolsOf("330122", 70, 1), ...schoolsOf("330127", 80, 1)];

  it("compares the counties' means, by students or equal", () => {
    const schools = [
      indexed("a", { county: "330106", index: 50, students: 300 }),
      indexed("b", { county: "330106", index: 70, students: 500 }),
      ...rest,
    ];
    const { cv, counties } = cvCounty(schools, codes, "students");
    expect(cv).toMatchObject({ status: "value", n: 3 });
    expect(cv.parts.map(({ id, value, weight }) => [id, value.toNumber(), weight])).toEqual([
      ["330106", 60, 800],
      ["330122", 70, 100],
      ["330127", 80, 100],
    ]);
    expect(counties[0]).toMatchObject({
      code: "330106",
      students: 800,
      mean: { schools: 2, known: 2, min: 50, max: 70 },
    });
    expect(counties[0]?.mean.sum.toNumber()).toBe(120);
    // x̄ = 63, S² = .8·9 + .1·49 + .1·289 = 41
    expect(cv.status === "value" && [cv.mean.toNumber(), cv.variance.toNumber()]).toEqual([63, 41]);
    const equal = cvCounty(schools, codes, "equal").cv;
    expect(equal.status === "value" && equal.mean.toNumber()).toBe(70);
  });

  it.each([
    { known: 3, unknown: 1, n: 2 },
    { known: 4, unknown: 1, n: 3 },
    { known: 5, unknown: 1, n: 3 },
  ])("a county with $known of its schools known and $unknown not: $n counties", ({ known, unknown, n }) => {
    const { cv } = cvCounty([...schoolsOf("330106", 60, known, unknown), ...rest], codes, "equal");
    expect(cv.n).toBe(n);
    expect(cv.leftOut).toEqual(n === 3 ? [] : [{ id: "330106", reason: "too_few_known_schools" }]);
  });

  it("shows a county without schools as left out", () => {
    const { cv } = cvCounty([...schoolsOf("330106", 60, 1), ...rest], [...codes, "330182"], "equal");
    expect(cv).toMatchObject({ status: "value", n: 3, leftOut: [{ id: "330182", reason: "no_school" }] });
  });

  it("is insufficient by students when the number of one school is missing, even of one without an index", () => {
    const { students, ...nameless } = indexed("x", { county: "330106" });
    const schools = [...schoolsOf("330106", 60, 4), nameless, ...rest];
    expect(cvCounty(schools, codes, "students").cv).toMatchObject({
      reason: "weight_missing",
      withoutWeight: ["330106"],
    });
    expect(cvCounty(schools, codes, "equal").cv.status).toBe("value");
  });
});

describe("CV_SCHOOL", () => {
  it("compares five schools of one county and one stage, by students", () => {
    const five = [60, 70, 80, 90, 100].map((index, i) => indexed(`s${i}`, { index }));
    const others = [
      indexed("elsewhere", { county: "330122", index: 1 }),
      indexed("junior", { stage: "junior", index: 1 }),
    ];
    const cv = cvSchool([...five, ...others], "330106", "primary");
    expect(cv).toMatchObject({ status: "value", n: 5, weighting: "students" });
    expect(cvSchool(five.slice(1), "330106", "primary")).toMatchObject({ reason: "too_few_units" });
  });
});

describe("CV_URBAN_RURAL and GAP_URBAN_RURAL", () => {
  const of = (side: IndexedSchool["side"], index: number | undefined, count: number) =>
    Array.from({ length: count }, (_, i) =>
      indexed(`${side}-${index}-${i}`, { side, ...(index !== undefined && { index }) }),
    );

  it("measure the gap and not the groups' sizes", () => {
    const result = urbanRural([...of("urban", 84, 30), ...of("rural", 76, 2)]);
    if (result.status !== "value" || result.cv.status !== "value") throw new Error("insufficient");
    expect(result.gap.toNumber()).toBe(8);
    expect(result.cv.mean.toNumber()).toBe(80);
    expect(result.cv.value).toBe(0.05);
    expect(result.cv).toMatchObject({ n: 2, weighting: "equal" });
    expect([result.cv.min.toNumber(), result.cv.max.toNumber()]).toEqual([76, 84]);
    expect(result.rural).toMatchObject({ schools: 2, known: 2, min: 76, max: 76 });
  });

  it("are below 0 where rural schools are better", () => {
    const result = urbanRural([...of("urban", 70, 1), ...of("rural", 80, 1)]);
    expect(result.status === "value" && result.gap.toNumber()).toBe(-10);
  });

  it.each([
    { unclassified: 1, of: 40, reason: undefined },
    { unclassified: 2, of: 41, reason: undefined },
    { unclassified: 2, of: 40, reason: undefined },
    { unclassified: 2, of: 39, reason: "too_many_unclassified" },
    { unclassified: 3, of: 40, reason: "too_many_unclassified" },
  ])("$unclassified of $of schools unclassified: $reason", ({ unclassified, of: all, reason }) => {
    const schools = [
      ...of("urban", 80, all - 10 - unclassified),
      ...of("rural", 70, 10),
      ...of("unclassified", 50, unclassified),
    ];
    const result = urbanRural(schools);
    expect(result.status === "insufficient" ? result.reason : undefined).toBe(reason);
    expect(result.unclassified).toHaveLength(unclassified);
  });

  it.each([
    { what: "no rural school", rural: [], reason: "no_school" },
    {
      what: "three of four rural schools known",
      rural: [...of("rural", 70, 3), ...of("rural", undefined, 1)],
      reason: "too_few_known_schools",
    },
    { what: "four of five", rural: [...of("rural", 70, 4), ...of("rural", undefined, 1)], reason: undefined },
  ])("$what: $reason", ({ rural, reason }) => {
    const result = urbanRural([...of("urban", 80, 5), ...rural]);
    expect(result.status === "insufficient" ? result.reason : undefined).toBe(reason);
  });

  it("where both means are 0 there is a gap of 0 and no CV", () => {
    const result = urbanRural([...of("urban", 0, 1), ...of("rural", 0, 1)]);
    expect(result).toMatchObject({ status: "value", cv: { status: "insufficient", reason: "mean_zero" } });
    expect(result.status === "value" && result.gap.toNumber()).toBe(0);
  });
});
