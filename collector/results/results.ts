// Results of one collector: what is kept, what computes it, and what answers from it.
import type { FastifyBaseLogger } from "fastify";
import type { FigureDetail } from "../../contract/scorecard.ts";
import { dayAt, dayText } from "../inventory/day.ts";
import type { Inventory } from "../inventory/inventory.ts";
import type { Regions } from "../inventory/regions.ts";
import { loadGroups } from "../score/gaps/groups.ts";
import { loadPolicyTargets } from "../score/policy/load.ts";
import type { State } from "../state/state.ts";
import { type CardQuery, Cards } from "./cards.ts";
import { detailOf } from "./detail.ts";
import { dueRun, lastDayOfMonthBefore } from "./due.ts";
import { EvaluationStore } from "./evaluations.ts";
import { RunRecords } from "./run-record.ts";
import { Runs } from "./runs.ts";
import type { ResultSources } from "./sources.ts";
import { openResults as openStore, type ResultStore } from "./store.ts";
import { Targets } from "./targets.ts";

export interface ResultsOptions {
  state: State;
  sources: ResultSources;
  inventory(): Inventory | undefined;
  regions: Regions;
  nowMs(): number;
  log: Pick<FastifyBaseLogger, "info" | "warn" | "error">;
  /** As in cards.ts. */
  liveSchools?: number;
  mostSchools?: number;
}

/** @throws CampusError for files of the program that are not as they should be; StateError */
export async function openResults(options: ResultsOptions): Promise<Results> {
  const { state, nowMs } = options;
  return new Results(options, await openStore(state, nowMs));
}

export class Results {
  readonly store: ResultStore;
  readonly evaluations: EvaluationStore;
  readonly records: RunRecords;
  readonly runs: Runs;
  readonly cards: Cards;
  readonly targets: Targets;
  readonly #options: ResultsOptions;
  #isFailing = false;
  /** The day and the run after which closed targets were looked at. */
  #fixedAt: string | undefined;

  /** Use `openResults`. */
  constructor(options: ResultsOptions, store: ResultStore) {
    const { state, sources, inventory, regions, nowMs, log, liveSchools, mostSchools } = options;
    const groups = loadGroups();
    const targets = loadPolicyTargets();
    this.#options = options;
    this.store = store;
    this.evaluations = new EvaluationStore(state, nowMs);
    this.records = new RunRecords(state);
    const own = { results: store, evaluations: this.evaluations, records: this.records };
    this.runs = new Runs({ ...own, sources, groups, targets, nowMs, log });
    const limits = {
      ...(liveSchools !== undefined && { liveSchools }),
      ...(mostSchools !== undefined && { mostSchools }),
    };
    this.cards = new Cards({ ...own, sources, groups, inventory, nowMs, ...limits });
    this.targets = new Targets({ ...own, targets, regions, nowMs });
  }

  /** "Why?" of one figure. @throws as `Cards.find` */
  detail(scope: string, indicator: string, query: CardQuery): Promise<FigureDetail> {
    const { cards, store } = this;
    return detailOf(scope, indicator, query, { cards, results: store, sources: this.#options.sources });
  }

  /**
   * What is to be done every few minutes: goes on with what a stop has ended, asks for the run that is due, decides closed targets.
   * Never throws: what cannot be done now is tried again.
   */
  async once(): Promise<void> {
    const { nowMs, log, inventory } = this.#options;
    try {
      const atMs = nowMs();
      const past = await this.records.ofDay(dayText(lastDayOfMonthBefore(dayAt(atMs))));
      const due = inventory() && dueRun(atMs, () => past);
      if (due) await this.runs.order(due);
      this.runs.begin();
      await this.#fixClosed();
      if (this.#isFailing) log.info({}, "results are kept again");
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing) log.warn({ err: error }, "results cannot be kept at present, trying again later");
      this.#isFailing = true;
    }
  }

  /** Only where something may have changed since the last time: another day, or another run. */
  async #fixClosed(): Promise<void> {
    const [run] = await this.records.newest(1);
    const seen = `${this.targets.today} ${run?.id} ${run?.state}`;
    if (seen === this.#fixedAt) return;
    await this.targets.fixClosed();
    this.#fixedAt = seen;
  }

  /** The run that is under way goes on with the next process. */
  stop(): Promise<void> {
    return this.runs.stop();
  }
}
