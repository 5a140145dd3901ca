import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { IndicatorList } from "../../contract/indicators.ts";
import type { App } from "../app.ts";
import { testApp } from "../app-suite.ts";

let folder: string;
let app: App;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "campanile-indicators-"));
  ({ app } = await testApp(folder));
});
afterEach(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});

it("says of every indicator what it is made of, or why it cannot be observed", async () => {
  const { indicators, modelVersion } = (await app.inject("/v1/indicators")).json<IndicatorList>();
  expect(modelVersion).toBe("2026.1");
  expect(indicators.find(({ id }) => id === "WIFI_COVER")).toMatchObject({ isObservable: true, section: "5.5" });
  for (const { id, isObservable, inputs, missing } of indicators) {
    expect(isObservable ? inputs.length > 0 : missing !== undefined, id).toBe(true);
  }
});
