import { describe, expect, it } from "vitest";
import { type ChartInput, chartOption } from "./chart-option.ts";
import { toChartMs } from "./format.ts";

const HOUR = 3_600_000;
const T0 = Date.parse("2026-09-07T08:00:00+08:00");
const inputOf = (more: Partial<ChartInput>): ChartInput => ({
  samples: [],
  fromMs: T0,
  toMs: T0 + 24 * HOUR,
  name: "clients",
  valueText: (value) => `${value}`,
  betweenText: (value, min, max) => `${value} of ${min} to ${max}`,
  stepped: false,
  ...more,
});

interface Drawn {
  id: string;
  data: [number, number | "-"][];
  areaStyle?: object;
}
const drawn = (input: ChartInput) => chartOption(input).series as Drawn[]; // what chartOption has just made
const values = (one: Drawn | undefined) => one?.data.map(([, value]) => value);

describe("chartOption", () => {
  const samples: [number, number][] = [0, 1, 2, 8, 9].map((hour) => [T0 + hour * HOUR, hour - 5]);
  const band = { min: [-6, -5, -4, 2, 3], max: [-4, -3, -3, 5, 4] };

  it("draws readings as one line, broken where nothing was measured", () => {
    const series = drawn(inputOf({ samples }));
    expect(series.map(({ id }) => id)).toEqual(["line"]);
    expect(values(series[0])).toEqual([-5, -4, -3, "-", 3, 4]);
  });

  it("draws a band from the least to the greatest of each window, broken where the line is, below zero too", () => {
    const [least, height, line] = drawn(inputOf({ samples, band }));
    expect(values(least)).toEqual([-6, -5, -4, "-", 2, 3]);
    expect(values(height)).toEqual([2, 2, 1, "-", 3, 1]);
    expect(values(line)).toEqual([-5, -4, -3, "-", 3, 4]);
    expect(least).toMatchObject({ stack: "band", stackStrategy: "all" });
    expect(height).toMatchObject({ stack: "band", areaStyle: {} });
    expect(line).not.toHaveProperty("stack");
  });

  it("begins with the window that the span begins in", () => {
    const early = inputOf({ samples: [[T0 - HOUR, 1]] });
    expect(chartOption(early).xAxis).toMatchObject({ min: toChartMs(T0 - HOUR), max: toChartMs(T0 + 24 * HOUR) });
    expect(chartOption(inputOf({ samples })).xAxis).toMatchObject({ min: toChartMs(T0) });
  });

  it.each([
    { days: 1, label: "08:00" },
    { days: 7, label: "09-07 08:00" },
    { days: 365, label: "2026-09-07" },
  ])("writes $label on the axis of $days days", ({ days, label }) => {
    const option = chartOption(inputOf({ toMs: T0 + days * 24 * HOUR }));
    const { axisLabel } = option.xAxis as { axisLabel: { formatter: (ms: number) => string } }; // as above
    expect(axisLabel.formatter(toChartMs(T0))).toBe(label);
  });

  it("says in words what the pointer is at: the line's value, with the bounds of its window", () => {
    const words = (input: ChartInput, hit: unknown) => {
      const { formatter } = chartOption(input).tooltip as { formatter: (hit: unknown) => string }; // as above
      return formatter(hit);
    };
    const entry = (seriesId: string, value: number | "-") => ({ seriesId, value: [toChartMs(T0), value] });
    expect(words(inputOf({ samples }), [entry("line", -5)])).toBe("09-07 08:00 · <b>-5</b>");
    const three = [entry("least", -6), entry("height", 2), entry("line", -5)];
    expect(words(inputOf({ samples, band }), three)).toBe("09-07 08:00 · <b>-5 of -6 to -4</b>");
    for (const nothing of [undefined, [], [entry("line", "-")], [{}], [null]]) {
      expect(words(inputOf({ samples }), nothing)).toBe("");
    }
  });
});
