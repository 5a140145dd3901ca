// What InfluxQL questions are made of, and what their answers mean.
import type { MetricName } from "../../contract/metrics.ts";
import type { InfluxSeries } from "./influx-client.ts";
import { decodeTag, tagLiteral } from "./influx-lines.ts";
import type { Sample } from "./store.ts";
import { wholeMs } from "./time-bounds.ts";

export function ofSchool(schoolId: string): string {
  return `"school" = ${tagLiteral(schoolId)}`;
}

export function ofDevice(schoolId: string, device: string): string {
  return `${ofSchool(schoolId)} AND "device" = ${tagLiteral(device)}`;
}

/** InfluxQL compares a tag that is not there with the empty text. */
export function ofInstance(instance: string | undefined): string {
  return `"instance" = ${tagLiteral(instance ?? "")}`;
}

export function between(fromMs: number, toMs: number): string {
  return `time >= ${wholeMs(fromMs)}ms AND time < ${wholeMs(toMs)}ms`;
}

export function since(fromMs: number): string {
  return between(fromMs, Number.POSITIVE_INFINITY);
}

export function fieldsOf(metrics: readonly MetricName[]): string {
  return metrics.map((name) => `"${name}"`).join(", ");
}

/** InfluxDB answers an empty text for a tag that is not there; a tag cannot be empty. */
export function tagIn(tags: InfluxSeries["tags"], name: string): string | undefined {
  return tagOf(tags?.[name]);
}

export function tagOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? decodeTag(value) : undefined;
}

export function numberIn(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

/** A point without this field answers null: absent, not zero. */
export function sampleIn(atMs: unknown, value: unknown): Sample | undefined {
  return typeof atMs === "number" && typeof value === "number" ? { atMs, value } : undefined;
}
