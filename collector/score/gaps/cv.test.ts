import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Exact } from "../exact.ts";
import { MODEL_VERSION } from "../parameters.ts";
import { type Cv, type CvValue, coefficientOfVariation, LEAST_UNITS, type Unit } from "./cv.ts";
import { unitsOf, unitsWithCv } from "./gaps-suite.ts";

const { counties, schools } = LEAST_UNITS;

const isSame = (a: Exact, b: Exact) => a.isAtLeast(b) && b.isAtLeast(a);

function printed(cv: Cv): CvValue {
  if (cv.status !== "value") throw new Error(`insufficient: ${cv.reason}`);
  return cv;
}

describe("E1 weighted CV, published example", () => {
  const students = [45, 37, 89, 76, 55];
  const books = [279, 137, 935, 160, 402];
  const units = students.map((count, i) => ({
    id: `school ${i + 1}`,
    value: Exact.ratio(books[i] ?? 0, count),
    students: count,
  }));

  it("by students is 0.5153", () => {
    const cv = printed(coefficientOfVariation({ units, weighting: "students", least: schools }));
    expect(isSame(cv.mean, Exact.ratio(1913, 302))).toBe(true);
    expect(cv.mean.toNumber()).toBeCloseTo(6.3344370860927155, 14);
    expect(cv.deviation).toBeCloseTo(3.263860705195376, 14);
    expect(cv.value).toBeCloseTo(0.5152566298844764, 15);
    expect(cv.value.toFixed(4)).toBe("0.5153");
    expect(cv).toMatchObject({ n: 5, leftOut: [], modelVersion: MODEL_VERSION });
    expect([cv.min.toNumber(), cv.max.toNumber(), cv.weightSum.toNumber()]).toEqual([160 / 76, 935 / 89, 302]);
    expect(cv.parts.map(({ weight }) => weight)).toEqual(students);
  });

  it("without weights is 0.4888, and not the 0.5465 that n − 1 would give", () => {
    const cv = printed(coefficientOfVariation({ units, weighting: "equal", least: schools }));
    expect(cv.mean.toNumber().toFixed(4)).toBe("5.9645");
    expect(cv.deviation.toFixed(4)).toBe("2.9153");
    expect(cv.value).toBeCloseTo(0.4887706816050172, 15);
    expect(cv.value.toFixed(4)).toBe("0.4888");
    expect((cv.value * Math.sqrt(5 / 4)).toFixed(4)).toBe("0.5465");
  });
});

describe("a CV that is not given", () => {
  it.each([
    { what: "two counties", values: [1, 2], least: counties, reason: "too_few_units" },
    { what: "three counties", values: [1, 2, 3], least: counties, reason: undefined },
    { what: "four counties", values: [1, 2, 3, 4], least: counties, reason: undefined },
    {
      what: "three counties, one of them not known",
      values: [1, 2, undefined],
      least: counties,
      reason: "too_few_units",
    },
    { what: "four schools", values: [1, 2, 3, 4], least: schools, reason: "too_few_units" },
    { what: "five schools", values: [1, 2, 3, 4, 5], least: schools, reason: undefined },
    { what: "nothing", values: [], least: counties, reason: "too_few_units" },
    { what: "a mean of 0", values: [0, 0, 0], least: counties, reason: "mean_zero" },
    { what: "a mean just above 0", values: [0, 0, 1e-9], least: counties, reason: undefined },
  ])("$what: $reason", ({ values, least, reason }) => {
    const cv = coefficientOfVariation({ units: unitsOf(values), weighting: "equal", least });
    expect(cv.status).toBe(reason === undefined ? "value" : "insufficient");
    if (reason !== undefined) expect(cv).toMatchObject({ reason });
    if (reason !== undefined) expect(cv).not.toHaveProperty("value");
  });

  it("names the units whose number of students is missing, by students only", () => {
    const units = unitsOf([1, 2, 3], [10, undefined, 30]);
    const cv = coefficientOfVariation({ units, weighting: "students", least: counties });
    expect(cv).toMatchObject({ status: "insufficient", reason: "weight_missing", withoutWeight: ["u2"], n: 3 });
    expect(coefficientOfVariation({ units, weighting: "equal", least: counties }).status).toBe("value");
  });

  it("does not miss the students of a unit without a value", () => {
    const units = unitsOf([1, 2, 3, undefined], [10, 20, 30, undefined]);
    const cv = coefficientOfVariation({ units, weighting: "students", least: counties });
    expect(cv).toMatchObject({ status: "value", n: 3, leftOut: [{ id: "u4", reason: "no_value" }] });
  });

  it("does not count a unit without students, and says so", () => {
    const cv = (students: number[]) =>
      coefficientOfVariation({ units: unitsOf([1, 2, 3], students), weighting: "students", least: counties });
    expect(cv([10, 0, 30])).toMatchObject({
      status: "insufficient",
      reason: "too_few_units",
      leftOut: [{ id: "u2", reason: "no_students" }],
    });
    expect(cv([10, 1, 30]).status).toBe("value");
  });

  it("hands on why a unit has no value", () => {
    const units: Unit[] = [...unitsOf([1, 2, 3]), { id: "x", reason: "too_few_known_schools" }];
    const { leftOut } = coefficientOfVariation({ units, weighting: "equal", least: counties });
    expect(leftOut).toEqual([{ id: "x", reason: "too_few_known_schools" }]);
  });
});

describe("any CV", () => {
  const unit = fc.record({
    value: fc.integer({ min: 1, max: 10_000 }).map((hundredths) => hundredths / 100),
    students: fc.integer({ min: 1, max: 3000 }),
  });
  const units = fc.array(unit, { minLength: 3, maxLength: 12 });
  const cvOf = (rows: readonly { value: number; students: number }[], times = 1) =>
    printed(
      coefficientOfVariation({
        units: rows.map(({ value, students }, i) => ({
          id: `${i}`,
          value: Exact.of(value).times(Exact.of(times)),
          students,
        })),
        weighting: "students",
        least: counties,
      }),
    );

  it("is the same on any scale, to the last bit", () => {
    fc.assert(
      fc.property(units, fc.integer({ min: 1, max: 100_000 }), (rows, thousandths) => {
        const [one, scaled] = [cvOf(rows), cvOf(rows, thousandths / 1000)];
        expect(scaled.value).toBe(one.value);
        expect(isSame(scaled.squared, one.squared)).toBe(true);
      }),
    );
  });

  it("does not depend on order", () => {
    const shuffled = units.chain((rows) =>
      fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length, maxLength: rows.length })),
    );
    fc.assert(
      fc.property(shuffled, ([rows, order]) => {
        expect(cvOf(order).value).toBe(cvOf(rows).value);
      }),
    );
  });

  it("is what doubles come to, and its mean lies between least and most", () => {
    fc.assert(
      fc.property(units, (rows) => {
        const cv = cvOf(rows);
        const sum = rows.reduce((total, { students }) => total + students, 0);
        const mean = rows.reduce((total, { value, students }) => total + value * students, 0) / sum;
        const variance = rows.reduce((total, { value, students }) => total + (value - mean) ** 2 * students, 0) / sum;
        expect(cv.value).toBeCloseTo(Math.sqrt(variance) / mean, 9);
        expect(cv.mean.isAtLeast(cv.min) && cv.max.isAtLeast(cv.mean)).toBe(true);
      }),
    );
  });

  it("with equal weights is the one by students where all have as many", () => {
    fc.assert(
      fc.property(units, fc.integer({ min: 1, max: 3000 }), (rows, students) => {
        const values = rows.map(({ value }) => value);
        const equal = coefficientOfVariation({ units: unitsOf(values), weighting: "equal", least: counties });
        expect(cvOf(values.map((value) => ({ value, students }))).value).toBe(printed(equal).value);
      }),
    );
  });

  it("of equal values is exactly 0, and of units half above and half below their distance", () => {
    const cv = (its: Unit[]) => printed(coefficientOfVariation({ units: its, weighting: "equal", least: counties }));
    expect(cv(unitsOf([81.6, 81.6, 81.6])).value).toBe(0);
    expect(cv(unitsWithCv(0.095)).value).toBeCloseTo(0.095, 16);
  });
});
