import { describe, expect, it } from "vitest";
import { MEASUREMENTS } from "./metrics/measurements.ts";
import type { MetricSpec } from "./metrics/spec.ts";
import { boundsProblem, isMetricName, METRICS, PROBE_FAILURES } from "./metrics.ts";

const RELIED_ON = [
  "uptime_seconds",
  "cpu_busy_ratio",
  "memory_used_ratio",
  "temperature_celsius",
  "wifi_aps_registered",
  "wifi_aps_up",
  "wifi_ap_up",
  "wifi_clients",
  "wifi_radio_clients",
  "wifi_channel_number",
  "wifi_channel_busy_ratio",
  "wifi_noise_dbm",
  "wifi_tx_power_dbm",
  "if_up",
  "if_in_bytes_total",
  "if_out_bytes_total",
];

const specs: [string, MetricSpec][] = Object.entries(METRICS);

describe("the metrics dictionary", () => {
  it.each(RELIED_ON)("keeps the name %s that others rely on", (name) => {
    expect(isMetricName(name)).toBe(true);
  });

  it("does not take an inherited property for a metric", () => {
    expect(isMetricName("toString")).toBe(false);
    expect(isMetricName("__proto__")).toBe(false);
  });

  it.each(specs)("%s is snake_case and ends in its unit where the unit has one", (name, spec) => {
    expect(name).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
    const ending = { ratio: "_ratio", seconds: "_seconds", celsius: "_celsius", dbm: "_dbm" }[spec.unit as string];
    if (ending) expect(name.endsWith(ending)).toBe(true);
    expect(name.endsWith("_total")).toBe(spec.kind === "counter");
  });

  it.each(specs)("%s has sensible bounds, a measurement and a source", (name, spec) => {
    expect(spec.min).toBeLessThan(spec.max);
    expect(Object.hasOwn(MEASUREMENTS, spec.measurement)).toBe(true);
    expect(spec.source.length).toBeGreaterThan(5);
    // More than its rated load is what an overloaded UPS reports.
    if (spec.unit === "ratio") expect([spec.min, spec.max]).toEqual([0, name === "ups_load_ratio" ? 3 : 1]);
  });

  it("has a number for every probe failure, each once, inside the metric's bounds", () => {
    const codes = Object.values(PROBE_FAILURES);
    expect(new Set(codes).size).toBe(codes.length);
    for (const code of codes) expect(boundsProblem("probe_failure", code)).toBeUndefined();
  });
});

describe("boundsProblem", () => {
  it.each([
    { name: "wifi_channel_busy_ratio", value: 0, ok: true },
    { name: "wifi_channel_busy_ratio", value: 1, ok: true },
    { name: "wifi_channel_busy_ratio", value: 1.0000001, ok: false },
    { name: "wifi_channel_busy_ratio", value: -0.0000001, ok: false },
    { name: "wifi_clients", value: 3, ok: true },
    { name: "wifi_clients", value: 3.5, ok: false },
    { name: "wifi_noise_dbm", value: 0, ok: false },
    { name: "temperature_celsius", value: Number.NaN, ok: false },
    { name: "uptime_seconds", value: Number.POSITIVE_INFINITY, ok: false },
  ] as const)("$name = $value is possible: $ok", ({ name, value, ok }) => {
    expect(boundsProblem(name, value) === undefined).toBe(ok);
  });
});
