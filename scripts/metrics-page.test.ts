import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { METRICS } from "../contract/metrics.ts";
import { metricsPage } from "./metrics-page.ts";

it("docs/metrics.md says what the dictionary says (run `npm run docs` after changing it)", () => {
  expect(readFileSync(new URL("../docs/metrics.md", import.meta.url), "utf8")).toBe(metricsPage());
});

const AGENT = fileURLToPath(new URL("../agent/", import.meta.url));
/** The agent's code and profiles, without tests, recordings and what is compared with others. */
const feeding = readdirSync(AGENT, { recursive: true, encoding: "utf8" })
  .filter(
    (file) =>
      /\.(?:ts|yaml)$/.test(file) && !/\.test\.ts$|(?:^|\/)(?:dist|node_modules|golden|recordings)\//.test(file),
  )
  .map((file) => readFileSync(`${AGENT}${file}`, "utf8"))
  .join("\n");

/** What the collector measures of an agent itself. */
const OF_COLLECTOR = new Set(["agent_clock_offset_seconds"]);

it.each(Object.keys(METRICS).filter((name) => !OF_COLLECTOR.has(name)))("the metric %s is fed by the agent", (name) => {
  expect(new RegExp(`\\b${name}\\b`).test(feeding)).toBe(true);
});
