// Keeps the agent's configuration at what the collector holds for it: asks, tests, tries, confirms or goes back, and reports.
//
// It stands beside the delivery and never in its way: whatever goes wrong here is said and tried again later. What is kept on
// disk, and in which order, stands in trial.ts.

import { isDeepStrictEqual } from "node:util";
import type { Logger } from "pino";
import { ConfigError } from "../../contract/errors.ts";
import { Turns } from "../../contract/turns.ts";
import type { Agent } from "../app.ts";
import type { ConfigFile } from "../config/config.ts";
import { networkProblem } from "../http.ts";
import type { ConfigStatus } from "../status.ts";
import { backoffMs } from "../uplink/backoff.ts";
import type { OpenProbing } from "../wiring.ts";
import type { ConfigSource } from "./client.ts";
import { writeKept } from "./kept.ts";
import { firstUsable, problemTexts, type Usable, usable } from "./starting.ts";
import {
  begun,
  confirmed,
  type Fetched,
  inForce,
  judge,
  type Kept,
  knownRevision,
  refused,
  reported,
  rolledBack,
} from "./trial.ts";

export interface ConfiguringOptions {
  file: ConfigFile;
  /** Where `kept` is kept. */
  folder: string;
  kept: Kept;
  inUse: Usable;
  openProbing: OpenProbing;
  connect(collector: string): ConfigSource;
  /** Resolves after so much real time, or when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** Monotonic real time in milliseconds. */
  realMs(): number;
  random(): number;
  log: Logger;
}

/** What is changed, and shows by its vitals whether it is well. */
type Changeable = Pick<Agent, "replace" | "vitals">;

/** How long the collector may hold the question when there is nothing new. */
const WAIT_SECONDS = 50;
/** An answer that tells nothing new and comes at once is not asked for again sooner. */
const PAUSE_MS = 5_000;
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 5 * 60_000;
/** Real time between two looks at a trial. */
const LOOK_EVERY_MS = 1_000;
const CONFIRM_WITHIN_MS = 3 * 60_000;

export class Configuring {
  readonly #options: ConfiguringOptions;
  #kept: Kept;
  #inUse: Usable;
  #source: ConfigSource;
  #problem: string | undefined;
  /** When the configuration on trial took effect, and what had been acknowledged by then. */
  #trialSince = { realMs: 0, batchesStored: 0 };
  /** Whether targets had answered before the trial that was rolled back last; nobody has been asked again just after it. */
  #answeredBefore = false;
  /** Ends the question under way, because there is something to report or somebody else to ask. */
  #interrupt = new AbortController();
  /** Trying one and going back from another never overlap. */
  readonly #turns = new Turns();

  constructor(options: ConfiguringOptions) {
    this.#options = options;
    this.#kept = options.kept;
    this.#inUse = options.inUse;
    this.#source = options.connect(options.inUse.config.collector);
  }

  status(): ConfigStatus {
    const { trial, verdict } = this.#kept;
    const { revision } = this.#inUse.config;
    return {
      ...(revision !== undefined && { revision }),
      ...(trial && { trial: { starts: trial.starts } }),
      ...(verdict && { verdict }),
      ...(this.#problem !== undefined && { problem: this.#problem }),
    };
  }

  /** Until the signal aborts. Never rejects. */
  async run(agent: Changeable, stop: AbortSignal): Promise<void> {
    this.#trialSince = { realMs: this.#options.realMs(), batchesStored: agent.vitals().batchesStored };
    const onStop = () => this.#interrupt.abort();
    stop.addEventListener("abort", onStop, { once: true });
    await Promise.all([this.#ask(agent, stop), this.#watch(agent, stop)]);
    stop.removeEventListener("abort", onStop);
    this.#source.close();
  }

  /** Closes what the configuration in force asks with; after the agent has stopped. */
  async close(): Promise<void> {
    await this.#turns.idle();
    await this.#inUse.probing.close();
  }

  async #ask(agent: Changeable, stop: AbortSignal): Promise<void> {
    const { sleep, realMs, random, log } = this.#options;
    let failures = 0;
    while (!stop.aborted) {
      if (this.#interrupt.signal.aborted) this.#interrupt = new AbortController();
      const { signal } = this.#interrupt;
      const sinceMs = realMs();
      try {
        const isNews = await this.#once(agent, signal);
        if (failures > 0) log.info({ failures }, "collector says the configuration again");
        failures = 0;
        this.#problem = undefined;
        const early = realMs() - sinceMs < PAUSE_MS;
        if (!isNews) await sleep(early ? PAUSE_MS * (1 + random()) : 1_000 * random(), stop);
      } catch (error) {
        // Who was interrupted asks anew, and has nobody to complain about.
        if (signal.aborted) continue;
        failures += 1;
        const problem = networkProblem(error);
        if (problem !== this.#problem) log.warn({ problem }, "collector does not say the configuration");
        this.#problem = problem;
        await sleep(backoffMs(failures, { firstMs: FIRST_WAIT_MS, longestMs: LONGEST_WAIT_MS, random }), signal);
      }
    }
  }

  /** One report of everything unreported, and one question. @returns whether the answer was news. */
  async #once(agent: Changeable, signal: AbortSignal): Promise<boolean> {
    for (const outcome of this.#kept.unreported) {
      await this.#source.report(outcome, signal);
      await this.#turns.take(() => this.#save(reported(this.#kept, outcome)));
    }
    const known = knownRevision(this.#kept);
    const answer = await this.#source.fetch(known, WAIT_SECONDS, signal);
    if (answer.kind !== "held" || answer.held.revision === known) return false;
    return this.#turns.take(() => this.#consider(agent, answer.held));
  }

  /** Tests what was fetched, and tries it when it passes. @returns whether it was news. */
  async #consider(agent: Changeable, held: Fetched): Promise<boolean> {
    const { file, openProbing, log } = this.#options;
    const { revision } = held;
    const { good, trial } = this.#kept;
    if (!trial && isDeepStrictEqual(held, good)) {
      // A collector that was set back holds what is in force here already.
      await this.#save(confirmed(begun(this.#kept, held, false)));
      return true;
    }
    log.info({ revision }, "configuration fetched");
    let next: Usable;
    try {
      next = await usable(file, held, openProbing);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      await this.#save(refused(this.#kept, revision, problemTexts(error)));
      log.error({ revision, problems: this.#kept.verdict?.problems }, "configuration refused");
      return true;
    }
    try {
      await this.#save(begun(this.#kept, held, this.#hasAnswered(agent)));
    } catch (error) {
      await next.probing.close();
      throw error;
    }
    await this.#use(agent, next);
    log.info({ revision }, "configuration on trial");
    return true;
  }

  async #watch(agent: Changeable, stop: AbortSignal): Promise<void> {
    const { sleep, log } = this.#options;
    while (!stop.aborted) {
      await sleep(LOOK_EVERY_MS, stop);
      if (!this.#kept.trial || stop.aborted) continue;
      await this.#turns
        .take(() => this.#look(agent))
        .catch((error: unknown) => {
          log.error({ err: error }, "configuration on trial could not be judged");
        });
    }
  }

  async #look(agent: Changeable): Promise<void> {
    const { trial } = this.#kept;
    if (!trial) return;
    const { realMs, log } = this.#options;
    const { batchesStored, hasAnswer } = agent.vitals();
    const verdict = judge({
      elapsedMs: realMs() - this.#trialSince.realMs,
      confirmWithinMs: this.#inUse.config.confirmWithinMs ?? CONFIRM_WITHIN_MS,
      isStored: batchesStored > this.#trialSince.batchesStored,
      hasAnswer,
      answeredBefore: trial.answeredBefore,
    });
    if (verdict === "waiting") return;
    if (verdict === "confirmed") {
      await this.#save(confirmed(this.#kept));
      log.info({ revision: trial.held.revision }, "configuration confirmed");
    } else await this.#goBack(agent, verdict);
    this.#interrupt.abort();
  }

  async #goBack(agent: Changeable, why: readonly string[]): Promise<void> {
    const { file, openProbing, log } = this.#options;
    this.#answeredBefore = this.#kept.trial?.answeredBefore ?? false;
    const after = rolledBack(this.#kept, why);
    log.error(after.verdict, "configuration rolled back");
    const good = inForce(after);
    const back = await firstUsable(file, good ? [good, undefined] : [undefined], openProbing, log);
    // On a full disk the trial stays on it: after a restart it is tried again, and given up in the end.
    await this.#save(after).catch((error: unknown) => {
      this.#kept = after;
      log.error({ err: error }, "configuration rolled back in memory only");
    });
    if (back) await this.#use(agent, back);
    else log.error("no configuration to go back to can be used, going on");
  }

  /** Now, or before a rollback that is so recent that silence says nothing yet. */
  #hasAnswered(agent: Changeable): boolean {
    const sinceMs = this.#options.realMs() - this.#trialSince.realMs;
    const isRecent = sinceMs < (this.#inUse.config.confirmWithinMs ?? CONFIRM_WITHIN_MS);
    return agent.vitals().hasAnswer || (isRecent && this.#answeredBefore);
  }

  async #use(agent: Changeable, next: Usable): Promise<void> {
    const before = this.#inUse;
    await agent.replace(next.config, next.probing.probes);
    this.#inUse = next;
    await before.probing.close();
    this.#trialSince = { realMs: this.#options.realMs(), batchesStored: agent.vitals().batchesStored };
    if (next.config.collector === before.config.collector) return;
    this.#source.close();
    this.#source = this.#options.connect(next.config.collector);
    this.#interrupt.abort();
  }

  /** Durable before it counts. */
  async #save(kept: Kept): Promise<void> {
    await writeKept(this.#options.folder, kept);
    this.#kept = kept;
  }
}
