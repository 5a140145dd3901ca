// What a probe is: one way of asking one target once.
import type { Logger } from "pino";
import { CampusError } from "../../contract/errors.ts";
import { boundsProblem, isMetricName, type ProbeFailure, type Values } from "../../contract/metrics.ts";
import type { Findings } from "../../contract/reading.ts";
import type { TargetAddress } from "../../contract/target.ts";
import type { Sightings } from "../topology/sightings.ts";
import type { SlowColumns } from "./slow-columns.ts";

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
  /** The target was silent when it was last asked: the first question is then one datagram, sent once. */
  isSilent?: boolean;
  /**
   * To be awaited when the target has answered for the first time, before the rest is asked: resolves when there is a place
   * for reading (schedule/places.ts). The wait is not on the target's budget. Rejects when the signal aborts. Absent
   * where nobody else is asked.
   */
  answered?(): Promise<void>;
  /** What the target's runs keep for later ones. Absent: this one stands alone, and everything is asked. */
  memory?: ProbeMemory;
  /** Counts what is sent, where the way of asking can tell. */
  tally?: Tally;
}

/** What is kept of one target from run to run; each way of asking has its own part. */
export interface ProbeMemory {
  slowColumns?: SlowColumns;
}

/** Datagrams of one run. */
export interface Tally {
  /** Sent, repeats included. */
  requests: number;
  /** Of these, how many repeated a question after silence. */
  retransmissions: number;
  /** Came from the device and were no answer. */
  malformed: number;
}

/** What one run learned, and how many values or rows it had to leave out (`probe_values_refused`). */
export interface ProbeResult extends Findings {
  valuesRefused: number;
  /** What the target sees of other devices, for topology; absent when nothing of it was read this time. */
  sightings?: Sightings;
  /** Why the run ended before everything was read; then the run failed, and what stands here was read whole before that. */
  unread?: ProbeError;
}

/**
 * Asks one target once. Timing, deadlines, rounds and turning the outcome into `probe_*` readings belong to schedule/.
 * Nothing of a table that was not read to its end is in the result: what is missing from it is not known to be gone.
 * @throws ProbeError when nothing was read whole; `unread` says so of the rest
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
