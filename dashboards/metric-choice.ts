// Which metrics can be asked for beside those of the whole device: they hang on a radio, an interface, a sensor.
import type { DeviceView } from "../contract/api.ts";
import type { Measurement } from "../contract/metrics/measurements.ts";
import { hasMean, type MetricSpec } from "../contract/metrics/spec.ts";
import { isMetricName, METRICS, type MetricName } from "../contract/metrics.ts";

/** What a device has several of, in the order in which people look for it. */
export const INSTANCE_MEASUREMENTS = [
  "radio",
  "interface",
  "poe",
  "sensor",
  "outlet",
  "supply",
  "storage",
] as const satisfies Measurement[];

export type InstanceMeasurement = (typeof INSTANCE_MEASUREMENTS)[number];

/** Names of the metrics that hang on such a thing. */
export function instanceMetrics(measurement: InstanceMeasurement): MetricName[] {
  const names = Object.keys(METRICS) as MetricName[]; // keys come from our own dictionary
  return names.filter((name) => METRICS[name].measurement === measurement);
}

/** What serves rooms is an access point: these are asked for even while it says nothing, because its past is of interest. */
const ACCESS_POINT_METRICS: MetricName[] = ["wifi_clients", "wifi_ap_up"];

/** The newest values with the device's own first: how it was asked comes after how it is. */
export function ownFirst<S>(latest: Readonly<Record<string, S>>): [name: string, sample: S][] {
  const isOfProbe = (name: string) => isMetricName(name) && METRICS[name].measurement === "probe";
  const entries = Object.entries(latest);
  return [...entries.filter(([name]) => !isOfProbe(name)), ...entries.filter(([name]) => isOfProbe(name))];
}

/** Metrics of the whole device: those it has values of now, and those it had when it was last seen. The first is the one to begin with. */
export function deviceMetrics({ latest, serves }: Pick<DeviceView, "latest" | "serves">): string[] {
  const usual: MetricName[] = serves.length > 0 ? ACCESS_POINT_METRICS : ["probe_ok"];
  const now = Object.keys(latest);
  return [...new Set(serves.length > 0 || now.length === 0 ? [...usual, ...now] : [...now, ...usual])];
}

/**
 * What stands for all readings of a window (collector/rollup/charts.ts): the mean with the band around it; of a flag the share
 * of yes; the last one where a mean says nothing.
 */
export function windowMeaning(spec: MetricSpec | undefined): "windowMean" | "windowShare" | "windowLast" {
  if (spec === undefined || !hasMean(spec)) return "windowLast";
  return spec.unit === "flag" ? "windowShare" : "windowMean";
}
