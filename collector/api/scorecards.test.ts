import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ScorecardView } from "../../contract/scorecard.ts";
import type { App } from "../app.ts";
import { importFiles, SCHOOL, testApp } from "../app-suite.ts";

describe("the scorecard of a school", () => {
  let folder: string;
  let app: App;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "campanile-scorecards-"));
    ({ app } = await testApp(folder));
    await importFiles(app);
  });
  afterEach(async () => {
    await app.close();
    await rm(folder, { recursive: true });
  });

  it("of which nothing is known is an interval, bounded by the gates that may be active, and no number", async () => {
    const card = (await app.inject(`/v1/scorecards/${SCHOOL}`)).json<ScorecardView>();
    expect(card).not.toHaveProperty("point");
    expect(card).not.toHaveProperty("band");
    expect(card).toMatchObject({
      ...{ scope: SCHOOL, modelVersion: "2026.1", lo: 0, hi: 100, points: 0, knownWeight: 0, weight: 100 },
      note: { zh: "代理指标，非认定结果", en: "proxy, not a recognition" },
      withheld: ["known_weight_low", "evidence_share_unknown"],
      smartReady: { ready: "insufficient" },
    });
    expect(card.gates).toContainEqual({ gate: "inventory_not_confirmed", state: "inactive" });
    expect(card.dimensions.map(({ id, weight }) => [id, weight])).toEqual([
      ["D1", 25],
      ["D2", 15],
      ["D3", 15],
      ["D4", 20],
      ["D5", 15],
      ["D6", 10],
    ]);
    for (const { parts } of card.dimensions) {
      for (const part of parts) expect(part, part.id).toMatchObject({ state: "insufficient" });
    }
  });

  it("that is not in the inventory is a 404", async () => {
    const answer = await app.inject("/v1/scorecards/2133000009");
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toMatchObject({ code: "NOT_FOUND" });
  });
});
