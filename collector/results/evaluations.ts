// Monthly evaluations of policy targets as they are kept: one figure for one number and population, on one day.

import type { ListView } from "../../contract/policy.ts";
import type { IndicatorFigure } from "../../contract/scorecard.ts";
import { MODEL_VERSION } from "../score/parameters.ts";
import { type MonthlyEvaluation, pointsUntil } from "../score/policy/evaluation.ts";
import { type State, type StateRow, type StateTransaction, text, whole } from "../state/state.ts";
import { canonicalText, sha256Of } from "./canonical.ts";
import { fractionIn } from "./fraction.ts";

export interface NewEvaluation {
  target: string;
  /** Place in `partsOf(target)`. */
  part: number;
  view: ListView;
  asOf: string;
  figure: IndicatorFigure;
  /** The day on which the newest of its evidence was recorded. */
  recordedOn: string;
}

export interface Evaluation extends NewEvaluation {
  modelVersion: string;
  revision: number;
  computedAtMs: number;
}

/** A target whose state was decided at its deadline, part by part. */
export interface FixedTarget {
  target: string;
  view: ListView;
  fixedOn: string;
  parts: readonly FixedPart[];
}

export interface FixedPart {
  state: string;
  rule: string | number;
  gap?: string;
  note?: string;
  /** The evaluations that decided. */
  used: readonly { asOf: string; modelVersion: string; revision: number }[];
}

const KEY = "target = $1 AND part = $2 AND view = $3 AND as_of = $4 AND model = $5";

export class EvaluationStore {
  readonly #state: State;
  readonly #nowMs: () => number;

  constructor(state: State, nowMs: () => number) {
    this.#state = state;
    this.#nowMs = nowMs;
  }

  /** Keeps those that differ from the newest revision. @returns how many that were */
  async add(evaluations: readonly NewEvaluation[], together?: (t: StateTransaction) => Promise<void>): Promise<number> {
    return this.#state.transaction(async (t) => {
      let added = 0;
      for (const { target, part, view, asOf, figure, recordedOn } of evaluations) {
        const body = canonicalText(figure);
        const sha256 = sha256Of(`${recordedOn} ${body}`);
        const key = [target, part, view, asOf, MODEL_VERSION];
        const [last] = await t.rows(
          `SELECT revision, sha256 FROM target_evaluation WHERE ${KEY} ORDER BY revision DESC LIMIT 1`,
          key,
        );
        if (last && text(last, "sha256") === sha256) continue;
        added += 1;
        const revision = (last ? whole(last, "revision") : 0) + 1;
        const rest = [revision, recordedOn, sha256, BigInt(this.#nowMs()), body];
        await t.run("INSERT INTO target_evaluation VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)", [
          ...key,
          ...rest,
        ]);
      }
      await together?.(t);
      return added;
    });
  }

  /** All revisions, of one target or of all, oldest day first and of one day the oldest revision. */
  async all(target?: string): Promise<Evaluation[]> {
    const rows = await this.#state.rows(
      `SELECT * FROM target_evaluation ${target === undefined ? "" : "WHERE target = $1"} ORDER BY as_of, model, revision`,
      target === undefined ? [] : [target],
    );
    return rows.map(evaluation);
  }

  /** Decided once and for all: what is there already stays. */
  async fix({ target, view, fixedOn, parts }: FixedTarget): Promise<void> {
    await this.#state.transaction(async (t) => {
      const there = await t.rows("SELECT 1 AS there FROM target_fixed WHERE target = $1 AND view = $2", [target, view]);
      if (there.length > 0) return;
      await t.run("INSERT INTO target_fixed VALUES ($1, $2, $3, $4)", [target, view, fixedOn, canonicalText(parts)]);
    });
  }

  async fixed(): Promise<FixedTarget[]> {
    const rows = await this.#state.rows("SELECT * FROM target_fixed");
    return rows.map((row) => ({
      target: text(row, "target"),
      // What we have written ourselves.
      view: text(row, "view") as ListView,
      fixedOn: text(row, "fixed_on"),
      parts: JSON.parse(text(row, "parts")) as FixedPart[], // as above
    }));
  }
}

function evaluation(row: StateRow): Evaluation {
  return {
    target: text(row, "target"),
    part: whole(row, "part"),
    // What we have written ourselves.
    view: text(row, "view") as ListView,
    asOf: text(row, "as_of"),
    modelVersion: text(row, "model"),
    revision: whole(row, "revision"),
    recordedOn: text(row, "recorded_on"),
    computedAtMs: whole(row, "computed_at_ms"),
    figure: JSON.parse(text(row, "figure")) as IndicatorFigure, // as above
  };
}

/** The same, when the rules of section 10 can take it. @throws CampusError `POLICY_EVALUATION_INVALID` for one that contradicts itself */
export function checkedEvaluation(evaluation: NewEvaluation): NewEvaluation {
  const kept = { ...evaluation, modelVersion: MODEL_VERSION, revision: 1, computedAtMs: 0 };
  pointsUntil([monthly(kept)], Number.POSITIVE_INFINITY);
  return evaluation;
}

/** As the rules of section 10 take it. What is only declared is computed by no model. */
export function monthly({ asOf, figure, recordedOn, modelVersion }: Evaluation): MonthlyEvaluation {
  const { value, lo, hi } = figure.exact;
  return {
    month: asOf.slice(0, 7),
    asOf,
    ...(value !== undefined && { value: fractionIn(value) }),
    ...(lo !== undefined && { lo: fractionIn(lo) }),
    ...(hi !== undefined && { hi: fractionIn(hi) }),
    meetsMinimum: value !== undefined,
    recordedOn,
    ...(figure.evidence !== "D" && { modelVersion }),
  };
}
