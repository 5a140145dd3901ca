// One run of one target: asks within its budget, and turns what came of it into `probe` readings.
import type { Logger } from "pino";
import { CampusError, messageOf } from "../../contract/errors.ts";
import { PROBE_FAILURES, type ProbeFailure, type Values } from "../../contract/metrics.ts";
import type { Reading } from "../../contract/reading.ts";
import type { AgentTarget } from "../config/config.ts";
import {
  type ProbeContext,
  ProbeError,
  type ProbeMemory,
  type ProbeResult,
  type ProbeTable,
  type Tally,
} from "../probes/probe.ts";
import { Budget } from "./budget.ts";
import type { Places } from "./places.ts";

/** How a run ended. Instants are by the agent's clock, durations are real time. */
export interface Outcome {
  targetId: string;
  startedAtMs: number;
  endedAtMs: number;
  /** Asking; waiting for a place is not in it. */
  durationSeconds: number;
  /** How long the target had to wait beyond its due time, for the start and for a place. */
  latenessSeconds: number;
  /** Datagrams sent, repeats included, and how many of them were repeats; absent where the probe does not count them. */
  requests?: number;
  retransmissions?: number;
  /** Datagrams from the target that were no answer. */
  malformed?: number;
  /** Whether the target gave any answer, a refusal included. */
  answered: boolean;
  /** Absent when the target answered as it should. */
  failure?: { reason: ProbeFailure; message: string };
  /** What was learned; of a run that failed on the way, what had been read whole by then. Absent when that is nothing. */
  result?: ProbeResult;
}

export interface RunOptions {
  probes: ProbeTable;
  nowMs(): number;
  /** Monotonic real time in milliseconds. */
  realMs(): number;
  log: Logger;
  /** Absent where nobody else is asked. */
  turn?: Turn;
}

/** What the schedule knows of a run. */
export interface Turn {
  places: Places;
  /** How late the run starts, in real milliseconds. */
  lateMs: number;
  /** What this target's runs keep for later ones. */
  memory: ProbeMemory;
  /** What ends the run. It has not aborted, and no other run of this target is under way. */
  controller: AbortController;
  /** The runs before were met by silence. */
  isSilent: boolean;
  /** The last run failed or was slow, though the target answered. */
  isLaggard: boolean;
}

/** A run that has been started. */
export interface Run {
  /** At the latest when the budget is spent; `undefined` when the agent stopped meanwhile, which is no outcome. */
  outcome: Promise<Outcome | undefined>;
  /** When the probe itself has come back, which one that does not heed its signal may do later or never. Never rejects. */
  settled: Promise<void>;
}

/** Starts asking `target` once. */
export function startRun(target: AgentTarget, stop: AbortSignal, options: RunOptions): Run {
  const run = new RunningRun(target, stop, options);
  return { outcome: run.outcome, settled: run.settled };
}

class RunningRun {
  readonly outcome: Promise<Outcome | undefined>;
  readonly settled: Promise<void>;
  readonly #target: AgentTarget;
  readonly #options: RunOptions;
  readonly #budget: Budget;
  readonly #tally: Tally = { requests: 0, retransmissions: 0, malformed: 0 };
  readonly #startedAtMs: number;
  readonly #startedRealMs: number;
  #waitedMs = 0;
  #answered: Promise<void> | undefined;
  #leave: () => void = () => {};

  constructor(target: AgentTarget, stop: AbortSignal, options: RunOptions) {
    const { probes, nowMs, realMs, turn } = options;
    this.#target = target;
    this.#options = options;
    this.#startedAtMs = nowMs();
    this.#startedRealMs = realMs();
    this.#budget = new Budget(target.deadlineMs, stop, realMs, () => this.#deadlineError(), turn?.controller);
    const log = options.log.child({ targetId: target.id });
    const answered = () => this.#enter();
    const { signal } = this.#budget;
    const fromTurn = turn && { isSilent: turn.isSilent, memory: turn.memory };
    const context: ProbeContext = { signal, log, nowMs, answered, tally: this.#tally, ...fromTurn };
    // In an async function of its own, so that a probe that throws before its first await is a failed run as well.
    const asking = (async () => probes[target.address.kind](target, context))();
    this.outcome = Promise.race([asking, this.#budget.over])
      .then(
        (result) => this.#ended({ result, ...(result.unread && { failure: failureOf(result.unread, log) }) }),
        (error: unknown) => this.#ended({ failure: failureOf(error, log) }),
      )
      .then((end) => (stop.aborted ? undefined : end))
      .finally(() => {
        this.#budget.close();
        this.#leave();
      });
    // How it ended is told by `outcome`; here only that it ended counts.
    this.settled = asking.then(
      () => undefined,
      () => undefined,
    );
  }

  /** The target has answered: from here on it needs a place. */
  #enter(): Promise<void> {
    this.#answered ??= this.#waitForPlace();
    return this.#answered;
  }

  async #waitForPlace(): Promise<void> {
    const { realMs, turn } = this.#options;
    if (!turn) return;
    const sinceMs = realMs();
    this.#budget.pause();
    this.#leave = await turn.places.take(turn.isLaggard, this.#budget.signal);
    this.#waitedMs = realMs() - sinceMs;
    this.#budget.resume();
  }

  #ended(rest: Pick<Outcome, "failure" | "result">): Outcome {
    const { nowMs, realMs, turn } = this.#options;
    const { requests, retransmissions, malformed } = this.#tally;
    return {
      targetId: this.#target.id,
      startedAtMs: this.#startedAtMs,
      endedAtMs: nowMs(),
      durationSeconds: (realMs() - this.#startedRealMs - this.#waitedMs) / 1_000,
      latenessSeconds: ((turn?.lateMs ?? 0) + this.#waitedMs) / 1_000,
      // Every way of asking sends something; nothing counted means that it does not count.
      ...(requests > 0 && { requests, retransmissions, malformed }),
      answered: this.#answered !== undefined || rest.result !== undefined || isAnswer(rest.failure),
      ...rest,
    };
  }

  #deadlineError(): ProbeError {
    const { id, deadlineMs } = this.#target;
    if (this.#answered === undefined) return new ProbeError("timeout", `${id} gave no answer within ${deadlineMs} ms`);
    return new ProbeError("incomplete", `${id} gave no complete answer within its budget of ${deadlineMs} ms`);
  }
}

/**
 * The `probe` reading of an outcome. It carries the time at which the run began: that moves with the schedule and not with
 * how long a device keeps us waiting, so that a slot gets all its attempts.
 */
export function probeReading(outcome: Outcome): Reading {
  const { targetId, startedAtMs, durationSeconds, latenessSeconds, failure, result } = outcome;
  const values: Values = {
    probe_ok: failure ? 0 : 1,
    probe_duration_seconds: durationSeconds,
    probe_lateness_seconds: latenessSeconds,
  };
  if (failure) values.probe_failure = PROBE_FAILURES[failure.reason];
  if (outcome.requests !== undefined) values.probe_requests = outcome.requests;
  if (outcome.retransmissions !== undefined) values.probe_retransmissions = outcome.retransmissions;
  if (outcome.malformed !== undefined) values.probe_malformed = outcome.malformed;
  if (result) values.probe_values_refused = result.valuesRefused;
  return { measurement: "probe", device: targetId, atMs: startedAtMs, values };
}

/** Who refuses, or answers what cannot be used, is there; it is for others to say what that is worth. */
function isAnswer(failure: Outcome["failure"]): boolean {
  return failure !== undefined && ANSWERS.has(failure.reason);
}

const ANSWERS: ReadonlySet<ProbeFailure> = new Set(["auth", "protocol", "unsupported", "incomplete"]);

function failureOf(error: unknown, log: Logger): NonNullable<Outcome["failure"]> {
  if (error instanceof ProbeError) return { reason: error.reason, message: error.message };
  // Anything else is a fault in the agent, or its stop; the latter is dropped by the caller.
  if (!(error instanceof CampusError)) log.error({ err: error }, "probe has a fault");
  return { reason: "internal", message: messageOf(error) };
}
