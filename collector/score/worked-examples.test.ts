// The worked examples of scoring model section 11 that are within reach, by their numbers: on counts, and from samples.
import { describe, expect, it } from "vitest";
import { TeachingCalendar, windowAt } from "./calendar.ts";
import {
  AS_OF,
  answers,
  type Campus,
  columns,
  device,
  evidenceOf,
  film,
  inventoryOf,
  isBlind,
  isSilent,
  judge,
  ONE_ROOM,
  SCHOOL,
  school,
  sees,
  slotBegins,
  venue,
} from "./campus-suite.ts";
import { groupCoverage, type SchoolInGroup, schoolCoverage } from "./coverage.ts";
import { judgeSchool } from "./judge.ts";
import { venueVerdict } from "./venue.ts";

const WINDOW = { teachingDays: 20, expectedSlots: 1920 };
const verdictOf = (served: number, unserved: number, unknown: number, quality: "pass" | "fail" = "pass") =>
  venueVerdict({ served, unserved, unknown }, { equipped: true, inventoryConfirmed: true, quality });

describe("E2 two access points, one down", () => {
  it("on counts: covered, whatever the load does to the quality", () => {
    expect(verdictOf(1900, 0, 20)).toEqual({
      verdict: "covered",
      share: 1,
      lo: 1900 / 1920,
      hi: 1,
      evidenceShare: 1900 / 1920,
    });
    expect(verdictOf(1900, 0, 20, "fail")).toMatchObject({ verdict: "covered_below_quality", share: 1 });
  });

  it("from samples", () => {
    const campus: Campus = {
      devices: [device("ap-a"), device("ap-b")],
      venues: [venue("room")],
      serves: ["ap-a>room", "ap-b>room"],
    };
    const { venues, devices, coverage } = judge(
      campus,
      film({
        "ap-a": [["d", 1920]],
        "ap-b": [
          ["u", 1900],
          ["x", 20],
        ],
      }),
    );
    expect(devices.get("ap-a")?.slots).toEqual({ expected: 1920, up: 0, down: 1920, unknown: 0 });
    expect(devices.get("ap-b")?.slots).toEqual({ expected: 1920, up: 1900, down: 0, unknown: 20 });
    expect(venues.get("room")).toMatchObject({
      verdict: "covered_quality_unproven",
      share: 1,
      evidenceShare: 1900 / 1920,
      slots: { expected: 1920, served: 1900, unserved: 0, unknown: 20 },
      reasons: [{ reason: "not_probed", count: 20 }],
    });
    expect(coverage).toMatchObject({ rate: { status: "value", value: 1 }, full: "true" });
  });
});

describe("E3 agent offline, device fine", () => {
  it("on counts: insufficient, neither 75 % nor 100 %", () => {
    expect(verdictOf(1440, 0, 480)).toEqual({
      verdict: "insufficient",
      share: 1,
      lo: 0.75,
      hi: 1,
      evidenceShare: 0.75,
    });
  });

  it("from samples", () => {
    const { venues, coverage } = judge(
      ONE_ROOM,
      film({
        ap: [
          ["u", 1440],
          ["o", 480],
        ],
      }),
    );
    expect(venues.get("room")).toMatchObject({
      verdict: "insufficient",
      lo: 0.75,
      hi: 1,
      evidenceShare: 0.75,
      reasons: [{ reason: "agent_offline", count: 480 }],
    });
    expect(coverage.full).toBe("unknown");
    expect(coverage.rate).not.toHaveProperty("value");
    expect(coverage.rate).toMatchObject({
      status: "insufficient",
      lo: 0,
      hi: 1,
      reasons: [
        { reason: "too_few_known_venues", count: 1 },
        { reason: "agent_offline", count: 1 },
      ],
    });
  });
});

describe("E4 both", () => {
  it("on counts: not covered", () => {
    expect(verdictOf(1632, 96, 192)).toEqual({
      verdict: "not_covered",
      share: 1632 / 1728,
      lo: 0.85,
      hi: 0.95,
      evidenceShare: 0.9,
    });
  });

  it("from samples", () => {
    const { venues } = judge(
      ONE_ROOM,
      film({
        ap: [
          ["u", 1632],
          ["d", 96],
          ["o", 192],
        ],
      }),
    );
    expect(venues.get("room")).toMatchObject({
      verdict: "not_covered",
      share: 1632 / 1728,
      lo: 0.85,
      hi: 0.95,
      evidenceShare: 0.9,
    });
  });
});

describe("E5 little evidence, clear verdict", () => {
  it("on counts: not covered by rule 2", () => {
    expect(verdictOf(1020, 200, 700)).toMatchObject({
      verdict: "not_covered",
      evidenceShare: 1220 / 1920,
      hi: 1720 / 1920,
    });
  });

  it("from samples", () => {
    const { venues } = judge(
      ONE_ROOM,
      film({
        ap: [
          ["u", 1020],
          ["d", 200],
          ["x", 300],
          ["o", 400],
        ],
      }),
    );
    expect(venues.get("room")).toMatchObject({
      verdict: "not_covered",
      hi: 1720 / 1920,
      reasons: [
        { reason: "agent_offline", count: 400 },
        { reason: "not_probed", count: 300 },
      ],
    });
  });
});

describe("E6 exact edge", () => {
  it.each([
    { s: 1824, n: 96, want: "covered" },
    { s: 1823, n: 97, want: "not_covered" },
  ])("$s served and $n unserved is $want", ({ s, n, want }) => {
    expect(verdictOf(s, n, 0).verdict).toBe(want);
  });
});

describe("E7 switch fails", () => {
  const aps = [1, 2, 3, 4, 5, 6].map((i) => `ap${i}`);
  const campus: Campus = {
    devices: [
      device("core"),
      device("switch", { parent: "core" }),
      ...aps.map((id) => device(id, { parent: "switch" })),
    ],
    venues: aps.map((id) => venue(`room-${id}`)),
    serves: aps.map((id) => `${id}>room-${id}`),
  };
  const begins = slotBegins();
  const silentBehindSwitch = (slotMs: number) => ["switch", ...aps].flatMap((id) => isSilent(id, slotMs));
  /** 13:02 on the last day: the slot before the break has ended, the first of the afternoon runs. */
  const asOfMs = Date.parse("2026-10-02T13:02:30+08:00");

  it("its access points are lost with it, their rooms unserved, the switch is the cause", () => {
    const samples = begins.flatMap((slotMs) => [sees(slotMs), answers("core", slotMs), ...silentBehindSwitch(slotMs)]);
    const { devices, venues } = judge(campus, samples, { asOfMs });
    expect(devices.get("switch")).toMatchObject({ state: "down" });
    for (const id of aps) {
      expect(devices.get(id)).toMatchObject({
        state: "down-dep",
        slots: { expected: 1872, up: 0, down: 1872, unknown: 0 },
      });
      expect(venues.get(`room-${id}`)?.verdict).toBe("not_covered");
      expect(venues.get(`room-${id}`)?.now.state).toBe("unserved");
      expect(venues.get(`room-${id}`)?.now.causes.map(({ device: of, state }) => [of, state])).toEqual([
        ["switch", "down"],
        [id, "down-dep"],
      ]);
    }
  });

  it("the same picture with the self-test failed is a blind agent and nothing else", () => {
    const samples = begins.flatMap((slotMs) => [isBlind(slotMs), ...silentBehindSwitch(slotMs)]);
    const { devices, venues } = judge(campus, samples, { asOfMs });
    for (const id of ["switch", ...aps]) {
      expect(devices.get(id)).toMatchObject({
        state: "unknown",
        reason: "agent_blind",
        slots: { down: 0, unknown: 1872 },
      });
    }
    for (const id of aps) {
      expect(venues.get(`room-${id}`)).toMatchObject({
        verdict: "insufficient",
        reasons: [{ reason: "agent_blind", count: 1872 }],
        now: { state: "unknown" },
      });
    }
  });
});

describe("E8 not equipped", () => {
  const rooms = Array.from({ length: 30 }, (_, i) => `room${i}`);
  const equipped = rooms.slice(0, 28);
  const campus: Campus = {
    devices: equipped.map((id) => device(`ap-${id}`)),
    venues: rooms.map((id) => venue(id)),
    serves: equipped.map((id) => `ap-${id}>${id}`),
  };
  const samples = film(
    Object.fromEntries(equipped.map((id, i) => [`ap-${id}`, [[i === 0 ? "d" : "u", 1920] as const]])),
  );

  it("two rooms without any access point count as not covered", () => {
    const { coverage, venues } = judge(campus, samples);
    expect(coverage).toMatchObject({ venues: 30, covered: 27, notCovered: 3, insufficient: 0, full: "false" });
    expect(coverage.rate).toMatchObject({ status: "value", value: 0.9, numerator: 27, denominator: 30 });
    expect(venues.get("room29")).toMatchObject({ verdict: "not_equipped", now: { state: "not-equipped" } });
  });

  it.each([
    { confirmed: "2025-08-28", days: 400, status: "value" },
    { confirmed: "2025-08-27", days: 401, status: "insufficient" },
    { confirmed: "2025-05-20", days: 500, status: "insufficient" },
    { confirmed: undefined, days: "no", status: "insufficient" },
    { confirmed: "2026-10-02", days: 0, status: "value" },
    { confirmed: "2026-10-03", days: -1, status: "insufficient" },
  ])("with the inventory confirmed $days days ago the rate is $status", ({ confirmed, status }) => {
    const asked: Campus =
      confirmed === undefined
        ? { ...campus, unconfirmed: true }
        : { ...campus, school: { inventoryConfirmedAt: confirmed } };
    const { coverage } = judge(asked, samples);
    expect(coverage.rate.status).toBe(status);
    expect(coverage.full).toBe(status === "value" ? "false" : "unknown");
  });
});

/** A school that is fully covered, is not, or is not known, with one venue. */
const schoolThat = (full: boolean | undefined, students?: number): SchoolInGroup => ({
  coverage: schoolCoverage({
    venues: [{ verdict: full === undefined ? "insufficient" : full ? "covered" : "not_covered" }],
    inventoryConfirmed: true,
    window: WINDOW,
    frozen: false,
    asOfMs: AS_OF,
  }),
  frozen: false,
  ...(students !== undefined && { students }),
});

describe("E10 county, three weights", () => {
  it("three of four schools known is too few; by students it is shown beside", () => {
    const { fullShare, studentShare } = groupCoverage(
      [schoolThat(true, 1200), schoolThat(true, 300), schoolThat(false, 90), schoolThat(undefined, 60)],
      AS_OF,
    );
    expect(fullShare).toMatchObject({ status: "insufficient", lo: 0.5, hi: 0.75, numerator: 2, denominator: 3 });
    expect(fullShare).not.toHaveProperty("value");
    expect(studentShare).toMatchObject({ status: "value", value: 1500 / 1590, numerator: 1500, denominator: 1590 });
    expect(studentShare?.lo).toBe(1500 / 1650);
    expect(studentShare?.hi).toBe(1560 / 1650);
  });
});

describe("E11 pooling", () => {
  it("pools venues instead of taking the mean of rates", () => {
    const county = (covered: number, not: number): SchoolInGroup => ({
      ...schoolThat(true),
      coverage: schoolCoverage({
        venues: [...Array(covered).fill({ verdict: "covered" }), ...Array(not).fill({ verdict: "not_covered" })],
        inventoryConfirmed: true,
        window: WINDOW,
        frozen: false,
        asOfMs: AS_OF,
      }),
    });
    const { venueShare } = groupCoverage([county(98, 2), county(4, 4)], AS_OF);
    expect(venueShare).toMatchObject({ status: "value", value: 102 / 108, numerator: 102, denominator: 108 });
  });
});

describe("E9 summer", () => {
  const calendar = (["2026-02-23 2026-06-30", "2026-09-01 2027-01-20"] as const).map((text) => {
    const [from = "", to = ""] = text.split(" ");
    return { scope: "*", from, to, kind: "term" as const };
  });
  const before = Date.parse("2026-06-30T17:00:00+08:00");
  const days = windowAt(school(), new TeachingCalendar(calendar), before);

  it("the verdict from before the holiday stays, frozen, though the access point is off since July", () => {
    expect(days.days).toHaveLength(20);
    const begins = slotBegins(before);
    const july = Date.parse("2026-07-05T08:00:00+08:00");
    const samples = [
      ...film({ ap: [["u", 1920]] }, begins),
      ...Array.from({ length: 96 }, (_, i) => july + i * 300_000).flatMap((slotMs) => [
        sees(slotMs),
        ...isSilent("ap", slotMs),
      ]),
    ];
    const asOfMs = Date.parse("2026-08-15T12:00:00+08:00");
    const got = judge({ ...ONE_ROOM, calendar, school: { inventoryConfirmedAt: "2026-06-01" } }, samples, { asOfMs });
    expect(got).toMatchObject({ frozen: true, lastTeachingDay: "2026-06-30" });
    expect(got.coverage.rate).toMatchObject({ status: "frozen", value: 1 });
    expect(got.coverage.window).toMatchObject({ toDay: "2026-06-30", teachingDays: 20, expectedSlots: 1920 });
    expect(got.devices.get("ap")?.state).toBe("not-expected");
  });
});

describe("E17 an access point silent for three days is down", () => {
  it("288 of 1920 slots", () => {
    const { devices } = judge(
      ONE_ROOM,
      film({
        ap: [
          ["u", 1632],
          ["d", 288],
        ],
      }),
    );
    expect(devices.get("ap")?.slots).toEqual({ expected: 1920, up: 1632, down: 288, unknown: 0 });
  });

  it("a panel that is off for as long is not", () => {
    const campus: Campus = { ...ONE_ROOM, devices: [device("ap"), device("panel", { expectedOn: "on_demand" })] };
    const { devices } = judge(
      campus,
      film({
        panel: [
          ["u", 1632],
          ["d", 288],
        ],
      }),
    );
    expect(devices.get("panel")?.slots).toEqual({ expected: 1920, up: 1632, down: 0, unknown: 288 });
  });
});

describe("E22 late data", () => {
  it("fills its slots, and the revision grows by one", () => {
    const inventory = inventoryOf(ONE_ROOM);
    const all = film({ ap: [["u", 1920]] });
    const begins = slotBegins();
    const [cutAt = 0, backAt = 0] = [begins[960], begins[1152]];
    const isCut = ({ atMs }: { atMs: number }) => atMs >= cutAt && atMs < backAt;
    const evidence = evidenceOf(all.filter((s) => !isCut(s)));
    const asked = { inventory, evidence, schoolId: SCHOOL, asOfMs: AS_OF };
    expect(judgeSchool(asked).venues.get("room")).toMatchObject({
      evidenceShare: 0.9,
      reasons: [{ reason: "agent_offline", count: 192 }],
    });
    const revision = evidence.revision(SCHOOL);
    evidence.take(SCHOOL, columns(all.filter(isCut)));
    expect(evidence.revision(SCHOOL)).toBe(revision + 1);
    expect(judgeSchool(asked).venues.get("room")).toMatchObject({ evidenceShare: 1, share: 1, reasons: [] });
  });
});
