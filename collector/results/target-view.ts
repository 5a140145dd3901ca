// Policy targets as they are shown: the clause word for word, its state, and everything that it was judged on.
import type {
  EvaluationView,
  PolicyListView,
  PolicyPartDetail,
  PolicyTargetDetail,
  PolicyTargetPart,
  PolicyTargetView,
} from "../../contract/policy.ts";
import { PROXY_NOTE } from "../score/card/limits.ts";
import { MODEL_VERSION } from "../score/parameters.ts";
import type { TargetPart } from "../score/policy/method.ts";
import { ownGoalOf, RELATIONS } from "../score/policy/relations.ts";
import type { PartResult, Projection } from "../score/policy/result.ts";
import type { PolicyTarget, TargetIndicator } from "../score/policy/target.ts";
import type { Evaluation } from "./evaluations.ts";
import type { ViewState } from "./target-states.ts";
import { listDay } from "./target-work.ts";

export function targetView(target: PolicyTarget, state: ViewState): PolicyTargetView {
  const { document, comparator, deadline, note, primaryEvidence } = target;
  const { result, series, fixedOn } = state;
  return {
    id: target.id,
    document: { text: document.text, title: document.title, ...(document.number && { number: document.number }) },
    section: target.section,
    phraseZh: target.phraseZh,
    meaningEn: target.meaningEn,
    kind: target.kind,
    ...(comparator && { comparator }),
    asked: target.values.map(({ text, unit }) => ({ text, unit })),
    ...(deadline && { deadline }),
    scope: target.scope,
    group: target.group,
    evidence: [primaryEvidence, ...target.evidence.filter((kind) => kind !== primaryEvidence)],
    indicators: target.indicators.map(indicatorText),
    howEvidenced: target.howEvidenced,
    ...(note && { note }),
    computedAs: result.computedAs,
    isClosed: result.isClosed,
    ...(fixedOn !== undefined && { fixedOn }),
    method: result.method,
    state: result.state,
    parts: result.parts.map(({ part, result: its }, i) => partView(target, part, its, series[i] ?? [])),
  };
}

export function targetDetail(target: PolicyTarget, states: readonly ViewState[], asOf: string): PolicyTargetDetail {
  const [first] = states;
  if (!first) throw new RangeError(`${target.id} has no view`);
  const goal = ownGoalOf(target.id);
  return {
    ...targetView(target, first),
    asOf,
    modelVersion: MODEL_VERSION,
    proxy: PROXY_NOTE,
    related: RELATIONS.flatMap(({ target: id, computedAs: source, how, reason }) => {
      if (id === target.id) return [{ id: source, how, reason }];
      return source === target.id ? [{ id, how, reason }] : [];
    }),
    views: states.map((state) => listView(target, state, asOf)),
    ...(goal && { ownGoal: { text: goal.text, population: goal.population } }),
  };
}

function listView(target: PolicyTarget, { view, result, series }: ViewState, asOf: string): PolicyListView {
  const listOn = listDay(target, view, asOf);
  return {
    view,
    ...(listOn !== undefined && { listOn }),
    state: result.state,
    parts: result.parts.map(({ part, result: its }, i) => partDetail(target, part, its, series[i] ?? [])),
  };
}

function partView(
  target: PolicyTarget,
  { population, value, indicator }: TargetPart,
  { state, gap, label, projection }: PartResult,
  series: readonly Evaluation[],
): PolicyTargetPart {
  const shown = indicator ?? target.indicators[0];
  const latest = series.at(-1);
  return {
    population: population.text,
    ...(value && { asked: { text: value.text, unit: value.unit } }),
    ...(shown && { indicator: indicatorText(shown) }),
    state,
    ...(gap && { gap }),
    ...(label && { label }),
    ...(latest && { latest: { asOf: latest.asOf, ...numbersOf(latest) } }),
    ...(projection?.method === "theil_sen" && { projected: projection.value.toNumber() }),
  };
}

function partDetail(
  target: PolicyTarget,
  part: TargetPart,
  result: PartResult,
  series: readonly Evaluation[],
): PolicyPartDetail {
  const { rule, note, used, labelUsed = [], projection, years } = result;
  const days = new Set([...used, ...labelUsed].map(({ asOf }) => asOf));
  return {
    ...partView(target, part, result, series),
    rule: String(rule),
    ...(note && { note }),
    series: series.map((one) => evaluationView(one, days.has(one.asOf))),
    ...(projection && { projection: projectionView(projection) }),
    ...(years && {
      years: years.map(({ year, before, value, improved }) => ({
        year,
        ...(before && { before: before.toNumber() }),
        ...(value && { value: value.toNumber() }),
        ...(improved !== undefined && { improved }),
      })),
    }),
  };
}

function evaluationView(one: Evaluation, isUsed: boolean): EvaluationView {
  const { asOf, figure, recordedOn, modelVersion, revision } = one;
  const { numerator, denominator } = figure;
  return {
    month: asOf.slice(0, 7),
    asOf,
    ...numbersOf(one),
    ...(numerator !== undefined && { numerator }),
    ...(denominator !== undefined && { denominator }),
    meetsMinimum: figure.value !== undefined,
    recordedOn,
    modelVersion,
    revision,
    isUsed,
    reasons: figure.reasons,
  };
}

function numbersOf({ figure: { value, lo, hi } }: Evaluation): { value?: number; lo?: number; hi?: number } {
  return {
    ...(value !== undefined && { value }),
    ...(lo !== undefined && { lo }),
    ...(hi !== undefined && { hi }),
  };
}

function projectionView(projection: Projection): NonNullable<PolicyPartDetail["projection"]> {
  if (projection.method === "straight_line") {
    const { method, baseline, from, expected, tolerance } = projection;
    return {
      method,
      baselineOn: baseline.on,
      baselineValue: baseline.value.toNumber(),
      fromDay: from.day,
      fromValue: from.value.toNumber(),
      expected: expected.toNumber(),
      tolerance: tolerance.toNumber(),
    };
  }
  const { method, points, slope, from, months, limit, value, lo, hi } = projection;
  return {
    method,
    points: points.map(({ month, midpoint }) => ({ month, midpoint: midpoint.toNumber() })),
    slopePerMonth: slope.toNumber(),
    fromMonth: from.month,
    fromValue: from.value.toNumber(),
    months,
    ...(limit && { limit: limit.toNumber() }),
    value: value.toNumber(),
    ...(lo && { lo: lo.toNumber() }),
    ...(hi && { hi: hi.toNumber() }),
  };
}

function indicatorText({ key, group }: TargetIndicator): string {
  return group === undefined ? key : `${key}{${group}}`;
}
