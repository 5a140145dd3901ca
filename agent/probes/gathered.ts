// Values of several rows that speak of the same thing, on their way to becoming one.
import type { MetricName } from "../../contract/metrics.ts";
import type { ColumnRule } from "../profiles/profile.ts";
import type { Slot } from "./snmp-findings.ts";

interface Combined {
  count: number;
  first: number;
  sum: number;
  max: number;
  /** A row had no value: then a sum would be too small. */
  isPartial: boolean;
}

/** One metric of one slot; rows of the same radio or device meet here. */
export type Gathered = Map<Slot, Map<MetricName, { combine: ColumnRule["combine"]; combined: Combined }>>;

/** Adds what one row says; `undefined` is a row that does not know. */
export function gather(
  gathered: Gathered,
  slot: Slot,
  metric: MetricName,
  combine: ColumnRule["combine"],
  value: number | undefined,
): void {
  let metrics = gathered.get(slot);
  if (metrics === undefined) {
    metrics = new Map();
    gathered.set(slot, metrics);
  }
  let entry = metrics.get(metric);
  if (entry === undefined) {
    entry = { combine, combined: { count: 0, first: 0, sum: 0, max: Number.NEGATIVE_INFINITY, isPartial: false } };
    metrics.set(metric, entry);
  }
  const { combined } = entry;
  if (value === undefined) {
    combined.isPartial = true;
    return;
  }
  if (combined.count === 0) combined.first = value;
  combined.count += 1;
  combined.sum += value;
  combined.max = Math.max(combined.max, value);
}

/** Each becomes a value of its slot, unless that is known already. */
export function settle(gathered: Gathered): void {
  for (const [slot, metrics] of gathered) {
    for (const [metric, { combine, combined }] of metrics) {
      const value = combinedValue(combine, combined);
      if (value !== undefined) slot.values[metric] ??= value;
    }
  }
}

function combinedValue(
  combine: ColumnRule["combine"],
  { count, first, sum, max, isPartial }: Combined,
): number | undefined {
  if (count === 0) return undefined;
  switch (combine) {
    case "first":
      return first;
    case "sum":
      return isPartial ? undefined : sum;
    case "mean":
      return sum / count;
    case "max":
      return max;
  }
}
