// Policy targets answered from what is kept, and the states of closed ones decided once.
import type { PolicyTargetDetail, PolicyTargetList } from "../../contract/policy.ts";
import { dayAt, dayText } from "../inventory/day.ts";
import type { Regions } from "../inventory/regions.ts";
import { MODEL_VERSION } from "../score/parameters.ts";
import { isClosed } from "../score/policy/method.ts";
import type { PolicyTarget } from "../score/policy/target.ts";
import type { EvaluationStore } from "./evaluations.ts";
import type { ResultStore } from "./store.ts";
import { stateOf, type TargetEvidence, toFix, type ViewState, viewsIn } from "./target-states.ts";
import { targetDetail, targetView } from "./target-view.ts";
import { yearCards } from "./years.ts";

export interface TargetsOptions {
  targets: ReadonlyMap<string, PolicyTarget>;
  evaluations: EvaluationStore;
  results: ResultStore;
  regions: Regions;
  nowMs(): number;
}

export class Targets {
  readonly #options: TargetsOptions;

  constructor(options: TargetsOptions) {
    this.#options = options;
  }

  get today(): string {
    return dayText(dayAt(this.#options.nowMs()));
  }

  async list(asOf = this.today): Promise<PolicyTargetList> {
    const evidence = await this.#evidence(asOf);
    const { targets } = this.#options;
    return {
      asOf,
      modelVersion: MODEL_VERSION,
      targets: [...targets.values()].map((target) => targetView(target, stateOf(target, "issued", evidence, asOf))),
    };
  }

  /** `undefined` when there is no such target. */
  async detail(id: string, asOf = this.today): Promise<PolicyTargetDetail | undefined> {
    const target = this.#options.targets.get(id);
    if (!target) return undefined;
    const evidence = await this.#evidence(asOf);
    return targetDetail(target, views(target, evidence, asOf), asOf);
  }

  /** Decides the states of targets that are closed and for which nothing can be recorded any more. */
  async fixClosed(): Promise<void> {
    const { targets, evaluations } = this.#options;
    const { today } = this;
    const evidence = await this.#evidence(today);
    for (const target of targets.values()) {
      if (!isClosed(target, today)) continue;
      for (const state of views(target, evidence, today)) {
        const fixed = toFix(target, state, today);
        if (fixed) await evaluations.fix(fixed);
      }
    }
  }

  async #evidence(asOf: string): Promise<TargetEvidence> {
    const { evaluations, results, regions } = this.#options;
    const province = regions.all().find(({ level }) => level === "province")?.code ?? "";
    return {
      evaluations: await evaluations.all(),
      fixed: await evaluations.fixed(),
      years: await yearCards(results, province, asOf),
    };
  }
}

function views(target: PolicyTarget, evidence: TargetEvidence, asOf: string): ViewState[] {
  return viewsIn(target).map((view) => stateOf(target, view, evidence, asOf));
}
