import { describe, expect, it } from "vitest";
import {
  bytes,
  clockOf,
  duration,
  fromChartMs,
  interval,
  metricText,
  minuteOf,
  oneDecimal,
  percent,
  secondOf,
  shortMinuteOf,
  toChartMs,
} from "./format.ts";

describe("percent", () => {
  it.each([
    { ratio: 0, want: "0.0%" },
    { ratio: 1, want: "100.0%" },
    { ratio: 0.94444, want: "94.4%" },
    { ratio: 0.9445, want: "94.5%" },
    { ratio: 0.94449, want: "94.4%" },
    { ratio: 0.5675, want: "56.8%" },
    { ratio: 0.0005, want: "0.1%" },
    { ratio: 0.00049, want: "0.0%" },
    { ratio: 0.8125, want: "81.3%" },
  ])("shows $ratio as $want, half up", ({ ratio, want }) => {
    expect(percent(ratio)).toBe(want);
  });

  it("shows both bounds of an interval", () => {
    expect(interval(0.5, 0.75)).toBe("50.0%–75.0%");
  });

  it("rounds negative numbers half up too", () => {
    expect(oneDecimal(-95.25)).toBe("-95.2");
  });
});

describe("times", () => {
  const at = "2026-09-07T02:35:09Z";

  it("are shown in Asia/Shanghai wherever the browser is", () => {
    expect(minuteOf(at)).toBe("2026-09-07 10:35");
    expect(minuteOf("2026-09-07T10:35:09+08:00")).toBe("2026-09-07 10:35");
    expect(shortMinuteOf(at)).toBe("09-07 10:35");
    expect(clockOf(at)).toBe("10:35");
    expect(secondOf(Date.parse(at))).toBe("10:35:09");
  });

  it("change the day at midnight in Shanghai", () => {
    expect(minuteOf("2026-12-31T15:59:59Z")).toBe("2026-12-31 23:59");
    expect(minuteOf("2026-12-31T16:00:00Z")).toBe("2027-01-01 00:00");
  });

  it("that cannot be read are shown as they came", () => {
    expect(minuteOf("soon")).toBe("soon");
  });

  it("on a chart come back as they went in", () => {
    const ms = Date.parse(at);
    expect(new Date(toChartMs(ms)).toISOString()).toBe("2026-09-07T10:35:09.000Z");
    expect(fromChartMs(toChartMs(ms))).toBe(ms);
  });
});

describe("duration", () => {
  it.each([
    { seconds: 0.0484, want: "48ms" },
    { seconds: 12.45, want: "12.5s" },
    { seconds: 59.9, want: "59.9s" },
    { seconds: 60, want: "1m 0s" },
    { seconds: 3_600, want: "1h 0m" },
    { seconds: 18_125, want: "5h 2m" },
    { seconds: 273_600, want: "3d 4h" },
  ])("shows $seconds s as $want", ({ seconds, want }) => {
    expect(duration(seconds)).toBe(want);
  });
});

describe("bytes", () => {
  it.each([
    { count: 0, want: "0 B" },
    { count: 1_023, want: "1023 B" },
    { count: 1_536, want: "1.5 KiB" },
    { count: 5 * 1_024 ** 3, want: "5.0 GiB" },
  ])("shows $count as $want", ({ count, want }) => {
    expect(bytes(count)).toBe(want);
  });
});

describe("metricText", () => {
  it("tells flags and codes apart from numbers", () => {
    expect(metricText("wifi_ap_up", 0)).toEqual({ kind: "flag", on: false });
    expect(metricText("probe_failure", 3)).toEqual({ kind: "code", code: 3 });
    expect(metricText("cpu_busy_ratio", 0.125)).toEqual({ kind: "text", text: "12.5%" });
    expect(metricText("wifi_noise_dbm", -95)).toEqual({ kind: "text", text: "-95 dBm" });
    expect(metricText("wifi_clients", 0)).toEqual({ kind: "text", text: "0" });
  });
});
