import { describe, expect, it } from "vitest";
import { Exact } from "../exact.ts";
import { BAND_WORDS, bandOf, displayed } from "./bands.ts";
import { AS_OF, between, cardOf, known, PERFECT, without } from "./card-suite.ts";
import { isForReview, type Ready, STANDING_WORDS, type Standing, standingOf } from "./ready.ts";
import { type SchoolStanding, smartRate } from "./smart-rate.ts";

describe("bands", () => {
  it.each([
    { score: Exact.of(100), want: "excellent", zh: "优秀" },
    { score: Exact.of(90), want: "excellent", zh: "优秀" },
    { score: Exact.of(89.99999), want: "meets", zh: "达标(代理)" },
    { score: Exact.of(80), want: "meets", zh: "达标(代理)" },
    { score: Exact.ratio(79_999_999, 1_000_000), want: "basic", zh: "基本" },
    { score: Exact.of(60), want: "basic", zh: "基本" },
    { score: Exact.of(59.99999), want: "weak", zh: "薄弱" },
    { score: Exact.of(0), want: "weak", zh: "薄弱" },
  ] as const)("$want", ({ score, want, zh }) => {
    expect(bandOf(score)).toBe(want);
    expect(BAND_WORDS[want].zh).toBe(zh);
  });

  it("go by the score and not by what is shown of it", () => {
    const score = Exact.of(79.95);
    expect(displayed(score)).toBe("80.0");
    expect(bandOf(score)).toBe("basic");
  });
});

describe("what is shown of a score", () => {
  it.each([
    { of: Exact.of(85.25), want: "85.3" },
    { of: Exact.of(85.2499999999), want: "85.2" },
    { of: Exact.of(1.005), want: "1.0" },
    { of: Exact.of(0.05), want: "0.1" },
    { of: Exact.ratio(49_999_999, 1_000_000_000), want: "0.0" },
    { of: Exact.of(0.15), want: "0.2" },
    { of: Exact.of(2.35), want: "2.4" },
    // As doubles, these lie on the wrong side of their half.
    { of: Exact.of(0.35), want: "0.4" },
    { of: Exact.of(1.45), want: "1.5" },
    { of: Exact.ratio(2, 3), want: "0.7" },
    { of: Exact.of(100), want: "100.0" },
    { of: Exact.of(99.95), want: "100.0" },
    { of: Exact.of(0), want: "0.0" },
    { of: Exact.of(-0.04), want: "0.0" },
    { of: Exact.of(-0.05), want: "0.0" },
    { of: Exact.of(-0.06), want: "-0.1" },
    { of: Exact.of(-5.25), want: "-5.2" },
  ])("is $want", ({ of, want }) => {
    expect(displayed(of)).toBe(want);
  });

  it("is right for any tenth and its half, above and below", () => {
    for (let tenths = 0; tenths <= 1_000; tenths += 1) {
      const half = Exact.ratio(2 * tenths + 1, 20);
      const hair = Exact.ratio(1, 1_000_000_000_000_000);
      expect(displayed(half)).toBe(((tenths + 1) / 10).toFixed(1));
      expect(displayed(half.minus(hair))).toBe((tenths / 10).toFixed(1));
    }
  });
});

describe("SMART_READY", () => {
  /** A school whose every point is known and that comes to a score, by its posture, its coverage and its rooms. */
  const scoring = (secPosture: number) =>
    cardOf({ ...PERFECT, ROOM_DIGITAL_RATE: known(0), SPACE_COUNT: known(0), SEC_POSTURE: known(secPosture) });

  it.each([
    { posture: 19.999, score: 79.9999, want: { ready: "no", reasons: ["score_cannot_reach"] } },
    { posture: 20, score: 80, want: { ready: "yes", reasons: [] } },
    { posture: 20.001, score: 80.0001, want: { ready: "yes", reasons: [] } },
  ])("with a score of $score is $want.ready", ({ posture, score, want }) => {
    const got = scoring(posture);
    expect(got.score.point?.toNumber()).toBe(score);
    expect(got.smartReady).toEqual(want);
  });

  it("is no below 80 by what is known, although the unknown part could lift it", () => {
    const lost = {
      ROOM_DIGITAL_RATE: known(0),
      SEC_POSTURE: known(0),
      ALERT_ACK_RATE: known(0),
      DOCKING_STATUS: known(0.5),
    };
    const got = cardOf({ ...without("DATA_COLLECT"), ...lost });
    expect(got.score.point?.toNumber()).toBe(7_500 / 95);
    expect(got.score.hi.toNumber()).toBe(80);
    expect(got.smartReady).toEqual({ ready: "no", reasons: ["score_below"] });
  });

  it("is insufficient without a point value, unless nothing could lift the score", () => {
    expect(cardOf(without("EVIDENCE_SHARE")).smartReady).toEqual({
      ready: "insufficient",
      reasons: ["evidence_share_unknown"],
    });
    const low = {
      ...without("EVIDENCE_SHARE"),
      WIFI_QUALITY_SHARE: known(0),
      SEC_POSTURE: known(0),
      SPACE_COUNT: known(0),
    };
    expect(cardOf(low).score.hi.toNumber()).toBe(79);
    expect(cardOf(low).smartReady).toEqual({ ready: "no", reasons: ["score_cannot_reach"] });
  });

  it("is never yes without coverage, whatever the rest", () => {
    const { score, smartReady } = cardOf({ ...PERFECT, WIFI_COVER: between({ lo: 0.99 }) });
    expect(score.point?.toNumber()).toBe(100);
    expect(smartReady).toEqual({ ready: "insufficient", reasons: ["cover_insufficient"] });
    expect(cardOf(without("WIFI_COVER", "EVIDENCE_SHARE")).smartReady.reasons).toEqual([
      "cover_insufficient",
      "evidence_share_unknown",
    ]);
  });
});

describe("attested beside computed", () => {
  it.each<{ attested: boolean; ready: Ready; want: Standing; zh: string; en: string }>([
    { attested: true, ready: "yes", want: "confirmed", zh: "已认定·数据支持", en: "confirmed" },
    { attested: true, ready: "insufficient", want: "unverified", zh: "已认定·数据不足", en: "attested, unverified" },
    { attested: true, ready: "no", want: "contradicted", zh: "已认定·数据存疑", en: "attested, contradicted" },
    { attested: false, ready: "yes", want: "ready_not_attested", zh: "具备条件·未认定", en: "ready, not attested" },
    { attested: false, ready: "no", want: "not_attested", zh: "未认定", en: "not attested" },
    { attested: false, ready: "insufficient", want: "not_attested", zh: "未认定", en: "not attested" },
  ])("$attested and $ready is $want", ({ attested, ready, want, zh, en }) => {
    expect(standingOf(attested, ready)).toBe(want);
    expect(STANDING_WORDS[want]).toEqual({ zh, en });
    expect(isForReview(want)).toBe(want === "contradicted");
  });
});

describe("SMART_RATE", () => {
  const schools = (count: number, standing: SchoolStanding) => Array<SchoolStanding>(count).fill(standing);
  const group = [
    ...schools(5, { attested: true, ready: "yes" }),
    ...schools(2, { attested: true, ready: "insufficient" }),
    ...schools(1, { attested: true, ready: "no" }),
    ...schools(1, { attested: false, ready: "yes" }),
    ...schools(1, { attested: false, ready: "no" }),
  ];

  it("is the attested schools, and contradiction takes nothing from it", () => {
    const got = smartRate(group, AS_OF);
    expect(got.rate).toMatchObject({ status: "value", value: 0.8, numerator: 8, denominator: 10, evidence: "D" });
    expect([got.rate.lo, got.rate.hi]).toEqual([0.8, 0.8]);
    expect(got.confirmed).toEqual({ numerator: 5, denominator: 8, value: 0.625 });
    expect(got.unverified).toEqual({ numerator: 2, denominator: 8, value: 0.25 });
    expect(got.contradicted).toEqual({ numerator: 1, denominator: 8, value: 0.125 });
    expect(got.byStanding).toEqual({
      confirmed: 5,
      unverified: 2,
      contradicted: 1,
      ready_not_attested: 1,
      not_attested: 1,
    });
  });

  it.each([
    { missing: 24, of: 96, status: "value", value: 1 },
    { missing: 25, of: 95, status: "insufficient", value: undefined },
    { missing: 23, of: 97, status: "value", value: 1 },
  ])("with $of schools entered and $missing not is $status", ({ missing, of, status, value }) => {
    const got = smartRate(
      [...schools(of, { attested: true, ready: "yes" }), ...schools(missing, { ready: "yes" })],
      AS_OF,
    );
    expect(got.rate.status).toBe(status);
    expect(got.rate.value).toBe(value);
    expect([got.rate.lo, got.rate.hi]).toEqual([of / 120, 1]);
    expect(got.notEntered).toBe(missing);
  });

  it("says nothing where there is no school, and has no shares without an attested one", () => {
    expect(smartRate([], AS_OF).rate).toMatchObject({ status: "insufficient", lo: 0, hi: 1 });
    expect(smartRate(schools(3, { attested: false, ready: "no" }), AS_OF)).toMatchObject({
      rate: { status: "value", value: 0 },
      confirmed: { numerator: 0, denominator: 0 },
    });
    expect(smartRate([], AS_OF).confirmed).not.toHaveProperty("value");
  });
});
