// What must hold for any school whatever. The generator's seed is fixed, so that a run can be had again.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayAt } from "../../inventory/day.ts";
import { Exact } from "../exact.ts";
import { scorecard } from "./card.ts";
import { AS_OF, DAY } from "./card-suite.ts";
import { CRITICAL_KINDS, type GateFacts } from "./gates.ts";
import { CARD_INDICATORS, type CardIndicatorId, type Indicator, type Indicators } from "./indicator.ts";
import type { Total } from "./total.ts";

const SEED = { seed: 20_260_901, numRuns: 300 };

/** The most that an indicator's unit allows; what has no bound gets some room above its marks. */
const MOST: Partial<Record<CardIndicatorId, number>> = {
  NET_QUALITY: 100,
  IPV6_NET: 100,
  IPV6_WEB: 100,
  SEC_POSTURE: 100,
  SPACE_COUNT: 3,
  DRILL_COUNT: 3,
  EQUIP_AGE: 15,
};

/** Often at its best, so that scores come near the limits. */
const valueOfIndicator = (id: CardIndicatorId) =>
  fc
    .oneof(fc.constant(1_000), fc.constant(id === "EQUIP_AGE" ? 0 : 1_000), fc.nat({ max: 1_000 }))
    .map((thousandths) => Exact.ratio(thousandths * (MOST[id] ?? 1), 1_000));

const unknown: fc.Arbitrary<Indicator> = fc.constant({ state: "insufficient", reasons: ["agent_offline"] });
const none: fc.Arbitrary<Indicator> = fc.constant({ state: "not_applicable", because: "nothing_there" });
const known = (id: CardIndicatorId) =>
  valueOfIndicator(id).map((value): Indicator => ({ state: "known", value, evidence: ["M"] }));

const indicators: fc.Arbitrary<Required<Indicators>> = fc.record(
  Object.fromEntries(
    CARD_INDICATORS.map((id) => [
      id,
      fc.oneof({ weight: 6, arbitrary: known(id) }, { weight: 2, arbitrary: unknown }, { weight: 1, arbitrary: none }),
    ]),
  ) as Record<CardIndicatorId, fc.Arbitrary<Indicator>>, // one entry for each id of the list
);

const finding = fc.record({
  id: fc.constant("f"),
  kind: fc.constantFrom(...CRITICAL_KINDS),
  openedMs: fc.nat({ max: 10 * DAY }).map((ago) => AS_OF - ago),
});
const facts: fc.Arbitrary<GateFacts> = fc
  .record({
    findings: fc.option(fc.array(finding, { maxLength: 2 }), { nil: undefined }),
    ageDays: fc.option(fc.nat({ max: 450 }), { nil: undefined }),
  })
  .map(({ findings, ageDays }) => ({
    asOfMs: AS_OF,
    ...(findings && { criticalFindings: findings }),
    ...(ageDays !== undefined && { inventoryConfirmedDay: dayAt(AS_OF) - ageDays }),
  }));

function expectInside({ lo, hi, point }: Total) {
  expect(hi.isAtLeast(lo)).toBe(true);
  if (point) expect(point.isAtLeast(lo) && hi.isAtLeast(point)).toBe(true);
}

function expectWithin(inner: { lo: Exact; hi: Exact }, outer: { lo: Exact; hi: Exact }) {
  expect(inner.lo.isAtLeast(outer.lo)).toBe(true);
  expect(outer.hi.isAtLeast(inner.hi)).toBe(true);
}

describe("any scorecard", () => {
  it("keeps every point value within its interval, and all within 0 to 100", () => {
    fc.assert(
      fc.property(indicators, facts, (given, about) => {
        const { score, ungated, infraIndex, dimensions } = scorecard({ ...about, indicators: given });
        for (const total of [score, ungated, infraIndex]) {
          expectInside(total);
          expectWithin(total, { lo: Exact.of(0), hi: Exact.of(100) });
        }
        for (const { lo, hi, point, appliedWeight } of dimensions) {
          expect(lo.isAtLeast(Exact.of(0)) && appliedWeight.isAtLeast(hi) && hi.isAtLeast(lo)).toBe(true);
          if (point) expect(point.isAtLeast(lo) && hi.isAtLeast(point)).toBe(true);
        }
      }),
      SEED,
    );
  });

  it("never gets a wider interval by learning one more value, nor by learning that it does not apply", () => {
    const cases = fc
      .constantFrom(...CARD_INDICATORS)
      .chain((id) =>
        fc.record({ id: fc.constant(id), given: indicators, about: facts, learned: fc.oneof(known(id), none) }),
      );
    fc.assert(
      fc.property(cases, ({ id, given, about, learned }) => {
        const before = scorecard({ ...about, indicators: { ...given, [id]: { state: "insufficient", reasons: [] } } });
        const after = scorecard({ ...about, indicators: { ...given, [id]: learned } });
        expectWithin(after.ungated, before.ungated);
        expectWithin(after.infraIndex, before.infraIndex);
        for (const [i, dimension] of after.dimensions.entries()) {
          const was = before.dimensions[i];
          if (was && dimension.appliedWeight.isAbove(Exact.of(0))) expectWithin(dimension, was);
        }
        expectWithin(after.score, before.score);
      }),
      SEED,
    );
  });

  it("never gets a wider interval by learning what was found, or that nothing was", () => {
    fc.assert(
      fc.property(indicators, facts, fc.array(finding, { maxLength: 2 }), (given, about, found) => {
        const { criticalFindings: _, ...unlooked } = about;
        const before = scorecard({ ...unlooked, indicators: given });
        const after = scorecard({ ...unlooked, criticalFindings: found, indicators: given });
        expectWithin(after.score, before.score);
      }),
      SEED,
    );
  });

  it("changes nothing but shares by what does not apply", () => {
    fc.assert(
      fc.property(indicators, facts, fc.constantFrom(...CARD_INDICATORS), (given, about, id) => {
        const before = scorecard({ ...about, indicators: given });
        const after = scorecard({
          ...about,
          indicators: { ...given, [id]: { state: "not_applicable", because: "nothing_there" } },
        });
        for (const [i, dimension] of after.dimensions.entries()) {
          const was = before.dimensions[i];
          const touched = dimension.parts.some(({ from }) => from.some((source) => source.id === id));
          if (!touched) {
            expect(dimension).toEqual(was);
            continue;
          }
          for (const [j, part] of dimension.parts.entries()) {
            if (part.from.some((source) => source.id === id)) continue;
            expect([part.state, part.value]).toEqual([was?.parts[j]?.state, was?.parts[j]?.value]);
          }
          // What is left takes the whole weight of the dimension, each in its proportion.
          const left = dimension.parts.filter(({ state }) => state !== "not_applicable");
          const sum = Exact.sum(left.map(({ appliedWeight }) => appliedWeight));
          expect(sum.toNumber()).toBe(left.length > 0 ? dimension.weight : 0);
          const inTable = left.reduce((all, { weight }) => all + weight, 0);
          for (const { weight, appliedWeight } of left) {
            expect(appliedWeight).toEqual(Exact.ratio(weight * dimension.weight, inTable));
          }
        }
      }),
      SEED,
    );
  });

  it("is ready only at 80 points or more, with every gate known to be inactive", () => {
    fc.assert(
      fc.property(indicators, facts, (given, about) => {
        const { smartReady, score, gates } = scorecard({ ...about, indicators: given });
        const expected =
          (score.point?.isAtLeast(Exact.of(80)) ?? false) && gates.every(({ state }) => state === "inactive");
        expect(smartReady.ready === "yes").toBe(expected);
        expect(smartReady.reasons.length > 0).toBe(smartReady.ready !== "yes");
      }),
      SEED,
    );
  });

  it("never says no where the unknown part, being bad, would have been needed for it", () => {
    fc.assert(
      fc.property(indicators, facts, (given, about) => {
        const { smartReady, score } = scorecard({ ...about, indicators: given });
        if (smartReady.ready !== "no" || score.point !== undefined) return;
        expect(score.hi.isBelow(Exact.of(80))).toBe(true);
      }),
      SEED,
    );
  });
});
