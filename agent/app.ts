// The agent as a whole: scheduler → lines → outbox → spool → uplink, beside them the self-test and the status file.
import { setMaxListeners } from "node:events";
import type { Logger } from "pino";
import { encodeEvent, encodeFact, encodeReading } from "../contract/line.ts";
import type { CampusEvent, Fact, Reading } from "../contract/reading.ts";
import type { AgentConfig } from "./config/config.ts";
import { FactsRegister } from "./facts.ts";
import type { ProbeTable } from "./probes/probe.ts";
import { everyInterval, sleep } from "./schedule/pace.ts";
import { type Outcome, probeReading } from "./schedule/run.ts";
import { type PacedClock, Scheduler } from "./schedule/scheduler.ts";
import { SelfReport } from "./self-report.ts";
import type { Interfaces } from "./self-test.ts";
import type { Processes } from "./spool/lock.ts";
import { openSpool, type Spool } from "./spool/spool.ts";
import { type Status, targetStatus, writeStatus } from "./status.ts";
import { Topology } from "./topology/topology.ts";
import { Traps } from "./traps/traps.ts";
import { Outbox } from "./uplink/outbox.ts";
import { Uplink } from "./uplink/uplink.ts";

export interface AgentOptions {
  config: AgentConfig;
  clock: PacedClock;
  probes: ProbeTable;
  processes: Processes;
  /** `os.networkInterfaces`. */
  interfaces(): Interfaces;
  /** Monotonic real time in milliseconds. */
  realMs(): number;
  log: Logger;
}

export interface Agent {
  /** Rejects when a part of the agent has a fault it cannot go on with; resolves after `stop`. */
  done: Promise<void>;
  status(): Status;
  /** Gives up the runs under way, makes durable what was learned, and closes. */
  stop(): Promise<void>;
}

/** Real time between two writes of the status. */
const STATUS_EVERY_MS = 5_000;

/** Starts the agent. @throws CampusError `SPOOL_LOCKED` while another process holds the spool. */
export async function startAgent(options: AgentOptions): Promise<Agent> {
  const { config, clock, processes, log } = options;
  const spool = await openSpool({ ...config.spool, nowMs: () => clock.nowMs(), processes, log });
  return new RunningAgent(options, spool);
}

class RunningAgent implements Agent {
  readonly done: Promise<void>;
  readonly #options: AgentOptions;
  readonly #spool: Spool;
  readonly #outbox: Outbox;
  readonly #uplink: Uplink;
  readonly #scheduler: Scheduler;
  /** Absent: the configuration wants none. */
  readonly #traps: Traps | undefined;
  readonly #facts = new FactsRegister();
  readonly #topology: Topology;
  readonly #selfReport: SelfReport;
  readonly #startedAt = new Date().toISOString();
  /** Asking ends first, so that what it gave can still be stored; delivering ends last. */
  readonly #asking = new AbortController();
  readonly #delivering = new AbortController();

  constructor(options: AgentOptions, spool: Spool) {
    const { config, clock, probes, realMs, log } = options;
    const { targets, concurrency, agent, collector } = config;
    const nowMs = () => clock.nowMs();
    this.#options = options;
    this.#topology = new Topology({ targets, selfTests: config.selfTests, log });
    this.#selfReport = new SelfReport(config, log);
    this.#spool = spool;
    this.#uplink = new Uplink({
      agent,
      collector,
      spool,
      dir: config.spool.dir,
      nowMs,
      sleep,
      random: Math.random,
      log,
    });
    this.#outbox = new Outbox({
      spool,
      log,
      onStored: () => this.#uplink.wake(),
      onDropped: () => {
        this.#facts.forgetAll();
        this.#traps?.forgetInforms();
      },
    });
    const onOutcome = (outcome: Outcome) => this.#take(outcome);
    this.#scheduler = new Scheduler({ agent, targets, probes, clock, realMs, concurrency, log, onOutcome });
    this.#traps = trapsOf(options, this.#outbox);
    this.done = this.#run();
  }

  async stop(): Promise<void> {
    this.#asking.abort();
    await this.done;
  }

  status(): Status {
    const { config, clock } = this.#options;
    const { lastStoredAtMs, ...uplink } = this.#uplink.stats();
    const outcomes = this.#scheduler.outcomes();
    return {
      agent: config.agent,
      collector: config.collector,
      startedAt: this.#startedAt,
      writtenAt: new Date().toISOString(),
      now: new Date(clock.nowMs()).toISOString(),
      targets: config.targets.map((target) => targetStatus(target, outcomes.get(target.id))),
      skippedRounds: this.#scheduler.skippedRounds(),
      selfTests: config.selfTests.map(({ segment }) => {
        const passed = this.#selfReport.passed(segment);
        return { segment, ...(passed !== undefined && { passed }) };
      }),
      spool: this.#spool.stats(),
      outbox: this.#outbox.stats(),
      ...(this.#traps && { traps: this.#traps.status() }),
      uplink: {
        ...uplink,
        ...(lastStoredAtMs !== undefined && { lastStoredAt: new Date(lastStoredAtMs).toISOString() }),
      },
    };
  }

  async #run(): Promise<void> {
    const { config, clock, log } = this.#options;
    const { targets, collector } = config;
    log.info({ agent: config.agent, targets: targets.length, collector, ...this.#spool.stats() }, "agent starts");
    const asking = this.#asking.signal;
    const delivering = this.#delivering.signal;
    // Every run under way listens for the end of asking, and there may be as many as targets.
    setMaxListeners(0, asking);
    const uplink = this.#uplink.run(delivering);
    // What an agent before us wrote is not ours.
    await this.#writeStatus();
    try {
      await Promise.all([
        this.#scheduler.run(asking),
        everyInterval(clock, config.intervalMs, asking, () => this.#speakOfItself()),
        this.#repeat(config.spool.flushMs, () => this.#outbox.flush()),
        this.#repeat(STATUS_EVERY_MS, () => this.#writeStatus()),
        this.#traps?.run(asking),
        this.#untilAskingEnds(uplink),
      ]);
    } finally {
      this.#asking.abort();
      await this.#outbox.close();
      await this.#writeStatus();
      this.#delivering.abort();
      try {
        await uplink;
      } finally {
        await this.#spool.close();
      }
    }
    log.info({ ...this.#spool.stats(), ...this.#outbox.stats() }, "agent stopped");
  }

  /** Lets a fault in a loop that goes on longer end the agent at once. */
  #untilAskingEnds(loop: Promise<void>): Promise<void> {
    const { signal } = this.#asking;
    const stopped = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
    return Promise.race([loop, stopped]);
  }

  async #repeat(everyMs: number, action: () => Promise<void>): Promise<void> {
    while (!this.#asking.signal.aborted) {
      await sleep(everyMs, this.#asking.signal);
      await action();
    }
  }

  #take(outcome: Outcome): void {
    const { readings = [], facts = [] } = outcome.result ?? {};
    this.#addReadings([probeReading(outcome), ...readings]);
    this.#traps?.learn(facts);
    this.#topology.note(outcome);
    this.#addFacts(facts);
  }

  /** Self-tests, what hangs on what, and the spool, once per interval. */
  #speakOfItself(): void {
    const interfaces = this.#interfaces();
    const nowMs = this.#options.clock.nowMs();
    const readings = this.#selfReport.readings({
      nowMs,
      interfaces,
      outcomes: this.#scheduler.outcomes(),
      skippedRounds: this.#scheduler.skippedRounds(),
      spool: this.#spool.stats(),
    });
    this.#addFacts(this.#topology.facts(nowMs, interfaces));
    this.#addReadings(readings);
  }

  #interfaces(): Interfaces | undefined {
    try {
      return this.#options.interfaces();
    } catch (error) {
      this.#options.log.warn({ err: error }, "network interfaces cannot be read");
      return undefined;
    }
  }

  #addFacts(facts: readonly Fact[]): void {
    this.#outbox.add(this.#facts.worthSending(facts).flatMap((fact) => encodeFact(fact) ?? []));
  }

  #addReadings(readings: readonly Reading[]): void {
    this.#outbox.add(readings.flatMap((reading) => encodeReading(reading) ?? []));
  }

  /** People look at the status, nothing else hangs on it: on a full disk it is just old. */
  async #writeStatus(): Promise<void> {
    const { config, log } = this.#options;
    await writeStatus(config.spool.dir, this.status()).catch((error: unknown) => {
      log.debug({ err: error }, "status could not be written");
    });
  }
}

function trapsOf({ config, clock, realMs, log }: AgentOptions, outbox: Outbox): Traps | undefined {
  const { agent, traps: settings } = config;
  if (!settings) return undefined;
  const targets = config.targets.map(({ id, address }) => ({ id, host: address.host, port: address.port }));
  const onEvent = (event: CampusEvent) => outbox.add([encodeEvent(event)]);
  return new Traps({ settings, agent, targets, clock, realMs, log, onEvent, stored: () => outbox.store() });
}
