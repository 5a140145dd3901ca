import { describe, expect, it } from "vitest";
import { Exact } from "../exact.ts";
import type { IndicatorId } from "../indicators/catalogue.ts";
import { because, indicator } from "../indicators/value.ts";
import type { GroupFigure } from "./figure.ts";
import { figureOfGroup, groupResult } from "./group.ts";
import { AS_OF, items, made, pool } from "./group-suite.ts";
import type { GroupSchool } from "./school.ts";

const TRUE = [1, 0, 0] as const;
const FALSE = [0, 1, 0] as const;
const UNKNOWN = [0, 0, 1] as const;

const result = (schools: readonly GroupSchool[], more: { county?: string; counties?: string[] } = {}) =>
  groupResult({ schools, asOfMs: AS_OF, pool, ...more });
const figure = (figures: readonly GroupFigure[], id: IndicatorId, variant?: string) =>
  figures.find((one) => one.id === id && one.variant === variant);
const numbers = (one: GroupFigure | undefined) => [one?.value, one?.lo, one?.hi].map((exact) => exact?.toNumber());

describe("WIFI_FULL_SHARE of a county", () => {
  it("E10: counts schools first; students only beside it", () => {
    const { figures } = result([
      made({ students: 1200, rooms: TRUE }),
      made({ students: 300, rooms: TRUE }),
      made({ students: 90, rooms: FALSE }),
      made({ students: 60, rooms: UNKNOWN }),
    ]);
    const [primary] = figures;
    expect(primary).toMatchObject({ id: "WIFI_FULL_SHARE", enough: false, units: { known: 3, all: 4 } });
    expect(primary).not.toHaveProperty("value");
    expect(numbers(primary)).toEqual([undefined, 0.5, 0.75]);
    expect(primary?.reasons).toEqual([
      { reason: "too_few_known_schools", count: 1 },
      { reason: "agent_offline", count: 1 },
    ]);
    const students = figure(figures, "WIFI_FULL_SHARE", "students");
    expect(students?.value).toEqual(Exact.ratio(1500, 1590));
    expect(numbers(students).slice(1)).toEqual([1500 / 1650, 1560 / 1650]);
  });

  it.each([
    { known: 3, of: 4, printed: false },
    { known: 4, of: 5, printed: true },
    { known: 79, of: 100, printed: false },
    { known: 80, of: 100, printed: true },
  ])("with $known of $of schools known is printed: $printed", ({ known, of, printed }) => {
    const schools = Array.from({ length: of }, (_, i) => made({ rooms: i < known ? TRUE : UNKNOWN }));
    expect(result(schools).figures[0]?.enough).toBe(printed);
  });

  it("counts a school that could not be computed as not known, and one without students keeps students out", () => {
    const { figures } = result([made({ rooms: TRUE, students: 10 }), made({ missing: true })]);
    expect(numbers(figures[0])).toEqual([undefined, 0.5, 1]);
    expect(figures[0]?.reasons).toContainEqual({ reason: "not_measured", count: 1 });
    expect(figure(figures, "WIFI_FULL_SHARE", "students")).toBeUndefined();
  });
});

it("E11: a province pools rooms and not the rates of its counties", () => {
  const { figures } = result([
    made({ county: "330106", rooms: [98, 2, 0] }),
    made({ county: "330108", rooms: [4, 4, 0] }),
  ]);
  expect(figure(figures, "WIFI_FULL_SHARE", "venues")?.value).toEqual(Exact.ratio(102, 108));
});

describe("a group of which it is not known who belongs", () => {
  const rural = (unclassified: number) =>
    Array.from({ length: 40 }, (_, i) => {
      if (i < unclassified) return made({ member: undefined, rooms: TRUE });
      return i < 26 ? made({ member: false }) : made({ member: true, rooms: i === 39 ? FALSE : TRUE });
    });

  it("E12: prints its share with two of forty unclassified, with an interval that holds whatever they are", () => {
    const share = figureOfGroup("WIFI_FULL_SHARE", rural(2), pool);
    expect(share?.value).toEqual(Exact.ratio(13, 14));
    expect([share?.lo, share?.hi]).toEqual([Exact.ratio(13, 16), Exact.ratio(15, 16)]);
  });

  it("E12: with three of forty is insufficient, for every figure", () => {
    const schools = rural(3).map((one) => ({
      ...one,
      figures: made({ values: [items("ASSET_OWNER_RATE", 1, 0)] }).figures,
    }));
    const fixed = schools.map(({ figures, ...rest }) => ({ ...rest, ...(figures && { figures }) }));
    for (const id of ["WIFI_FULL_SHARE", "ASSET_OWNER_RATE"] as const) {
      const one = figureOfGroup(id, fixed, pool);
      expect(one, id).toMatchObject({ enough: false });
      expect(one?.reasons[0], id).toEqual({ reason: "too_many_unclassified", count: 3 });
    }
  });

  it("widens the interval of what is pooled by those that may belong", () => {
    const members = Array.from({ length: 20 }, () => made({ values: [items("ASSET_OWNER_RATE", 9, 1)] }));
    const alone = figureOfGroup("ASSET_OWNER_RATE", members, pool);
    const open = figureOfGroup("ASSET_OWNER_RATE", [...members, made({ member: undefined })], pool);
    expect(numbers(alone)).toEqual([0.9, 0.9, 0.9]);
    expect(open?.value).toEqual(alone?.value);
    expect(numbers(open).slice(1)).toEqual([0, 1]);
  });

  it("is nothing without any school", () => {
    const share = figureOfGroup("WIFI_FULL_SHARE", [made({ member: false })], pool);
    expect(share).toMatchObject({ enough: false, reasons: [{ reason: "no_school", count: 1 }], units: { all: 0 } });
  });
});

describe("the other shares of a group", () => {
  const spaces = (approved: number, listSigned: boolean) =>
    indicator("SPACE_COUNT", {
      enough: listSigned,
      value: Exact.of(approved),
      lo: Exact.of(approved),
      reasons: because(listSigned ? 0 : 1, "list_not_signed"),
    });

  it.each([
    { approved: 1, signed: false, value: 1 },
    { approved: 0, signed: true, value: 0 },
    { approved: 0, signed: false, value: undefined },
  ])(
    "$approved approved spaces with a signed list $signed: SPACE_SCHOOL_SHARE $value",
    ({ approved, signed, value }) => {
      const share = figureOfGroup("SPACE_SCHOOL_SHARE", [made({ values: [spaces(approved, signed)] })], pool);
      expect(share?.value?.toNumber()).toBe(value);
    },
  );

  it.each([
    { shares: [0.8, 0.79], value: 0.5 },
    { shares: [0.8, undefined], value: 0.5 },
  ])(
    "of evidence shares $shares SCHOOL_MONITORED_RATE is $value: who is not watched is known not to be",
    ({ shares, value }) => {
      const schools = shares.map((share) => made(share === undefined ? {} : { evidenceShare: share }));
      expect(figureOfGroup("SCHOOL_MONITORED_RATE", schools, pool)?.value?.toNumber()).toBe(value);
    },
  );

  it("SMART_RATE is what was attested, and shows beside it what the data say", () => {
    const { figures, smartRate } = result([
      made({ attested: true, ready: "yes" }),
      made({ attested: true, ready: "no" }),
      made({ attested: false, ready: "yes" }),
      made({ attested: true, ready: "insufficient" }),
    ]);
    expect(figure(figures, "SMART_RATE")?.value?.toNumber()).toBe(0.75);
    expect(figure(figures, "SMART_READY")).toMatchObject({ enough: false, units: { known: 3, all: 4 } });
    expect(smartRate.byStanding).toMatchObject({ confirmed: 1, contradicted: 1, unverified: 1, ready_not_attested: 1 });
  });
});

describe("how scores are spread", () => {
  it("counts bands, schools without a score, and who is ready", () => {
    const { distribution } = result([
      made({ point: 92, ready: "yes" }),
      made({ point: 80, ready: "yes" }),
      made({ point: 79.99, ready: "no" }),
      made({}),
    ]);
    expect(distribution).toMatchObject({ insufficient: 1, ready: { yes: 2, no: 1, insufficient: 1 } });
    const { min, mean, max } = distribution.spread ?? {};
    expect([min, mean, max].map((one) => one?.toNumber())).toEqual([79.99, 83.99666666666667, 92]);
  });

  it("has no spread without a score", () => {
    expect(result([made({})]).distribution).not.toHaveProperty("spread");
  });
});

describe("gaps", () => {
  it("are measured between the schools of each stage of a county, by students", () => {
    const schools = [60, 70, 80, 90, 100].map((infraIndex) => made({ infraIndex, stage: "primary", students: 100 }));
    const { gaps } = result([...schools, made({ infraIndex: 10, stage: "junior", students: 5 })], { county: "330106" });
    const cvs = gaps.flatMap((gap) => ("cv" in gap && gap.id === "CV_SCHOOL" ? [[gap.variant, gap.cv.status]] : []));
    expect(cvs).toEqual([
      ["junior", "insufficient"],
      ["primary", "value"],
    ]);
  });

  it("E13: are measured between counties by the mean of their schools", () => {
    const counties = ["330106", "330108", "330328", "330382"];
    const schools = [60, 70, 80, 90].map((infraIndex, i) =>
      made({ county: counties[i] ?? "", infraIndex, students: 1 }),
    );
    const [byStudents, equal] = result(schools, { counties }).gaps;
    for (const gap of [byStudents, equal]) {
      expect(gap && "cv" in gap && gap.cv.status === "value" && gap.cv.value).toBeCloseTo(0.149071, 6);
    }
  });

  it("between urban and rural schools have points and a coefficient", () => {
    const { gaps } = result([made({ side: "urban", infraIndex: 90 }), made({ side: "rural", infraIndex: 60 })]);
    const points = gaps.find(({ id }) => id === "GAP_URBAN_RURAL");
    expect(points && "sides" in points && points.sides.status === "value" && points.sides.gap.toNumber()).toBe(30);
    const cv = gaps.find(({ id }) => id === "CV_URBAN_RURAL");
    expect(cv && "cv" in cv && cv.cv.status === "value" && cv.cv.value).toBeCloseTo(0.2, 12);
  });
});

it("the order of schools changes no figure", () => {
  const schools = Array.from({ length: 12 }, (_, i) =>
    made({
      rooms: [i, i % 3, i % 2],
      students: 100 + i,
      infraIndex: 50 + i,
      side: i % 2 === 0 ? "urban" : "rural",
      values: [items("ASSET_OWNER_RATE", i, 12 - i, i % 4)],
    }),
  );
  const bare = ({ members: _, unclassified: __, ...rest }: ReturnType<typeof result>) => rest;
  const [forward, backward] = [bare(result(schools)), bare(result([...schools].reverse()))];
  expect(backward.figures).toEqual(forward.figures);
  expect(backward.distribution).toEqual(forward.distribution);
});
