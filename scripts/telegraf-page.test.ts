import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { PLUGINS, TOPIC_FIELDS } from "../collector/write/mapping.ts";
import { METRICS } from "../contract/metrics.ts";
import { telegrafPage } from "./telegraf-page.ts";

it("docs/telegraf.md says what the mapping does (run `npm run docs` after changing it)", () => {
  expect(readFileSync(new URL("../docs/telegraf.md", import.meta.url), "utf8")).toBe(telegrafPage());
});

describe("the mapping", () => {
  it.each(PLUGINS.map((plugin) => [plugin.measurement, plugin] as const))(
    "of %s leads to metrics of its own kind of reading",
    (_name, { fields, into }) => {
      for (const { metric } of Object.values(fields)) expect(METRICS[metric].measurement).toBe(into);
    },
  );

  it("leads from each measurement and from each MQTT field once", () => {
    const names = PLUGINS.map(({ measurement }) => measurement);
    expect(new Set(names).size).toBe(names.length);
    expect(Object.values(TOPIC_FIELDS).every(({ metric }) => METRICS[metric].measurement === "sensor")).toBe(true);
  });
});
