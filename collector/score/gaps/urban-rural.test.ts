import { describe, expect, it } from "vitest";
import { PARAMETERS } from "../parameters.ts";
import { type CountyRule, type SchoolPlace, sideOf } from "./urban-rural.ts";

const DAY = "2026-11-22";
const source = "statistical code of 2023";
const at = (code?: string): SchoolPlace => ({
  id: "3133000001",
  county: "330127",
  ...(code !== undefined && { placeClass: { code, source } }),
});

describe("the side of a school", () => {
  it.each([
    { code: "111", side: "urban" },
    { code: "112", side: "urban" },
    { code: "121", side: "urban" },
    { code: "122", side: "urban" },
    { code: "123", side: "urban" },
    { code: "210", side: "rural" },
    { code: "220", side: "rural" },
  ])("of class $code is $side by the model, and keeps its source", ({ code, side }) => {
    expect(sideOf(at(code), [], DAY)).toEqual({
      id: "3133000001",
      side,
      basis: { rule: "model" },
      placeClass: { code, source },
    });
  });

  it("is unclassified without a class, or with one that does not exist", () => {
    expect(sideOf(at(), [], DAY)).toMatchObject({ side: "unclassified", reason: "no_class" });
    expect(sideOf(at("130"), [], DAY)).toMatchObject({ side: "unclassified", reason: "unknown_class" });
  });

  it("follows the parameters of the model", () => {
    const parameters = { ...PARAMETERS, ruralClasses: ["123", "210", "220"] };
    expect(sideOf(at("123"), [], DAY, parameters).side).toBe("rural");
  });
});

describe("a county's own rule", () => {
  const classes: CountyRule = {
    county: "330127",
    source: "county notice 7",
    ruralClasses: ["122", "123", "220"],
    from: "2022-09-01",
  };
  const schools: CountyRule = {
    county: "330127",
    source: "county list 2025",
    ruralSchools: ["3133000001"],
    from: "2025-03",
  };

  it("comes before the model's classes, with its source, in that county only", () => {
    const basis = { rule: "county-classes", source: "county notice 7" };
    expect(sideOf(at("123"), [classes], DAY)).toMatchObject({ side: "rural", basis });
    expect(sideOf(at("210"), [classes], DAY)).toMatchObject({ side: "urban", basis });
    expect(sideOf(at(), [classes], DAY)).toMatchObject({ side: "unclassified", basis, reason: "no_class" });
    expect(sideOf({ ...at("210"), county: "330106" }, [classes], DAY)).toMatchObject({
      side: "rural",
      basis: { rule: "model" },
    });
  });

  it("that names schools needs no class", () => {
    expect(sideOf(at(), [schools], DAY)).toMatchObject({
      side: "rural",
      basis: { rule: "county-schools", source: "county list 2025" },
    });
    expect(sideOf({ ...at("210"), id: "3133000002" }, [schools], DAY).side).toBe("urban");
  });

  it.each([
    { date: "2022-08-31", side: "urban", rule: "model" },
    { date: "2022-09-01", side: "rural", rule: "county-classes" },
    { date: "2025-02-28", side: "rural", rule: "county-classes" },
    { date: "2025-03-15", side: "unclassified", rule: "county-schools" },
    { date: "2025-04-01", side: "rural", rule: "county-schools" },
  ])("holds from its day on, the latest first: $date $rule", ({ date, side, rule }) => {
    expect(sideOf(at("122"), [classes, schools], date)).toMatchObject({ side, basis: { rule } });
  });
});
