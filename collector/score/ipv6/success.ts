// Success rates of IPv6 connections and page loads (scoring model N5 and W4).
import { Exact, f01 } from "../exact.ts";

export interface Attempts {
  attempts: number;
  successes: number;
}

/** r: successes by attempts, all together; `undefined` without any attempt. */
export function successRate(all: readonly Attempts[]): Exact | undefined {
  const attempts = all.reduce((sum, one) => sum + one.attempts, 0);
  const successes = all.reduce((sum, one) => sum + one.successes, 0);
  return attempts === 0 ? undefined : Exact.ratio(successes, attempts);
}

/** clamp((r − 0.90) / 0.09): nothing for nine in ten, all for 99 in 100. */
export function successValue(rate: Exact | undefined): Exact | undefined {
  return rate && f01(rate, 0.9, 0.99);
}
