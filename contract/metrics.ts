// The metrics dictionary: what every number means. Store, API, documents and dashboards read names, units and bounds
// from here; docs/metrics.md is generated from it.

import { CLASSROOM_METRICS } from "./metrics/classroom.ts";
import { DEVICE_METRICS } from "./metrics/device.ts";
import { INTERFACE_METRICS } from "./metrics/interface.ts";
import { OWN_METRICS } from "./metrics/own.ts";
import { POWER_METRICS } from "./metrics/power.ts";
import type { MetricSpec } from "./metrics/spec.ts";
import { WIFI_METRICS } from "./metrics/wifi.ts";

/** Why a probe run failed; the number travels as `probe_failure`. Numbers are stable, new reasons are appended. */
export const PROBE_FAILURES = {
  timeout: 1,
  refused: 2,
  auth: 3,
  protocol: 4,
  unreachable: 5,
  unsupported: 6,
  internal: 7,
  incomplete: 8,
} as const;

export type ProbeFailure = keyof typeof PROBE_FAILURES;

export const METRICS = {
  ...DEVICE_METRICS,
  ...WIFI_METRICS,
  ...INTERFACE_METRICS,
  ...POWER_METRICS,
  ...CLASSROOM_METRICS,
  ...OWN_METRICS,
} as const satisfies Record<string, MetricSpec>;

export type MetricName = keyof typeof METRICS;

/** Values of one reading; what was not measured is not there. */
export type Values = Partial<Record<MetricName, number>>;

export function isMetricName(name: string): name is MetricName {
  return Object.hasOwn(METRICS, name);
}

/**
 * Why `value` cannot be a value of `name`, or `undefined` when it can.
 *
 * @returns a sentence with the value, the unit and the bounds; NaN and infinities are always refused.
 */
export function boundsProblem(name: MetricName, value: number): string | undefined {
  const { min, max, unit, integer }: MetricSpec = METRICS[name];
  if (!(value >= min && value <= max)) return `${name} is ${value} ${unit}, expected ${min} to ${max}`;
  if (integer && !Number.isInteger(value)) return `${name} is ${value} ${unit}, expected a whole number`;
  return undefined;
}
