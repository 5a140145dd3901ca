import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PolicyTargetList } from "../../contract/policy.ts";
import type { App } from "../app.ts";
import { testApp } from "../app-suite.ts";

const FILE = new URL("../score/policy/targets.csv", import.meta.url);
const ROWS: Record<string, string>[] = parse(readFileSync(FILE, "utf8"), { columns: true });

describe("policy targets", () => {
  let folder: string;
  let app: App;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "campanile-targets-"));
    ({ app } = await testApp(folder));
  });
  afterEach(async () => {
    await app.close();
    await rm(folder, { recursive: true });
  });

  const list = async () => (await app.inject("/v1/policy-targets")).json<PolicyTargetList>();

  it("are all there in the order of the file, their words and documents unchanged", async () => {
    const { targets, asOf, modelVersion } = await list();
    expect({ asOf, modelVersion }).toEqual({ asOf: "2026-09-07", modelVersion: "2026.1" });
    expect(targets).toHaveLength(206);
    expect(targets.map(({ id, document, phraseZh }) => [id, document.text, phraseZh])).toEqual(
      ROWS.map(({ id, doc, phrase_zh }) => [id, doc, phrase_zh]),
    );
    expect(targets[0]?.document.number).toBe("浙教技中心〔2021〕120号");
  });

  it("have no state but insufficient where figures are asked for, because none are kept", async () => {
    const { targets } = await list();
    const states = new Set(targets.map(({ state }) => state));
    expect([...states].sort()).toEqual(["insufficient", "out_of_reach", "tracked"]);
    for (const { id, state, parts } of targets) {
      const isExplained = parts.length > 0 && parts.every((part) => part.gap !== undefined);
      expect(isExplained, id).toBe(state === "insufficient");
    }
  });

  it("that were due before are closed, and no later monitoring can change them", async () => {
    const target = (await app.inject("/v1/policy-targets/A05")).json();
    expect(target).toMatchObject({
      ...{ id: "A05", isClosed: true, deadline: "2025-12-31", state: "insufficient" },
      parts: expect.arrayContaining([expect.objectContaining({ gap: "no_evaluation_at_deadline" })]),
    });
    const restated = (await app.inject("/v1/policy-targets/A16")).json();
    expect(restated.computedAs).toBe("A05");
  });

  it("that do not exist are a 404 that shows how ids look", async () => {
    const answer = await app.inject("/v1/policy-targets/nothing");
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toEqual({
      code: "NOT_FOUND",
      message: 'there is no policy target "nothing", expected an id such as A05',
    });
  });
});
