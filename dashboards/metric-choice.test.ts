import { describe, expect, it } from "vitest";
import { METRICS } from "../contract/metrics.ts";
import { deviceMetrics, instanceMetrics, ownFirst, windowMeaning } from "./metric-choice.ts";

const sample = { at: "2026-09-07T10:35:00+08:00", value: 1 };

describe("deviceMetrics", () => {
  it("begins with the clients of an access point, silent or not, and names none twice", () => {
    expect(deviceMetrics({ latest: {}, serves: ["room"] })).toEqual(["wifi_clients", "wifi_ap_up"]);
    const latest = { uptime_seconds: sample, wifi_clients: sample };
    expect(deviceMetrics({ latest, serves: ["room"] })).toEqual(["wifi_clients", "wifi_ap_up", "uptime_seconds"]);
  });

  it("begins with what any other device says now", () => {
    expect(deviceMetrics({ latest: { wifi_aps_up: sample }, serves: [] })).toEqual(["wifi_aps_up", "probe_ok"]);
    expect(deviceMetrics({ latest: {}, serves: [] })).toEqual(["probe_ok"]);
  });
});

describe("instanceMetrics", () => {
  it("takes from the dictionary what hangs on a radio or an interface", () => {
    expect(instanceMetrics("radio")).toContain("wifi_channel_busy_ratio");
    expect(instanceMetrics("interface")).toContain("if_in_bytes_total");
    expect(instanceMetrics("radio")).not.toContain("wifi_clients");
  });
});

describe("ownFirst", () => {
  it("puts what is said of the asking behind what is said of the device", () => {
    const latest = { probe_ok: 1, uptime_seconds: 2, probe_requests: 3, wifi_clients: 4 };
    expect(ownFirst(latest).map(([name]) => name)).toEqual([
      "uptime_seconds",
      "wifi_clients",
      "probe_ok",
      "probe_requests",
    ]);
  });
});

describe("windowMeaning", () => {
  it.each([
    { metric: "temperature_celsius", meaning: "windowMean" },
    { metric: "wifi_clients", meaning: "windowMean" },
    { metric: "probe_ok", meaning: "windowShare" },
    { metric: "probe_failure", meaning: "windowLast" },
    { metric: "wifi_channel_number", meaning: "windowLast" },
    { metric: "if_in_bytes_total", meaning: "windowLast" },
  ] as const)("of $metric is $meaning", ({ metric, meaning }) => {
    expect(windowMeaning(METRICS[metric])).toBe(meaning);
  });
});
