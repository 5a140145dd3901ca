// One run of one target: asks within a deadline, and turns what came of it into `probe` readings.
import type { Logger } from "pino";
import { CampusError, messageOf } from "../../contract/errors.ts";
import { PROBE_FAILURES, type ProbeFailure, type Values } from "../../contract/metrics.ts";
import type { Reading } from "../../contract/reading.ts";
import type { AgentTarget } from "../config/config.ts";
import { ProbeError, type ProbeResult, type ProbeTable } from "../probes/probe.ts";

/** How a run ended. Instants are by the agent's clock, the duration is real time. */
export interface Outcome {
  targetId: string;
  startedAtMs: number;
  endedAtMs: number;
  durationSeconds: number;
  /** Absent when the target answered as it should. */
  failure?: { reason: ProbeFailure; message: string };
  /** What was learned; absent when the run failed. */
  result?: ProbeResult;
}

export interface RunOptions {
  probes: ProbeTable;
  nowMs(): number;
  /** Monotonic real time in milliseconds. */
  realMs(): number;
  log: Logger;
}

/** A run that has been started. */
export interface Run {
  /** At the latest when the deadline passes; `undefined` when the agent stopped meanwhile, which is no outcome. */
  outcome: Promise<Outcome | undefined>;
  /** When the probe itself has come back, which one that does not heed its signal may do later or never. Never rejects. */
  settled: Promise<void>;
}

/** Starts asking `target` once. */
export function startRun(target: AgentTarget, stop: AbortSignal, options: RunOptions): Run {
  const { probes, nowMs, realMs, log } = options;
  const startedAtMs = nowMs();
  const startedRealMs = realMs();
  const deadline = openDeadline(target, stop);
  const context = { signal: deadline.signal, log: log.child({ targetId: target.id }), nowMs };
  // In an async function of its own, so that a probe that throws before its first await is a failed run as well.
  const asking = (async () => probes[target.address.kind](target, context))();
  const ended = (rest: Pick<Outcome, "failure" | "result">): Outcome => ({
    targetId: target.id,
    startedAtMs,
    endedAtMs: nowMs(),
    durationSeconds: (realMs() - startedRealMs) / 1_000,
    ...rest,
  });
  const outcome = Promise.race([asking, deadline.passed])
    .then(
      (result) => ended({ result }),
      (error: unknown) => ended({ failure: failureOf(error, context.log) }),
    )
    .then((end) => (stop.aborted ? undefined : end))
    .finally(deadline.close);
  // How it ended is told by `outcome`; here only that it ended counts.
  const settled = asking.then(
    () => undefined,
    () => undefined,
  );
  return { outcome, settled };
}

/**
 * The `probe` reading of an outcome. It carries the time at which the run began: that moves with the schedule and not with
 * how long a device keeps us waiting, so that a slot gets all its attempts.
 */
export function probeReading({ targetId, startedAtMs, durationSeconds, failure, result }: Outcome): Reading {
  const values: Values = { probe_ok: failure ? 0 : 1, probe_duration_seconds: durationSeconds };
  if (failure) values.probe_failure = PROBE_FAILURES[failure.reason];
  if (result) values.probe_values_refused = result.valuesRefused;
  return { measurement: "probe", device: targetId, atMs: startedAtMs, values };
}

/** A signal for the probe, and a promise that rejects with a timeout when the deadline passes first. */
function openDeadline({ id, deadlineMs }: AgentTarget, stop: AbortSignal) {
  const controller = new AbortController();
  let give: (error: CampusError) => void = () => {};
  const passed = new Promise<never>((_, reject) => {
    give = (error) => {
      reject(error);
      controller.abort(error);
    };
  });
  const onStop = () => give(new CampusError("AGENT_STOPPED", "the agent stopped"));
  const timer = setTimeout(() => {
    give(new ProbeError("timeout", `${id} gave no complete answer within its deadline of ${deadlineMs} ms`));
  }, deadlineMs);
  if (stop.aborted) onStop();
  else stop.addEventListener("abort", onStop, { once: true });
  const close = () => {
    clearTimeout(timer);
    stop.removeEventListener("abort", onStop);
  };
  return { signal: controller.signal, passed, close };
}

function failureOf(error: unknown, log: Logger): NonNullable<Outcome["failure"]> {
  if (error instanceof ProbeError) return { reason: error.reason, message: error.message };
  // Anything else is a fault in the agent, or its stop; the latter is dropped by the caller.
  if (!(error instanceof CampusError)) log.error({ err: error }, "probe has a fault");
  return { reason: "internal", message: messageOf(error) };
}
