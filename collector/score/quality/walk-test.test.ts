import { describe, expect, it } from "vitest";
import { dayOf } from "../../inventory/day.ts";
import { judgeWalkTest, newestCounting } from "./walk-test.ts";

const AS_OF_DAY = dayOf("2026-10-02") ?? Number.NaN;
const points = (count: number, dbm: number) => Array<number>(count).fill(dbm);
const judged = (levelsDbm: number[], areaM2: number | undefined = 20, day = "2026-09-01") =>
  judgeWalkTest({ day, levelsDbm }, areaM2, AS_OF_DAY);

describe("a walk test", () => {
  it.each([
    { weak: 6, of: 100, dbm: -67.1, pass: false },
    { weak: 5, of: 100, dbm: -67.1, pass: true },
    { weak: 4, of: 100, dbm: -67.1, pass: true },
    { weak: 1, of: 20, dbm: -90, pass: true },
    { weak: 1, of: 19, dbm: -90, pass: false },
    { weak: 50, of: 100, dbm: -67, pass: true },
    { weak: 0, of: 1, dbm: -90, pass: true },
  ])("with $weak of $of points at $dbm dBm holds: $pass", ({ weak, of, dbm, pass }) => {
    const got = judged([...points(of - weak, -60), ...points(weak, dbm)]);
    expect(got.holdsPass).toBe(pass);
    expect(got.points).toBe(of);
  });

  it.each([
    { dbm: -65.1, good: false },
    { dbm: -65, good: true },
    { dbm: -64.9, good: true },
  ])("at $dbm dBm is good: $good", ({ dbm, good }) => {
    expect(judged(points(10, dbm))).toMatchObject({
      holdsPass: true,
      holdsGood: good,
      passing: 10,
      good: good ? 10 : 0,
    });
  });

  it.each([
    { count: 2, areaM2: 60.1, doubt: "too_few_points" },
    { count: 3, areaM2: 60.1, doubt: "too_few_points" },
    { count: 3, areaM2: 60, doubt: undefined },
    { count: 3, areaM2: 59.9, doubt: undefined },
    { count: 4, areaM2: 60, doubt: undefined },
    { count: 0, areaM2: 10, doubt: "too_few_points" },
  ])("of $count points in $areaM2 m²: $doubt", ({ count, areaM2, doubt }) => {
    expect(judged(points(count, -60), areaM2).doubt).toBe(doubt);
  });

  it("needs to know the area", () => {
    expect(judgeWalkTest({ day: "2026-09-01", levelsDbm: [-60] }, undefined, AS_OF_DAY).doubt).toBe("area_unknown");
  });

  it.each([
    { day: "2025-10-01", doubt: "too_old" },
    { day: "2025-10-02", doubt: undefined },
    { day: "2025-10-03", doubt: undefined },
    { day: "2026-10-02", doubt: undefined },
    { day: "2026-10-03", doubt: "not_yet" },
    { day: "2026-02-30", doubt: "day_unreadable" },
  ])("of $day: $doubt", ({ day, doubt }) => {
    expect(judged([-60], 20, day).doubt).toBe(doubt);
  });

  it("says nothing good of no points", () => {
    expect(judged([])).toMatchObject({ holdsPass: false, holdsGood: false, doubt: "too_few_points" });
  });
});

describe("of several walk tests", () => {
  it("the newest that counts is taken", () => {
    const tests = [
      judged([-60], 20, "2026-03-01"),
      judged([-61], 20, "2026-08-01"),
      judged([-62], 200, "2026-09-01"),
      judged([-63], 20, "2024-01-01"),
    ];
    expect(newestCounting(tests)?.day).toBe("2026-08-01");
    expect(newestCounting([...tests].reverse())?.day).toBe("2026-08-01");
    expect(newestCounting([])).toBeUndefined();
  });

  it("the later in the list is taken of two on one day", () => {
    const [first, second] = [judged([-60]), judged([-80])];
    expect(newestCounting([first, second])).toBe(second);
  });
});
