// What one metric means, and the ranges that many have in common.
import type { Measurement } from "./measurements.ts";

export interface MetricSpec {
  measurement: Measurement;
  unit:
    | "flag"
    | "code"
    | "count"
    | "clients"
    | "ratio"
    | "seconds"
    | "bytes"
    | "bits_per_second"
    | "celsius"
    | "dbm"
    | "db"
    | "channel"
    | "volts"
    | "amperes"
    | "watts"
    | "joules"
    | "hertz"
    | "rpm";
  /** A counter only grows until it wraps or the device restarts; a gauge goes both ways. */
  kind: "gauge" | "counter";
  /** Inclusive physical bounds; a value outside them is a device fault, not a reading. */
  min: number;
  max: number;
  /** Only whole numbers are possible. */
  integer: boolean;
  /** What it says, for people. */
  about: string;
  /** Where the number comes from: MIB object, RFC section, or the file here that computes it. */
  source: string;
}

/** Whether the mean of several values says anything: of counters, codes and channels it does not. */
export function hasMean({ kind, unit }: Pick<MetricSpec, "kind" | "unit">): boolean {
  return kind === "gauge" && unit !== "code" && unit !== "channel";
}

/** Counter64's largest value does not fit a double exactly; nothing we count comes near it. */
const COUNTER_MAX = 2 ** 64;

export const flag = { unit: "flag", kind: "gauge", min: 0, max: 1, integer: true } as const;
export const ratio = { unit: "ratio", kind: "gauge", min: 0, max: 1, integer: false } as const;
export const count = { unit: "count", kind: "gauge", min: 0, max: 1_000_000, integer: true } as const;
export const counter = { unit: "count", kind: "counter", min: 0, max: COUNTER_MAX, integer: true } as const;
export const byteCounter = { unit: "bytes", kind: "counter", min: 0, max: COUNTER_MAX, integer: true } as const;
export const byteSize = { unit: "bytes", kind: "gauge", min: 0, max: COUNTER_MAX, integer: true } as const;
export const celsius = { unit: "celsius", kind: "gauge", min: -60, max: 150, integer: false } as const;
/** A century: longer is a counter that ran wild. */
export const seconds = { unit: "seconds", kind: "gauge", min: 0, max: 3.2e9, integer: false } as const;
export const volts = { unit: "volts", kind: "gauge", min: -1_000, max: 1_000, integer: false } as const;
export const amperes = { unit: "amperes", kind: "gauge", min: -1_000, max: 1_000, integer: false } as const;
export const watts = { unit: "watts", kind: "gauge", min: 0, max: 1_000_000, integer: false } as const;
export const hertz = { unit: "hertz", kind: "gauge", min: 0, max: 1_000, integer: false } as const;
