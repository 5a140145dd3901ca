// What ECharts is told to draw for one series.
import type { EChartsCoreOption } from "echarts/core";
import { clockOf, dayOf, fromChartMs, shortMinuteOf, toChartMs } from "./format.ts";
import { breakGaps, type ChartPoint, lonePoints } from "./gaps.ts";

export interface ChartInput {
  samples: readonly (readonly [number, number])[];
  /** The least and the greatest reading behind each sample; absent where a sample is one reading. */
  band?: { min: readonly number[]; max: readonly number[] } | undefined;
  fromMs: number;
  toMs: number;
  name: string;
  /** A value with its unit, in words. */
  valueText(value: number): string;
  /** The same with the bounds of its window. */
  betweenText(value: number, min: number, max: number): string;
  /** Values stay until the next one: flags, codes, channels. */
  stepped: boolean;
  /** Bounds of what is possible, to hold the axis still; absent where the data should decide. */
  min?: number | undefined;
  max?: number | undefined;
}

const LINE = "#1d6a66";
const GRID = "#e6e2d8";
const TEXT = "#55606e";
/** Up to this many samples each gets a dot. */
const DOTS_UP_TO = 120;
const DAY_MS = 86_400_000;
const LINE_ID = "line";

type Bounds = ReadonlyMap<number, readonly [min: number, max: number]>;

/** The chart prints UTC; times are moved so that it prints Asia/Shanghai wherever the browser is. */
export function chartOption(input: ChartInput): EChartsCoreOption {
  const points = breakGaps(input.samples);
  const lone = lonePoints(points);
  const dotted = input.samples.length <= DOTS_UP_TO;
  const bounds = boundsOf(input);
  const spanMs = input.toMs - input.fromMs;
  const axisTime = spanMs > 60 * DAY_MS ? dayOf : spanMs > 1.5 * DAY_MS ? shortMinuteOf : clockOf;
  const axisText = { color: TEXT, fontSize: 11 };
  return {
    useUTC: true,
    animation: false,
    grid: { left: 12, right: 16, top: 16, bottom: 8, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    tooltip: {
      trigger: "axis",
      formatter: (hit: unknown) => tooltipText(input, bounds, hit),
    },
    dataZoom: [{ type: "inside", zoomOnMouseWheel: "shift", moveOnMouseWheel: false }],
    xAxis: {
      type: "time",
      // The first window begins before the first reading that was asked for.
      min: toChartMs(Math.min(input.fromMs, input.samples[0]?.[0] ?? input.fromMs)),
      max: toChartMs(input.toMs),
      axisLabel: {
        ...axisText,
        hideOverlap: true,
        formatter: (ms: number) => axisTime(fromChartMs(ms)),
      },
      axisLine: { lineStyle: { color: GRID } },
    },
    yAxis: {
      type: "value",
      scale: input.min === undefined,
      ...(input.min === undefined ? {} : { min: input.min }),
      ...(input.max === undefined ? {} : { max: input.max }),
      ...(input.stepped ? { minInterval: 1 } : {}),
      axisLabel: { ...axisText, formatter: (value: number) => input.valueText(value) },
      splitLine: { lineStyle: { color: GRID } },
    },
    series: [
      ...bandSeries(points, bounds),
      {
        type: "line",
        id: LINE_ID,
        name: input.name,
        data: points.map(([atMs, value]) => [toChartMs(atMs), value]),
        connectNulls: false,
        ...(input.stepped ? { step: "end" } : {}),
        showAllSymbol: true,
        symbol: "circle",
        symbolSize: (_value: unknown, { dataIndex }: { dataIndex: number }) =>
          lone.has(dataIndex) ? 6 : dotted ? 4 : 0,
        lineStyle: { width: 1.8, color: LINE },
        itemStyle: { color: LINE },
      },
    ],
  };
}

function boundsOf({ samples, band }: ChartInput): Bounds {
  const bounds = new Map<number, readonly [number, number]>();
  for (const [i, [atMs]] of samples.entries()) {
    const min = band?.min[i];
    const max = band?.max[i];
    if (min !== undefined && max !== undefined) bounds.set(atMs, [min, max]);
  }
  return bounds;
}

/** An area from the least to the greatest: ECharts draws it as a height that stands on an invisible line. Broken where the line is. */
function bandSeries(points: readonly ChartPoint[], bounds: Bounds): object[] {
  if (bounds.size === 0) return [];
  const data = (of: (min: number, max: number) => number) =>
    points.map(([atMs]) => {
      const bound = bounds.get(atMs);
      return [toChartMs(atMs), bound === undefined ? "-" : of(...bound)];
    });
  const common = {
    type: "line",
    stack: "band",
    stackStrategy: "all", // also below zero
    symbol: "none",
    silent: true,
    connectNulls: false,
    lineStyle: { opacity: 0 },
  };
  return [
    { ...common, id: "least", data: data((min) => min) },
    { ...common, id: "height", data: data((min, max) => max - min), areaStyle: { color: LINE, opacity: 0.16 } },
  ];
}

/** ECharts hands over one entry a series, with the point as `value`; an empty point says nothing. */
function tooltipText(input: ChartInput, bounds: Bounds, hit: unknown): string {
  const entries: unknown[] = Array.isArray(hit) ? hit : [];
  const line = entries.find((entry) => propertyOf(entry, "seriesId") === LINE_ID);
  const value = propertyOf(line, "value");
  if (!Array.isArray(value)) return "";
  const [chartMs, shown]: unknown[] = value;
  if (typeof chartMs !== "number" || typeof shown !== "number") return "";
  const atMs = fromChartMs(chartMs);
  const bound = bounds.get(atMs);
  const text = bound === undefined ? input.valueText(shown) : input.betweenText(shown, ...bound);
  return `${shortMinuteOf(atMs)} · <b>${text}</b>`;
}

function propertyOf(thing: unknown, name: string): unknown {
  return typeof thing === "object" && thing !== null ? Reflect.get(thing, name) : undefined;
}
