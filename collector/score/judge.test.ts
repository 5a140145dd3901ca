import Value from "typebox/value";
import { describe, expect, it } from "vitest";
import { SchoolCoverageSchema } from "../../contract/api.ts";
import { Inventory } from "../inventory/inventory.ts";
import {
  AS_OF,
  answers,
  type Campus,
  device,
  evidenceOf,
  film,
  inventoryOf,
  isBlind,
  isReported,
  isSilent,
  judge,
  ONE_ROOM,
  SCHOOL,
  sees,
  slotBegins,
  type TestSample,
  venue,
} from "./campus-suite.ts";
import { judgeSchool, venueDays } from "./judge.ts";

const at = (text: string) => Date.parse(`2026-10-02T${text}+08:00`);
/** States and reasons of the only access point, as text. */
const shown = ({ state, reason }: { state: string; reason?: string }) =>
  reason === undefined ? state : `${state} ${reason}`;
const clockIsOff = (atMs: number, seconds: number): TestSample => ({
  metric: "agent_clock_offset_seconds",
  device: "gw-1",
  atMs,
  value: seconds,
});
const apAt = (asOf: string, samples: readonly TestSample[], campus: Campus = ONE_ROOM) =>
  judge(campus, samples, { asOfMs: at(asOf) }).devices.get("ap");

describe("the state of now", () => {
  const ten = at("10:00:00");
  const before = at("09:55:00");

  it.each([
    { what: "answered in the running slot", samples: [sees(ten), answers("ap", ten)], want: "up", slot: ten },
    { what: "silent twice in the running slot", samples: [sees(ten), ...isSilent("ap", ten)], want: "down", slot: ten },
    { what: "not yet asked, up before", samples: [sees(before), answers("ap", before)], want: "up", slot: before },
    {
      what: "not yet asked, down before",
      samples: [sees(before), ...isSilent("ap", before)],
      want: "down",
      slot: before,
    },
    {
      what: "silent once so far, up before",
      samples: [answers("ap", before), sees(ten), ...isSilent("ap", ten).slice(0, 2)],
      want: "up",
      slot: before,
    },
    {
      what: "answered, by a clock that is an hour behind",
      samples: [sees(before), answers("ap", before), clockIsOff(before + 3_600_000, -3_600)],
      want: "unknown clock_untrusted",
      slot: before,
    },
    {
      what: "heard of an agent whose clock is so far ahead that its readings are refused",
      samples: [clockIsOff(before, 7_200)],
      want: "unknown clock_untrusted",
      slot: before,
    },
    {
      what: "answered, by a clock that is five minutes off",
      samples: [sees(ten), answers("ap", ten), clockIsOff(ten, 300)],
      want: "up",
      slot: ten,
    },
    { what: "nothing heard for two slots", samples: [], want: "unknown agent_offline", slot: before },
    {
      what: "agent blind since the slot began, silent before",
      samples: [isBlind(before), isBlind(ten)],
      want: "unknown agent_blind",
      slot: before,
    },
  ])("$what: $want", ({ samples, want, slot }) => {
    const ap = apAt("10:03:00", samples);
    expect(ap && shown(ap)).toBe(want);
    expect(ap?.slotMs).toBe(slot);
  });

  it.each(["07:59:59", "12:00:00", "12:59:59", "17:00:00"])("at %s, outside school hours, is not expected", (time) => {
    const got = judge(ONE_ROOM, film({ ap: [["u", 1920]] }), { asOfMs: at(time) });
    expect(got.devices.get("ap")).toMatchObject({ state: "not-expected" });
    expect(got.devices.get("ap")).not.toHaveProperty("sinceMs");
    expect(got.venues.get("room")?.now).toEqual({ state: "not-expected", causes: [] });
    expect(got.venuesNow).toEqual({ "not-expected": 1 });
    expect(got.devicesNow).toEqual({ "not-expected": 1 });
  });

  it("says since when, over nights and breaks, and when it was last seen", () => {
    const begins = slotBegins();
    const ap = apAt(
      "13:02:30",
      film({
        ap: [
          ["u", 1700],
          ["d", 173],
        ],
      }),
    );
    expect(ap).toMatchObject({
      state: "down",
      sinceMs: begins[1700],
      lastSeenMs: begins[1699],
      slotMs: at("13:00:00"),
    });
  });

  it("keeps the begin of unknown when its reason changes", () => {
    const begins = slotBegins();
    const ap = apAt(
      "13:02:30",
      film({
        ap: [
          ["u", 1700],
          ["x", 20],
          ["o", 20],
          ["b", 133],
        ],
      }),
    );
    expect(ap).toMatchObject({ state: "unknown", reason: "agent_blind", sinceMs: begins[1700] });
  });

  it("goes back no further than the window, and never saw what was never up", () => {
    const ap = apAt("16:59:00", film({ ap: [["d", 1920]] }));
    expect(ap).toMatchObject({ state: "down", sinceMs: slotBegins()[0], slots: { expected: 1919, down: 1919 } });
    expect(ap).not.toHaveProperty("lastSeenMs");
  });

  it("does not let the running slot count", () => {
    const { venues, coverage } = judge(ONE_ROOM, film({ ap: [["u", 1920]] }), { asOfMs: at("16:59:59") });
    expect(venues.get("room")?.slots).toEqual({ expected: 1919, served: 1919, unserved: 0, unknown: 0 });
    expect(coverage.window).toEqual({
      fromDay: "2026-09-07",
      toDay: "2026-10-02",
      teachingDays: 20,
      expectedSlots: 1919,
      holidaysUnknown: true, // the suite's inventories have none
    });
  });

  it("says when it may count a public holiday as a teaching day", () => {
    const { contents, regions } = inventoryOf(ONE_ROOM);
    const inventory = new Inventory(contents, regions);
    const judged = (asOfMs: number) => judgeSchool({ inventory, evidence: evidenceOf([]), schoolId: SCHOOL, asOfMs });
    expect(judged(at("17:00:00")).window.holidaysUnknown).toBeUndefined();
    expect(judged(Date.parse("2027-03-01T17:00:00+08:00")).window.holidaysUnknown).toBe(true);
  });
});

describe("a controller's report", () => {
  const nine = at("09:00:00");
  const next = at("09:05:00");
  const after = at("09:10:00");
  /** States of 09:00, 09:05 and 09:10 by counting what the access point was in them. */
  const states = (samples: TestSample[]) => {
    const all = [...samples, sees(nine), sees(next), sees(after)];
    return ["09:05:00", "09:10:00", "09:15:00"].map((asOf) => {
      const ap = apAt(asOf, all);
      return ap && shown({ state: ap.state, ...(ap.reason && { reason: ap.reason }) });
    });
  };

  it("holds for the slot after it, when it is at most ten minutes old, and no longer", () => {
    expect(states([isReported("ap", nine, 4, 1)])).toEqual(["up", "up", "unknown not_probed"]);
  });

  it.each([
    { what: "a report to the contrary", contrary: [isReported("ap", next, 1, 0)] },
    { what: "a failed probe", contrary: isSilent("ap", next).slice(0, 2) },
  ])("does not hold against $what", ({ contrary }) => {
    const ap = judge(ONE_ROOM, [isReported("ap", nine, 4, 1), sees(next), ...contrary], { asOfMs: after }).devices.get(
      "ap",
    );
    expect(ap?.slots.up).toBe(1);
  });

  it("is not what an access point says of itself", () => {
    const samples = [answers("ap", nine), isReported("ap", nine, 1, 1)];
    expect(judge(ONE_ROOM, samples, { asOfMs: after }).devices.get("ap")?.slots.up).toBe(1);
  });

  it("that it is out of service twice is two failed attempts", () => {
    const samples = [sees(nine), isReported("ap", nine, 1, 0), isReported("ap", nine, 2, 0)];
    expect(apAt("09:03:00", samples)).toMatchObject({ state: "down" });
    expect(judge(ONE_ROOM, samples.slice(0, 2), { asOfMs: next }).devices.get("ap")?.slots.down).toBe(0);
  });

  it("that disagrees with the device's own answer makes it degraded, which is up", () => {
    const ap = apAt("09:03:00", [sees(nine), answers("ap", nine), isReported("ap", nine, 1, 0)]);
    expect(ap).toMatchObject({ state: "degraded" });
    expect(apAt("09:03:00", [sees(nine), isReported("ap", nine, 1, 1), ...isSilent("ap", nine)])).toMatchObject({
      state: "degraded",
    });
    expect(
      judge(ONE_ROOM, [answers("ap", nine), isReported("ap", nine, 1, 0)], { asOfMs: next }).venues.get("room")?.slots
        .served,
    ).toBe(1);
  });
});

describe("a self-test", () => {
  const nine = at("09:00:00");
  const silent = isSilent("ap", nine);

  it("speaks for its own segment only", () => {
    const campus: Campus = { ...ONE_ROOM, devices: [device("ap", { segment: "wifi" })] };
    const wifi: TestSample = { ...sees(nine), instance: "wifi" };
    expect(apAt("09:03:00", [sees(nine), ...silent, wifi], campus)).toMatchObject({ state: "down" });
    // Nobody proved to see the device's segment: the running slot is open, and nothing is known of the one before.
    expect(judge(campus, [sees(nine), ...silent], { asOfMs: at("09:05:00") }).devices.get("ap")?.slots.down).toBe(0);
  });

  it("that failed once in the slot undoes one that passed", () => {
    const samples = [sees(nine), { ...isBlind(nine), atMs: nine + 60_000 }, ...silent];
    expect(judge(ONE_ROOM, samples, { asOfMs: at("09:05:00") }).devices.get("ap")?.slots.down).toBe(0);
  });
});

describe("a parent", () => {
  const nine = at("09:00:00");
  const campus: Campus = {
    ...ONE_ROOM,
    devices: [device("ap", { parent: "switch" }), device("switch", { kind: "switch" })],
  };
  const silent = [sees(nine), ...isSilent("ap", nine)];

  it("that nobody asked leaves its child unknown, also when it stands after it in the file", () => {
    expect(judge(campus, silent, { asOfMs: at("09:05:00") }).venues.get("room")?.reasons).toContainEqual({
      reason: "path_unknown",
      count: 1,
    });
  });

  it("that answers lets its child be down by itself", () => {
    const got = judge(campus, [...silent, answers("switch", nine)], { asOfMs: at("09:03:00") });
    expect(got.devices.get("ap")).toMatchObject({ state: "down" });
    expect(got.venues.get("room")?.now).toMatchObject({
      state: "unserved",
      slotMs: nine,
      causes: [{ device: "ap", state: "down", sinceMs: nine }],
    });
  });

  it("two levels up is named as the cause", () => {
    const deep: Campus = {
      ...ONE_ROOM,
      devices: [device("core"), device("switch", { parent: "core" }), device("ap", { parent: "switch" })],
    };
    const samples = [sees(nine), ...["core", "switch", "ap"].flatMap((id) => isSilent(id, nine))];
    const { venues } = judge(deep, samples, { asOfMs: at("09:03:00") });
    expect(venues.get("room")?.now.causes.map((cause) => [cause.device, cause.state])).toEqual([
      ["core", "down"],
      ["ap", "down-dep"],
    ]);
  });
});

describe("a school", () => {
  it("without an agent is not known for that reason", () => {
    const { coverage } = judge({ ...ONE_ROOM, agents: [] }, []);
    expect(coverage.rate.reasons).toContainEqual({ reason: "no_agent", count: 1 });
    expect(coverage).toMatchObject({ full: "unknown", evidenceShare: 0 });
  });

  it("without a teaching day is not known for that reason", () => {
    const term = { scope: "*", from: "2026-10-12", to: "2027-01-20", kind: "term" as const };
    const { coverage, venues, devices } = judge({ ...ONE_ROOM, calendar: [term] }, film({ ap: [["u", 1920]] }));
    expect(coverage.window).toEqual({ teachingDays: 0, expectedSlots: 0 });
    expect(coverage.rate.reasons).toContainEqual({ reason: "no_teaching_day", count: 1 });
    expect(coverage).not.toHaveProperty("evidenceShare");
    expect(venues.get("room")).toMatchObject({ verdict: "insufficient", lo: 0, hi: 1 });
    expect(devices.get("ap")).not.toHaveProperty("evidenceShare");
  });

  it("counts only its main venues, and the access points that serve those", () => {
    const campus: Campus = {
      devices: [device("ap"), device("ap-office")],
      venues: [venue("room"), venue("office", { kind: "office", mainTeaching: false })],
      serves: ["ap>room", "ap-office>office"],
    };
    const { coverage, venues } = judge(campus, film({ ap: [["u", 1920]], "ap-office": [["d", 1920]] }));
    expect(coverage).toMatchObject({ venues: 1, covered: 1, evidenceShare: 1, full: "true" });
    expect(venues.get("office")?.verdict).toBe("not_covered");
  });

  it("names secondary access points that do not count for want of a walk test", () => {
    const campus: Campus = { ...ONE_ROOM, serves: [{ device: "ap", venue: "room", role: "secondary" }] };
    expect(judge(campus, film({ ap: [["u", 1920]] })).venues.get("room")).toMatchObject({
      verdict: "not_equipped",
      servedBy: [],
      notCounted: ["ap"],
    });
  });

  it("that is in maintenance has those slots taken out", () => {
    const begins = slotBegins();
    const maintenance = [{ device: "ap", fromMs: begins[0] ?? 0, toMs: begins[50] ?? 0, enteredAtMs: 0 }];
    const { devices, venues } = judge(
      ONE_ROOM,
      film({
        ap: [
          ["d", 50],
          ["u", 1870],
        ],
      }),
      { maintenance },
    );
    expect(devices.get("ap")?.slots).toEqual({ expected: 1870, up: 1870, down: 0, unknown: 0 });
    expect(venues.get("room")).toMatchObject({
      share: 1,
      slots: { expected: 1870, served: 1870, unserved: 0, unknown: 0 },
    });
  });

  it.each([
    { what: "judged", samples: film({ ap: [["u", 1920]] }), campus: ONE_ROOM },
    { what: "without evidence", samples: [], campus: ONE_ROOM },
    { what: "without venues", samples: [], campus: {} },
  ])("$what has its coverage in the shape of the contract", ({ samples, campus }) => {
    expect(Value.Errors(SchoolCoverageSchema, judge(campus, samples).coverage)).toEqual([]);
  });

  it("that the inventory does not have cannot be judged", () => {
    expect(() => judge(ONE_ROOM, [], { schoolId: "2133000099" })).toThrow(
      expect.objectContaining({ code: "SCHOOL_UNKNOWN" }),
    );
  });
});

describe("a venue slot by slot", () => {
  const input = (samples: TestSample[], asOfMs = AS_OF) => ({
    inventory: inventoryOf(ONE_ROOM),
    evidence: evidenceOf(samples),
    schoolId: SCHOOL,
    asOfMs,
  });

  it("is one letter a slot, one line a teaching day", () => {
    const begins = slotBegins();
    const maintenance = [{ device: "ap", fromMs: begins[0] ?? 0, toMs: begins[2] ?? 0, enteredAtMs: 0 }];
    const days = venueDays(
      {
        ...input(
          film({
            ap: [
              ["u", 48],
              ["d", 24],
              ["o", 24],
              ["u", 1824],
            ],
          }),
        ),
        maintenance,
      },
      "room",
    );
    expect(days).toHaveLength(20);
    expect(days[0]).toEqual({
      day: "2026-09-07",
      slots: `MM${"S".repeat(46)}${"N".repeat(24)}${"U".repeat(24)}`,
    });
    expect(days[19]?.slots).toBe("S".repeat(96));
  });

  it("shows what is not yet over as not yet over, the running slot too", () => {
    const days = venueDays(input(film({ ap: [["u", 1920]] }), at("08:14:59")), "room");
    expect(days.at(-1)).toMatchObject({ day: "2026-10-02", slots: `SS${"-".repeat(94)}` });
  });

  it("is nothing for a venue without access points, and refused for one that is not there", () => {
    const bare = { ...input([]), inventory: inventoryOf({ venues: [venue("room")] }) };
    expect(venueDays(bare, "room")).toEqual([]);
    expect(() => venueDays(bare, "cellar")).toThrow(expect.objectContaining({ code: "VENUE_UNKNOWN" }));
  });
});

it("nobody is expected to be there on public holidays, and on weekend days that are worked for them they are", () => {
  const { contents, regions } = inventoryOf(ONE_ROOM);
  const inventory = new Inventory(contents, regions);
  const { window } = judge(ONE_ROOM, [], { inventory, asOfMs: Date.parse("2026-10-08T17:00:00+08:00") });
  // Without 25 September and 1 to 7 October, with Sunday 20 September.
  expect(window).toMatchObject({ teachingDays: 20, expectedSlots: 1920, fromDay: "2026-09-04", toDay: "2026-10-08" });
});
