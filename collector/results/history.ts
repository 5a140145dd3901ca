// The months of a scope as they were kept, each model version in a line of its own.
import type { History, MonthFigure, MonthResult, RevisionList } from "../../contract/results.ts";
import { dayAt } from "../inventory/day.ts";
import { MODEL_VERSION } from "../score/parameters.ts";
import { keptView } from "./cards.ts";
import { monthsBefore } from "./due.ts";
import type { KeptResult, KeptWithBody, ResultStore } from "./store.ts";

/** @param months how far back, the present one included */
export async function historyOf(scope: string, months: number, nowMs: number, results: ResultStore): Promise<History> {
  const from = monthsBefore(dayAt(nowMs), months - 1);
  const lines = new Map<string, Map<string, MonthResult>>();
  for (const one of await results.since(scope, from)) {
    const line = lines.get(one.modelVersion) ?? new Map<string, MonthResult>();
    lines.set(one.modelVersion, line);
    // Days come in order, so the last of a month stands for it.
    line.set(one.asOf.slice(0, 7), monthView(one));
  }
  const versions = [...lines.keys()].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return {
    scope,
    lines: versions.map((modelVersion) => ({ modelVersion, months: [...(lines.get(modelVersion)?.values() ?? [])] })),
  };
}

function rank(version: string): number {
  return version === MODEL_VERSION ? 1 : 0;
}

function monthView(one: KeptWithBody & { revisions: number }): MonthResult {
  const { asOf, modelVersion, inputs, revisions, body } = one;
  const { card } = body;
  const score = card.kind === "school" ? card : undefined;
  return {
    month: asOf.slice(0, 7),
    asOf,
    modelVersion,
    kept: keptView(one),
    inputs,
    revisions,
    ...(score?.point !== undefined && { point: score.point }),
    ...(score && { lo: score.lo, hi: score.hi }),
    ...(score?.band !== undefined && { band: score.band }),
    figures: [...card.indicators.map(monthFigure), ...(card.kind === "school" ? [] : card.gaps.map(monthFigure))],
  };
}

function monthFigure({ id, variant, state, value, ...bounds }: MonthFigure): MonthFigure {
  const { lo, hi } = bounds;
  return {
    id,
    ...(variant !== undefined && { variant }),
    state,
    ...(value !== undefined && { value }),
    ...(lo !== undefined && { lo }),
    ...(hi !== undefined && { hi }),
  };
}

export function revisionsView(scope: string, asOf: string, kept: readonly KeptResult[]): RevisionList {
  return {
    scope,
    asOf,
    revisions: kept.map((one) => ({ ...keptView(one), modelVersion: one.modelVersion, inputs: one.inputs })),
  };
}
