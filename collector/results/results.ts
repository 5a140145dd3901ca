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
  /** Groups of more schools are answered from what is kept. */
  liveSchools?: number;
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

  /** Use `openResults`. */
  constructor(options: ResultsOptions, store: ResultStore) {
    const { state, sources, inventory, regions, nowMs, log, liveSchools } = options;
    const groups = loadGroups();
    const targets = loadPolicyTargets();
    this.#options = options;
    this.store = store;
    this.evaluations = new EvaluationStore(state, nowMs);
    this.records = new RunRecords(state);
    const own = { results: store, evaluations: this.evaluations, records: this.records };
    this.runs = new Runs({ ...own, sources, groups, targets, nowMs, log });
    this.cards = new Cards({
      ...own,
      sources,
      groups,
      inventory,
      nowMs,
      ...(liveSchools !== undefined && { liveSchools }),
    });
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
    const { nowMs, log } = this.#options;
    try {
      const atMs = nowMs();
      const ended = dayText(lastDayOfMonthBefore(dayAt(atMs)));
      const past = await this.records.ofDay(ended);
      const due = this.#options.inventory() && dueRun(atMs, () => past);
      if (due) await this.runs.order(due);
      this.runs.begin();
      await this.targets.fixClosed();
    } catch (error) {
      log.warn({ err: error }, "results cannot be kept at present, trying again later");
    }
  }

  /** The run that is under way goes on with the next process. */
  stop(): Promise<void> {
    return this.runs.stop();
  }
}
