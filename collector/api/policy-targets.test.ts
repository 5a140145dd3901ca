import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { afterEach, describe, expect, it } from "vitest";
import type { PolicyTargetDetail, PolicyTargetList } from "../../contract/policy.ts";
import type { NewEvaluation } from "../results/evaluations.ts";
import { numbersView } from "../results/figure-view.ts";
import {
  type LittleSchool,
  littleWorld,
  OFFLINE,
  routes,
  run,
  schoolId,
  UP,
  WENCHENG,
  type World,
  XIHU,
} from "../results/results-suite.ts";
import { monthsFrom } from "../score/policy/months-suite.ts";

const FILE = new URL("../score/policy/targets.csv", import.meta.url);
const ROWS: Record<string, string>[] = parse(readFileSync(FILE, "utf8"), { columns: true });

const RURAL = { areaCode: "220" };
const SCHOOLS: LittleSchool[] = [
  { id: schoolId(1), county: XIHU, strip: UP, changes: RURAL },
  { id: schoolId(2), county: XIHU, strip: UP, changes: RURAL },
  { id: schoolId(3), county: WENCHENG, strip: UP },
  { id: schoolId(4), county: XIHU, strip: UP },
];

let world: World;
let app: Awaited<ReturnType<typeof routes>>;
const open = async (at: string, schools: readonly LittleSchool[] = []) => {
  world = await littleWorld(schools, { at });
  app = await routes(world);
};
afterEach(async () => {
  await app.close();
  await world.close();
});

const list = async (asOf = "") => (await app.inject(`/v1/policy-targets${asOf}`)).json<PolicyTargetList>();
const detail = async (id: string, asOf = "") =>
  (await app.inject(`/v1/policy-targets/${id}${asOf}`)).json<PolicyTargetDetail>();
const stateIn = async (id: string) => (await list()).targets.find((target) => target.id === id);

/** Evaluations of a target's part as a run would have kept them, each recorded on its own day unless said otherwise. */
async function keep(target: string, months: ReturnType<typeof monthsFrom>, recordedOn?: string, part = 0) {
  const evaluations = months.map(
    ({ asOf, value, lo = value, hi = value }): NewEvaluation => ({
      ...{ target, part, view: "issued", asOf, recordedOn: recordedOn ?? asOf },
      figure: {
        ...{
          id: "SMART_RATE",
          state: value ? "known" : "insufficient",
          evidence: "D",
          reasons: [],
          modelVersion: "2026.1",
        },
        ...numbersView({ value, lo, hi }),
      },
    }),
  );
  await world.results.evaluations.add(evaluations);
}

describe("policy targets", () => {
  it("are all there in the order of the file, their words and documents unchanged", async () => {
    await open("2026-09-07T09:02:00+08:00");
    const { targets, asOf, modelVersion } = await list();
    expect({ asOf, modelVersion }).toEqual({ asOf: "2026-09-07", modelVersion: "2026.1" });
    expect(targets).toHaveLength(206);
    expect(targets.map(({ id, document, phraseZh }) => [id, document.text, phraseZh])).toEqual(
      ROWS.map(({ id, doc, phrase_zh }) => [id, doc, phrase_zh]),
    );
    expect(targets[0]?.document.number).toBe("浙教技中心〔2021〕120号");
  });

  it("have no state but insufficient where nothing was ever evaluated, each with its reason", async () => {
    await open("2026-09-07T09:02:00+08:00");
    const { targets } = await list();
    expect([...new Set(targets.map(({ state }) => state))].sort()).toEqual(["insufficient", "out_of_reach", "tracked"]);
    for (const { id, state, parts } of targets) {
      const isExplained = parts.length > 0 && parts.every((part) => part.gap !== undefined);
      expect(isExplained, id).toBe(state === "insufficient");
    }
  });

  it("that do not exist are a 404 that shows how ids look, and a wrong day is a 400", async () => {
    await open("2026-09-07T09:02:00+08:00");
    const answer = await app.inject("/v1/policy-targets/nothing");
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toEqual({
      code: "NOT_FOUND",
      message: 'there is no policy target "nothing", expected an id such as A05',
    });
    expect((await app.inject("/v1/policy-targets?asOf=2026-13-01")).statusCode).toBe(400);
  });
});

describe("a target that is open", () => {
  it.each([
    { case: "E19", months: [0.86, 0.865, 0.87, 0.875, 0.88, 0.885], state: "on_track", slope: 0.005, projected: 0.955 },
    { case: "E19", months: [0.86, 0.864, 0.868, 0.872, 0.876, 0.88], state: "at_risk", slope: 0.004, projected: 0.936 },
  ])("$case: $months lead to $projected at its deadline: $state", async ({ months, state, slope, projected }) => {
    await open("2026-10-31T20:00:00+08:00");
    await keep("D40", monthsFrom("2026-05", ...months));
    const { parts, views } = await detail("D40");
    expect(parts[0]).toMatchObject({ state, projected, latest: { asOf: "2026-10-31", value: months.at(-1) } });
    const part = views[0]?.parts[0];
    expect(part).toMatchObject({
      rule: "4",
      projection: {
        method: "theil_sen",
        slopePerMonth: slope,
        months: 14,
        fromMonth: "2026-10",
        limit: 1,
        value: projected,
      },
    });
    expect(part?.series.map(({ month, isUsed }) => [month, isUsed])).toEqual(
      ["05", "06", "07", "08", "09", "10"].map((month) => [`2026-${month}`, true]),
    );
  });

  it("is insufficient when its months were computed by models that differ from the newest", async () => {
    await open("2026-10-31T20:00:00+08:00");
    await keep("D72", monthsFrom("2026-05", 0.86, 0.865, 0.87, 0.875, 0.88, 0.885));
    await world.state.run(`UPDATE target_evaluation SET figure = replace(figure, '"D"', '"M"'),
      model = CASE WHEN as_of < '2026-10' THEN '2025.9' ELSE model END`);
    expect((await detail("D72")).parts[0]).toMatchObject({ state: "insufficient", gap: "no_baseline" });
  });

  it("is judged as of any day on what there was up to it", async () => {
    await open("2026-10-31T20:00:00+08:00");
    await keep("D40", monthsFrom("2026-05", 0.96, 0.97, 0.8));
    expect((await detail("D40", "?asOf=2026-06-30")).parts[0]?.state).toBe("achieved");
    expect((await detail("D40", "?asOf=2026-07-31")).parts[0]?.state).toBe("at_risk");
  });
});

describe("a target that is closed", () => {
  it("E20: that was missed stays missed, with a label when it is reached late", async () => {
    await open("2026-10-01T08:00:00+08:00");
    await keep("B66", [...monthsFrom("2025-12", 0.93), ...monthsFrom("2026-08", 0.951, 0.952)]);
    expect(await stateIn("B66")).toMatchObject({ isClosed: true, state: "missed" });
    expect((await detail("B66")).parts[0]).toMatchObject({
      state: "missed",
      label: { kind: "reached_late", month: "2026-09" },
    });
  });

  it("E20: with an interval around its value at the deadline is insufficient", async () => {
    await open("2026-10-01T08:00:00+08:00");
    await keep("B66", monthsFrom("2025-12", [0.93, 0.95, 0.97]));
    expect((await detail("B66")).parts[0]).toMatchObject({ state: "insufficient", gap: "interval_spans_value" });
  });

  it.each([
    { recordedOn: "2026-01-07", state: "achieved" },
    { recordedOn: "2026-01-08", state: "insufficient" },
  ])(
    "on evidence recorded on $recordedOn is $state: later monitoring fills nothing in",
    async ({ recordedOn, state }) => {
      await open("2026-10-01T08:00:00+08:00");
      await keep("B66", monthsFrom("2025-12", 0.96), recordedOn);
      expect(await stateIn("B66")).toMatchObject({ state });
    },
  );

  it("is decided once, when nothing can be recorded for it any more, and never again", async () => {
    await open("2026-01-07T08:00:00+08:00");
    await keep("B66", monthsFrom("2025-12", 0.93));
    await world.results.once();
    expect(await stateIn("B66")).not.toHaveProperty("fixedOn");
    await keep("B66", monthsFrom("2025-12", 0.96), "2026-01-07");
    expect(await stateIn("B66")).toMatchObject({ state: "achieved" });

    world.clock.atMs = Date.parse("2026-01-08T08:00:00+08:00");
    await world.results.once();
    expect(await stateIn("B66")).toMatchObject({ state: "achieved", fixedOn: "2026-01-08" });
    // A revision that claims to be of that time: what was decided stays, and so does what it was decided on.
    await keep("B66", monthsFrom("2025-12", 0.5), "2025-12-31");
    await world.restart();
    app = await routes(world);
    expect(await stateIn("B66")).toMatchObject({ state: "achieved", fixedOn: "2026-01-08" });
    expect((await detail("B66")).views[0]?.parts[0]?.series).toMatchObject([
      { value: 0.96, revision: 2, isUsed: true },
    ]);
  });

  it("of which nothing was evaluated in time is not decided: it is insufficient by the rule", async () => {
    await open("2026-10-01T08:00:00+08:00");
    await world.results.once();
    await world.results.runs.idle();
    expect(await stateIn("A05")).toMatchObject({ isClosed: true, deadline: "2025-12-31", state: "insufficient" });
    expect(await stateIn("A05")).not.toHaveProperty("fixedOn");
    expect((await detail("A05")).parts).toMatchObject([{ gap: "no_evaluation_at_deadline" }]);
  });

  it("a label that comes later is still shown beside what was decided", async () => {
    await open("2026-02-01T08:00:00+08:00");
    await keep("B66", monthsFrom("2025-12", 0.93));
    await world.results.once();
    world.clock.atMs = Date.parse("2026-10-01T08:00:00+08:00");
    await keep("B66", monthsFrom("2026-08", 0.951, 0.952));
    expect((await detail("B66")).parts[0]).toMatchObject({
      state: "missed",
      label: { kind: "reached_late", month: "2026-09" },
    });
    expect(await stateIn("B66")).toMatchObject({ fixedOn: "2026-02-01" });
  });
});

describe("targets that share a computation", () => {
  it("have the same series", async () => {
    await open("2026-10-01T08:00:00+08:00");
    await keep("A05", monthsFrom("2025-12", 1));
    for (const id of ["A05", "A16"])
      expect(await detail(id), id).toMatchObject({ state: "achieved", computedAs: "A05" });
    expect((await detail("A16")).related).toMatchObject([{ id: "A05", how: "restates" }]);
    expect((await detail("A05")).related).toMatchObject([{ id: "A16", how: "restates" }]);
  });
});

describe("evaluations of a run", () => {
  it("are over the population of the clause, with who belongs to a list by the document's day and by now", async () => {
    // Wencheng is on the list of mountain counties of 2021 and on the one of today.
    await open("2026-10-01T08:00:00+08:00", SCHOOLS);
    world.sources.declared = SCHOOLS.map(({ id }, i) => ({
      ...{
        id: `e${i}`,
        scope: id,
        indicator: "SMART_RATE",
        kind: "flag",
        holds: i !== 1,
        author: "A",
        attachments: [],
      },
      ...{ signedOn: "2026-09-01", validFrom: "2026-09-01", enteredAtMs: Date.parse("2026-09-01T08:00:00+08:00") },
    }));
    await run(world);
    const rural = (await detail("A05")).views[0]?.parts[0];
    expect(rural?.series).toMatchObject([{ month: "2026-09", value: 1, numerator: 2, denominator: 2, revision: 1 }]);
    const both = await detail("A08");
    expect(both.views.map(({ view, listOn }) => [view, listOn])).toEqual([
      ["issued", "2021-11-25"],
      ["current", "2026-10-01"],
    ]);
    for (const { parts } of both.views) {
      expect(parts[0]?.series).toMatchObject([{ numerator: 2, denominator: 3, meetsMinimum: true }]);
    }
    const all = (await detail("B03")).views[0]?.parts[0];
    expect(all?.series).toMatchObject([{ numerator: 4, denominator: 4, value: 1 }]);
  });

  it("say nothing where no indicator counts what the clause counts", async () => {
    await open("2026-10-01T08:00:00+08:00", SCHOOLS);
    await run(world);
    for (const id of ["B02", "B35", "D31", "D74", "E07", "E11"]) {
      const { views, state } = await detail(id);
      expect(
        views.flatMap(({ parts }) => parts.flatMap(({ series }) => series)),
        id,
      ).toEqual([]);
      expect(state, id).toBe("insufficient");
    }
  });

  it("of what is declared of the whole province take the declaration", async () => {
    await open("2026-10-01T08:00:00+08:00", SCHOOLS);
    world.sources.declared = [
      {
        ...{ id: "e", scope: "330000", indicator: "INTELLIGENT_CAMPUS_COUNT", kind: "count", count: 512, author: "A" },
        ...{ signedOn: "2026-09-01", validFrom: "2026-09-01", attachments: [] },
        enteredAtMs: Date.parse("2026-09-20T08:00:00+08:00"),
      },
      {
        ...{ id: "f", scope: "330000", indicator: "DATA_SEC_CAP", part: "masking", kind: "rate", author: "A" },
        ...{ numerator: 9, denominator: 10, signedOn: "2026-09-01", validFrom: "2026-09-01", attachments: [] },
        enteredAtMs: Date.parse("2026-09-20T08:00:00+08:00"),
      },
    ];
    await run(world);
    expect((await detail("B63")).views[0]?.parts[0]?.series).toMatchObject([{ value: 512, recordedOn: "2026-09-20" }]);
    expect((await detail("D73d")).views[0]?.parts[0]?.series).toMatchObject([{ value: 0.9 }]);
    expect((await detail("D73a")).views[0]?.parts[0]?.series).toEqual([]);
  });

  it("are achieved by two good months that follow each other", async () => {
    await open("2026-10-01T08:00:00+08:00", SCHOOLS);
    await keep("D40", monthsFrom("2026-08", 0.97), undefined, 0);
    world.sources.declared = SCHOOLS.map(({ id }, i) => ({
      ...{ id: `e${i}`, scope: id, indicator: "SMART_RATE", kind: "flag", holds: true, author: "A", attachments: [] },
      ...{ signedOn: "2026-09-01", validFrom: "2026-09-01", enteredAtMs: Date.parse("2026-09-01T08:00:00+08:00") },
    }));
    await run(world);
    expect((await detail("D40")).parts.map(({ state, gap }) => [state, gap])).toEqual([
      ["achieved", undefined],
      ["insufficient", "no_recent_value"],
    ]);
  });

  it("of a floor that is not held for two months has regressed", async () => {
    await open("2026-10-01T08:00:00+08:00", [{ id: schoolId(1), county: XIHU, strip: OFFLINE }]);
    await keep("B03", monthsFrom("2026-08", 0.9, 0.95));
    expect((await detail("B03")).parts[0]).toMatchObject({ state: "at_risk", label: { kind: "regressed" } });
  });
});
