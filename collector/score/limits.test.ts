// Rules of sections 3 to 5 of the scoring model at, just under and just over their limits, from readings to verdicts. Limits of single
// functions are in the tests beside them; here the whole way is gone, so that nothing is lost between the parts.
import { describe, expect, it } from "vitest";
import { dayOf, dayStartMs, dayText } from "../inventory/day.ts";
import {
  AS_OF,
  answers,
  type Campus,
  device,
  film,
  isReported,
  isSilent,
  judge,
  ONE_ROOM,
  sees,
  slotBegins,
  type TestSample,
  venue,
} from "./campus-suite.ts";

const TODAY = dayOf("2026-10-02") ?? Number.NaN;
const begins = slotBegins();
const firstSlot = begins[0] ?? Number.NaN;
const verdictOf = (...ap: (readonly [string, number])[]) => judge(ONE_ROOM, film({ ap })).venues.get("room")?.verdict;
const slotsOf = (campus: Campus, samples: readonly TestSample[], changes = {}) =>
  judge(campus, samples, changes).devices.get("ap")?.slots;

describe("5.3 a room is covered from θ = 0.95 on, of 1920 slots", () => {
  it.each([
    { what: "96 unserved are exactly 0.95", down: 96, want: "covered_quality_unproven" },
    { what: "95 unserved are above", down: 95, want: "covered_quality_unproven" },
    { what: "97 unserved are below", down: 97, want: "not_covered" },
  ])("$what", ({ down, want }) => {
    expect(verdictOf(["u", 1920 - down], ["d", down])).toBe(want);
  });
});

describe("5.3 rule 2: not covered where nothing could save it, S_hi below θ", () => {
  it.each([
    { what: "S_hi exactly 0.95 is insufficient", down: 96, want: "insufficient" },
    { what: "one slot more is not covered, though hardly anything is known", down: 97, want: "not_covered" },
    { what: "one slot less is insufficient", down: 95, want: "insufficient" },
  ])("$what", ({ down, want }) => {
    expect(verdictOf(["u", 10], ["d", down], ["o", 1920])).toBe(want);
  });
});

describe("5.3 rule 3: insufficient below κ = 0.80", () => {
  it.each([
    { what: "1536 known slots are exactly 0.80", known: 1536, want: "covered_quality_unproven" },
    { what: "1537 are above", known: 1537, want: "covered_quality_unproven" },
    { what: "1535 are below", known: 1535, want: "insufficient" },
  ])("$what", ({ known, want }) => {
    expect(verdictOf(["u", known], ["o", 1920])).toBe(want);
  });
});

describe("4 rule 2: maintenance takes at most 5 % of 1920 expected slots", () => {
  it.each([
    { what: "95 announced", announced: 95, expected: 1825 },
    { what: "96 announced", announced: 96, expected: 1824 },
    { what: "97 announced", announced: 97, expected: 1824 },
  ])("$what leave $expected expected", ({ announced, expected }) => {
    const toMs = (begins[announced - 1] ?? Number.NaN) + 1;
    const maintenance = [{ device: "ap", fromMs: firstSlot, toMs, enteredAtMs: firstSlot - 1 }];
    expect(slotsOf(ONE_ROOM, film({ ap: [["u", 1920]] }), { maintenance })?.expected).toBe(expected);
  });

  it.each([
    { what: "a millisecond before its first slot covers it", enteredAtMs: firstSlot - 1, expected: 1908 },
    { what: "when the slot begins does not", enteredAtMs: firstSlot, expected: 1909 },
  ])("entered $what", ({ enteredAtMs, expected }) => {
    const maintenance = [{ device: "ap", fromMs: firstSlot, toMs: firstSlot + 3_600_000, enteredAtMs }];
    expect(slotsOf(ONE_ROOM, film({ ap: [["u", 1920]] }), { maintenance })?.expected).toBe(expected);
  });
});

describe("4 rule 3: a controller's report holds for 10 minutes", () => {
  it.each([
    { what: "its own slot and the next, at the slot's begin", minute: 0, up: 2 },
    { what: "its own slot and the next, at the slot's end", minute: 4.999, up: 2 },
    { what: "only the next, a millisecond before the first slot", minute: -1 / 60_000, up: 1 },
    { what: "the first when it came at the begin of the slot before", minute: -5, up: 1 },
    { what: "none when it is a millisecond older", minute: -5 - 1 / 60_000, up: 0 },
  ])("$what", ({ minute, up }) => {
    expect(slotsOf(ONE_ROOM, [isReported("ap", firstSlot, minute, 1)])?.up).toBe(up);
  });
});

describe("4 rule 4: down needs two failed attempts", () => {
  const [first, , second] = isSilent("ap", firstSlot);
  it.each([
    { what: "two", attempts: [first, second], down: 1 },
    { what: "one", attempts: [first], down: 0 },
    { what: "the same one twice", attempts: [first, first], down: 0 },
    {
      what: "two of which one was in the slot before",
      attempts: [first, second && { ...second, atMs: firstSlot - 1 }],
      down: 0,
    },
  ])("$what: $down", ({ attempts, down }) => {
    const made = attempts.flatMap((one) => (one === undefined ? [] : [one]));
    expect(slotsOf(ONE_ROOM, [sees(firstSlot), ...made])?.down).toBe(down);
  });
});

describe("4: a clock is trusted up to 5 minutes off", () => {
  it.each([
    { seconds: 300, up: 1 },
    { seconds: -300, up: 1 },
    { seconds: 300.001, up: 0 },
    { seconds: -300.001, up: 0 },
    { seconds: 299.999, up: 1 },
  ])("$seconds s: $up", ({ seconds, up }) => {
    const offset: TestSample = {
      metric: "agent_clock_offset_seconds",
      device: "gw-1",
      atMs: firstSlot,
      value: seconds,
    };
    expect(slotsOf(ONE_ROOM, [answers("ap", firstSlot), offset])?.up).toBe(up);
  });
});

describe("5.1: a confirmation of the inventory holds for 400 days", () => {
  it.each([
    { daysAgo: 399, full: "true" },
    { daysAgo: 400, full: "true" },
    { daysAgo: 401, full: "unknown" },
    { daysAgo: 0, full: "true" },
    { daysAgo: -1, full: "unknown" },
  ])("$daysAgo days ago: $full", ({ daysAgo, full }) => {
    const campus = { ...ONE_ROOM, school: { inventoryConfirmedAt: dayText(TODAY - daysAgo) } };
    expect(judge(campus, film({ ap: [["u", 1920]] })).coverage.full).toBe(full);
  });
});

describe("5.2: a secondary access point counts with a walk test of −67 dBm at most three years old", () => {
  it.each([
    { dbm: -66.9, day: "2026-01-01", counts: true },
    { dbm: -67, day: "2026-01-01", counts: true },
    { dbm: -67.1, day: "2026-01-01", counts: false },
    { dbm: -60, day: "2023-10-03", counts: true },
    { dbm: -60, day: "2023-10-02", counts: true },
    { dbm: -60, day: "2023-10-01", counts: false },
    { dbm: -60, day: "2026-10-02", counts: true },
    { dbm: -60, day: "2026-10-03", counts: false },
  ])("$dbm dBm on $day: $counts", ({ dbm, day, counts }) => {
    const serves = [{ device: "ap", venue: "room", role: "secondary" as const, walkTest: { dbm, day } }];
    const { venues } = judge({ ...ONE_ROOM, serves }, film({ ap: [["u", 1920]] }));
    expect(venues.get("room")?.verdict).toBe(counts ? "covered_quality_unproven" : "not_equipped");
  });
});

describe("5.5: a school's rate is printed from 0.90 of its rooms on", () => {
  it.each([
    { known: 9, status: "value" },
    { known: 10, status: "value" },
    { known: 8, status: "insufficient" },
  ])("$known of 10 known: $status", ({ known, status }) => {
    const names = Array.from({ length: 10 }, (_, i) => `r${i}`);
    const campus = {
      devices: [device("ap"), device("dark")],
      venues: names.map((name) => venue(name)),
      serves: names.map((name, i) => `${i < known ? "ap" : "dark"}>${name}`),
    };
    expect(judge(campus, film({ ap: [["u", 1920]] })).coverage.rate.status).toBe(status);
  });
});

describe("3: a result freezes after 30 days without teaching", () => {
  const term = (lastDaysAgo: number): Campus => ({
    ...ONE_ROOM,
    calendar: [{ scope: "*", from: "2026-05-04", to: dayText(TODAY - lastDaysAgo), kind: "term" }],
  });
  it.each([
    { daysAgo: 29, frozen: false },
    { daysAgo: 30, frozen: false },
    { daysAgo: 31, frozen: true },
  ])("the last teaching day was $daysAgo days ago: $frozen", ({ daysAgo, frozen }) => {
    expect(judge(term(daysAgo), []).frozen).toBe(frozen);
  });

  it.each([
    { held: 4, asOf: "2026-09-04T17:00:00+08:00", frozen: true, days: 20, from: "2026-06-03" },
    { held: 5, asOf: "2026-09-07T17:00:00+08:00", frozen: false, days: 20, from: "2026-06-10" },
    { held: 6, asOf: "2026-09-08T17:00:00+08:00", frozen: false, days: 20, from: "2026-06-11" },
  ])("$held days after a break it is frozen: $frozen", ({ asOf, frozen, days, from }) => {
    const calendar = [
      { scope: "*", from: "2026-02-23", to: "2026-06-30", kind: "term" as const },
      { scope: "*", from: "2026-09-01", to: "2027-01-20", kind: "term" as const },
    ];
    const judged = judge({ ...ONE_ROOM, calendar }, [], { asOfMs: Date.parse(asOf) });
    expect([judged.frozen, judged.window.teachingDays, judged.window.fromDay]).toEqual([frozen, days, from]);
  });
});

describe("3: a window has 20 teaching days, and a day belongs to it when its first slot has ended", () => {
  it.each([
    { begin: "2026-09-08", held: 19, days: 19 },
    { begin: "2026-09-07", held: 20, days: 20 },
    { begin: "2026-09-04", held: 21, days: 20 },
  ])("$held days of teaching: $days", ({ begin, days }) => {
    const calendar = [{ scope: "*", from: begin, to: "2026-12-31", kind: "term" as const }];
    expect(judge({ ...ONE_ROOM, calendar }, []).window.teachingDays).toBe(days);
  });

  it.each([
    { ms: -1, to: "2026-10-01", slots: 1920 },
    { ms: 0, to: "2026-10-02", slots: 19 * 96 + 1 },
    { ms: 1, to: "2026-10-02", slots: 19 * 96 + 1 },
  ])("$ms ms after the end of the first slot it reaches to $to", ({ ms, to, slots }) => {
    const asOfMs = dayStartMs(TODAY) + 8 * 3_600_000 + 300_000 + ms;
    expect(asOfMs).toBeLessThan(AS_OF);
    expect(judge(ONE_ROOM, [], { asOfMs }).window).toMatchObject({ toDay: to, expectedSlots: slots });
  });
});
