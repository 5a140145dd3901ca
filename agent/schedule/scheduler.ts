// Asks every target once per interval: when, and who waits for whom.
//
// Each target has a fixed place in the interval, computed from the agent's name and its id, so that asks are spread and
// evenly spaced, also after a power cut and among the agents of a county. A target is never asked twice at a time; rounds
// that come due meanwhile are skipped and not caught up.
//
// A run begins with one question, for which it needs no place: it costs a datagram and a timer, and there is at most one a
// target. Only a target that answers takes one of `concurrency` places (places.ts), in the same run and at once when one is
// free. So the dead wait outside, whatever their number, and when a building's power comes back its devices are asked in
// full as fast as there are places. A target that was silent is asked with a single datagram until it answers (breaker.ts).
import { createHash } from "node:crypto";
import type { Logger } from "pino";
import type { Clock } from "../../contract/clock.ts";
import type { AgentTarget } from "../config/config.ts";
import type { ProbeMemory, ProbeTable } from "../probes/probe.ts";
import { Breaker } from "./breaker.ts";
import { sleepTowards } from "./pace.ts";
import { Places } from "./places.ts";
import { type Outcome, startRun } from "./run.ts";
import { NOT_SLOW, type Slowness, slowness } from "./slowness.ts";

/** A clock that may go faster than real time, as a school clock does. */
export type PacedClock = Clock & { speed?(): number };

export interface SchedulerOptions {
  /** The agent's name. */
  agent: string;
  targets: readonly AgentTarget[];
  probes: ProbeTable;
  clock: PacedClock;
  /** Monotonic real time in milliseconds. */
  realMs(): number;
  /** Targets that are read at the same time. */
  concurrency: number;
  log: Logger;
  /** Called with every outcome. */
  onOutcome(outcome: Outcome): void;
}

interface Entry {
  target: AgentTarget;
  dueMs: number;
  /** From the moment it is asked until its probe has come back. */
  busy: boolean;
  last?: Outcome;
  skippedRounds: number;
  breaker: Breaker;
  slowness: Slowness;
  memory: ProbeMemory;
  /** Kept from run to run until it aborts: making a signal costs as much as a quarter of a request and its answer. */
  controller: AbortController;
}

/** After so many rounds missed at once the clock has jumped, and everybody takes his place in the interval again. */
const JUMP_ROUNDS = 10;

export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #entries: Entry[];
  readonly #places: Places;
  readonly #running = new Set<Promise<void>>();

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#places = new Places(options.concurrency);
    this.#entries = options.targets.map((target) => {
      const breaker = new Breaker();
      const controller = new AbortController();
      return { target, dueMs: 0, busy: false, skippedRounds: 0, breaker, slowness: NOT_SLOW, memory: {}, controller };
    });
  }

  /** Newest outcome of each target that has run. */
  outcomes(): ReadonlyMap<string, Outcome> {
    return new Map(this.#entries.flatMap(({ target, last }) => (last ? [[target.id, last] as const] : [])));
  }

  /** Rounds that were skipped because the run before was still under way or waiting. */
  skippedRounds(): number {
    return this.#entries.reduce((sum, { skippedRounds }) => sum + skippedRounds, 0);
  }

  /**
   * Asks until the signal aborts, and resolves when the last run has been given up.
   *
   * @param last no round begins once it aborts, and the runs under way go on to their ends; it aborts with `stop` at the latest.
   */
  async run(stop: AbortSignal, last: AbortSignal = stop): Promise<void> {
    const { agent, clock } = this.#options;
    const startMs = clock.nowMs();
    for (const entry of this.#entries) entry.dueMs = startMs + place({ agent, ...entry.target });
    while (!last.aborted) {
      await sleepTowards(clock, Math.min(...this.#entries.map(({ dueMs }) => dueMs)), last);
      if (last.aborted) break;
      this.#round(clock.nowMs(), stop);
    }
    await Promise.all(this.#running);
  }

  #round(nowMs: number, stop: AbortSignal): void {
    for (const entry of this.#entries) {
      const { intervalMs } = entry.target;
      const lateMs = nowMs - entry.dueMs;
      const isSetBack = lateMs < -2 * intervalMs;
      const isJump = lateMs > JUMP_ROUNDS * intervalMs;
      if (isSetBack || isJump) entry.dueMs = nextDue(entry, nowMs);
      else if (lateMs >= 0) {
        entry.dueMs = nextDue(entry, nowMs);
        if (entry.busy) entry.skippedRounds += 1;
        else this.#start(entry, lateMs / this.#speed(), stop);
      }
    }
  }

  #start(entry: Entry, lateMs: number, stop: AbortSignal): void {
    const { clock, probes, realMs, log, onOutcome } = this.#options;
    const { breaker, last, memory } = entry;
    entry.busy = true;
    const isLaggard = last?.answered === true && (last.failure !== undefined || entry.slowness.isSlow);
    if (entry.controller.signal.aborted) entry.controller = new AbortController();
    const { controller } = entry;
    const turn = { places: this.#places, lateMs, isSilent: breaker.isOpen, isLaggard, memory, controller };
    const run = startRun(entry.target, stop, { probes, realMs, log, nowMs: () => clock.nowMs(), turn });
    const running = run.outcome.then((outcome) => {
      this.#running.delete(running);
      if (!outcome) return;
      breaker.note(outcome);
      this.#logChange(entry, outcome);
      this.#logSlowness(entry, outcome);
      // What was learned is handed on and not kept: with hundreds of targets it would be the bulk of the memory.
      const { result: _, ...kept } = outcome;
      entry.last = kept;
      onOutcome(outcome);
    });
    this.#running.add(running);
    void run.settled.then(() => {
      entry.busy = false;
    });
  }

  #logChange({ target: { id }, last }: Entry, { failure }: Outcome): void {
    const { log } = this.#options;
    if (failure && !last?.failure) {
      log.warn({ targetId: id, reason: failure.reason, problem: failure.message }, "target fails");
    } else if (!failure && last?.failure) {
      log.info({ targetId: id, reason: last.failure.reason }, "target works again");
    }
  }

  /** A target that gives no answer is not slow: that it fails has been said. */
  #logSlowness(entry: Entry, { answered, durationSeconds, latenessSeconds }: Outcome): void {
    if (!answered) return;
    const { log } = this.#options;
    const { id: targetId, intervalMs } = entry.target;
    const intervalSeconds = intervalMs / 1_000 / this.#speed();
    const before = entry.slowness;
    const now = slowness(before, { durationSeconds, latenessSeconds, intervalSeconds });
    entry.slowness = now;
    if (now.isSlow && !before.isSlow) log.warn({ targetId, durationSeconds, intervalSeconds }, "target is slow");
    if (!now.isSlow && before.isSlow) log.info({ targetId, durationSeconds }, "target is no longer slow");
    if (now.isLate && !before.isLate) log.warn({ targetId, latenessSeconds }, "target is asked late");
    if (!now.isLate && before.isLate) log.info({ targetId, latenessSeconds }, "target is asked in time again");
  }

  #speed(): number {
    return this.#options.clock.speed?.() ?? 1;
  }
}

/** The next due time after `nowMs` that lies whole intervals from the old one. */
function nextDue({ dueMs, target: { intervalMs } }: Entry, nowMs: number): number {
  return dueMs + (Math.floor((nowMs - dueMs) / intervalMs) + 1) * intervalMs;
}

/**
 * A target's place in its interval, in milliseconds: the same at every start, and spread evenly over many ids. The agent's
 * name is part of it: a county's schools call their controllers alike, and a power cut starts their agents together.
 */
export function place({ agent, id, intervalMs }: Pick<AgentTarget, "id" | "intervalMs"> & { agent: string }): number {
  const share = createHash("sha256").update(`${agent}\n${id}`).digest().readUInt32BE(0) / 2 ** 32;
  return Math.floor(share * intervalMs);
}
