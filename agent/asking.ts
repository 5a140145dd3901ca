// Asking by one configuration: the schedule, what it learns of the campus, and what the agent says of itself. Replaced as a
// whole when the configuration changes, while outbox, spool and uplink go on.
import { setMaxListeners } from "node:events";
import type { Logger } from "pino";
import type { Fact, Reading } from "../contract/reading.ts";
import type { AgentConfig } from "./config/config.ts";
import type { ProbeTable } from "./probes/probe.ts";
import { everyInterval } from "./schedule/pace.ts";
import { type Outcome, probeReading } from "./schedule/run.ts";
import { type PacedClock, Scheduler } from "./schedule/scheduler.ts";
import { SelfReport } from "./self-report.ts";
import type { Interfaces } from "./self-test.ts";
import type { SpoolStats } from "./spool/spool.ts";
import { type Status, targetStatus } from "./status.ts";
import { Topology } from "./topology/topology.ts";

export interface AskingOptions {
  config: AgentConfig;
  probes: ProbeTable;
  clock: PacedClock;
  /** Monotonic real time in milliseconds. */
  realMs(): number;
  interfaces(): Interfaces;
  log: Logger;
  spoolStats(): SpoolStats;
  /** Rounds that were skipped under the configurations before. */
  skippedBefore: number;
  onReadings(readings: readonly Reading[]): void;
  onFacts(facts: readonly Fact[]): void;
  /** Facts that a run gave, before they are looked at for news. */
  onLearned(facts: readonly Fact[]): void;
}

/** Runs under way may take so much longer than the longest deadline: they may wait for a place. */
const GRACE_MS = 5_000;

export class Asking {
  readonly config: AgentConfig;
  readonly #options: AskingOptions;
  readonly #scheduler: Scheduler;
  readonly #topology: Topology;
  readonly #selfReport: SelfReport;
  /** No round begins any more. */
  readonly #last = new AbortController();
  /** The runs under way are given up. */
  readonly #end = new AbortController();

  constructor(options: AskingOptions) {
    const { config, probes, clock, realMs, log } = options;
    const { agent, targets, concurrency, selfTests } = config;
    this.config = config;
    this.#options = options;
    this.#topology = new Topology({ targets, selfTests, log });
    this.#selfReport = new SelfReport(config, log);
    const onOutcome = (outcome: Outcome) => this.#take(outcome);
    this.#scheduler = new Scheduler({ agent, targets, probes, clock, realMs, concurrency, log, onOutcome });
    // Every run under way listens for the end of asking, and there may be as many as targets.
    setMaxListeners(0, this.#end.signal, this.#last.signal);
  }

  /** Resolves when it was retired, or the signal has aborted, and the last run has ended. */
  async run(stop: AbortSignal): Promise<void> {
    const onStop = () => {
      this.#last.abort();
      this.#end.abort();
    };
    stop.addEventListener("abort", onStop, { once: true });
    if (stop.aborted) onStop();
    const { clock, config } = this.#options;
    try {
      await Promise.all([
        this.#scheduler.run(this.#end.signal, this.#last.signal),
        everyInterval(clock, config.intervalMs, this.#last.signal, () => this.speakOfItself()),
      ]);
    } finally {
      stop.removeEventListener("abort", onStop);
      this.#last.abort();
      this.#end.abort();
    }
  }

  /** Begins no round any more. Runs under way may come to their ends, and what they learn counts. */
  retire(): void {
    if (this.#last.signal.aborted) return;
    this.#last.abort();
    const longestMs = Math.max(0, ...this.config.targets.map(({ deadlineMs }) => deadlineMs));
    const impatience = setTimeout(() => this.#end.abort(), longestMs + GRACE_MS);
    this.#end.signal.addEventListener("abort", () => clearTimeout(impatience), { once: true });
  }

  /** Whether any target gave an answer in its newest run, a refusal included. */
  hasAnswer(): boolean {
    return [...this.#scheduler.outcomes().values()].some(({ answered }) => answered);
  }

  skippedRounds(): number {
    return this.#options.skippedBefore + this.#scheduler.skippedRounds();
  }

  status(): Pick<Status, "targets" | "skippedRounds" | "selfTests"> {
    const outcomes = this.#scheduler.outcomes();
    return {
      targets: this.config.targets.map((target) => targetStatus(target, outcomes.get(target.id))),
      skippedRounds: this.skippedRounds(),
      selfTests: this.config.selfTests.map(({ segment }) => {
        const passed = this.#selfReport.passed(segment);
        return { segment, ...(passed !== undefined && { passed }) };
      }),
    };
  }

  /** Self-tests, what hangs on what, and the spool: once per interval, and when somebody waits for a sign of life. */
  speakOfItself(): void {
    const { clock, spoolStats, onFacts, onReadings } = this.#options;
    const interfaces = this.#interfaces();
    const nowMs = clock.nowMs();
    const readings = this.#selfReport.readings({
      nowMs,
      interfaces,
      outcomes: this.#scheduler.outcomes(),
      skippedRounds: this.skippedRounds(),
      spool: spoolStats(),
    });
    onFacts(this.#topology.facts(nowMs, interfaces));
    onReadings(readings);
  }

  #take(outcome: Outcome): void {
    const { readings = [], facts = [] } = outcome.result ?? {};
    this.#options.onReadings([probeReading(outcome), ...readings]);
    this.#options.onLearned(facts);
    this.#topology.note(outcome);
    this.#options.onFacts(facts);
  }

  #interfaces(): Interfaces | undefined {
    try {
      return this.#options.interfaces();
    } catch (error) {
      this.#options.log.warn({ err: error }, "network interfaces cannot be read");
      return undefined;
    }
  }
}
