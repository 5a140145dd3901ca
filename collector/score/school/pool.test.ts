// How schools' figures become one.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Exact } from "../exact.ts";
import { assetOwnerRate } from "../indicators/assets.ts";
import { INDICATORS, type IndicatorId } from "../indicators/catalogue.ts";
import { availability, evidenceShare, terminalInventory } from "../indicators/devices.ts";
import { iotIntegration } from "../indicators/iot.ts";
import { accessBandwidth } from "../indicators/quality.ts";
import { equipmentAge, roomDigitalRate } from "../indicators/rooms.ts";
import { drillCount } from "../indicators/security.ts";
import { spaceCount } from "../indicators/spaces.ts";
import type { IndicatorSpec } from "../indicators/spec.ts";
import { type IndicatorValue, indicator, notApplicable, notObservable, plain, rate } from "../indicators/value.ts";
import type { Tally } from "../share.ts";
import { feedSchool } from "./feed.ts";
import { feedInput } from "./feed-suite.ts";
import { pool } from "./pool.ts";

const rated = (id: IndicatorId, yes: number, no: number, unknown = 0, enough = true) =>
  rate(id, { yes, no, unknown }, { enough });
/** What stands for a school of which nothing is known, not even how many items it has. */
const silent = (id: IndicatorId) => indicator(id, { enough: false, reasons: [{ reason: "not_measured", count: 1 }] });
const times = <T>(count: number, of: () => T) => Array.from({ length: count }, of);

describe("items", () => {
  it("E11: 98 of 100 and 4 of 8 are 102 of 108, and not the mean of the rates", () => {
    const value = pool("WIFI_COVER", [rated("WIFI_COVER", 98, 2), rated("WIFI_COVER", 4, 4)]);
    expect(plain(value)).toMatchObject({ value: 102 / 108, numerator: 102, denominator: 108 });
  });

  it.each([
    { unknown: 10, enough: true },
    { unknown: 11, enough: false },
  ])("with 90 rooms known and $unknown not are printed: $enough", ({ unknown, enough }) => {
    const value = pool("WIFI_COVER", [rated("WIFI_COVER", 45, 5), rated("WIFI_COVER", 30, 10, unknown, false)]);
    expect(value.enough).toBe(enough);
    expect(value.lo).toEqual(Exact.ratio(75, 90 + unknown));
    expect(value.hi).toEqual(Exact.ratio(75 + unknown, 90 + unknown));
  });

  it.each([
    { known: 4, enough: true },
    { known: 3, enough: false },
  ])("of $known schools of 5 whose items are known are printed: $enough, with any interval", ({ known, enough }) => {
    const id = "ASSET_OWNER_RATE";
    const schools = [
      ...times(known, () => assetOwnerRate({ part: 1, whole: 2 })),
      ...times(5 - known, () => silent(id)),
    ];
    const value = pool(id, schools);
    expect(value.enough).toBe(enough);
    expect(plain(value)).toMatchObject({ lo: 0, hi: 1 });
  });

  it("equals the same figure made of all items at once", () => {
    const tallies = fc.array(fc.record({ yes: fc.nat(9), no: fc.nat(9), unknown: fc.nat(9) }), { minLength: 1 });
    fc.assert(
      fc.property(tallies, (all) => {
        const sum = all.reduce<Tally>(
          (a, b) => ({ yes: a.yes + b.yes, no: a.no + b.no, unknown: a.unknown + b.unknown }),
          { yes: 0, no: 0, unknown: 0 },
        );
        const whole = rated("CLASS_EQUIP_RATE", sum.yes, sum.no, sum.unknown);
        const pooled = pool(
          "CLASS_EQUIP_RATE",
          all.map(({ yes, no, unknown }) => rated("CLASS_EQUIP_RATE", yes, no, unknown)),
        );
        expect(pooled).toMatchObject({ lo: whole.lo, hi: whole.hi, numerator: whole.numerator, whole: whole.whole });
        if (pooled.enough) expect(pooled.value).toEqual(whole.value);
      }),
    );
  });

  it("are rooms of their schools together for ROOM_DIGITAL_RATE", () => {
    const room = (id: string, connected: boolean) => ({
      id,
      reconfigurable: true,
      compatible: true,
      recordable: true,
      connected,
    });
    const [a, b] = [[room("a", true)], [room("b", false), room("c", false), room("d", true)]];
    expect(pool("ROOM_DIGITAL_RATE", [roomDigitalRate(a), roomDigitalRate(b)]).value).toEqual(
      roomDigitalRate([...a, ...b]).value,
    );
  });
});

describe("schools that meet their own minimum evidence", () => {
  const slots = (up: number, down: number, unknown: number) => [
    { id: "gw", slots: { expected: up + down + unknown, up, down, unknown } },
  ];

  it("AVAIL is the mean over devices of all schools", () => {
    const two = [...slots(50, 50, 0), ...slots(100, 0, 0)];
    const value = pool("AVAIL", [availability(two), availability(slots(0, 100, 0))]);
    expect(plain(value)).toMatchObject({ value: 0.5, numerator: 1.5, denominator: 3 });
  });

  it.each([
    { dark: 1, enough: true },
    { dark: 2, enough: false },
  ])(
    "with $dark of 5 schools in the dark is printed: $enough, and the dark ones may be anything",
    ({ dark, enough }) => {
      const schools = [
        ...times(5 - dark, () => availability(slots(100, 0, 0))),
        ...times(dark, () => availability(slots(10, 10, 80))),
      ];
      const value = pool("AVAIL", schools);
      expect(value).toMatchObject({ enough, hi: Exact.of(1), lo: Exact.ratio(5 - dark, 5) });
    },
  );

  it("does not add what a blind agent happened to see", () => {
    const seen = terminalInventory({ yes: 1, no: 9, unknown: 0 }, { known: 100, expected: 100 });
    const blind = terminalInventory({ yes: 9, no: 1, unknown: 0 }, { known: 1, expected: 100 });
    expect(plain(pool("TERMINAL_INVENTORY", [...times(4, () => seen), blind]))).toMatchObject({ value: 0.1 });
  });

  it("EVIDENCE_SHARE is the mean over devices", () => {
    const value = pool("EVIDENCE_SHARE", [evidenceShare(slots(50, 0, 50)), evidenceShare(slots(100, 0, 0))]);
    expect(plain(value)).toMatchObject({ value: 0.75, denominator: 2 });
  });
});

describe("classes", () => {
  const none = { yes: 0, no: 0, unknown: 0 };
  const school = (cameras: Tally, doors: Tally, doorsZero = false) =>
    iotIntegration([
      { class: "monitoring", terminals: cameras },
      { class: "door", terminals: doors, attestedZero: doorsZero },
      { class: "appliance", terminals: none, attestedZero: true },
    ]);

  it("are added class by class before their mean is taken", () => {
    const value = pool("IOT_INTEGRATION", [
      school({ yes: 90, no: 10, unknown: 0 }, { yes: 1, no: 0, unknown: 0 }),
      school({ yes: 0, no: 100, unknown: 0 }, none, true),
    ]);
    expect(plain(value)).toMatchObject({ value: (0.45 + 1) / 2, denominator: 2 });
  });

  it.each([
    { open: 1, enough: true },
    { open: 2, enough: false },
  ])("of which $open of 5 schools say nothing are printed: $enough, and not bounded", ({ open, enough }) => {
    const doors = { yes: 1, no: 1, unknown: 0 };
    const value = pool("IOT_INTEGRATION", [
      ...times(5 - open, () => school(doors, doors)),
      ...times(open, () => school(doors, none)),
    ]);
    expect(value.enough).toBe(enough);
    expect(plain(value)).toMatchObject({ lo: 0.25, hi: 0.75 });
    expect(value.reasons).toEqual([{ reason: "zero_not_attested", count: open }]);
  });
});

describe("medians, means and counts", () => {
  it("EQUIP_AGE is the median of all pieces", () => {
    const since = (...days: number[]) =>
      equipmentAge(
        days.map((day, i) => ({ id: `${i}`, since: day })),
        20_000,
      ).age;
    const value = pool("EQUIP_AGE", [since(16_350), since(18_174, 19_635)]);
    expect(value.value).toEqual(since(18_174).value);
    expect(plain(pool("EQUIP_AGE", [since(16_350), silent("EQUIP_AGE")]))).toMatchObject({ lo: 0 });
    expect(pool("EQUIP_AGE", [since(16_350), silent("EQUIP_AGE")]).enough).toBe(false);
  });

  it("a score is the mean of schools, equal, and unknown ones may be anything", () => {
    const line = (use: number) => accessBandwidth({ busyHours: 10, utilisations: Array<number>(20).fill(use) });
    const value = pool("ACCESS_BW", [line(0.7), line(0.7), line(0.7), line(0.95), silent("ACCESS_BW")]);
    expect(plain(value)).toMatchObject({ value: 0.75, lo: 0.6, hi: 0.8 });
    expect(pool("ACCESS_BW", [line(0.7), silent("ACCESS_BW")]).enough).toBe(false);
  });

  it("a count over every school needs every school", () => {
    const spaces = (approved: number, listSigned: boolean) =>
      spaceCount([{ id: "s", approved, unapproved: 0, listSigned }]);
    expect(plain(pool("SPACE_COUNT", [spaces(2, true), spaces(1, true)]))).toEqual({ value: 3, lo: 3, hi: 3 });
    expect(plain(pool("SPACE_COUNT", [spaces(2, true), spaces(1, false)]))).toEqual({ lo: 3 });
  });

  it("a count of entries is known once somebody entered something", () => {
    const one = drillCount([{ day: 10, attached: true }], 10).drills;
    const unsaid = drillCount(undefined, 10).drills;
    expect(plain(pool("DRILL_COUNT", [one, unsaid]))).toEqual({ value: 1, lo: 1, hi: 1 });
    expect(pool("DRILL_COUNT", [unsaid, unsaid])).toMatchObject({ enough: false });
  });

  it("DATA_SEC_CAP is pooled capability by capability", () => {
    const school = indicator("DATA_SEC_CAP", {
      enough: false,
      parts: [{ id: "masking", value: Exact.of(0.5), numerator: 1, denominator: 2 }],
    });
    const value = pool("DATA_SEC_CAP", [school, school]);
    expect(value.parts).toEqual([{ id: "masking", numerator: 2, denominator: 4, value: Exact.of(0.5) }]);
    expect(value.value).toBeUndefined();
  });
});

describe("what is not there", () => {
  it("leaves out schools to which it does not apply, and does not apply where it does to none", () => {
    const without = notApplicable("IPV6_WEB", "no_own_website");
    expect(pool("IPV6_WEB", [without, without]).notApplicable).toBe("no_own_website");
    expect(pool("IPV6_WEB", [without, notObservable("IPV6_WEB")])).toEqual(notObservable("IPV6_WEB"));
  });

  it("is not observable for a group when it is not for any of its schools", () => {
    expect(pool("NET_QUALITY", [notObservable("NET_QUALITY")])).toEqual(notObservable("NET_QUALITY"));
  });

  it("of a group without schools is not known", () => {
    expect(pool("WIFI_COVER", [])).toMatchObject({
      enough: false,
      reasons: [{ reason: "nothing_registered", count: 1 }],
    });
  });
});

describe("every indicator of a school", () => {
  const full = feedSchool(feedInput());
  const nothing = feedSchool(feedInput({ campus: {}, samples: [], declared: [], measured: undefined }));
  const ids = [...full.indicators.keys()].filter((id) => {
    const { observable, pooling }: IndicatorSpec = INDICATORS[id];
    return observable.now && pooling.by !== "own";
  });
  const of = (result: typeof full, id: IndicatorId) => result.indicators.get(id) ?? silent(id);

  const expectSound = ({ enough, value, lo, hi }: IndicatorValue) => {
    expect(value !== undefined).toBe(enough);
    if (value && lo) expect(value.isAtLeast(lo)).toBe(true);
    if (value && hi) expect(hi.isAtLeast(value)).toBe(true);
  };

  it.each(ids)("%s of one school is its own figure", (id) => {
    const own = of(full, id);
    const pooled = pool(id, [own]);
    expect(plain(pooled).value).toBe(plain(own).value);
    expectSound(pooled);
  });

  it.each(ids)("%s lies within its interval, and a school of which nothing is known only widens it", (id) => {
    fc.assert(
      fc.property(fc.nat(6), fc.nat(4), fc.nat(2), (known, empty, unknown) => {
        const values = [
          ...times(known + 1, () => of(full, id)),
          ...times(empty, () => of(nothing, id)),
          ...times(unknown, () => silent(id)),
        ];
        const before = pool(id, values);
        const after = pool(id, [...values, silent(id)]);
        expectSound(before);
        expectSound(after);
        const [lo, hi] = [before.lo ?? Exact.of(0), before.hi];
        expect(lo.isAtLeast(after.lo ?? Exact.of(0))).toBe(true);
        if (after.hi && hi && INDICATORS[id].pooling.by !== "sum") expect(after.hi.isAtLeast(hi)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});
