import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Campus, device, venue } from "../campus-suite.ts";
import { ask, fullAfter, inWords, NOON, PER_DAY, type Scene, WINDOW } from "./what-if-suite.ts";

const strip = (...parts: readonly (readonly [string, number])[]) =>
  parts.map(([letter, n]) => letter.repeat(n)).join("");
const UP = strip(["u", WINDOW]);
const DOWN = strip(["d", WINDOW]);

const rooms = (...ids: string[]) => ids.map((id) => venue(id));
const scene = (campus: Campus, film: Record<string, string>, asOfMs = NOON): Scene => ({ campus, film, asOfMs });
const ONE: Campus = { devices: [device("ap")], venues: rooms("room"), serves: ["ap>room"] };

describe("what would make a school full", () => {
  it("is nothing when it is", () => {
    const { whatIf } = ask(scene(ONE, { ap: UP }));
    expect(whatIf).toMatchObject({ full: "true", rooms: [], measures: [], cost: 0, atLeast: 0, service: { slots: 0 } });
  });

  it("is to mend an access point that is down, and then to go on until the window passes", () => {
    const { whatIf } = ask(scene(ONE, { ap: DOWN }));
    expect(inWords(whatIf)).toEqual(["mend ap"]);
    expect(whatIf).toMatchObject({ full: "false", cost: 1, service: { slots: 19 * PER_DAY, teachingDays: 19 } });
  });

  it("is only to go on where the access point was mended a day ago", () => {
    const { whatIf } = ask(scene(ONE, { ap: strip(["d", 5 * PER_DAY], ["u", 15 * PER_DAY]) }));
    expect(inWords(whatIf)).toEqual([]);
    expect(whatIf).toMatchObject({ full: "false", cost: 0 });
    // The fourth bad day leaves with the first slot of the fourth day to come; one bad day in twenty is borne.
    expect(whatIf.service).toEqual({ slots: 4 * PER_DAY, teachingDays: 4 });
  });

  it.each([
    { missed: PER_DAY, slots: 0 },
    { missed: PER_DAY + 1, slots: 1 },
  ])("is $slots slots of service with $missed unserved slots at the begin of the window", ({ missed, slots }) => {
    const { whatIf } = ask(scene(ONE, { ap: strip(["d", missed], ["u", WINDOW - missed]) }));
    expect(whatIf.service.slots).toBe(slots);
    expect(whatIf.rooms).toHaveLength(slots === 0 ? 0 : 1);
  });

  it("is one more access point for a room that has none, and sixteen days of it", () => {
    const { whatIf } = ask(scene({ ...ONE, venues: rooms("room", "bare") }, { ap: UP }));
    expect(whatIf.rooms.map(({ venue: { id }, verdict }) => [id, verdict])).toEqual([["bare", "not_equipped"]]);
    expect(inWords(whatIf)).toEqual(["new_ap bare"]);
    expect(whatIf).toMatchObject({ cost: 3, service: { slots: 16 * PER_DAY, teachingDays: 16 } });
  });

  it("is to mend the switch that takes the access points of three rooms with it", () => {
    const campus: Campus = {
      devices: [device("sw"), ...["a", "b", "c"].map((id) => device(id, { parent: "sw" }))],
      venues: rooms("ra", "rb", "rc"),
      serves: ["a>ra", "b>rb", "c>rc"],
    };
    const { whatIf } = ask(scene(campus, { sw: DOWN, a: DOWN, b: DOWN, c: DOWN }));
    expect(inWords(whatIf)).toEqual(["mend sw"]);
    expect(whatIf.measures[0]?.rooms).toEqual(["ra", "rb", "rc"]);
  });

  it("is to mend the one access point that several rooms share, and not those of their own", () => {
    const campus: Campus = {
      devices: ["hall", "a", "b"].map((id) => device(id)),
      venues: rooms("ra", "rb"),
      serves: ["a>ra", "b>rb", "hall>ra", "hall>rb"],
    };
    const film = { hall: DOWN, a: DOWN, b: DOWN };
    expect(inWords(ask(scene(campus, film)).whatIf)).toEqual(["mend hall"]);
  });

  it("is a walk test where a secondary access point has been up all the time, at once", () => {
    const campus: Campus = {
      devices: [device("ap"), device("next")],
      venues: rooms("room"),
      serves: ["ap>room", { device: "next", venue: "room", role: "secondary" }],
    };
    const costs = { confirm_inventory: 1, evidence: 1, mend: 2, walk_test: 1, new_ap: 3 };
    const { whatIf } = ask(scene(campus, { ap: DOWN, next: UP }), costs);
    expect(inWords(whatIf)).toEqual(["walk_test next room"]);
    expect(whatIf.service.slots).toBe(0);
  });

  it.each([
    { case: "was measured as too weak lately", walkTest: { dbm: -68, day: "2026-01-10" }, want: ["new_ap room"] },
    {
      case: "was measured as too weak long ago",
      walkTest: { dbm: -68, day: "2020-01-10" },
      want: ["walk_test next room"],
    },
    { case: "has a test that is too old", walkTest: { dbm: -60, day: "2020-01-10" }, want: ["walk_test next room"] },
  ])("of a room whose only access point $case is $want", ({ walkTest, want }) => {
    const serves = [{ device: "next", venue: "room", role: "secondary" as const, walkTest }];
    const campus: Campus = { devices: [device("next")], venues: rooms("room"), serves };
    expect(inWords(ask(scene(campus, { next: UP })).whatIf)).toEqual(want);
  });

  it("is to have the agent back where it is only evidence that is missing", () => {
    const { whatIf } = ask(scene(ONE, { ap: strip(["u", 15 * PER_DAY], ["o", 5 * PER_DAY]) }));
    expect(inWords(whatIf)).toEqual(["evidence agent_offline"]);
    // One known day too few; each new one puts out an old one that was known, until the unknown ones leave.
    expect(whatIf).toMatchObject({ full: "unknown", cost: 0.5, service: { teachingDays: 16 } });
  });

  it("is an agent where there is none", () => {
    const { whatIf } = ask(scene({ ...ONE, agents: [] }, {}));
    expect(inWords(whatIf)).toEqual(["evidence no_agent"]);
  });

  it("is to have the agent see again in the segment in which it is blind", () => {
    const { whatIf } = ask(scene(ONE, { ap: strip(["b", WINDOW]) }));
    expect(whatIf.measures.map(({ measure }) => measure)).toEqual([
      { kind: "evidence", reason: "agent_blind", segment: "main" },
    ]);
  });

  it("is to wait for the fifth day after a long break, as the verdict does", () => {
    const film = { ap: strip(["d", 2 * PER_DAY], ["u", WINDOW - 2 * PER_DAY]) };
    const inBreak = scene({ ...ONE, calendar: BREAK }, film, Date.parse("2026-11-05T12:00:00+08:00"));
    const asked = ask(inBreak);
    expect(asked.whatIf.service).toEqual({ slots: 4 * PER_DAY + 1, teachingDays: 5 });
    expect(fullAfter(inBreak, asked, 4 * PER_DAY)).toBe("false");
    expect(fullAfter(inBreak, asked, 4 * PER_DAY + 1)).toBe("true");
  });

  it("waits for rooms that a bad week after the break will take out", () => {
    const campus: Campus = {
      devices: [device("ap"), device("ok")],
      venues: rooms("room", "fine"),
      serves: ["ap>room", "ok>fine"],
      calendar: BREAK,
    };
    const film = {
      ap: strip(["d", 2 * PER_DAY], ["u", WINDOW + 2 * PER_DAY]),
      ok: strip(["u", WINDOW], ["d", 3 * PER_DAY], ["u", PER_DAY]),
    };
    const thursday = scene(campus, film, Date.parse("2026-11-12T12:00:00+08:00"));
    const asked = ask(thursday);
    expect(asked.whatIf.rooms.map(({ venue: { id }, chosen }) => [id, chosen?.service.slots])).toEqual([["room", 1]]);
    const { slots } = asked.whatIf.service;
    expect(slots).toBeGreaterThan(15 * PER_DAY);
    expect([slots - 1, slots].map((after) => fullAfter(thursday, asked, after))).toEqual(["false", "true"]);
  });

  it("is to ask a device that nobody asks", () => {
    expect(inWords(ask(scene(ONE, { ap: strip(["x", WINDOW]) })).whatIf)).toEqual(["evidence not_probed ap"]);
  });

  it("is to ask the switch upstream of a silent access point", () => {
    const campus = { ...ONE, devices: [device("sw"), device("ap", { parent: "sw" })] };
    const { whatIf } = ask(scene(campus, { sw: strip(["x", WINDOW]), ap: DOWN }));
    expect(inWords(whatIf)).toEqual(["evidence not_probed sw"]);
  });

  it("passes over what a verdict would bear, and not more", () => {
    const lately = (bad: string) => ask(scene(ONE, { ap: strip(["d", WINDOW - PER_DAY]) + bad })).whatIf;
    expect(inWords(lately(strip(["u", PER_DAY])))).toEqual([]);
    expect(inWords(lately(strip(["u", PER_DAY - 1], ["d", 1])))).toEqual(["mend ap"]);
  });

  it("is to confirm the inventory as well where that is not done, and that alone where the rooms are fine", () => {
    const { whatIf } = ask(scene({ ...ONE, unconfirmed: true }, { ap: UP }));
    expect(inWords(whatIf)).toEqual(["confirm_inventory"]);
    expect(whatIf).toMatchObject({ full: "unknown", rooms: [], cost: 0.5, atLeast: 0.5 });
    expect(inWords(ask(scene({ ...ONE, unconfirmed: true }, { ap: DOWN })).whatIf)).toEqual([
      "confirm_inventory",
      "mend ap",
    ]);
  });

  it("asks nothing of rooms that are not for teaching", () => {
    const campus = { ...ONE, venues: [venue("room", { mainTeaching: false }), venue("class")], serves: ["ap>class"] };
    expect(ask(scene(campus, { ap: UP })).whatIf.rooms).toEqual([]);
  });

  it("cannot be said of a school without a main room, or without hours", () => {
    expect(ask(scene({ ...ONE, venues: [] }, {})).whatIf).toMatchObject({ obstacle: "no_main_venue", measures: [] });
    const closed = ask(scene({ ...ONE, school: { hours: [] } }, {}));
    expect(closed.whatIf).toMatchObject({ obstacle: "no_school_hours" });
  });

  it("is by the costs that are given", () => {
    const costs = { confirm_inventory: 1, evidence: 1, mend: 5, walk_test: 1, new_ap: 3 };
    const { whatIf } = ask(scene(ONE, { ap: DOWN }), costs);
    expect(inWords(whatIf)).toEqual(["new_ap room"]);
    expect(whatIf.cost).toBe(3);
  });

  it("shows every way, and which of them the set takes", () => {
    const [room] = ask(scene(ONE, { ap: DOWN })).whatIf.rooms;
    expect(room?.ways.map(({ measures }) => measures.map(({ kind }) => kind))).toEqual([["mend"], ["new_ap"]]);
    expect(room?.chosen).toBe(room?.ways[0]);
  });
});

const BREAK = [{ scope: "*", from: "2026-10-03", to: "2026-11-08", kind: "holiday" as const }];

/** Devices below a switch or two, rooms that they serve, and how all of them were. */
const anyScene: fc.Arbitrary<Scene> = fc
  .record({
    aps: fc.array(
      fc.record({
        parent: fc.constantFrom(undefined, "sw0", "sw1"),
        rooms: fc.uniqueArray(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }),
        secondary: fc.boolean(),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    strips: fc.array(
      fc.array(fc.tuple(fc.constantFrom("u", "u", "d", "x", "o"), fc.integer({ min: 1, max: WINDOW })), {
        minLength: 1,
        maxLength: 4,
      }),
      { minLength: 6, maxLength: 6 },
    ),
    unconfirmed: fc.boolean(),
    // Within the school hour of a day: an ordinary one, one in a long break, or one of the first days after it.
    day: fc.constantFrom(
      "2026-10-02",
      "2026-10-02",
      "2026-11-05",
      "2026-11-09",
      "2026-11-11",
      "2026-11-13",
      "2026-11-16",
    ),
    minutes: fc.integer({ min: 0, max: PER_DAY }).map((slots) => slots * 5),
  })
  .map(({ aps, strips, unconfirmed, day, minutes }) => {
    const devices = [
      device("sw0"),
      device("sw1", { parent: "sw0" }),
      ...aps.map(({ parent }, i) => device(`ap${i}`, parent === undefined ? {} : { parent })),
    ];
    const serves = aps.flatMap(({ rooms: served, secondary }, i) =>
      served.map((room) => ({
        device: `ap${i}`,
        venue: `r${room}`,
        role: secondary ? ("secondary" as const) : ("primary" as const),
      })),
    );
    const film = Object.fromEntries(
      devices.map(({ id }, i) => [id, strip(...(strips[i] ?? []), ["u", WINDOW]).repeat(2)]),
    );
    const campus = {
      devices,
      venues: rooms("r0", "r1", "r2", "r3"),
      serves,
      calendar: BREAK,
      ...(unconfirmed && { unconfirmed: true as const }),
    };
    return { campus, film, asOfMs: Date.parse(`${day}T08:00:00+08:00`) + minutes * 60_000 };
  });

describe("a set of measures", () => {
  it("makes the school full after the service it names, and not a slot earlier", () => {
    fc.assert(
      fc.property(anyScene, (any) => {
        const asked = ask(any);
        const { slots } = asked.whatIf.service;
        expect(fullAfter(any, asked, slots)).toBe("true");
        if (slots > 0) expect(fullAfter(any, asked, slots - 1)).not.toBe("true");
      }),
      { numRuns: 40 },
    );
  });

  it("is the same whatever the order of the inventory", () => {
    fc.assert(
      fc.property(anyScene, (any) => {
        const turned: Campus = {
          ...any.campus,
          devices: [...(any.campus.devices ?? [])].reverse(),
          venues: [...(any.campus.venues ?? [])].reverse(),
          serves: [...(any.campus.serves ?? [])].reverse(),
        };
        const [one, other] = [ask(any).whatIf, ask({ ...any, campus: turned }).whatIf];
        expect(inWords(other)).toEqual(inWords(one));
        expect(other.cost).toBe(one.cost);
      }),
      { numRuns: 30 },
    );
  });
});
