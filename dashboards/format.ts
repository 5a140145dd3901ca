// Numbers, intervals, durations and times as people read them. Absent stays absent: callers decide on the words for it.
import { METRICS, type MetricName } from "../contract/metrics.ts";

const SHANGHAI_OFFSET_MS = 8 * 3_600_000;
const JOULES_PER_KWH = 3_600_000;
/** Far below anything shown, far above the error of a double: 0.9445 counts as the half it was meant to be. */
const EPSILON = 1e-9;

/** `value` rounded half up to one decimal, as text: 94.45 → "94.5". Rounding is for display only (scoring model 9.3). */
export function oneDecimal(value: number): string {
  return (Math.floor(value * 10 + 0.5 + EPSILON) / 10).toFixed(1);
}

/** A ratio of 0–1 as percent with one decimal: 0.9444 → "94.4%". */
export function percent(ratio: number): string {
  return `${oneDecimal(ratio * 100)}%`;
}

/** Bounds as percent: "50.0%–75.0%". */
export function interval(lo: number, hi: number): string {
  return `${percent(lo)}–${percent(hi)}`;
}

/** Asia/Shanghai has been UTC+8 without daylight saving since 1991, so a fixed offset is exact (scoring model 1.4). */
function shanghai(at: string | number): string | undefined {
  const atMs = typeof at === "number" ? at : Date.parse(at);
  return Number.isFinite(atMs) ? new Date(atMs + SHANGHAI_OFFSET_MS).toISOString() : undefined;
}

/** "2026-09-07 10:35" in Asia/Shanghai; an instant that cannot be read is shown as it came. */
export function minuteOf(at: string | number): string {
  const iso = shanghai(at);
  return iso ? `${iso.slice(0, 10)} ${iso.slice(11, 16)}` : String(at);
}

/** "09-07 10:35" in Asia/Shanghai. */
export function shortMinuteOf(at: string | number): string {
  return minuteOf(at).replace(/^\d{4}-/, "");
}

/** "2026-09-07" in Asia/Shanghai. */
export function dayOf(at: string | number): string {
  return minuteOf(at).slice(0, 10);
}

/** "10:35" in Asia/Shanghai. */
export function clockOf(at: string | number): string {
  return shanghai(at)?.slice(11, 16) ?? String(at);
}

/** "10:35:07" in Asia/Shanghai. */
export function secondOf(at: string | number): string {
  return shanghai(at)?.slice(11, 19) ?? String(at);
}

/** Milliseconds moved so that a chart which prints UTC prints Asia/Shanghai. */
export function toChartMs(atMs: number): number {
  return atMs + SHANGHAI_OFFSET_MS;
}

/** The instant behind a place on such a chart. */
export function fromChartMs(chartMs: number): number {
  return chartMs - SHANGHAI_OFFSET_MS;
}

/** A duration in seconds in the two largest units that matter: "3d 4h", "5h 2m", "12.5s", "48ms". */
export function duration(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1_000)}ms`;
  if (seconds < 60) return `${Number(oneDecimal(seconds))}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m ${Math.floor(seconds % 60)}s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours}h ${minutes % 60}m`;
  return `${Math.floor(hours / 24)}d ${hours % 24}h`;
}

/** A number of bytes in binary units: 1536 → "1.5 KiB". */
export function bytes(count: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
  let value = count;
  let step = 0;
  while (value >= 1_024 && step < units.length - 1) {
    value /= 1_024;
    step += 1;
  }
  return `${step === 0 ? value : oneDecimal(value)} ${units[step] ?? ""}`;
}

/** 1e9 → "1 Gbit/s"; thousands, as link speeds are named. */
function bitsPerSecond(value: number): string {
  const units = ["bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"];
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, value)) / 3));
  return `${Number((value / 1_000 ** step).toFixed(1))} ${units[step] ?? ""}`;
}

/** What a metric's number is before words are put to it: flags and codes need words, all others are ready to print. */
export type MetricText =
  | { kind: "flag"; on: boolean }
  | { kind: "code"; code: number }
  | { kind: "text"; text: string };

/** A value of `metric` in its unit. */
export function metricText(metric: MetricName, value: number): MetricText {
  const { unit } = METRICS[metric];
  switch (unit) {
    case "flag":
      return { kind: "flag", on: value === 1 };
    case "code":
      return { kind: "code", code: value };
    case "ratio":
      return { kind: "text", text: percent(value) };
    case "seconds":
      return { kind: "text", text: duration(value) };
    case "bytes":
      return { kind: "text", text: bytes(value) };
    case "celsius":
      return { kind: "text", text: `${oneDecimal(value)} °C` };
    case "dbm":
      return { kind: "text", text: `${Number(oneDecimal(value))} dBm` };
    case "db":
      return { kind: "text", text: `${Number(oneDecimal(value))} dB` };
    case "volts":
      return { kind: "text", text: `${Number(oneDecimal(value))} V` };
    case "amperes":
      return { kind: "text", text: `${Number(value.toFixed(2))} A` };
    case "watts":
      return { kind: "text", text: `${Number(oneDecimal(value))} W` };
    case "joules":
      return { kind: "text", text: `${oneDecimal(value / JOULES_PER_KWH)} kWh` };
    case "hertz":
      return { kind: "text", text: `${Number(oneDecimal(value))} Hz` };
    case "rpm":
      return { kind: "text", text: `${Math.round(value)} rpm` };
    case "bits_per_second":
      return { kind: "text", text: bitsPerSecond(value) };
    case "count":
    case "clients":
    case "channel":
      // Whole numbers, unless it is a mean of several.
      return { kind: "text", text: String(Number(value.toFixed(1))) };
  }
}
