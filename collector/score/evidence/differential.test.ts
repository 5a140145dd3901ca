// The packed evidence beside the plainest implementation there is: whatever comes, in whatever order and batches, with days settled
// and opened again between them, the states of all slots must be the same.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayAt, dayStartMs } from "../../inventory/day.ts";
import { columns, device, SCHOOL, type TestSample } from "../campus-suite.ts";
import { Evidence } from "../evidence.ts";
import { SLOT_MS } from "../parameters.ts";
import { plainCode } from "../plain-suite.ts";
import { stateOf } from "../state.ts";
import { axisOf, timelines } from "../timeline.ts";
import { countVenue, venueSlots } from "../venue-slots.ts";

const MONDAY = dayAt(Date.parse("2026-09-07T12:00:00+08:00"));
const DEVICES = [
  device("switch"),
  device("ap1", { parent: "switch" }),
  device("ap2", { parent: "switch", segment: "wifi" }),
  device("panel", { parent: "ap1", expectedOn: "on_demand" }),
];
/** The end of one day, and two pieces of the next: midnight lies between them. */
const DAYS = [
  { day: MONDAY, slots: [286, 287] },
  { day: MONDAY + 1, slots: [0, 1, 2, 100, 101] },
];
const BEGINS = DAYS.flatMap(({ day, slots }) => slots.map((slot) => dayStartMs(day) + slot * SLOT_MS));
const AXIS = axisOf({ days: DAYS, later: [], frozen: false });
const LATER_MS = dayStartMs(MONDAY + 3);

/** Times are near each other, so that attempts fall into the same 5 ms now and then. */
const sample: fc.Arbitrary<TestSample> = fc
  .record({
    metric: fc.constantFrom(
      ...(["probe_ok", "probe_ok", "probe_failure", "wifi_ap_up", "agent_selftest_passed"] as const),
      ...(["agent_spool_bytes", "agent_clock_offset_seconds", "cpu_busy_ratio"] as const),
    ),
    of: fc.constantFrom("switch", "ap1", "ap2", "panel", "nobody's"),
    begin: fc.constantFrom(...BEGINS),
    ms: fc.oneof(fc.nat({ max: 12 }), fc.constantFrom(0, 60_000, 120_000, 299_999)),
    flag: fc.constantFrom(0, 1),
    code: fc.constantFrom(1, 2, 3, 4, 6, 7, 8),
    offset: fc.constantFrom(0, 300, -301, 600, 86_400),
    segment: fc.constantFrom("main", "wifi", undefined),
  })
  .map(({ metric, of, begin, ms, flag, code, offset, segment }): TestSample => {
    const atMs = begin + ms;
    switch (metric) {
      case "probe_failure":
        return { metric, device: of, atMs, value: code };
      case "agent_selftest_passed":
        return { metric, device: "gw-1", ...(segment !== undefined && { instance: segment }), atMs, value: flag };
      case "agent_clock_offset_seconds":
        return { metric, device: "gw-1", atMs, value: offset };
      case "agent_spool_bytes":
        return { metric, device: "gw-1", atMs, value: 0 };
      default:
        return { metric, device: of, atMs, value: flag };
    }
  });

const COUNTED = new Set(["probe_ok", "probe_failure", "wifi_ap_up", "agent_selftest_passed", "agent_spool_bytes"]);

/** Codes of all devices by the plain way. */
function plainCodes(samples: readonly TestSample[]) {
  // What is no evidence does not even say that somebody was heard.
  const evidence = samples.filter(({ metric }) => COUNTED.has(metric) || metric === "agent_clock_offset_seconds");
  return DEVICES.map((of) => BEGINS.map((beginMs) => plainCode(of, beginMs, evidence, DEVICES)));
}

function codesOf(evidence: Evidence) {
  const found = timelines({ devices: DEVICES, evidence: evidence.of(SCHOOL), axis: AXIS });
  return DEVICES.map(({ id }) => [...found.codesOf(id)]);
}

/** Batches of samples, some of which come twice, and whether days are settled after each. */
const story = fc.array(
  fc.record({ batch: fc.array(sample, { maxLength: 40, size: "max" }), settles: fc.nat({ max: 2 }) }),
  {
    maxLength: 6,
  },
);

describe("packed evidence", () => {
  it("gives every device the state that the plain way gives it, slot by slot", () => {
    fc.assert(
      fc.property(story, (batches) => {
        const evidence = new Evidence();
        for (const { batch, settles } of batches) {
          evidence.take(SCHOOL, columns(batch));
          for (let i = 0; i < settles; i += 1) evidence.settle(LATER_MS);
        }
        expect(codesOf(evidence)).toEqual(plainCodes(batches.flatMap(({ batch }) => batch)));
      }),
      { numRuns: 300 },
    );
  });

  it("is counted by day as it would be slot by slot, for devices and for venues that several serve", () => {
    fc.assert(
      fc.property(story, (batches) => {
        const evidence = new Evidence();
        for (const { batch } of batches) evidence.take(SCHOOL, columns(batch));
        const found = timelines({ devices: DEVICES, evidence: evidence.of(SCHOOL), axis: AXIS });
        for (const { id } of DEVICES) {
          const states = [...found.codesOf(id)].map((code) => stateOf(code).state);
          const count = (...of: string[]) => states.filter((state) => of.includes(state)).length;
          const [up, down, unknown] = [count("up", "degraded"), count("down", "down-dep"), count("unknown")];
          expect(found.slotsOf(id)).toEqual({ expected: up + down + unknown, up, down, unknown });
        }
        for (const serving of [["ap1"], ["ap1", "ap2"], ["ap1", "ap2", "switch"], []]) {
          const slots = venueSlots(serving, found);
          const { served, unserved, unknown, reasons } = countVenue(serving, found);
          const count = (of: string) => slots.filter((slot) => slot === of).length;
          expect({ served, unserved, unknown }).toEqual({
            served: count("served"),
            unserved: count("unserved"),
            unknown: count("unknown"),
          });
          expect(reasons.reduce((sum, reason) => sum + reason.count, 0)).toBe(unknown);
        }
      }),
    );
  });

  it("is the same after a day was packed, given to another and merged there with what had come in between", () => {
    fc.assert(
      fc.property(story, story, (first, second) => {
        const [before, after] = [new Evidence(), new Evidence()];
        for (const { batch } of first) before.take(SCHOOL, columns(batch));
        // As the archive does: the keys' numbers, then the days.
        after.restoreKeys(SCHOOL, before.keysOf(SCHOOL));
        for (const { batch } of second) after.take(SCHOOL, columns(batch));
        for (const day of [MONDAY - 1, MONDAY, MONDAY + 1, MONDAY + 2]) {
          after.restore({ schoolId: SCHOOL, day }, before.of(SCHOOL).day(day)?.bytes);
        }
        const all = [...first, ...second].flatMap(({ batch }) => batch);
        expect(codesOf(after)).toEqual(plainCodes(all));
        const whole = new Evidence();
        whole.take(SCHOOL, columns(all));
        const days = [MONDAY - 1, MONDAY, MONDAY + 1, MONDAY + 2];
        expect(after.digest(SCHOOL, days)).toBe(whole.digest(SCHOOL, days));
      }),
      { numRuns: 200 },
    );
  });

  it("has one digest for the same samples in any order, and keeps its revision when they come again", () => {
    const shuffled = fc
      .array(sample, { maxLength: 80 })
      .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));
    fc.assert(
      fc.property(shuffled, fc.nat({ max: 2 }), ([all, order], settles) => {
        const [one, other] = [new Evidence(), new Evidence()];
        one.take(SCHOOL, columns(all));
        for (const each of order) other.take(SCHOOL, columns([each]));
        for (let i = 0; i < settles; i += 1) other.settle(LATER_MS);
        expect(other.digest(SCHOOL, [MONDAY, MONDAY + 1])).toBe(one.digest(SCHOOL, [MONDAY + 1, MONDAY]));
        const revision = other.revision(SCHOOL);
        other.take(SCHOOL, columns(all));
        expect(other.revision(SCHOOL)).toBe(revision);
      }),
    );
  });
});
