// What ECharts is told to draw for one series.
import type { EChartsCoreOption } from "echarts/core";
import { clockOf, fromChartMs, shortMinuteOf, toChartMs } from "./format.ts";
import { breakGaps, lonePoints } from "./gaps.ts";

export interface ChartInput {
  samples: readonly (readonly [number, number])[];
  fromMs: number;
  toMs: number;
  name: string;
  /** A value with its unit, in words. */
  valueText(value: number): string;
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

/** The chart prints UTC; times are moved so that it prints Asia/Shanghai wherever the browser is. */
export function chartOption(input: ChartInput): EChartsCoreOption {
  const points = breakGaps(input.samples);
  const lone = lonePoints(points);
  const dotted = input.samples.length <= DOTS_UP_TO;
  const isLong = input.toMs - input.fromMs > 1.5 * DAY_MS;
  const axisText = { color: TEXT, fontSize: 11 };
  return {
    useUTC: true,
    animation: false,
    grid: { left: 12, right: 16, top: 16, bottom: 8, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    tooltip: {
      trigger: "axis",
      formatter: (hit: unknown) => tooltipText(input, hit),
    },
    dataZoom: [{ type: "inside", zoomOnMouseWheel: "shift", moveOnMouseWheel: false }],
    xAxis: {
      type: "time",
      min: toChartMs(input.fromMs),
      max: toChartMs(input.toMs),
      axisLabel: {
        ...axisText,
        hideOverlap: true,
        formatter: (ms: number) => (isLong ? shortMinuteOf : clockOf)(fromChartMs(ms)),
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
      {
        type: "line",
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

/** ECharts hands over one entry a series, with the point as `value`; an empty point says nothing. */
function tooltipText(input: ChartInput, hit: unknown): string {
  const first: unknown = Array.isArray(hit) ? hit[0] : undefined;
  const value: unknown = typeof first === "object" && first !== null ? Reflect.get(first, "value") : undefined;
  if (!Array.isArray(value)) return "";
  const [chartMs, shown]: unknown[] = value;
  if (typeof chartMs !== "number" || typeof shown !== "number") return "";
  return `${shortMinuteOf(fromChartMs(chartMs))} · <b>${input.valueText(shown)}</b>`;
}
