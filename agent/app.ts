// The agent as a whole: asking → lines → outbox → spool → uplink, beside them traps, the configuration and the status file.
import type { Logger } from "pino";
import { encodeEvent, encodeFact, encodeReading } from "../contract/line.ts";
import type { CampusEvent, Fact, Reading } from "../contract/reading.ts";
import { Asking } from "./asking.ts";
import type { AgentConfig } from "./config/config.ts";
import { Delivery } from "./delivery.ts";
import { FactsRegister } from "./facts.ts";
import { type Hearing, hearingOf } from "./hearing.ts";
import type { Signer } from "./identity/signer.ts";
import type { ProbeTable } from "./probes/probe.ts";
import { sleep } from "./schedule/pace.ts";
import type { PacedClock } from "./schedule/scheduler.ts";
import type { Interfaces } from "./self-test.ts";
import type { Spool } from "./spool/spool.ts";
import { type ConfigStatus, type Status, uplinkStatus, writeStatus } from "./status.ts";
import { Succession } from "./succession.ts";
import type { TlsOptions } from "./tls.ts";
import { Outbox } from "./uplink/outbox.ts";
import { agentVersion } from "./version.ts";

export interface AgentOptions {
  config: AgentConfig;
  clock: PacedClock;
  probes: ProbeTable;
  /** Open; the agent's from now on, which closes it at its end. */
  spool: Spool;
  /** `os.networkInterfaces`. */
  interfaces(): Interfaces;
  /** Monotonic real time in milliseconds. */
  realMs(): number;
  log: Logger;
  /** Absent: the agent speaks unsigned. */
  signer?: Signer;
  /** For a collector of https://. */
  tls?: TlsOptions;
  /** Which configuration is in force; absent where only the file counts. */
  configStatus?(): ConfigStatus;
}

export interface Agent {
  /** Rejects when a part of the agent has a fault it cannot go on with; resolves after `stop`. */
  done: Promise<void>;
  status(): Status;
  /**
   * Asks, listens and delivers by another configuration from now on, which has the same agent, spool and clock. Runs under way
   * come to their ends, and what waits for delivery goes on waiting. One at a time; resolves when the new one is in force.
   */
  replace(config: AgentConfig, probes: ProbeTable): Promise<void>;
  vitals(): Vitals;
  /** Gives up the runs under way, makes durable what was learned, and closes. */
  stop(): Promise<void>;
}

/** By what a configuration proves itself. */
export interface Vitals {
  /** Batches that a collector has acknowledged since the agent started. */
  batchesStored: number;
  /** Whether any target has answered under the configuration in force. */
  hasAnswer: boolean;
}

/** Real time between two writes of the status. */
const STATUS_EVERY_MS = 5_000;

export function startAgent(options: AgentOptions): Agent {
  return new RunningAgent(options);
}

class RunningAgent implements Agent {
  readonly done: Promise<void>;
  readonly #options: AgentOptions;
  readonly #spool: Spool;
  readonly #outbox: Outbox;
  readonly #facts = new FactsRegister();
  readonly #startedAt = new Date().toISOString();
  readonly #asking: Succession<Asking>;
  readonly #hearing: Succession<Hearing>;
  readonly #delivery: Succession<Delivery>;
  #config: AgentConfig;
  /** Acknowledged by collectors that the agent has left since. */
  #storedBefore = 0;
  /** Asking ends first, so that what it gave can still be stored; delivering ends last. */
  readonly #askingEnds = new AbortController();
  readonly #deliveringEnds = new AbortController();

  constructor(options: AgentOptions) {
    const { config, probes, spool, log } = options;
    this.#options = options;
    this.#config = config;
    this.#spool = spool;
    this.#outbox = new Outbox({
      spool,
      log,
      onStored: () => this.#delivery.current?.uplink.wake(),
      onDropped: () => {
        this.#facts.forgetAll();
        this.#hearing.current?.traps.forgetInforms();
      },
    });
    this.#delivery = new Succession(this.#deliveryTo(config));
    this.#hearing = new Succession(this.#hearingBy(config));
    this.#asking = new Succession(this.#askingBy(config, probes));
    this.done = this.#run();
  }

  async stop(): Promise<void> {
    this.#askingEnds.abort();
    await this.done;
  }

  async replace(config: AgentConfig, probes: ProbeTable): Promise<void> {
    await this.#asking.replace(this.#askingBy(config, probes));
    if (!(this.#hearing.current?.fits(config) ?? config.traps === undefined)) {
      await this.#hearing.replace(this.#hearingBy(config));
    }
    this.#config = config;
    const { current } = this.#delivery;
    if (current?.collector !== config.collector) {
      await this.#delivery.replace(this.#deliveryTo(config));
      this.#storedBefore += current?.uplink.stats().batchesStored ?? 0;
    }
    this.#options.log.info({ targets: config.targets.length, revision: config.revision }, "configuration in force");
    // Something to acknowledge: the next round may be minutes away.
    this.#asking.current?.speakOfItself();
  }

  vitals(): Vitals {
    const { current } = this.#delivery;
    const batchesStored = this.#storedBefore + (current?.uplink.stats().batchesStored ?? 0);
    return { batchesStored, hasAnswer: this.#asking.current?.hasAnswer() ?? false };
  }

  status(): Status {
    const { clock, configStatus } = this.#options;
    const { agent, collector } = this.#config;
    const traps = this.#hearing.current?.traps.status();
    return {
      agent,
      collector,
      startedAt: this.#startedAt,
      writtenAt: new Date().toISOString(),
      now: new Date(clock.nowMs()).toISOString(),
      ...(configStatus && { configuration: configStatus() }),
      ...(this.#asking.current?.status() ?? { targets: [], skippedRounds: 0, selfTests: [] }),
      spool: this.#spool.stats(),
      outbox: this.#outbox.stats(),
      ...(traps && { traps }),
      uplink: uplinkStatus(this.#delivery.current?.uplink.stats()),
    };
  }

  async #run(): Promise<void> {
    const { config, log } = this.#options;
    const { agent, targets, collector } = config;
    log.info({ agent, targets: targets.length, collector, ...this.#spool.stats() }, "agent starts");
    const asking = this.#askingEnds.signal;
    const delivering = this.#delivery.run(this.#deliveringEnds.signal);
    // What an agent before us wrote is not ours.
    await this.#writeStatus();
    try {
      await Promise.all([
        this.#asking.run(asking),
        this.#hearing.run(asking),
        this.#repeat(config.spool.flushMs, () => this.#outbox.flush()),
        this.#repeat(STATUS_EVERY_MS, () => this.#writeStatus()),
        this.#untilAskingEnds(delivering),
      ]);
    } finally {
      this.#askingEnds.abort();
      await this.#outbox.close();
      await this.#writeStatus();
      this.#deliveringEnds.abort();
      try {
        await delivering;
      } finally {
        await this.#spool.close();
      }
    }
    log.info({ ...this.#spool.stats(), ...this.#outbox.stats() }, "agent stopped");
  }

  #askingBy(config: AgentConfig, probes: ProbeTable): Asking {
    return new Asking({
      ...this.#options,
      config,
      probes,
      spoolStats: () => this.#spool.stats(),
      skippedBefore: this.#asking?.current?.skippedRounds() ?? 0,
      onReadings: (readings) => this.#addReadings(readings),
      onFacts: (facts) => this.#addFacts(facts),
      onLearned: (facts) => this.#hearing.current?.traps.learn(facts),
    });
  }

  #hearingBy(config: AgentConfig): Hearing | undefined {
    const { clock, realMs, log } = this.#options;
    const onEvent = (event: CampusEvent) => this.#outbox.add([encodeEvent(event)]);
    return hearingOf(config, { clock, realMs, log, onEvent, stored: () => this.#outbox.store() });
  }

  #deliveryTo({ agent, collector, spool }: AgentConfig): Delivery {
    const { clock, realMs, signer, tls, log } = this.#options;
    return new Delivery({
      ...{ agent, collector, spool: this.#spool, dir: spool.dir, version: agentVersion() },
      ...{ nowMs: () => clock.nowMs(), realMs, sleep, random: Math.random, log },
      ...(signer && { signer }),
      ...(tls && { tls }),
    });
  }

  /** Lets a fault in a loop that goes on longer end the agent at once. */
  #untilAskingEnds(loop: Promise<void>): Promise<void> {
    const { signal } = this.#askingEnds;
    const stopped = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
    return Promise.race([loop, stopped]);
  }

  async #repeat(everyMs: number, action: () => Promise<void>): Promise<void> {
    while (!this.#askingEnds.signal.aborted) {
      await sleep(everyMs, this.#askingEnds.signal);
      await action();
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
