import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { metricsPage } from "./metrics-page.ts";

it("docs/metrics.md says what the dictionary says (run `npm run docs` after changing it)", () => {
  expect(readFileSync(new URL("../docs/metrics.md", import.meta.url), "utf8")).toBe(metricsPage());
});
