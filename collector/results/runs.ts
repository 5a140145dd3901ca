// Runs that compute results: one at a time, school by school with pauses, so that the collector goes on answering, and taken up where
// they were when a stop or a crash ended them.
import { setImmediate as pause } from "node:timers/promises";
import type { FastifyBaseLogger } from "fastify";
import { CampusError, messageOf } from "../../contract/errors.ts";
import type { Groups } from "../score/gaps/groups.ts";
import { allScopes, scopeOf } from "../score/group/population.ts";
import { MODEL_VERSION } from "../score/parameters.ts";
import type { PolicyTarget } from "../score/policy/target.ts";
import { checkedEvaluation, type EvaluationStore } from "./evaluations.ts";
import { type GroupWorld, groupOn, type SchoolKnown } from "./group-work.ts";
import type { RunOrder, RunProgress, RunRecord, RunRecords } from "./run-record.ts";
import { schoolBody } from "./school-body.ts";
import { figuresIn } from "./school-figures.ts";
import { endOfDayMs, type InventoryOn, type ResultSources } from "./sources.ts";
import { type Added, isSchoolBody, type NewResult, type ResultStore } from "./store.ts";
import { evaluationsOn } from "./target-work.ts";
import { yearCards } from "./years.ts";

export interface RunsOptions {
  records: RunRecords;
  results: ResultStore;
  evaluations: EvaluationStore;
  sources: ResultSources;
  groups: Groups;
  targets: ReadonlyMap<string, PolicyTarget>;
  nowMs(): number;
  log: Pick<FastifyBaseLogger, "info" | "warn" | "error">;
}

/** So many schools are kept together: a crash computes no more than these again. */
const TOGETHER = 40;
const PROBLEMS = 20;

export class Runs {
  readonly #options: RunsOptions;
  readonly #stop = new AbortController();
  #working: Promise<void> | undefined;
  #isFailing = false;

  constructor(options: RunsOptions) {
    this.#options = options;
  }

  /** Asks for a run, and begins it when no other is under way. The open one of the same day and scope is that run. */
  async order(order: RunOrder): Promise<RunRecord> {
    const run = await this.#options.records.order(order, this.#options.nowMs());
    this.begin();
    return run;
  }

  /** Works on what has not ended, if nobody does. */
  begin(): void {
    if (this.#working || this.#stop.signal.aborted) return;
    this.#working = this.#workAll().finally(() => {
      this.#working = undefined;
    });
  }

  /** Resolves when nothing is left to do, or it was stopped. */
  async idle(): Promise<void> {
    while (this.#working !== undefined) await this.#working;
  }

  /** Ends after the school that is being computed; the rest is taken up by the next process. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.idle();
  }

  async #workAll(): Promise<void> {
    const { records, log, nowMs } = this.#options;
    try {
      for (let open = await records.open(); open[0] && !this.#stop.signal.aborted; open = await records.open()) {
        const run = open[0];
        await this.#work(run).catch(async (error: unknown) => {
          // State or store cannot be reached, or is being read back: the run stays open, and is taken up again.
          if (isPassing(error)) throw error;
          log.error({ err: error, run: run.id }, "a run of results failed");
          const progress = { ...run.progress, problem: messageOf(error) };
          await records.note({ ...run, state: "failed", endedAtMs: nowMs(), progress });
        });
      }
      if (this.#isFailing) log.info({}, "results are computed again");
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing) log.warn({ err: error }, "results cannot be computed at present, trying again later");
      this.#isFailing = true;
    }
  }

  async #work(run: RunRecord): Promise<void> {
    const { records, sources, nowMs, log } = this.#options;
    if (run.modelVersion !== MODEL_VERSION) {
      throw new CampusError(
        "RESULT_MODEL",
        `the run was for model ${run.modelVersion}, this program has ${MODEL_VERSION}`,
      );
    }
    sources.mustKnow();
    const on = await sources.inventoryOn(run.asOf);
    if (!on) throw new CampusError("INVENTORY_NONE", `no inventory was valid on ${run.asOf}`);
    run.state = "running";
    const ids = this.#schoolsOf(run, on);
    run.progress.schools = { ...run.progress.schools, all: ids.length };
    await records.note(run);
    await this.#schools(run, on, ids);
    if (!this.#stop.signal.aborted) await this.#groups(run, on);
    if (this.#stop.signal.aborted) return;
    run.state = "done";
    run.endedAtMs = nowMs();
    await records.note(run);
    const { schools, groups, evaluations } = run.progress;
    log.info({ run: run.id, asOf: run.asOf, schools, groups, evaluations }, "results computed");
  }

  #schoolsOf({ scope, asOf }: RunRecord, { inventory }: InventoryOn): string[] {
    if (scope === undefined) return inventory.schools.map(({ id }) => id).sort();
    if (inventory.school(scope)) return [scope];
    const group = scopeOf(scope, { inventory, groups: this.#options.groups, day: asOf });
    if (!group) throw new CampusError("NOT_FOUND", `there is no school, region, zone or group "${scope}" on ${asOf}`);
    return group.schools.flatMap(({ school, member }) => (member === false ? [] : [school.id])).sort();
  }

  async #schools(run: RunRecord, on: InventoryOn, ids: readonly string[]): Promise<void> {
    const { doneUpTo } = run.progress;
    const left = doneUpTo === undefined ? ids : ids.filter((id) => id > doneUpTo);
    for (let from = 0; from < left.length && !this.#stop.signal.aborted; from += TOGETHER) {
      const some = left.slice(from, from + TOGETHER);
      const progress = { ...run.progress };
      const ready: NewResult[] = [];
      for (const id of some) {
        const result = await this.#school(id, run, on, progress);
        if (result) ready.push(result);
        await pause();
        if (this.#stop.signal.aborted) return; // what is not kept yet is computed again
      }
      await this.#keep(run, progress, ready, some.at(-1));
    }
  }

  /** Keeps results and how far the run is together, so that neither is there without the other. */
  async #keep(run: RunRecord, progress: RunProgress, ready: readonly NewResult[], doneUpTo: string | undefined) {
    const { results, records } = this.#options;
    const before = progress.schools;
    await results.add(ready, async (t, added) => {
      progress.schools = tallied(before, added);
      if (doneUpTo !== undefined) progress.doneUpTo = doneUpTo;
      await records.note({ ...run, progress }, t);
    });
    run.progress = progress;
  }

  async #school(id: string, run: RunRecord, on: InventoryOn, progress: RunProgress): Promise<NewResult | undefined> {
    const school = on.inventory.school(id);
    if (!school) return undefined;
    try {
      const { result, attested, inputs } = await this.#options.sources.school(on, id, endOfDayMs(run.asOf));
      const body = schoolBody({ school, inventory: on.inventory, result, attested, inputs });
      return { asOf: run.asOf, body, inputs };
    } catch (error) {
      this.#failed(error, id, run, progress, "schools");
      return undefined;
    }
  }

  #failed(error: unknown, scope: string, run: RunRecord, progress: RunProgress, what: "schools" | "groups"): void {
    if (isPassing(error)) throw error;
    const code = error instanceof CampusError ? error.code : "INTERNAL";
    if (code === "INTERNAL") this.#options.log.error({ err: error, scope, run: run.id }, "a result failed");
    progress[what] = { ...progress[what], failed: progress[what].failed + 1 };
    if (progress.problems.length >= PROBLEMS) return;
    progress.problems = [...progress.problems, { scope, code, message: messageOf(error) }];
  }

  async #groups(run: RunRecord, on: InventoryOn): Promise<void> {
    const { results, groups, sources } = this.#options;
    const { inventory } = on;
    const isSchool = run.scope !== undefined && inventory.school(run.scope) !== undefined;
    if (isSchool) return;
    const scopes = run.scope === undefined ? allScopes({ inventory, groups, day: run.asOf }) : [run.scope];
    const schools = await this.#known(run, this.#schoolsOf(run, on));
    const world: GroupWorld = { inventory, groups, day: run.asOf, schools, pool: sources.pool };
    const progress: RunProgress = {
      ...run.progress,
      groups: { all: scopes.length, added: 0, same: 0, failed: 0 },
      evaluations: 0,
    };
    run.progress = progress;
    for (const id of scopes) {
      await pause();
      if (this.#stop.signal.aborted) return;
      try {
        const scope = scopeOf(id, world);
        if (!scope) continue;
        const { body, inputs } = groupOn(scope, world, await yearCards(results, id, run.asOf));
        progress.groups = tallied(progress.groups, await results.add([{ asOf: run.asOf, body, inputs }]));
      } catch (error) {
        this.#failed(error, id, run, progress, "groups");
      }
    }
    if (run.scope === undefined) await this.#targets(run, world);
  }

  async #targets(run: RunRecord, world: GroupWorld): Promise<void> {
    const { targets, evaluations, sources } = this.#options;
    const declaredOn = sources.declaredOn.bind(sources);
    for (const target of targets.values()) {
      await pause();
      if (this.#stop.signal.aborted) return;
      try {
        const found = evaluationsOn(target, { ...world, declaredOn }).map(checkedEvaluation);
        run.progress.evaluations += await evaluations.add(found);
      } catch (error) {
        this.#failed(error, target.id, run, run.progress, "groups");
      }
    }
  }

  /** The newest results of the schools on the run's day, some at a time. */
  async #known({ asOf }: RunRecord, ids: readonly string[]): Promise<Map<string, SchoolKnown>> {
    const known = new Map<string, SchoolKnown>();
    for (let from = 0; from < ids.length && !this.#stop.signal.aborted; from += TOGETHER) {
      const some = await this.#options.results.schools(ids.slice(from, from + TOGETHER), asOf);
      for (const [id, { body, sha256, inputs }] of some) {
        if (isSchoolBody(body)) known.set(id, { figures: figuresIn(body), sha256, inputs });
      }
      await pause();
    }
    return known;
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof CampusError && (error.retryable || error.code === "STATE_UNAVAILABLE");
}

function tallied(before: RunProgress["schools"], added: readonly Added[]): RunProgress["schools"] {
  const fresh = added.filter(({ isNew }) => isNew).length;
  return { ...before, added: before.added + fresh, same: before.same + added.length - fresh };
}
