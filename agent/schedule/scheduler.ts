// Asks every target once per interval: when, how many at a time, and who waits for whom.
//
// Each target has a fixed place in the interval, computed from its id, so that asks are spread and evenly spaced. A target is
// never asked twice at a time; rounds that come due meanwhile are skipped and not caught up. At most `concurrency` runs
// are under way, and at most half of them for targets whose last run failed, so that dead targets, which take their whole
// deadline, never keep the living ones waiting.
import { createHash } from "node:crypto";
import type { Logger } from "pino";
import type { Clock } from "../../contract/clock.ts";
import type { AgentTarget } from "../config/config.ts";
import type { ProbeTable } from "../probes/probe.ts";
import { sleepTowards } from "./pace.ts";
import { type Outcome, startRun } from "./run.ts";

export interface SchedulerOptions {
  targets: readonly AgentTarget[];
  probes: ProbeTable;
  clock: Clock;
  /** Monotonic real time in milliseconds. */
  realMs(): number;
  concurrency: number;
  log: Logger;
  /** Called with every outcome. */
  onOutcome(outcome: Outcome): void;
}

interface Entry {
  target: AgentTarget;
  dueMs: number;
  /** From the moment it is due until its probe has come back. */
  busy: boolean;
  last?: Outcome;
  skippedRounds: number;
}

/** After so many rounds missed at once the clock has jumped, and everybody takes his place in the interval again. */
const JUMP_ROUNDS = 10;

export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #entries: Entry[];
  readonly #waiting: Entry[] = [];
  readonly #running = new Set<Promise<void>>();
  #failingRuns = 0;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#entries = options.targets.map((target) => ({ target, dueMs: 0, busy: false, skippedRounds: 0 }));
  }

  /** Newest outcome of each target that has run. */
  outcomes(): ReadonlyMap<string, Outcome> {
    return new Map(this.#entries.flatMap(({ target, last }) => (last ? [[target.id, last] as const] : [])));
  }

  /** Rounds that were skipped because the run before was still under way or waiting. */
  skippedRounds(): number {
    return this.#entries.reduce((sum, { skippedRounds }) => sum + skippedRounds, 0);
  }

  /** Asks until the signal aborts, and resolves when the last run has been given up. */
  async run(stop: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const startMs = clock.nowMs();
    for (const entry of this.#entries) entry.dueMs = startMs + place(entry.target);
    while (!stop.aborted) {
      await sleepTowards(clock, Math.min(...this.#entries.map(({ dueMs }) => dueMs)), stop);
      if (stop.aborted) break;
      this.#round(clock.nowMs(), stop);
    }
    this.#waiting.length = 0;
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
        else this.#enqueue(entry);
      }
    }
    this.#startWaiting(stop);
  }

  #enqueue(entry: Entry): void {
    entry.busy = true;
    this.#waiting.push(entry);
  }

  /** Starts who may start, in the order of coming due; the failing ones may be passed by the others. */
  #startWaiting(stop: AbortSignal): void {
    const { concurrency } = this.#options;
    for (let i = 0; i < this.#waiting.length && this.#running.size < concurrency; ) {
      const entry = this.#waiting[i];
      if (!entry) return;
      const isFailing = entry.last?.failure !== undefined;
      if (isFailing && this.#failingRuns >= Math.floor(concurrency / 2)) {
        i += 1;
        continue;
      }
      this.#waiting.splice(i, 1);
      this.#start(entry, isFailing, stop);
    }
  }

  #start(entry: Entry, isFailing: boolean, stop: AbortSignal): void {
    const { clock, probes, realMs, log, onOutcome } = this.#options;
    if (isFailing) this.#failingRuns += 1;
    const run = startRun(entry.target, stop, { probes, realMs, log, nowMs: () => clock.nowMs() });
    const running = run.outcome.then((outcome) => {
      this.#running.delete(running);
      if (isFailing) this.#failingRuns -= 1;
      if (!outcome) return;
      this.#logChange(entry, outcome);
      // What was learned is handed on and not kept: with hundreds of targets it would be the bulk of the memory.
      const { result: _, ...last } = outcome;
      entry.last = last;
      onOutcome(outcome);
      this.#startWaiting(stop);
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
}

/** The next due time after `nowMs` that lies whole intervals from the old one. */
function nextDue({ dueMs, target: { intervalMs } }: Entry, nowMs: number): number {
  return dueMs + (Math.floor((nowMs - dueMs) / intervalMs) + 1) * intervalMs;
}

/** A target's place in its interval, in milliseconds: the same at every start, and spread evenly over many ids. */
export function place({ id, intervalMs }: Pick<AgentTarget, "id" | "intervalMs">): number {
  const share = createHash("sha256").update(id).digest().readUInt32BE(0) / 2 ** 32;
  return Math.floor(share * intervalMs);
}
