// What must hold for any evaluations whatever.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Exact, ONE, ZERO } from "../exact.ts";
import { judgeAllocation } from "./allocation.ts";
import type { MonthlyEvaluation } from "./evaluation.ts";
import { judgeFloor } from "./floor.ts";
import { endOf, monthsFrom, plain } from "./months-suite.ts";
import { judgeThreshold, type Threshold } from "./threshold.ts";

const RUNS = { seed: 20260, numRuns: 400 };
const AS_OF = "2026-10-31";
const DEADLINES = ["2025-12-31", "2026-06-30", "2026-10-30", "2026-10-31", "2027-12-31"];

const percent = (value: number) => Exact.ratio(value, 100);

/** A month of 2025 or 2026 with bounds in whole percent around the number asked for, often close to it. */
const month: fc.Arbitrary<MonthlyEvaluation> = fc
  .record({
    index: fc.nat({ max: 21 }),
    bounds: fc.tuple(fc.integer({ min: 85, max: 100 }), fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 })),
    isPlain: fc.boolean(),
    meetsMinimum: fc.boolean(),
  })
  .map(({ index, bounds: [middle, below, above], isPlain, meetsMinimum }) => {
    const name = `${2025 + Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, "0")}`;
    const at = { month: name, asOf: endOf(name) };
    if (isPlain) return { ...at, value: percent(middle), meetsMinimum: true };
    const [lo, hi] = [percent(middle - below), percent(Math.min(100, middle + above))];
    return { ...at, lo, hi, ...(meetsMinimum && { value: percent(middle) }), meetsMinimum };
  });
const series = fc.uniqueArray(month, { selector: ({ asOf }) => asOf, maxLength: 22 });
const deadlines = fc.constantFrom(...DEADLINES);
const baselines = fc.option(
  fc.record({ on: fc.constantFrom("2024-01-01", "2025-06-30"), value: fc.integer({ min: 50, max: 100 }).map(percent) }),
  { nil: undefined },
);
const input = fc.record({ evaluations: series, deadline: deadlines, baseline: baselines });
type Input = typeof input extends fc.Arbitrary<infer T> ? T : never;

const threshold = (deadline: string): Threshold => ({ comparator: ">=", value: percent(95), isShare: true, deadline });

function judge({ evaluations, deadline, baseline }: Input, asOf = AS_OF) {
  return judgeThreshold(threshold(deadline), { evaluations, ...(baseline && { baseline }) }, asOf);
}

/** The same with less known of one month: its bounds further apart. */
function widened(evaluation: MonthlyEvaluation, below: number, above: number): MonthlyEvaluation {
  const { value, lo = value, hi = value } = evaluation;
  return { ...evaluation, ...(lo && { lo: lo.minus(percent(below)) }), ...(hi && { hi: hi.plus(percent(above)) }) };
}

const wider = fc.record({
  input,
  which: fc.nat(),
  below: fc.nat({ max: 10 }),
  above: fc.nat({ max: 10 }),
});

function withWider({ input, which, below, above }: typeof wider extends fc.Arbitrary<infer T> ? T : never): Input {
  const at = input.evaluations.length === 0 ? -1 : which % input.evaluations.length;
  return { ...input, evaluations: input.evaluations.map((e, i) => (i === at ? widened(e, below, above) : e)) };
}

describe("the evaluations made up here", () => {
  it("lead to every state", () => {
    const states = fc.sample(input, { seed: RUNS.seed, numRuns: RUNS.numRuns }).map((all) => judge(all).state);
    expect(new Set(states)).toEqual(new Set(["achieved", "on_track", "at_risk", "missed", "insufficient"]));
  });
});

describe("a wider interval", () => {
  it("never makes a threshold achieved or missed that was not", () => {
    fc.assert(
      fc.property(wider, (all) => {
        const [before, after] = [judge(all.input).state, judge(withWider(all)).state];
        if (after === "achieved" || after === "missed") expect(before).toBe(after);
      }),
      RUNS,
    );
  });

  it("makes of a closed threshold the same or insufficient", () => {
    fc.assert(
      fc.property(wider, (all) => {
        fc.pre(all.input.deadline < AS_OF);
        const [before, after] = [judge(all.input).state, judge(withWider(all)).state];
        expect([before, "insufficient"]).toContain(after);
      }),
      RUNS,
    );
  });

  it("never makes a floor held or at risk that was insufficient, nor an allocation decided", () => {
    fc.assert(
      fc.property(wider, (all) => {
        const widerInput = withWider(all);
        const floors = [all.input, widerInput].map(({ evaluations }) => judgeFloor(percent(95), evaluations, AS_OF));
        if (floors[0]?.state === "insufficient") expect(floors[1]?.state).toBe("insufficient");
        if (floors[1]?.label?.kind === "regressed") expect(floors[0]?.label).toEqual({ kind: "regressed" });
        const allocation = { comparator: "=", value: percent(95), deadline: all.input.deadline } as const;
        const [before, after] = [all.input, widerInput].map(
          ({ evaluations }) => judgeAllocation(allocation, evaluations, AS_OF).state,
        );
        expect([before, "insufficient"]).toContain(after);
      }),
      RUNS,
    );
  });
});

/** Every share x as 1 − x, so that at least 95 % becomes at most 5 %. */
function mirrored({ value, lo, hi, ...rest }: MonthlyEvaluation): MonthlyEvaluation {
  const turned = (x: Exact) => ONE.minus(x);
  return {
    ...rest,
    ...(value && { value: turned(value) }),
    ...(hi && { lo: turned(hi) }),
    ...(lo && { hi: turned(lo) }),
  };
}

describe("the mirrored comparator", () => {
  it("gives the same states, rules, labels and notes, and mirrored projections", () => {
    fc.assert(
      fc.property(input, ({ evaluations, deadline, baseline }) => {
        const atLeast = judge({ evaluations, deadline, baseline });
        const atMost = judgeThreshold(
          { comparator: "<=", value: percent(5), isShare: true, deadline },
          {
            evaluations: evaluations.map(mirrored),
            ...(baseline && { baseline: { on: baseline.on, value: ONE.minus(baseline.value) } }),
          },
          AS_OF,
        );
        const shown = ({ state, rule, label, note, gap }: typeof atLeast) => ({ state, rule, label, note, gap });
        expect(shown(atMost)).toEqual(shown(atLeast));
        expect(atMost.used.map(({ asOf }) => asOf)).toEqual(atLeast.used.map(({ asOf }) => asOf));
        const [one, other] = [atLeast.projection, atMost.projection];
        if (one?.method === "theil_sen" && other?.method === "theil_sen") {
          expect(other.slope.toNumber()).toBe(ZERO.minus(one.slope).toNumber());
          expect(other.value.toNumber()).toBe(ONE.minus(one.value).toNumber());
        }
        expect(other?.method).toBe(one?.method);
      }),
      RUNS,
    );
  });
});

describe("a closed target", () => {
  it("is never changed by later evaluations, except for the label of one that was missed", () => {
    fc.assert(
      fc.property(input, fc.constantFrom("2026-07-01", "2026-08-31", AS_OF, "2028-01-01"), (all, asOf) => {
        fc.pre(all.deadline < asOf);
        const { label, labelUsed, ...after } = judge(all, asOf);
        const inTime = { ...all, evaluations: all.evaluations.filter((e) => e.asOf <= all.deadline) };
        expect(plain(after)).toEqual(plain(judge(inTime, asOf)));
        if (label) expect(after.state).toBe("missed");
        expect(labelUsed?.length).toBe(label && 2);
      }),
      RUNS,
    );
  });

  it("keeps its label whatever comes later", () => {
    const goodOrBad = fc.array(fc.boolean(), { minLength: 10, maxLength: 10 });
    fc.assert(
      fc.property(goodOrBad, (months) => {
        const evaluations = [
          ...monthsFrom("2025-12", 0.9),
          ...monthsFrom("2026-01", ...months.map((isGood) => (isGood ? 0.95 : 0.94))),
        ];
        const labels = months.map((_, i) => {
          const asOf = evaluations[i + 1]?.asOf ?? AS_OF;
          return judge({ evaluations, deadline: "2025-12-31", baseline: undefined }, asOf).label;
        });
        const first = months.findIndex((isGood, i) => isGood && months[i - 1] === true);
        const month = evaluations[first + 1]?.month;
        for (const [i, label] of labels.entries()) {
          expect(label).toEqual(first < 0 || i < first ? undefined : { kind: "reached_late", month });
        }
      }),
      RUNS,
    );
  });
});

describe("the order of evaluations", () => {
  it("and those after the day that is asked about change nothing", () => {
    fc.assert(
      fc.property(input, fc.constantFrom("2026-03-15", "2026-06-30", AS_OF), (all, asOf) => {
        const known = all.evaluations.filter((e) => e.asOf <= asOf);
        const expected = plain(judge(all, asOf));
        expect(plain(judge({ ...all, evaluations: [...all.evaluations].reverse() }, asOf))).toEqual(expected);
        expect(plain(judge({ ...all, evaluations: known }, asOf))).toEqual(expected);
      }),
      RUNS,
    );
  });
});
