// What must hold for any evidence whatever.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { VENUE_VERDICTS } from "../../contract/api.ts";
import {
  AS_OF,
  type Campus,
  columns,
  device,
  film,
  inventoryOf,
  judge,
  ONE_ROOM,
  SCHOOL,
  slotBegins,
  type TestSample,
  venue,
} from "./campus-suite.ts";
import { groupCoverage, type JudgedVenue, schoolCoverage } from "./coverage.ts";
import { Evidence } from "./evidence.ts";
import { judgeSchool, venueDays } from "./judge.ts";
import { venueVerdict } from "./venue.ts";

const slots = fc.nat({ max: 1920 });
const counts = fc.record({ served: slots, unserved: slots, unknown: slots });
const equipment = { equipped: true, inventoryConfirmed: true, quality: "unproven" } as const;
const verdictOf = (c: { served: number; unserved: number; unknown: number }) => venueVerdict(c, equipment);

describe("verdicts on venues", () => {
  it("keep the share within its interval", () => {
    fc.assert(
      fc.property(counts, (c) => {
        const { lo, hi, share } = verdictOf(c);
        expect(lo).toBeLessThanOrEqual(hi);
        if (share === undefined) return;
        expect(share).toBeGreaterThanOrEqual(lo);
        expect(share).toBeLessThanOrEqual(hi);
      }),
    );
  });

  it("never get a wider interval by learning what an unknown slot was", () => {
    fc.assert(
      fc.property(counts, fc.nat(), fc.nat(), (c, a, b) => {
        const asServed = a % (c.unknown + 1);
        const asUnserved = b % (c.unknown - asServed + 1);
        const before = verdictOf(c);
        const after = verdictOf({
          served: c.served + asServed,
          unserved: c.unserved + asUnserved,
          unknown: c.unknown - asServed - asUnserved,
        });
        expect(after.lo).toBeGreaterThanOrEqual(before.lo);
        expect(after.hi).toBeLessThanOrEqual(before.hi);
      }),
    );
  });

  it("of not covered because nothing could save it stand whatever the unknown slots were", () => {
    fc.assert(
      fc.property(counts, (c) => {
        const expected = c.served + c.unserved + c.unknown;
        fc.pre(20 * (c.served + c.unknown) < 19 * expected);
        const best = verdictOf({ served: c.served + c.unknown, unserved: c.unserved, unknown: 0 });
        expect(verdictOf(c).verdict).toBe("not_covered");
        expect(best.verdict).toBe("not_covered");
      }),
    );
  });
});

const campus: Campus = {
  devices: [device("switch"), device("ap1", { parent: "switch" }), device("ap2", { parent: "switch" })],
  venues: [venue("room1"), venue("room2")],
  serves: ["ap1>room1", "ap1>room2", "ap2>room2"],
};
const inventory = inventoryOf(campus);
const asOfMs = Date.parse("2026-09-07T08:33:00+08:00");
const firstSlot = slotBegins()[0] ?? 0;

/** Anything an agent may say within seven slots of the first morning, one of them still running. */
const sample: fc.Arbitrary<TestSample> = fc
  .record({
    metric: fc.constantFrom("probe_ok", "probe_failure", "wifi_ap_up", "agent_selftest_passed", "agent_spool_bytes"),
    of: fc.constantFrom("switch", "ap1", "ap2"),
    second: fc.nat({ max: 7 * 300 - 1 }),
    flag: fc.constantFrom(0, 1),
    code: fc.constantFrom(1, 2, 3, 7),
  })
  .map(({ metric, of, second, flag, code }): TestSample => {
    const atMs = firstSlot + second * 1_000;
    if (metric === "agent_selftest_passed") return { metric, device: "gw-1", instance: "main", atMs, value: flag };
    if (metric === "agent_spool_bytes") return { metric, device: "gw-1", atMs, value: 0 };
    if (metric === "probe_failure") return { metric, device: of, atMs, value: code };
    return { metric: metric === "probe_ok" ? "probe_ok" : "wifi_ap_up", device: of, atMs, value: flag };
  });
const samples = fc.array(sample, { maxLength: 120 });

/** Everything that is said about the school. */
function judged(batches: readonly (readonly TestSample[])[]) {
  const evidence = new Evidence();
  for (const batch of batches) evidence.take(SCHOOL, columns(batch));
  const input = { inventory, evidence, schoolId: SCHOOL, asOfMs };
  const { devices, venues, coverage } = judgeSchool(input);
  return {
    devices: [...devices],
    venues: [...venues],
    coverage,
    days: [venueDays(input, "room1"), venueDays(input, "room2")],
  };
}

describe("evidence", () => {
  it("says the same in whatever order and batches it arrives", () => {
    const shuffled = samples.chain((all) =>
      fc.record({
        all: fc.constant(all),
        order: fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }),
        cut: fc.nat({ max: all.length }),
      }),
    );
    fc.assert(
      fc.property(shuffled, ({ all, order, cut }) => {
        expect(judged([order.slice(cut), order.slice(0, cut)])).toEqual(judged([all]));
      }),
    );
  });

  it("says the same when some of it arrives twice", () => {
    fc.assert(
      fc.property(samples, fc.nat(), (all, cut) => {
        const again = all.slice(cut % (all.length + 1));
        expect(judged([all, again])).toEqual(judged([all]));
      }),
    );
  });

  it("always accounts for every expected slot", () => {
    fc.assert(
      fc.property(samples, (all) => {
        const { devices, venues, days } = judged([all]);
        for (const [, { slots: s }] of devices) expect(s.up + s.down + s.unknown).toBe(s.expected);
        for (const [, { slots: s, reasons }] of venues) {
          expect(s.served + s.unserved + s.unknown).toBe(s.expected);
          expect(reasons.reduce((sum, { count }) => sum + count, 0)).toBe(s.unknown);
        }
        const letters = days
          .flat()
          .map((day) => day.slots)
          .join("");
        expect(letters.replaceAll("-", "")).toHaveLength(
          devices[0]?.[1].slots.expected === undefined ? 0 : 2 * devices[0][1].slots.expected,
        );
      }),
    );
  });

  it("never makes a device down without a self-test that passed", () => {
    fc.assert(
      fc.property(samples, (all) => {
        const unproven = all.filter(({ metric, value }) => metric !== "agent_selftest_passed" || value === 0);
        for (const [, { slots: s, state }] of judged([unproven]).devices) {
          expect(s.down).toBe(0);
          expect(["down", "down-dep"]).not.toContain(state);
        }
      }),
    );
  });
});

/** Film strips of a window: u up, d down, x not asked, o nobody there, b blind. */
const strip = fc.array(fc.tuple(fc.constantFrom("u", "d", "x", "o", "b"), fc.nat({ max: 900 })), { maxLength: 6 });

describe("a room", () => {
  it("never gets a wider interval when slots become known, and its share stays within the earlier one", () => {
    fc.assert(
      fc.property(strip, fc.constantFrom("u", "d"), fc.nat({ max: 5 }), (before, learned, which) => {
        const after = before.map(([letter, count], i): [string, number] => [
          i === which && "xob".includes(letter) ? learned : letter,
          count,
        ]);
        const [was, is] = [before, after].map((ap) => judge(ONE_ROOM, film({ ap })).venues.get("room"));
        if (was === undefined || is === undefined) throw new RangeError("the room is there");
        expect(is.lo).toBeGreaterThanOrEqual(was.lo);
        expect(is.hi).toBeLessThanOrEqual(was.hi);
        if (is.share === undefined) return;
        expect(is.share).toBeGreaterThanOrEqual(was.lo);
        expect(is.share).toBeLessThanOrEqual(was.hi);
      }),
      { numRuns: 30 },
    );
  });
});

const WINDOW = { teachingDays: 20, expectedSlots: 1920 };
const verdict = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...VENUE_VERDICTS) },
  { weight: 3, arbitrary: fc.constant("covered" as const) },
);
const rooms = fc.array(verdict, { maxLength: 14 });
const coverageOf = (verdicts: readonly JudgedVenue["verdict"][], inventoryConfirmed = true) =>
  schoolCoverage({
    venues: verdicts.map((one) => ({ verdict: one })),
    inventoryConfirmed,
    window: WINDOW,
    frozen: false,
    asOfMs: AS_OF,
  });
const places = fc.array(fc.record({ verdicts: rooms, students: fc.nat({ max: 3_000 }), isConfirmed: fc.boolean() }), {
  maxLength: 12,
});
const groupOf = (
  schools: readonly { verdicts: readonly JudgedVenue["verdict"][]; students: number; isConfirmed: boolean }[],
) =>
  groupCoverage(
    schools.map(({ verdicts, students, isConfirmed }) => ({
      coverage: coverageOf(verdicts, isConfirmed),
      frozen: false,
      students,
    })),
    AS_OF,
  );
const isCovered = (one: string) => one.startsWith("covered");
const isNot = (one: string) => one === "not_covered" || one === "not_equipped";

function expectWithin(inner: { lo: number; hi: number; value?: number }, outer: { lo: number; hi: number }): void {
  expect(inner.lo).toBeGreaterThanOrEqual(outer.lo);
  expect(inner.hi).toBeLessThanOrEqual(outer.hi);
  expect(inner.hi).toBeGreaterThanOrEqual(inner.lo);
  if (inner.value === undefined) return;
  expect(inner.value).toBeGreaterThanOrEqual(inner.lo);
  expect(inner.value).toBeLessThanOrEqual(inner.hi);
}

describe("coverage", () => {
  it("of a school stays within its interval, which a verdict on one more room never widens", () => {
    fc.assert(
      fc.property(rooms, verdict, (verdicts, learned) => {
        const at = verdicts.indexOf("insufficient");
        const after = coverageOf(verdicts.map((one, i) => (i === at ? learned : one)));
        expectWithin(after.rate, coverageOf(verdicts).rate);
      }),
    );
  });

  it("of a school that is decided stays so, whatever its unknown rooms turn out to be", () => {
    fc.assert(
      fc.property(
        rooms,
        fc.infiniteStream(fc.constantFrom("covered" as const, "not_covered" as const)),
        (verdicts, answers) => {
          const before = coverageOf(verdicts);
          const after = coverageOf(
            verdicts.map((one) => (one === "insufficient" ? (answers.next().value ?? one) : one)),
          );
          if (before.full !== "unknown") expect(after.full).toBe(before.full);
        },
      ),
    );
  });

  it("of a region stays within its intervals, which knowing one more school never widens", () => {
    fc.assert(
      fc.property(places, fc.nat({ max: 11 }), (schools, which) => {
        const after = schools.map((one, i) => (i === which ? { ...one, isConfirmed: true } : one));
        const [was, is] = [groupOf(schools), groupOf(after)];
        expectWithin(is.fullShare, was.fullShare);
        expectWithin(is.venueShare, was.venueShare);
        if (is.studentShare && was.studentShare) expectWithin(is.studentShare, was.studentShare);
      }),
    );
  });

  it("of a region is that of its rooms, counted again, and no mean of its parts", () => {
    fc.assert(
      fc.property(places, (schools) => {
        const { full, venueShare } = groupOf(schools);
        const known = schools.filter(({ isConfirmed }) => isConfirmed);
        const all = known.flatMap(({ verdicts }) => verdicts);
        expect(venueShare.numerator).toBe(all.filter(isCovered).length);
        expect(venueShare.denominator).toBe(all.filter((one) => isCovered(one) || isNot(one)).length);
        const withRooms = known.filter(({ verdicts }) => verdicts.length > 0);
        expect(full.yes).toBe(withRooms.filter(({ verdicts }) => verdicts.every(isCovered)).length);
        expect(full.no).toBe(withRooms.filter(({ verdicts }) => verdicts.some(isNot)).length);
      }),
    );
  });

  it("of a region does not depend on the order of its schools", () => {
    fc.assert(
      fc.property(places, (schools) => {
        const { fullShare, venueShare, studentShare, full } = groupOf([...schools].reverse());
        const straight = groupOf(schools);
        const figures = ({ value, lo, hi, numerator, denominator }: typeof fullShare) => [
          value,
          lo,
          hi,
          numerator,
          denominator,
        ];
        expect(full).toEqual(straight.full);
        expect(figures(fullShare)).toEqual(figures(straight.fullShare));
        expect(figures(venueShare)).toEqual(figures(straight.venueShare));
        expect(studentShare && figures(studentShare)).toEqual(straight.studentShare && figures(straight.studentShare));
      }),
    );
  });
});
