import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Board } from "../board.ts";
import { Fleet } from "../fleet/heard.ts";
import { loadRegions } from "../inventory/regions.ts";
import { device, evidenceOf, SCHOOL, film as strips, venue } from "../score/campus-suite.ts";
import { EVENING, film, GOOD, radio, SLOTS, type World, world } from "./keeper-suite.ts";
import { schoolQualities } from "./of-school.ts";
import { qualityView } from "./view.ts";

const CAMPUS = {
  devices: [device("good"), device("bad"), device("idle")],
  venues: [
    venue("v1"),
    venue("v2"),
    venue("v3"),
    venue("office", { mainTeaching: false }),
    venue("bare", { mainTeaching: false }),
  ],
  serves: ["good>v1", "bad>v2", "idle>v3", "good>office"],
};

let here: World;
let board: Board;
const qualities = () => schoolQualities(here.keeper, board);

beforeEach(async () => {
  here = await world("memory", CAMPUS);
  const evidence = evidenceOf(strips({ good: [["u", 1920]], bad: [["u", 1920]], idle: [["u", 1920]] }));
  board = new Board({
    regions: loadRegions(),
    inventory: here.inventory,
    evidence,
    fleet: new Fleet(),
    quality: here.keeper,
  });
  await here.write([...film("good", [40, GOOD]), ...film("bad", [40, { ...GOOD, busyRatio: 0.9 }])]);
  await here.keeper.once();
});
afterEach(() => here.close());

describe("the quality of a school", () => {
  it("is a share of its covered main venues, with what stands behind each", () => {
    const { share, byVenue } = qualities().ofSchool(SCHOOL, EVENING) ?? {};
    expect(share).toMatchObject({ covered: 3, passing: 1, failing: 1, unproven: 1 });
    expect(share?.figure).toMatchObject({ status: "value", value: 0.5, numerator: 1, denominator: 2 });
    expect(share?.unprovenReasons).toEqual([{ reason: "too_few_busy_slots", count: 1 }]);
    expect([...(byVenue ?? [])].map(([id, { verdict }]) => [id, verdict])).toEqual([
      ["v1", "pass"],
      ["v2", "fail"],
      ["v3", "unproven"],
      ["office", "pass"],
    ]);
  });

  it("is that of a judgement, and of one venue of it", () => {
    const judgement = board.judge(here.inventory, SCHOOL, EVENING);
    expect(qualities().ofJudgement(here.inventory, judgement)).toEqual(qualities().ofSchool(SCHOOL, EVENING));
    const [v1, , , , bare] = here.inventory.venuesOf(SCHOOL);
    expect(v1 && qualities().ofVenue(here.inventory, judgement, v1)?.verdict).toBe("pass");
    expect(bare && qualities().ofVenue(here.inventory, judgement, bare)).toBeUndefined();
  });

  it("is not there for a school that is not, or without an inventory", () => {
    expect(qualities().ofSchool("2133009999", EVENING)).toBeUndefined();
    const empty = new Board({
      regions: loadRegions(),
      inventory: undefined,
      evidence: evidenceOf([]),
      fleet: new Fleet(),
    });
    expect(schoolQualities(here.keeper, empty).ofSchool(SCHOOL, EVENING)).toBeUndefined();
  });
});

describe("the judgement of a school", () => {
  const verdicts = () =>
    [...board.judge(here.inventory, SCHOOL, here.nowMs).venues.values()].map(({ verdict }) => verdict);

  it("holds the quality of its venues", () => {
    expect(verdicts().slice(0, 3)).toEqual(["covered", "covered_below_quality", "covered_quality_unproven"]);
  });

  it("is made anew when quality changes, and only then", async () => {
    const first = board.judge(here.inventory, SCHOOL, here.nowMs);
    await here.keeper.once();
    expect(board.judge(here.inventory, SCHOOL, here.nowMs)).toBe(first);
    await here.write(SLOTS.slice(0, 40).flatMap((slotMs) => radio("idle", slotMs, GOOD)));
    here.nowMs += 11 * 60_000;
    await here.keeper.once();
    here.nowMs -= 11 * 60_000;
    expect(verdicts()[2]).toBe("covered");
  });
});

describe("the quality of a venue as it is shown", () => {
  it("names each metric with its marks, state and slots", () => {
    const judgement = board.judge(here.inventory, SCHOOL, EVENING);
    const [, v2] = here.inventory.venuesOf(SCHOOL);
    const quality = v2 && qualities().ofVenue(here.inventory, judgement, v2);
    const view = quality && qualityView(quality);
    expect(view).toMatchObject({
      verdict: "fail",
      good: false,
      busySlots: 40,
      decidedBy: ["utilisation"],
      reasons: [],
    });
    expect(view?.metrics.map(({ metric, state }) => [metric, state])).toEqual([
      ["signal", "pass"],
      ["snr", "pass"],
      ["utilisation", "fail"],
      ["clients", "pass"],
      ["retries", "no_data"],
      ["joins", "no_data"],
    ]);
    expect(view?.metrics[2]).toEqual({
      metric: "utilisation",
      nameZh: "信道利用率",
      nameEn: "channel utilisation",
      unit: "ratio",
      pass: 0.7,
      goodMark: 0.5,
      side: "at_most",
      state: "fail",
      good: false,
      held: 0,
      missed: 40,
      goodHeld: 0,
      goodMissed: 40,
    });
  });
});
