import { pino } from "pino";
import { afterEach, describe, expect, it } from "vitest";
import { CampusError } from "../../contract/errors.ts";
import { Evidence } from "../score/evidence.ts";
import { openResults } from "./results.ts";
import {
  addEvidence,
  BINJIANG,
  countyInventory,
  DOWN,
  type LittleSchool,
  littleWorld,
  MONTH_END,
  OFFLINE,
  REGIONS,
  run,
  schoolId,
  UP,
  type World,
  XIHU,
} from "./results-suite.ts";

const [FULL, DARK, BAD] = [schoolId(1), schoolId(2), schoolId(3)] as const;
const COUNTY: LittleSchool[] = [
  { id: FULL, county: XIHU, strip: UP },
  { id: DARK, county: XIHU, strip: OFFLINE },
  { id: BAD, county: BINJIANG, strip: DOWN },
];

let world: World;
afterEach(() => world.close());

const shaOf = async (scope: string, revision?: number) =>
  (await world.results.store.get(scope, MONTH_END, revision))?.sha256;

describe("a run of everything", () => {
  it("keeps a result of every school, of the regions that have one, and of the groups of the documents", async () => {
    world = await littleWorld(COUNTY);
    const { state, progress } = await run(world);
    expect(state).toBe("done");
    expect(progress).toMatchObject({ schools: { all: 3, added: 3, same: 0, failed: 0 }, problems: [] });
    for (const scope of [FULL, XIHU, BINJIANG, "330100", "330000", "rural", "mountain26", "mountain_island25"]) {
      expect(await world.results.store.get(scope, MONTH_END), scope).toMatchObject({ revision: 1, asOf: MONTH_END });
    }
    expect(progress.groups).toMatchObject({ failed: 0, added: progress.groups.all });
    expect(progress.evaluations).toBeGreaterThan(0);
  });

  it("says of each result what it was made from", async () => {
    world = await littleWorld(COUNTY);
    await run(world);
    const kept = await world.results.store.get(FULL, MONTH_END);
    expect(kept?.inputs).toMatchObject({
      inventory: "1",
      evidence: expect.stringMatching(/^[0-9a-f]{64}$/),
      fromDay: "2026-09-03",
      toDay: MONTH_END,
      recordedOn: MONTH_END,
    });
    expect(kept?.body.card.inputs).toEqual(kept?.inputs);
  });

  it("once more with the same inputs makes the same bytes and no new revision", async () => {
    world = await littleWorld(COUNTY);
    await run(world);
    const before = await shaOf(XIHU);
    await world.restart();
    const { progress } = await run(world);
    expect(progress).toMatchObject({ schools: { added: 0, same: 3 }, groups: { added: 0 }, evaluations: 0 });
    expect(await shaOf(XIHU)).toBe(before);
  });

  it("makes the same bytes whatever the order in which evidence came, and over a restart", async () => {
    world = await littleWorld(COUNTY);
    await run(world);
    const before = new Map<string, string | undefined>();
    for (const scope of [FULL, BAD, XIHU, "330000"]) before.set(scope, await shaOf(scope));
    const shuffled = new Evidence();
    for (const one of [...COUNTY].reverse()) {
      addEvidence(shuffled, { ...one, strip: [] });
      addEvidence(shuffled, one);
      addEvidence(shuffled, one);
    }
    world.sources.evidence = shuffled;
    await world.restart();
    await run(world);
    for (const [scope, sha] of before) expect(await shaOf(scope), scope).toBe(sha);
    expect(await world.results.store.revisions(FULL, MONTH_END)).toHaveLength(1);
  });

  it("E22: adds a revision where batches came late, and the one before stays readable", async () => {
    world = await littleWorld(COUNTY);
    await run(world);
    const first = await shaOf(DARK);
    addEvidence(world.sources.evidence, { id: DARK, county: XIHU, strip: UP });
    const { progress } = await run(world);
    expect(progress.schools).toMatchObject({ added: 1, same: 2 });
    expect(await shaOf(DARK, 1)).toBe(first);
    const [old, now] = [
      await world.results.store.get(DARK, MONTH_END, 1),
      await world.results.store.get(DARK, MONTH_END),
    ];
    expect(now).toMatchObject({ revision: 2 });
    expect(now?.inputs.evidence).not.toBe(old?.inputs.evidence);
    const rateOf = (kept: typeof now) => (kept?.body.card.kind === "school" ? kept.body.card.coverage.rate.status : "");
    expect([rateOf(old), rateOf(now)]).toEqual(["insufficient", "value"]);
    expect(await world.results.store.get(XIHU, MONTH_END)).toMatchObject({ revision: 2 });
    expect(await world.results.store.get(BINJIANG, MONTH_END)).toMatchObject({ revision: 1 });
  });

  it("adds a revision when the inventory of the day was corrected", async () => {
    world = await littleWorld(COUNTY);
    await run(world);
    world.sources.inventory = countyInventory(
      COUNTY.map((one) => (one.id === FULL ? { ...one, changes: { students: 900 } } : one)),
    );
    world.sources.version = "2";
    await run(world);
    expect(await world.results.store.get(FULL, MONTH_END)).toMatchObject({ revision: 2, inputs: { inventory: "2" } });
    expect(await world.results.store.get(XIHU, MONTH_END)).toMatchObject({ body: { card: { students: 1000 } } });
  });

  it("goes on with the other schools when one cannot be computed, and says which", async () => {
    world = await littleWorld(COUNTY);
    world.sources.beforeSchool = (id) => {
      if (id === DARK) throw Object.assign(new Error("broken"), { name: "Broken" });
    };
    const { state, progress } = await run(world);
    expect(state).toBe("done");
    expect(progress.schools).toMatchObject({ all: 3, added: 2, failed: 1 });
    expect(progress.problems).toEqual([{ scope: DARK, code: "INTERNAL", message: "broken" }]);
    const card = (await world.results.store.get(XIHU, MONTH_END))?.body.card;
    expect(card).toMatchObject({ schools: 2 });
    expect(card?.indicators[0]).toMatchObject({
      id: "WIFI_FULL_SHARE",
      state: "insufficient",
      units: { known: 1, all: 2 },
    });
  });

  it("that fails as a whole says why", async () => {
    world = await littleWorld(COUNTY);
    const { state, progress } = await run(world, MONTH_END, "nowhere");
    expect(state).toBe("failed");
    expect(progress.problem).toContain("nowhere");
  });
});

describe("a run that a stop ends", () => {
  const MANY = Array.from({ length: 50 }, (_, i): LittleSchool => ({ id: schoolId(i + 1), county: XIHU, strip: [] }));

  it("goes on where it was, computes nothing twice that is kept, and ends with the same results", async () => {
    world = await littleWorld(MANY);
    await run(world);
    const whole = await shaOf(XIHU);
    await world.close();

    world = await littleWorld(MANY);
    const asked: string[] = [];
    world.sources.beforeSchool = (id) => {
      asked.push(id);
      if (asked.length === 45) void world.results.stop();
    };
    await world.results.runs.order({ asOf: MONTH_END, reason: "month_end" });
    await world.results.runs.idle();
    const [cut] = await world.results.records.newest();
    expect(cut).toMatchObject({
      state: "running",
      progress: { doneUpTo: schoolId(40), schools: { all: 50, added: 40 } },
    });

    await world.restart();
    world.sources.beforeSchool = (id) => void asked.push(id);
    world.results.runs.begin();
    await world.results.runs.idle();
    const [done] = await world.results.records.newest();
    expect(done).toMatchObject({ id: cut?.id, state: "done", progress: { schools: { all: 50, added: 50 } } });
    expect(asked.slice(45)).toEqual(MANY.slice(40).map(({ id }) => id));
    expect(await shaOf(XIHU)).toBe(whole);
  });

  it("loses nothing when the state goes away in the middle", async () => {
    world = await littleWorld(MANY);
    let count = 0;
    world.sources.beforeSchool = async () => {
      count += 1;
      if (count === 45) await world.state.close();
    };
    await world.results.runs.order({ asOf: MONTH_END, reason: "month_end" });
    await world.results.runs.idle();
    world.sources.beforeSchool = () => {};
    world.state.close = async () => {}; // it is closed already
    await world.restart();
    world.results.runs.begin();
    await world.results.runs.idle();
    const [done] = await world.results.records.newest();
    expect(done).toMatchObject({ state: "done", progress: { schools: { all: 50, added: 50, same: 0 } } });
    for (const id of [schoolId(1), schoolId(50)]) {
      expect(await world.results.store.revisions(id, MONTH_END), id).toHaveLength(1);
    }
  });

  it("is one at a time: asking again for the same day gives the open one", async () => {
    world = await littleWorld(MANY.slice(0, 3));
    const [a, b] = await Promise.all([
      world.results.runs.order({ asOf: MONTH_END, reason: "on_demand" }),
      world.results.runs.order({ asOf: MONTH_END, reason: "on_demand" }),
    ]);
    expect(b.id).toBe(a.id);
    await world.results.runs.idle();
    expect(await world.results.records.newest()).toHaveLength(1);
  });
});

describe("a run of one scope", () => {
  it("computes the schools of a region and its card, and no evaluations", async () => {
    world = await littleWorld(COUNTY);
    const { progress } = await run(world, MONTH_END, XIHU);
    expect(progress).toMatchObject({ schools: { all: 2, added: 2 }, groups: { all: 1, added: 1 }, evaluations: 0 });
    expect(await world.results.store.get(BAD, MONTH_END)).toBeUndefined();
    expect(await world.results.store.get("330000", MONTH_END)).toBeUndefined();
  });

  it("computes a school alone", async () => {
    world = await littleWorld(COUNTY);
    const { progress } = await run(world, MONTH_END, BAD);
    expect(progress).toMatchObject({ schools: { all: 1, added: 1 }, groups: { all: 0 } });
  });
});

describe("what is done every minute", () => {
  const reasons = async () => (await world.results.records.newest()).map(({ asOf, reason }) => [asOf, reason]);
  const minute = async (at: string) => {
    world.clock.atMs = Date.parse(at);
    await world.results.once();
    await world.results.runs.idle();
  };

  it("computes the month that has ended once, then daily while batches may come late, and then no more", async () => {
    world = await littleWorld(COUNTY, { at: "2026-09-30T23:59:00+08:00" });
    await minute("2026-09-30T23:59:00+08:00");
    expect(await reasons()).toEqual([]);
    await minute("2026-10-01T00:00:30+08:00");
    await minute("2026-10-01T00:01:30+08:00");
    expect(await reasons()).toEqual([[MONTH_END, "month_end"]]);
    addEvidence(world.sources.evidence, { id: DARK, county: XIHU, strip: UP });
    await minute("2026-10-04T00:00:30+08:00");
    await minute("2026-10-08T00:00:30+08:00");
    await minute("2026-10-09T00:00:30+08:00");
    expect(await reasons()).toEqual([
      [MONTH_END, "late_data"],
      [MONTH_END, "late_data"],
      [MONTH_END, "month_end"],
    ]);
    expect(await world.results.store.revisions(DARK, MONTH_END)).toHaveLength(2);
    expect(await world.results.store.revisions(FULL, MONTH_END)).toHaveLength(1);
  });

  it("goes on with a run that a stop has ended", async () => {
    world = await littleWorld(COUNTY, { at: "2026-10-20T08:00:00+08:00" });
    world.sources.beforeSchool = () => void world.results.stop();
    await world.results.runs.order({ asOf: MONTH_END, reason: "on_demand" });
    await world.results.runs.idle();
    await world.restart();
    world.sources.beforeSchool = () => {};
    await minute("2026-10-20T08:01:00+08:00");
    expect(await world.results.records.newest()).toMatchObject([
      { state: "done", progress: { schools: { added: 3 } } },
    ]);
  });

  it("waits while what is stored has not been read back, and then computes", async () => {
    world = await littleWorld(COUNTY);
    const { mustKnow } = world.sources;
    world.sources.mustKnow = () => {
      throw new CampusError("EVIDENCE_MISSING", "not read back yet", { retryable: true });
    };
    await minute("2026-10-01T00:00:30+08:00");
    expect(await world.results.records.newest()).toMatchObject([{ state: "waiting" }]);
    world.sources.mustKnow = mustKnow;
    await minute("2026-10-01T00:01:30+08:00");
    expect(await world.results.records.newest()).toMatchObject([{ state: "done" }]);
  });

  it("asks for nothing without an inventory", async () => {
    world = await littleWorld(COUNTY);
    const results = await openResults({
      ...{ state: world.state, sources: world.sources, inventory: () => undefined, regions: REGIONS },
      ...{ nowMs: world.clock.nowMs, log: pino({ level: "silent" }) },
    });
    await results.once();
    expect(await results.records.newest()).toEqual([]);
  });
});
