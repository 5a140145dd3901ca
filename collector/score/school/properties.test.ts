// What must hold of a school's figures, whatever was seen and whatever is not known.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Campus } from "../campus-suite.ts";
import { film } from "../campus-suite.ts";
import { Exact } from "../exact.ts";
import type { IndicatorValue } from "../indicators/value.ts";
import { feedSchool, SCHOOL_INDICATORS } from "./feed.ts";
import {
  ALL_DECLARED,
  type FeedChanges,
  FIRST_DAY,
  FULL_CAMPUS,
  feedInput,
  figureIn,
  LAST_DAY,
  measuredOf,
} from "./feed-suite.ts";

const DEVICES = FULL_CAMPUS.devices ?? [];
/** Day by day what each device does, or what becomes of the agent, as letters of `film`. */
const strips = fc.array(fc.array(fc.constantFrom("u", "d", "x", "o", "b"), { minLength: 20, maxLength: 20 }), {
  minLength: DEVICES.length,
  maxLength: DEVICES.length,
});
function samplesOf(letters: readonly (readonly string[])[]) {
  const days = (i: number) => (letters[i] ?? []).map((letter): [string, number] => [letter, 96]);
  return film(Object.fromEntries(DEVICES.map(({ id }, i) => [id, days(i)])));
}
const faults = fc.array(fc.integer({ min: FIRST_DAY, max: LAST_DAY }), { maxLength: 4 });
const measured = faults.map((days) =>
  measuredOf({ knownBefore: LAST_DAY + 1, faultDays: new Map([["panel", new Set(days)]]) }),
);

function expectSound(id: string, { enough, value, lo, hi }: IndicatorValue): void {
  expect([id, value !== undefined]).toEqual([id, enough]);
  if (lo && hi) expect([id, hi.isAtLeast(lo)]).toEqual([id, true]);
  if (value && lo) expect([id, value.isAtLeast(lo)]).toEqual([id, true]);
  if (value && hi) expect([id, hi.isAtLeast(value)]).toEqual([id, true]);
}

describe("a school's figures", () => {
  it("lie within their intervals, and have a value exactly when there is enough evidence", () => {
    fc.assert(
      fc.property(strips, measured, (letters, ofStore) => {
        const samples = samplesOf(letters);
        const result = feedSchool(feedInput({ samples, measured: ofStore }));
        for (const id of SCHOOL_INDICATORS) expectSound(id, figureIn(result, id));
        const { score } = result.card;
        expect(score.hi.isAtLeast(score.lo)).toBe(true);
      }),
      { numRuns: 6 },
    );
  });

  it("do not depend on the order in which readings came", () => {
    fc.assert(
      fc.property(strips, (letters) => {
        const samples = samplesOf(letters);
        const figures = (of: typeof samples) => [...feedSchool(feedInput({ samples: of })).indicators];
        expect(figures([...samples].reverse())).toEqual(figures(samples));
      }),
      { numRuns: 3 },
    );
  });

  it("are only less certain when less is known: no bound moves inwards", () => {
    fc.assert(
      fc.property(strips, forgotten(), (letters, changes) => {
        const samples = samplesOf(letters);
        const rich = feedSchool(feedInput({ samples, measured: measuredOf({ knownBefore: LAST_DAY + 1 }) }));
        const poor = feedSchool(feedInput({ samples, ...changes }));
        for (const id of SCHOOL_INDICATORS) {
          // That nobody confirmed the inventory is known, and bars a school from being ready.
          if (id === "SMART_READY" && changes.campus?.unconfirmed) continue;
          const [more, less] = [figureIn(rich, id), figureIn(poor, id)];
          const lowest = Exact.of(0);
          expect([id, "lo", (more.lo ?? lowest).isAtLeast(less.lo ?? lowest)]).toEqual([id, "lo", true]);
          // Without an upper bound it can be anything.
          if (less.hi && more.hi) expect([id, "hi", less.hi.isAtLeast(more.hi)]).toEqual([id, "hi", true]);
          else expect([id, "hi", less.hi === undefined || more.hi !== undefined]).toEqual([id, "hi", true]);
        }
      }),
      { numRuns: 6 },
    );
  });
});

/** Nobody asked the store, some rooms were not assessed, some equipment has no date, some entries were not made. */
function forgotten(): fc.Arbitrary<FeedChanges> {
  return fc
    .record({
      store: fc.constantFrom("all", "half", "none"),
      traits: fc.boolean(),
      dates: fc.nat({ max: DEVICES.length }),
      entries: fc.subarray([...ALL_DECLARED]),
      confirmed: fc.boolean(),
    })
    .map(({ store, traits, dates, entries, confirmed }) => ({
      campus: campusWithout(traits, dates, confirmed),
      declared: entries,
      measured:
        store === "none" ? undefined : measuredOf({ knownBefore: store === "all" ? LAST_DAY + 1 : FIRST_DAY + 10 }),
    }));
}

function campusWithout(traits: boolean, dates: number, confirmed: boolean): Campus {
  return {
    ...FULL_CAMPUS,
    ...(!confirmed && { unconfirmed: true as const }),
    venues: (FULL_CAMPUS.venues ?? []).map(({ traits: assessed, ...venue }) =>
      traits && assessed ? { ...venue, traits: assessed } : venue,
    ),
    devices: DEVICES.map(({ installedOn, ...device }, i) =>
      i < dates && installedOn !== undefined ? { ...device, installedOn } : device,
    ),
  };
}
