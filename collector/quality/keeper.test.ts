import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Inventory } from "../inventory/inventory.ts";
import { device, inventoryOf, judge, SCHOOL, film as strips, venue } from "../score/campus-suite.ts";
import { StoreError } from "../store/store.ts";
import {
  DAY_MS,
  DAYS,
  EVENING,
  film,
  GOOD,
  MINUTE,
  ONE_ROOM,
  qualityIn,
  radio,
  SLOTS,
  type StoreKind,
  type World,
  world,
} from "./keeper-suite.ts";

const LATER_MS = 11 * MINUTE;
const TWO_APS = {
  devices: [device("a"), device("b")],
  venues: [venue("room")],
  serves: ["a>room", "b>room"],
};

let here: World;
const on = (kind: StoreKind, campus = ONE_ROOM) => {
  beforeEach(async () => {
    here = await world(kind, campus);
  });
  afterEach(() => here.close());
};

describe.each(["memory", "DuckDB"] as const)("quality from the readings of a store (%s)", (kind) => {
  on(kind);

  it.each([
    { case: "40 busy slots are enough", slots: [[40, GOOD]] as const, verdict: "pass", busy: 40 },
    { case: "39 are not", slots: [[39, GOOD]] as const, verdict: "unproven", busy: 39 },
    {
      case: "slots with two clients say nothing",
      slots: [
        [39, GOOD],
        [100, { ...GOOD, clients: 2 }],
      ] as const,
      verdict: "unproven",
      busy: 39,
    },
    {
      case: "a mark may be missed in one slot of ten",
      slots: [
        [36, GOOD],
        [4, { ...GOOD, busyRatio: 0.71 }],
      ] as const,
      verdict: "pass",
      busy: 40,
    },
    {
      case: "and in no more",
      slots: [
        [35, GOOD],
        [5, { ...GOOD, busyRatio: 0.71 }],
      ] as const,
      verdict: "fail",
      busy: 40,
    },
    {
      case: "on the mark is on its right side",
      slots: [[40, { ...GOOD, busyRatio: 0.7 }]] as const,
      verdict: "pass",
      busy: 40,
    },
  ])("$case", async ({ slots, verdict, busy }) => {
    await here.write(film("ap", ...slots));
    await here.keeper.once();
    expect(qualityIn(here)).toMatchObject({ verdict, busySlots: busy });
  });

  it("says what is missing where a controller tells no signal", async () => {
    await here.write(film("ap", [60, { clients: 20, busyRatio: 0.3 }]));
    await here.keeper.once();
    expect(qualityIn(here)).toMatchObject({ verdict: "unproven", reasons: ["no_signal_or_snr"] });
  });

  it("knows nothing before anything was counted, and of a school without readings", async () => {
    expect(qualityIn(here)).toMatchObject({ verdict: "unproven", busySlots: 0 });
    await here.keeper.once();
    expect(qualityIn(here)).toMatchObject({ verdict: "unproven", busySlots: 0, reasons: ["too_few_busy_slots"] });
  });

  it("is over the days that are asked for", async () => {
    await here.write(film("ap", [200, GOOD]));
    await here.keeper.once();
    expect(qualityIn(here, DAYS.slice(0, 1)).busySlots).toBe(96);
    expect(qualityIn(here, DAYS.slice(1)).busySlots).toBe(104);
    expect(qualityIn(here, []).busySlots).toBe(0);
  });

  it("keeps what was counted over a restart, and reads nothing again", async () => {
    await here.write(film("ap", [50, GOOD]));
    await here.keeper.once();
    const before = qualityIn(here);
    here.nowMs += LATER_MS;
    await here.keeper.once();
    await here.restart();
    here.scans.length = 0;
    await here.keeper.once();
    expect(qualityIn(here)).toEqual(before);
    expect(here.scans).toEqual([]);
  });

  it("counts a day anew when readings of it come later", async () => {
    await here.write(film("ap", [39, GOOD]));
    await here.keeper.once();
    expect(qualityIn(here).verdict).toBe("unproven");
    const revision = here.keeper.revision(SCHOOL);
    here.nowMs += LATER_MS;
    here.scans.length = 0;
    await here.write(radio("ap", SLOTS[39] ?? 0, GOOD));
    await here.keeper.once();
    expect(qualityIn(here)).toMatchObject({ verdict: "pass", busySlots: 40 });
    expect(here.keeper.revision(SCHOOL)).toBeGreaterThan(revision);
    expect(here.scans).toHaveLength(1);
  });

  it("takes the later reading of a time in the place of the earlier one", async () => {
    await here.write(film("ap", [40, GOOD]));
    await here.keeper.once();
    here.nowMs += LATER_MS;
    await here.write(film("ap", [5, { ...GOOD, clients: 51 }]));
    await here.keeper.once();
    expect(qualityIn(here)).toMatchObject({ verdict: "fail", decidedBy: ["clients"], busySlots: 40 });
  });

  it("finds out after a crash what had been stored and not yet counted", async () => {
    await here.write(film("ap", [39, GOOD]));
    await here.keeper.once();
    here.nowMs += LATER_MS;
    await here.keeper.once();
    await here.write(radio("ap", SLOTS[39] ?? 0, GOOD), { untold: true });
    await here.restart();
    await here.keeper.once();
    expect(qualityIn(here).busySlots).toBe(40);
  });

  it("counts from rollups where readings are not kept any more", async () => {
    const rollups = SLOTS.slice(0, 40).flatMap((startMs) =>
      radio("ap", startMs, GOOD).map(([key, atMs, value]) => ({
        key,
        rollup: {
          startMs,
          count: 5,
          sum: 5 * value,
          min: value,
          max: value,
          first: value,
          last: value,
          firstMs: atMs,
          lastMs: atMs,
        },
      })),
    );
    await here.store.writeRollups(SCHOOL, "5m", rollups);
    await here.restart({ rawMs: 10 * DAY_MS });
    await here.keeper.once();
    expect(qualityIn(here)).toMatchObject({ verdict: "pass", busySlots: 40 });
  });
});

describe("the worked example of two access points, one down", () => {
  on("memory", TWO_APS);

  const evidence = strips({
    a: [
      ["d", 1900],
      ["x", 20],
    ],
    b: [
      ["u", 1900],
      ["x", 20],
    ],
  });
  const judged = () =>
    judge(TWO_APS, evidence, {
      inventory: here.inventory,
      qualityOf: (room, days) => here.keeper.verdictOf(here.inventory, room, days),
    }).venues.get("room");

  it("is covered and below quality with 62 clients on the one radio in most busy slots", async () => {
    await here.write(film("b", [8, GOOD], [1892, { ...GOOD, clients: 62 }]));
    await here.keeper.once();
    expect(judged()).toMatchObject({ verdict: "covered_below_quality", share: 1 });
    expect(qualityIn(here).decidedBy).toEqual(["clients"]);
  });

  it("is covered with a load that a radio can bear, and without proof when nothing was heard of it", async () => {
    expect(judged()?.verdict).toBe("covered_quality_unproven");
    await here.write(film("b", [1900, { ...GOOD, clients: 50 }]));
    await here.keeper.once();
    expect(judged()?.verdict).toBe("covered");
  });
});

describe("counting through a day", () => {
  on("memory");
  const morning = SLOTS.at(-96) ?? 0;
  const at = (minutes: number) => {
    here.nowMs = morning + minutes * MINUTE;
  };
  const today = DAYS.slice(-1);

  it("counts a few slots together, each once, a minute after the last has ended", async () => {
    at(0);
    await here.keeper.once();
    here.scans.length = 0;
    for (let minute = 0; minute < 32; minute += 1) {
      at(minute);
      if (minute % 5 === 0) await here.write(radio("ap", morning + minute * MINUTE, GOOD, "0", 0));
      await here.keeper.once();
    }
    expect(here.scans.map((scan) => scan.map((ms) => (ms - morning) / MINUTE))).toEqual([
      [0, 5],
      [5, 20],
    ]);
    expect(qualityIn(here, today).busySlots).toBe(4);
  });

  it("counts the last slots of the day without waiting for more", async () => {
    await here.write(radio("ap", SLOTS.at(-1) ?? 0, GOOD));
    at(9 * 60 + 1);
    await here.keeper.once();
    expect(qualityIn(here, today).busySlots).toBe(1);
  });

  it("waits for the day to be over where there are too many schools", async () => {
    await here.write(radio("ap", morning, GOOD));
    await here.restart({ todaySchools: 0 });
    at(9 * 60 + 5);
    await here.keeper.once();
    expect(qualityIn(here, today).busySlots).toBe(0);
    at(24 * 60);
    await here.keeper.once();
    expect(qualityIn(here, today).busySlots).toBe(1);
  });

  it("counts anew at most every ten minutes", async () => {
    at(60);
    await here.keeper.once();
    here.scans.length = 0;
    for (let minute = 61; minute <= 85; minute += 1) {
      at(minute);
      await here.write(radio("ap", morning, GOOD, "0", minute % 5));
      await here.keeper.once();
    }
    expect(here.scans.filter(([fromMs]) => fromMs === morning)).toHaveLength(2);
    expect(qualityIn(here, today).busySlots).toBe(1);
  });

  it("counts what was not saved again after a restart, and what came late before it all the same", async () => {
    at(60);
    await here.keeper.once();
    at(76);
    await here.write([3, 13].flatMap((slot) => radio("ap", morning + slot * 5 * MINUTE, GOOD)));
    await here.keeper.once();
    await here.restart();
    await here.keeper.once();
    expect(qualityIn(here, today).busySlots).toBe(2);
  });
});

describe("counts and what they were counted over", () => {
  on("memory");

  it("are made anew when other access points serve the room", async () => {
    await here.write([...film("ap", [40, GOOD]), ...film("other", [40, { ...GOOD, clients: 51 }])]);
    await here.keeper.once();
    expect(qualityIn(here).verdict).toBe("pass");
    here.inventory = inventoryOf({
      devices: [device("ap"), device("other")],
      venues: [venue("room")],
      serves: ["ap>room", "other>room"],
    });
    expect(qualityIn(here)).toMatchObject({ verdict: "unproven", busySlots: 0 });
    await here.keeper.once();
    expect(qualityIn(here).verdict).toBe("fail");
  });

  it("are made anew when the hours of the school change", async () => {
    await here.write(film("ap", [96, GOOD]));
    await here.keeper.once();
    expect(qualityIn(here).busySlots).toBe(96);
    here.inventory = inventoryOf({ ...ONE_ROOM, school: { hours: [{ fromMinute: 480, toMinute: 720 }] } });
    await here.keeper.once();
    expect(qualityIn(here).busySlots).toBe(48);
  });

  it("stay when an import changes something else", async () => {
    await here.write(film("ap", [96, GOOD]));
    await here.keeper.once();
    here.scans.length = 0;
    here.inventory = inventoryOf({ ...ONE_ROOM, school: { students: 12 } });
    expect(qualityIn(here).verdict).toBe("pass");
    await here.keeper.once();
    expect(here.scans).toEqual([]);
  });

  it("count a secondary access point from the day of its walk test on", async () => {
    const serves = [
      { device: "ap", venue: "room", role: "secondary" as const, walkTest: { dbm: -60, day: "2026-10-03" } },
    ];
    here.inventory = inventoryOf({ ...ONE_ROOM, serves });
    await here.write(film("ap", [96, GOOD]));
    await here.keeper.once();
    expect(qualityIn(here).busySlots).toBe(0);
    here.nowMs = EVENING + DAY_MS;
    await here.keeper.once();
    expect(qualityIn(here).busySlots).toBe(96);
  });

  it("find a device by any spelling of its MAC", async () => {
    here.inventory = inventoryOf({ ...ONE_ROOM, devices: [device("ap", { key: "aa:bb:cc:00:00:01" })] });
    await here.write(film("AA-BB-CC-00-00-01", [40, GOOD]));
    await here.keeper.once();
    expect(qualityIn(here).verdict).toBe("pass");
  });

  it("are forgotten when no window looks back on them", async () => {
    await here.write(film("ap", [96, GOOD]));
    await here.keeper.once();
    await here.restart({ keepDays: 5 });
    await here.keeper.once();
    const rows = await here.state.rows("SELECT min(day) AS first FROM quality_day");
    expect(rows[0]?.first).toBeGreaterThanOrEqual((DAYS.at(-1) ?? 0) - 5);
  });
});

describe("when the store fails", () => {
  on("memory");

  it("says so once, keeps what is known, and counts everything when it is back", async () => {
    await here.write(film("ap", [39, GOOD]));
    await here.keeper.once();
    let isAway = true;
    const { store } = here;
    await here.restart({
      store: {
        scan: (...asked) => (isAway ? Promise.reject(new StoreError(true, "away")) : store.scan(...asked)),
        scanRollups: (...asked) => store.scanRollups(...asked),
        scanLedger: (...asked) => store.scanLedger(...asked),
      },
    });
    await here.keeper.once();
    here.nowMs += LATER_MS;
    await here.write(radio("ap", SLOTS[39] ?? 0, GOOD));
    await here.keeper.once();
    await here.keeper.once();
    expect(qualityIn(here).busySlots).toBe(39);
    expect(here.logged).toEqual(["wireless quality cannot be counted, trying again later"]);
    isAway = false;
    await here.keeper.once();
    expect(qualityIn(here).busySlots).toBe(40);
    expect(here.logged.at(-1)).toBe("wireless quality is counted again");
  });

  it("counts the days of the other schools when one cannot be read", async () => {
    const { store } = here;
    const read: string[] = [];
    const other = "2133000002";
    const contents = here.inventory.contents;
    const both = { ...contents, schools: contents.schools.flatMap((one) => [{ ...one, id: other }, one]) };
    here.inventory = new Inventory(both, here.inventory.regions);
    await here.restart({
      store: {
        scan: (_m, _f, _t, _take, schoolId = "") => {
          read.push(schoolId);
          return schoolId === other ? Promise.reject(new StoreError(true, "damaged")) : Promise.resolve();
        },
        scanRollups: (...asked) => store.scanRollups(...asked),
        scanLedger: (...asked) => store.scanLedger(...asked),
      },
    });
    await here.keeper.once();
    expect(read).toContain(SCHOOL);
  });
});

describe("without an inventory", () => {
  on("memory");

  it("counts nothing, and nothing is known of a school that is not there", async () => {
    await here.restart({ inventory: () => undefined });
    await here.keeper.once();
    expect(here.scans).toEqual([]);
    expect(here.keeper.verdictOf(here.inventory, venue("elsewhere", { school: "2133009999" }), DAYS)).toBe("unproven");
  });
});
