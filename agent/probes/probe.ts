// What a probe is: one way of asking one target once.
import type { Logger } from "pino";
import { CampusError } from "../../contract/errors.ts";
import { boundsProblem, isMetricName, type ProbeFailure, type Values } from "../../contract/metrics.ts";
import type { Findings } from "../../contract/reading.ts";
import type { TargetAddress } from "../../contract/target.ts";

/** A target as the agent's configuration gives it. */
export interface ProbeTarget {
  /** Unique within the agent; the device key of the target's own readings. */
  id: string;
  address: TargetAddress;
  /** Network segment for the self-test. */
  segment: string;
  /** Name of the vendor profile; absent means: choose by what the device says it is. */
  profile?: string;
  /** How long to wait for one answer, and how often to ask again after silence. */
  timeoutMs: number;
  retries: number;
}

export interface ProbeContext {
  /** Aborted when the target's deadline passes or the agent stops. */
  signal: AbortSignal;
  /** Child logger that already carries `targetId`. */
  log: Logger;
  /** Time that readings carry. */
  nowMs(): number;
}

/** What one run learned, and how many values or rows it had to leave out (`probe_values_refused`). */
export interface ProbeResult extends Findings {
  valuesRefused: number;
}

/**
 * Asks one target once. Timing, deadlines, rounds and turning the outcome into `probe_*` readings belong to scheduler.ts.
 * A table that could not be read to its end throws: what is missing from it is not known to be gone.
 * @throws ProbeError
 */
export type Probe = (target: ProbeTarget, context: ProbeContext) => Promise<ProbeResult>;

/** One probe per kind of target address: the explicit table of ways of asking. */
export type ProbeTable = { readonly [K in TargetAddress["kind"]]: Probe };

export class ProbeError extends CampusError {
  readonly reason: ProbeFailure;

  constructor(reason: ProbeFailure, message: string, options: ErrorOptions = {}) {
    super(`PROBE_${reason.toUpperCase()}`, message, { ...options, retryable: true });
    this.reason = reason;
  }
}

/** Keeps the values that are possible and hands each impossible one to `refuse`, so that one bad column costs only itself. */
export function measured(values: Values, refuse: (problem: string) => void): Values {
  const kept: Values = {};
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || !isMetricName(name)) continue;
    const problem = boundsProblem(name, value);
    if (problem === undefined) kept[name] = value;
    else refuse(problem);
  }
  return kept;
}
