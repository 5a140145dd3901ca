import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { App } from "../app.ts";
import { importFiles, SCHOOL, testApp } from "../app-suite.ts";

describe("the list of agents", () => {
  let folder: string;
  let app: App;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "campanile-agents-"));
    ({ app } = await testApp(folder));
    await importFiles(app);
  });
  afterEach(async () => {
    await app.close();
    await rm(folder, { recursive: true });
  });

  it("names those of the inventory that were never heard, and their schools in both languages", async () => {
    const { agents } = (await app.inject("/v1/agents")).json();
    expect(agents).toEqual([
      {
        ...{ id: "gw", school: SCHOOL, schoolName: "示例小学", schoolNameEn: "Example Primary" },
        ...{ state: "never", batches: 0, enrolled: false, refused: {} },
      },
    ]);
  });

  it("of one school holds its agents only", async () => {
    expect((await app.inject(`/v1/agents?school=${SCHOOL}`)).json().agents).toHaveLength(1);
    expect((await app.inject("/v1/agents?school=2133000009")).json().agents).toEqual([]);
  });

  it("says 404 of one that nobody knows", async () => {
    const answer = await app.inject("/v1/agents/nobody");
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toMatchObject({ code: "NOT_FOUND" });
  });
});
