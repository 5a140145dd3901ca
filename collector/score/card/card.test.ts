import { describe, expect, it } from "vitest";
import { Exact } from "../exact.ts";
import { isIndicatorId } from "../indicators/catalogue.ts";
import { AS_OF, cardOf, E18, insufficient, known, notApplicable, PERFECT, without } from "./card-suite.ts";
import { dimensionScore } from "./dimension.ts";
import { DIMENSIONS } from "./dimensions.ts";
import { CARD_INDICATORS, type CardIndicatorId, type Indicator, type Indicators } from "./indicator.ts";

const part = (indicators: Indicators, id: string) =>
  cardOf(indicators)
    .dimensions.flatMap(({ parts }) => parts)
    .find((one) => one.id === id);
const valueOfPart = (id: string, indicators: Indicators) => part(indicators, id)?.value?.toNumber();

describe("the table of dimensions", () => {
  it("has 100 points, each dimension those of its parts", () => {
    expect(DIMENSIONS.map(({ weight }) => weight)).toEqual([25, 15, 15, 20, 15, 10]);
    for (const { weight, parts } of DIMENSIONS) expect(parts.reduce((sum, one) => sum + one.weight, 0)).toBe(weight);
  });

  it("calls indicators as the catalogue does", () => {
    expect(CARD_INDICATORS.filter((id) => !isIndicatorId(id))).toEqual([]);
  });

  it("asks for every indicator once", () => {
    const asked = DIMENSIONS.flatMap(({ parts }) => parts.flatMap(({ from }) => from));
    expect([...asked].sort()).toEqual([...CARD_INDICATORS].sort());
  });

  it.each<{ id: CardIndicatorId; raw: number; want: number }>([
    { id: "WIFI_COVER", raw: 0.96, want: 0.96 },
    { id: "NET_QUALITY", raw: 85, want: 0.85 },
    { id: "AVAIL", raw: 0.9499, want: 0 },
    { id: "AVAIL", raw: 0.95, want: 0 },
    { id: "AVAIL", raw: 0.9725, want: 0.5 },
    { id: "AVAIL", raw: 0.995, want: 1 },
    { id: "AVAIL", raw: 0.9951, want: 1 },
    { id: "IPV6_NET", raw: 81.6, want: 0.816 },
    { id: "IPV6_WEB", raw: 89.4, want: 0.894 },
    { id: "SPACE_COUNT", raw: 0, want: 0 },
    { id: "SPACE_COUNT", raw: 1, want: 1 },
    { id: "SPACE_COUNT", raw: 2, want: 1 },
    { id: "EQUIP_AGE", raw: 10.1, want: 0 },
    { id: "EQUIP_AGE", raw: 10, want: 0 },
    { id: "EQUIP_AGE", raw: 6, want: 0.8 },
    { id: "EQUIP_AGE", raw: 5, want: 1 },
    { id: "EQUIP_AGE", raw: 4.9, want: 1 },
    { id: "SEC_POSTURE", raw: 70, want: 0.7 },
    { id: "DRILL_COUNT", raw: 0, want: 0 },
    { id: "DRILL_COUNT", raw: 1, want: 1 },
    { id: "DRILL_COUNT", raw: 2, want: 1 },
    { id: "DOCKING_STATUS", raw: 0.25, want: 0.25 },
    { id: "EVIDENCE_SHARE", raw: 0.49, want: 0 },
    { id: "EVIDENCE_SHARE", raw: 0.5, want: 0 },
    { id: "EVIDENCE_SHARE", raw: 0.8, want: 0.75 },
    { id: "EVIDENCE_SHARE", raw: 0.9, want: 1 },
    { id: "EVIDENCE_SHARE", raw: 0.91, want: 1 },
  ])("$id of $raw is worth $want", ({ id, raw, want }) => {
    expect(valueOfPart(id, { [id]: known(raw) })).toBe(want);
  });

  it.each<{ id: CardIndicatorId; raw: number }>([
    { id: "WIFI_COVER", raw: 1.01 },
    { id: "WIFI_COVER", raw: -0.01 },
    { id: "NET_QUALITY", raw: 100.1 },
    { id: "DRILL_COUNT", raw: -1 },
  ])("refuses $raw as $id", ({ id, raw }) => {
    expect(() => cardOf({ [id]: known(raw) })).toThrow(expect.objectContaining({ code: "INDICATOR_OUT_OF_RANGE" }));
  });
});

describe("the smaller of asset owners and valid codes", () => {
  const both = "ASSET_OWNER_RATE+CODE_VALID_RATE";

  it.each([
    { owner: known(0.4), code: known(0.9), state: "known", value: 0.4 },
    { owner: known(0.9), code: known(0.4), state: "known", value: 0.4 },
    { owner: known(0.9), code: notApplicable, state: "known", value: 0.9 },
    { owner: known(0), code: insufficient, state: "insufficient", value: undefined },
    { owner: notApplicable, code: insufficient, state: "insufficient", value: undefined },
    { owner: notApplicable, code: notApplicable, state: "not_applicable", value: undefined },
  ])("of $owner.state and $code.state is $state $value", ({ owner, code, state, value }) => {
    const got = part({ ASSET_OWNER_RATE: owner, CODE_VALID_RATE: code }, both);
    expect(got?.state).toBe(state);
    expect(got?.value?.toNumber()).toBe(value);
  });
});

describe("a dimension", () => {
  const d1 = (indicators: Indicators) => cardOf(indicators).dimensions[0];

  it.each([
    { id: "D1", missing: ["WIFI_QUALITY_SHARE", "AVAIL"] as const, share: "68 %", printed: false },
    { id: "D1", missing: ["WIFI_QUALITY_SHARE"] as const, share: "80 %", printed: true },
    { id: "D4", missing: ["ROOM_DIGITAL_RATE"] as const, share: "70 %", printed: true },
    { id: "D4", missing: ["ROOM_DIGITAL_RATE", "EQUIP_AGE"] as const, share: "60 %", printed: false },
    { id: "D6", missing: ["ALERT_ACK_RATE"] as const, share: "70 %", printed: true },
    { id: "D3", missing: ["DATA_COLLECT"] as const, share: "66.7 %", printed: false },
  ])("$id with $share known has a point value: $printed", ({ id, missing, printed }) => {
    const got = cardOf(without(...missing)).dimensions.find((one) => one.id === id);
    expect(got?.point !== undefined).toBe(printed);
    expect(got?.hi.toNumber()).toBe(got?.weight);
    expect(got?.lo.toNumber()).toBeLessThan(got?.weight ?? 0);
  });

  it.each([
    { known: 699, printed: false },
    { known: 700, printed: true },
    { known: 701, printed: true },
  ])("with $known of 1000 points known has a point value: $printed", ({ known: weight, printed }) => {
    const one = { formula: "", value: (raw: Exact) => raw };
    const parts = [
      { ...one, id: "a", weight, from: ["WIFI_COVER"] as const },
      { ...one, id: "b", weight: 1_000 - weight, from: ["AVAIL"] as const },
    ];
    const got = dimensionScore({ id: "D1", zh: "", en: "", weight: 25, parts }, { WIFI_COVER: known(1) });
    expect(got.point?.toNumber()).toBe(printed ? 25 : undefined);
  });

  it("is worth of its known parts what they are worth of all", () => {
    const got = d1({ ...without("WIFI_QUALITY_SHARE"), WIFI_COVER: known(0.5) });
    expect(got?.points.toNumber()).toBe(14);
    expect(got?.point?.toNumber()).toBe(17.5);
    expect([got?.lo.toNumber(), got?.hi.toNumber()]).toEqual([14, 19]);
  });

  it("knows its share of what applies, not of the table", () => {
    // Of 20 points that apply, 15 are known in the first case and 12 in the second.
    expect(d1({ ...without("WIFI_QUALITY_SHARE"), NET_QUALITY: notApplicable })?.point?.toNumber()).toBe(25);
    expect(d1({ ...without("WIFI_QUALITY_SHARE", "AVAIL"), NET_QUALITY: notApplicable })).not.toHaveProperty("point");
  });

  it("leaves the whole when nothing of it applies", () => {
    const got = cardOf({ ...PERFECT, IOT_INTEGRATION: notApplicable, DATA_COLLECT: notApplicable });
    expect(got.dimensions[2]).not.toHaveProperty("point");
    expect([got.score.weight, got.score.point].map((value) => value?.toNumber())).toEqual([85, 100]);
    expect([got.score.lo, got.score.hi].map((value) => value.toNumber())).toEqual([100, 100]);
    expect(got.infraIndex.point?.toNumber()).toBe(100);
  });

  it("says of every unknown part why", () => {
    const got = cardOf({}).dimensions.flatMap(({ parts }) => parts);
    expect(got.every(({ state, reasons }) => state === "insufficient" && reasons.includes("not_observed"))).toBe(true);
  });
});

describe("the point value", () => {
  it.each([
    { what: "83", missing: ["WIFI_QUALITY_SHARE", "WIFI_COVER"] as const, withheld: [] },
    { what: "80", missing: ["WIFI_QUALITY_SHARE", "WIFI_COVER", "MLPS_FILED"] as const, withheld: [] },
    {
      what: "79",
      missing: ["SEC_POSTURE", "ROOM_DIGITAL_RATE", "ALERT_ACK_RATE", "DRILL_COUNT"] as const,
      withheld: ["known_weight_low"],
    },
    { what: "81", missing: ["SEC_POSTURE", "ROOM_DIGITAL_RATE", "ALERT_ACK_RATE"] as const, withheld: [] },
  ])("with $what points of known weight: withheld by $withheld", ({ what, missing, withheld }) => {
    const { score } = cardOf(without(...missing));
    expect(score.knownWeight.toNumber()).toBe(Number(what));
    expect(score.withheld).toEqual(withheld);
    expect(score.point !== undefined).toBe(withheld.length === 0);
  });

  it.each([
    { share: 0.7999, withheld: ["evidence_share_low"] },
    { share: 0.8, withheld: [] },
    { share: 0.8001, withheld: [] },
  ])("with an evidence share of $share: withheld by $withheld", ({ share, withheld }) => {
    const { score, infraIndex, band } = cardOf({ ...PERFECT, EVIDENCE_SHARE: known(share) });
    expect(score.withheld).toEqual(withheld);
    expect(infraIndex.withheld).toEqual(withheld);
    expect(band !== undefined).toBe(withheld.length === 0);
  });

  it("is withheld when the evidence share is not known, and when nothing is", () => {
    expect(cardOf(without("EVIDENCE_SHARE")).score.withheld).toEqual(["evidence_share_unknown"]);
    const { score, infraIndex } = cardOf({});
    expect(score).not.toHaveProperty("point");
    expect([score.lo, score.hi].map((value) => value.toNumber())).toEqual([0, 100]);
    expect(score.withheld).toEqual(["known_weight_low", "evidence_share_unknown"]);
    expect([infraIndex.lo, infraIndex.hi].map((value) => value.toNumber())).toEqual([0, 100]);
  });

  it.each([
    // 60 of the 75 points of the first four dimensions are 80 %.
    { missing: ["WIFI_COVER", "IPV6_WEB"] as const, known: 60, printed: true },
    { missing: ["WIFI_COVER", "IPV6_WEB", "EQUIP_AGE"] as const, known: 58, printed: false },
    { missing: ["WIFI_COVER"] as const, known: 63, printed: true },
  ])("of INFRA_INDEX with $known of 75 known is printed: $printed", ({ missing, known: weight, printed }) => {
    const { infraIndex } = cardOf(without(...missing));
    expect(infraIndex.knownWeight.toNumber()).toBe(weight);
    expect(infraIndex.point?.toNumber()).toBe(printed ? 100 : undefined);
  });

  it("of INFRA_INDEX is not touched by gates", () => {
    const { score, infraIndex } = cardOf({ ...PERFECT, WIFI_COVER: known(0.5) });
    expect(score.point?.toNumber()).toBe(59);
    expect(infraIndex.point?.toNumber()).toBe(92);
  });
});

describe("a scorecard", () => {
  it("carries the kinds of evidence behind each of its figures", () => {
    const declared: Indicator = { state: "known", value: Exact.of(1), evidence: ["D", "I"] };
    const got = cardOf({ WIFI_COVER: known(1), MLPS_FILED: declared, CODE_VALID_RATE: declared });
    expect(got.dimensions.map(({ evidence }) => evidence)).toEqual([["M"], [], [], [], ["I", "D"], []]);
    expect(got.score.evidence).toEqual(["M", "I", "D"]);
    expect(got.infraIndex.evidence).toEqual(["M"]);
  });

  it("is the same for the same input", () => {
    expect(cardOf(E18)).toEqual(cardOf({ ...E18 }));
    expect(cardOf(E18).asOfMs).toBe(AS_OF);
  });
});
