import { afterEach, describe, expect, it } from "vitest";
import type { History, ResultRun, RevisionList } from "../../contract/results.ts";
import type { FigureDetail, GroupCardView, ScorecardView } from "../../contract/scorecard.ts";
import {
  addEvidence,
  BINJIANG,
  countyInventory,
  DOWN,
  type LittleSchool,
  littleWorld,
  MONTH_END,
  OFFLINE,
  routes,
  run,
  schoolId,
  UP,
  type World,
  XIHU,
} from "../results/results-suite.ts";

const [FULL, DARK, BAD, RURAL] = [schoolId(1), schoolId(2), schoolId(3), schoolId(4)] as const;
const COUNTY: LittleSchool[] = [
  { id: FULL, county: XIHU, strip: UP },
  { id: DARK, county: XIHU, strip: OFFLINE },
  { id: BAD, county: BINJIANG, strip: DOWN },
  { id: RURAL, county: BINJIANG, strip: UP, changes: { areaCode: "220" } },
];

let world: World;
let app: Awaited<ReturnType<typeof routes>>;
const open = async (options: Parameters<typeof littleWorld>[1] = {}) => {
  world = await littleWorld(COUNTY, options);
  app = await routes(world);
};
afterEach(async () => {
  await app.close();
  await world.close();
});

const get = async <T>(path: string) => (await app.inject(path)).json<T>();

describe("the scorecard of a school", () => {
  it("is computed when it is asked for, with every indicator, and says that it is no recognition", async () => {
    await open();
    const card = await get<ScorecardView>(`/v1/scorecards/${FULL}`);
    expect(card).toMatchObject({
      ...{ kind: "school", scope: FULL, computed: "now", modelVersion: "2026.1", county: XIHU },
      note: { zh: "代理指标，非认定结果", en: "proxy, not a recognition" },
      coverage: { full: "true", venues: 1, covered: 1 },
    });
    expect(card).not.toHaveProperty("kept");
    expect(card.dimensions.map(({ id, weight }) => [id, weight])).toEqual([
      ["D1", 25],
      ["D2", 15],
      ["D3", 15],
      ["D4", 20],
      ["D5", 15],
      ["D6", 10],
    ]);
    const cover = card.indicators.find(({ id }) => id === "WIFI_COVER");
    expect(cover).toMatchObject({
      ...{ state: "known", value: 1, lo: 1, hi: 1, numerator: 1, denominator: 1, evidenceShare: 1 },
      exact: { value: "1/1", lo: "1/1", hi: "1/1", numerator: "1/1", denominator: "1/1" },
    });
  });

  it("of which too little is known has an interval and its reasons, and no number", async () => {
    await open();
    const card = await get<ScorecardView>(`/v1/scorecards/${DARK}`);
    for (const name of ["point", "band", "standing", "attested"]) expect(card).not.toHaveProperty(name);
    expect(card.smartReady.ready).toBe("insufficient");
    expect(card.lo).toBeLessThan(card.hi);
    const cover = card.indicators.find(({ id }) => id === "WIFI_COVER");
    expect(cover).toMatchObject({ state: "insufficient", lo: 0, hi: 1 });
    expect(cover).not.toHaveProperty("value");
    expect(cover?.reasons[0]).toEqual({ reason: "too_few_known_venues", count: 1 });
  });

  it("opens into its rooms", async () => {
    await open();
    const detail = await get<FigureDetail>(`/v1/scorecards/${BAD}/indicators/WIFI_COVER`);
    expect(detail).toMatchObject({
      kind: "school",
      unit: "0–1",
      figures: [{ value: 0, numerator: 0, denominator: 1 }],
    });
    expect(detail.parts).toEqual([
      {
        id: `room-${BAD}`,
        kind: "venue",
        name: `room-${BAD}`,
        href: `/v1/venues/room-${BAD}`,
        verdict: "not_covered",
        value: 0,
        exact: { value: "0/1" },
        numerator: 0,
        denominator: 1920,
        isCounted: true,
      },
    ]);
  });

  it("shows what was attested beside what is computed, and never changes one by the other", async () => {
    await open();
    world.sources.declared = [
      {
        ...{ id: "e1", scope: FULL, indicator: "SMART_RATE", kind: "flag", holds: true, author: "A", attachments: [] },
        ...{ signedOn: "2026-09-01", validFrom: "2026-09-01", enteredAtMs: Date.parse("2026-09-01T08:00:00+08:00") },
      },
    ];
    const card = await get<ScorecardView>(`/v1/scorecards/${FULL}`);
    expect(card).toMatchObject({ attested: true, standing: "unverified", smartReady: { ready: "insufficient" } });
    const group = await get<GroupCardView>(`/v1/scorecards/${XIHU}`);
    expect(group.smartRate).toMatchObject({
      figure: { id: "SMART_RATE", state: "insufficient", numerator: 1, denominator: 1, units: { known: 1, all: 2 } },
      notEntered: 1,
      byStanding: { unverified: 1 },
    });
  });
});

describe("the scorecard of a region", () => {
  it("is pooled from its schools, with intervals, units and how scores are spread", async () => {
    await open();
    const card = await get<GroupCardView>(`/v1/scorecards/${XIHU}`);
    expect(card).toMatchObject({ kind: "county", computed: "now", schools: 2, students: 200, parent: "330100" });
    const [share, students, venues] = card.indicators;
    expect(share).toMatchObject({
      ...{ id: "WIFI_FULL_SHARE", state: "insufficient", lo: 0.5, hi: 1, numerator: 1, denominator: 1 },
      units: { known: 1, all: 2 },
    });
    expect(share?.reasons[0]).toEqual({ reason: "too_few_known_schools", count: 1 });
    expect(students).toMatchObject({ variant: "students", numerator: 100, denominator: 100, lo: 0.5, hi: 1 });
    expect(venues).toMatchObject({ variant: "venues", numerator: 1, denominator: 1, lo: 0.5, hi: 1 });
    expect(card.distribution).toMatchObject({ insufficient: 2, ready: { yes: 0, no: 0, insufficient: 2 } });
    expect(card.units.map(({ id, full }) => [id, full])).toEqual([
      [FULL, "true"],
      [DARK, "unknown"],
    ]);
    expect(card.units[0]).not.toHaveProperty("point");
  });

  it("pools the schools of a city and not its counties", async () => {
    await open();
    const card = await get<GroupCardView>("/v1/scorecards/330100");
    const venues = card.indicators.find(({ variant }) => variant === "venues");
    expect(venues).toMatchObject({ numerator: 2, denominator: 3 });
    expect(card.units.map(({ id, schools, fullSchools }) => [id, schools, fullSchools])).toEqual([
      [XIHU, 2, { yes: 1, no: 0, unknown: 1 }],
      [BINJIANG, 2, { yes: 1, no: 1, unknown: 0 }],
    ]);
    expect(card.gaps.map(({ id, variant, state }) => [id, variant, state])).toEqual([
      ["CV_COUNTY", undefined, "insufficient"],
      ["CV_COUNTY", "equal", "insufficient"],
      ["CV_URBAN_RURAL", undefined, "insufficient"],
      ["GAP_URBAN_RURAL", undefined, "insufficient"],
    ]);
  });

  it("opens into its schools, and a city into its counties", async () => {
    await open();
    const county = await get<FigureDetail>(`/v1/scorecards/${BINJIANG}/indicators/WIFI_FULL_SHARE`);
    expect(county.figures[0]).toMatchObject({ value: 0.5, numerator: 1, denominator: 2 });
    expect(county.parts.map(({ id, value, href }) => [id, value, href])).toEqual([
      [BAD, 0, `/v1/scorecards/${BAD}/indicators/WIFI_COVER`],
      [RURAL, 1, `/v1/scorecards/${RURAL}/indicators/WIFI_COVER`],
    ]);
    const city = await get<FigureDetail>("/v1/scorecards/330100/indicators/WIFI_FULL_SHARE");
    expect(city.parts.map(({ id, kind, value }) => [id, kind, value])).toEqual([
      [XIHU, "county", undefined],
      [BINJIANG, "county", 0.5],
    ]);
  });

  it("opens a gap into the units that it is measured between, with why some take no part", async () => {
    await open();
    const gap = await get<FigureDetail>("/v1/scorecards/330100/indicators/CV_COUNTY");
    expect(gap.figures.map(({ variant, state, reasons }) => [variant, state, reasons[0]?.reason])).toEqual([
      [undefined, "insufficient", "too_few_units"],
      ["equal", "insufficient", "too_few_units"],
    ]);
    expect(new Set(gap.parts.map(({ id }) => id)).size).toBe(gap.parts.length);
    expect(gap.parts.find(({ id }) => id === XIHU)).toMatchObject({
      ...{ kind: "county", reason: "too_few_known_schools", isCounted: false },
      href: `/v1/scorecards/${XIHU}/indicators/INFRA_INDEX`,
    });
    expect(gap.parts.find(({ id }) => id === "330109")).toMatchObject({ reason: "no_school" });
    const behind = await get<FigureDetail>(`/v1/scorecards/${XIHU}/indicators/INFRA_INDEX`);
    expect(behind.parts.map(({ id, href }) => [id, href])).toEqual([
      [FULL, `/v1/scorecards/${FULL}/indicators/INFRA_INDEX`],
      [DARK, `/v1/scorecards/${DARK}/indicators/INFRA_INDEX`],
    ]);
  });

  it("has a group for rural schools alone", async () => {
    await open();
    const card = await get<GroupCardView>("/v1/scorecards/rural");
    expect(card).toMatchObject({ kind: "group", name: "乡村学校", schools: 1 });
    expect(card.indicators[0]).toMatchObject({ id: "WIFI_FULL_SHARE", value: 1, numerator: 1, denominator: 1 });
    expect(card).not.toHaveProperty("unclassified");
  });

  it("of a group lists those that may belong, and no figure of it is known while they are too many", async () => {
    await open();
    world.sources.inventory = countyInventory(
      COUNTY.map((one) => (one.id === DARK ? { ...one, unclassified: true } : one)),
    );
    const card = await get<GroupCardView>("/v1/scorecards/rural");
    expect(card).toMatchObject({ schools: 1, unclassified: { schools: 1, of: 4 } });
    expect(card.units.map(({ id, member }) => [id, member])).toEqual([
      [RURAL, "yes"],
      [DARK, "unclassified"],
    ]);
    const [share] = card.indicators;
    expect(share).toMatchObject({ id: "WIFI_FULL_SHARE", state: "insufficient", lo: 0.5, hi: 1 });
    expect(share?.reasons).toEqual([{ reason: "too_many_unclassified", count: 1 }]);
  });

  it("with too many schools is answered from what is kept, and says that it is", async () => {
    await open({ liveSchools: 1, mostSchools: 1 });
    const refused = await app.inject(`/v1/scorecards/${XIHU}`);
    expect(refused.statusCode).toBe(404);
    expect(refused.json()).toMatchObject({ code: "NOT_FOUND" });
    await run(world);
    const card = await get<GroupCardView>(`/v1/scorecards/${XIHU}`);
    expect(card).toMatchObject({ computed: "stored", kept: { revision: 1 }, asOf: `${MONTH_END}T23:59:59+08:00` });
  });
});

describe("a scorecard of a day", () => {
  it("is the kept one; the same numbers as computing it", async () => {
    await open();
    const before = await get<ScorecardView>(`/v1/scorecards/${FULL}?asOf=${MONTH_END}`);
    expect(before).toMatchObject({ computed: "now", inputs: { toDay: MONTH_END } });
    const group = await get<GroupCardView>(`/v1/scorecards/330100?asOf=${MONTH_END}`);
    await run(world);
    const after = await get<ScorecardView>(`/v1/scorecards/${FULL}?asOf=${MONTH_END}`);
    const { kept, ...rest } = after;
    expect(kept).toMatchObject({ revision: 1 });
    expect({ ...rest, computed: "now" }).toEqual(before);
    const keptGroup = await get<GroupCardView>(`/v1/scorecards/330100?asOf=${MONTH_END}`);
    for (const name of ["indicators", "distribution", "smartRate", "gaps", "units"] as const) {
      expect(keptGroup[name], name).toEqual(group[name]);
    }
  });

  it("opens from what is kept, down to schools and rooms", async () => {
    await open();
    await run(world);
    const at = `asOf=${MONTH_END}`;
    const city = await get<FigureDetail>(`/v1/scorecards/330100/indicators/WIFI_FULL_SHARE?${at}`);
    expect(city).toMatchObject({ computed: "stored", kept: { revision: 1 } });
    expect(city.parts.map(({ id, value }) => [id, value])).toContainEqual([BINJIANG, 0.5]);
    const county = await get<FigureDetail>(`/v1/scorecards/${BINJIANG}/indicators/WIFI_FULL_SHARE?${at}`);
    expect(county.parts.map(({ id, value }) => [id, value])).toEqual([
      [BAD, 0],
      [RURAL, 1],
    ]);
    const rooms = await get<FigureDetail>(`/v1/scorecards/${BAD}/indicators/WIFI_COVER?${at}`);
    expect(rooms.parts).toMatchObject([{ kind: "venue", verdict: "not_covered", denominator: 1920 }]);
  });

  it("can be read as it was before its inputs changed", async () => {
    await open();
    await run(world);
    addEvidence(world.sources.evidence, { id: DARK, county: XIHU, strip: UP });
    await run(world);
    const old = await get<ScorecardView>(`/v1/scorecards/${DARK}?asOf=${MONTH_END}&revision=1`);
    const now = await get<ScorecardView>(`/v1/scorecards/${DARK}?asOf=${MONTH_END}`);
    expect([old.coverage.full, now.coverage.full]).toEqual(["unknown", "true"]);
    const { revisions } = await get<RevisionList>(`/v1/scorecards/${DARK}/revisions?asOf=${MONTH_END}`);
    expect(revisions.map(({ revision }) => revision)).toEqual([1, 2]);
    expect(revisions[0]?.inputs.evidence).not.toBe(revisions[1]?.inputs.evidence);
  });

  it("has a history in which model versions are kept apart", async () => {
    await open();
    await run(world, "2026-08-31");
    await run(world);
    await world.state.run(
      `INSERT INTO result SELECT scope, kind, as_of, '2025.9', revision, sha256, computed_at_ms, inputs, bytes
       FROM result WHERE scope = $1 AND as_of = '2026-08-31'`,
      [FULL],
    );
    const history = await get<History>(`/v1/scorecards/${FULL}/history?months=3`);
    expect(history.lines.map(({ modelVersion, months }) => [modelVersion, months.map(({ month }) => month)])).toEqual([
      ["2025.9", ["2026-08"]],
      ["2026.1", ["2026-08", "2026-09"]],
    ]);
    const cover = history.lines[1]?.months[1]?.figures.find(({ id }) => id === "WIFI_COVER");
    expect(cover).toEqual({ id: "WIFI_COVER", state: "known", value: 1, lo: 1, hi: 1 });
  });
});

describe("what cannot be answered", () => {
  it.each([
    { path: `/v1/scorecards/${schoolId(99)}`, status: 404 },
    { path: `/v1/scorecards/${FULL}?asOf=2026-02-30`, status: 400 },
    { path: `/v1/scorecards/${FULL}?asOf=2026-10-02`, status: 404 },
    { path: `/v1/scorecards/${FULL}?revision=1`, status: 400 },
    { path: `/v1/scorecards/${FULL}?asOf=${MONTH_END}&revision=7`, status: 404 },
    { path: `/v1/scorecards/${FULL}/history?months=0`, status: 400 },
    { path: `/v1/scorecards/${FULL}/indicators/CV_COUNTY`, status: 404 },
    { path: `/v1/scorecards/${FULL}/indicators/nothing`, status: 404 },
  ])("$path is a $status", async ({ path, status }) => {
    await open();
    expect((await app.inject(path)).statusCode).toBe(status);
  });
});

describe("runs over HTTP", () => {
  it("are asked for, worked on, and listed", async () => {
    await open();
    const answer = await app.inject({ method: "POST", url: "/v1/results/runs", payload: { asOf: MONTH_END } });
    expect(answer.statusCode).toBe(201);
    expect(answer.json<ResultRun>()).toMatchObject({ id: 1, asOf: MONTH_END, reason: "on_demand" });
    await world.results.runs.idle();
    const { runs } = await get<{ runs: ResultRun[] }>("/v1/results/runs");
    expect(runs).toMatchObject([{ id: 1, state: "done", schools: { all: 4, added: 4 }, problems: [] }]);
  });

  it.each([
    { what: "a day that is not over", payload: { asOf: "2026-10-01" } },
    { what: "no day", payload: { asOf: "2026-09-31" } },
    { what: "something unknown", payload: { asOf: MONTH_END, force: true } },
  ])("are refused for $what", async ({ payload }) => {
    await open();
    const answer = await app.inject({ method: "POST", url: "/v1/results/runs", payload });
    expect(answer.statusCode).toBe(400);
  });

  it("are refused from elsewhere", async () => {
    await open();
    const request = { method: "POST", url: "/v1/results/runs", payload: { asOf: MONTH_END } } as const;
    const answer = await app.inject({ ...request, remoteAddress: "192.0.2.7" });
    expect(answer.statusCode).toBe(403);
  });
});
