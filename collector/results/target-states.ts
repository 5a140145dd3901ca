// States of policy targets as of a day, from the evaluations that are kept; of closed ones from what was decided at their deadlines.
import type { ListView } from "../../contract/policy.ts";
import { DAY_MS } from "../inventory/day.ts";
import { LEAST_UNITS } from "../score/gaps/cv.ts";
import { narrowing } from "../score/gaps/narrowing.ts";
import type { Measure } from "../score/gaps/panel.ts";
import { MODEL_VERSION } from "../score/parameters.ts";
import { judgeTarget, type PartEvidence, type TargetResult } from "../score/policy/judge.ts";
import { isClosed, partsOf, type TargetPart } from "../score/policy/method.ts";
import { POLICY_PARAMETERS } from "../score/policy/parameters.ts";
import { computedAs } from "../score/policy/relations.ts";
import type { PartResult } from "../score/policy/result.ts";
import type { PolicyTarget } from "../score/policy/target.ts";
import type { YearValue } from "../score/policy/trend.ts";
import { type Evaluation, type FixedTarget, monthly } from "./evaluations.ts";
import { kept, type YearCard } from "./group-work.ts";
import { dayNumber } from "./sources.ts";
import { viewsOf } from "./target-work.ts";

/** Everything that targets are judged on, read once. */
export interface TargetEvidence {
  /** All revisions of all days. */
  evaluations: readonly Evaluation[];
  fixed: readonly FixedTarget[];
  /** The province's cards at the ends of years. */
  years: readonly YearCard[];
}

export interface ViewState {
  view: ListView;
  result: TargetResult;
  /** By part: the evaluations that count, one a day, oldest first. */
  series: readonly (readonly Evaluation[])[];
  /** The day on which the state was fixed; absent while it is not. */
  fixedOn?: string;
}

/** The views of a target: on the list valid when its document was issued, which counts, and on the current one where these differ. */
export function viewsIn(target: PolicyTarget): readonly ListView[] {
  return partsOf(target).some((part) => viewsOf(part).length > 1) ? ["issued", "current"] : ["issued"];
}

/** @throws CampusError `POLICY_EVALUATION_INVALID` */
export function stateOf(target: PolicyTarget, view: ListView, evidence: TargetEvidence, asOf: string): ViewState {
  const fixed = isClosed(target, asOf)
    ? evidence.fixed.find((one) => one.target === target.id && one.view === view)
    : undefined;
  const parts = partsOf(target);
  const series = parts.map((part, i) => seriesOf({ target, part, i, view, fixed }, evidence, asOf));
  const known = parts.map(
    (part, i): PartEvidence => ({
      evaluations: (series[i] ?? []).map(monthly),
      years: yearsOf(series[i] ?? []),
      ...narrowingOf(target, part, evidence.years, asOf),
    }),
  );
  const result = judgeTarget(target, known, asOf);
  return { view, result: fixed ? asFixed(result, fixed) : result, series, ...(fixed && { fixedOn: fixed.fixedOn }) };
}

interface Wanted {
  target: PolicyTarget;
  part: TargetPart;
  i: number;
  view: ListView;
  fixed: FixedTarget | undefined;
}

/** One evaluation a day: what decided a closed target, else the revision that counts. */
function seriesOf({ target, part, i, view, fixed }: Wanted, evidence: TargetEvidence, asOf: string): Evaluation[] {
  const source = computedAs(target.id);
  const ofView = viewsOf(part).includes(view) ? view : "issued";
  const all = evidence.evaluations.filter(
    (one) => one.target === source && one.part === i && one.view === ofView && one.asOf <= asOf,
  );
  const { deadline } = target;
  const used = fixed?.parts[i]?.used ?? [];
  const decided = all.filter((one) => used.some((key) => isThat(one, key)));
  const days = new Map<string, Evaluation[]>();
  for (const one of all) days.set(one.asOf, [...(days.get(one.asOf) ?? []), one]);
  return [...days.values()].flatMap((revisions) => {
    const isDecided = decided.length > 0 && deadline !== undefined && (revisions[0]?.asOf ?? "") <= deadline;
    const one = isDecided ? revisions.find((each) => decided.includes(each)) : counting(revisions, deadline);
    return one ? [one] : [];
  });
}

function isThat(one: Evaluation, key: FixedTarget["parts"][number]["used"][number]): boolean {
  return one.asOf === key.asOf && one.modelVersion === key.modelVersion && one.revision === key.revision;
}

/**
 * Of one day: the newest revision of the present model, or else of the last one. Up to a deadline one that was made from evidence
 * recorded in time comes before one that was not, so that what is corrected later cannot take its place.
 */
function counting(revisions: readonly Evaluation[], deadline: string | undefined): Evaluation | undefined {
  const [first] = revisions;
  const isBefore = first !== undefined && deadline !== undefined && first.asOf <= deadline;
  const inTime = isBefore ? revisions.filter(({ recordedOn }) => isInTime(recordedOn, deadline)) : [];
  const choice = inTime.length > 0 ? inTime : revisions;
  return choice.filter(({ modelVersion }) => modelVersion === MODEL_VERSION).at(-1) ?? choice.at(-1);
}

function isInTime(recordedOn: string, deadline: string): boolean {
  return dayNumber(recordedOn) <= lastRecordDay(deadline);
}

/** The last day on which evidence of a deadline can still be recorded. */
export function lastRecordDay(deadline: string): number {
  return dayNumber(deadline) + Math.floor(POLICY_PARAMETERS.lateAcceptMs / DAY_MS);
}

/** The value of a year: the last of the 62 days up to its end. */
function yearsOf(series: readonly Evaluation[]): YearValue[] {
  const years = new Map<number, YearValue>();
  for (const one of series) {
    const year = Number(one.asOf.slice(0, 4));
    if (dayNumber(`${year}-12-31`) - dayNumber(one.asOf) > POLICY_PARAMETERS.recentDays) continue;
    const { value, recordedOn = one.recordedOn, modelVersion } = monthly(one);
    years.set(year, { year, recordedOn, ...(value && { value }), ...(modelVersion !== undefined && { modelVersion }) });
  }
  return [...years.values()];
}

const MEASURES: Readonly<Record<string, Measure>> = {
  CV_COUNTY: { weighting: "students", least: LEAST_UNITS.counties },
  CV_URBAN_RURAL: { weighting: "equal", least: LEAST_UNITS.groups },
};

/** Section 6.2 on the units themselves, as they were kept at the ends of years. */
function narrowingOf(
  { deadline, document }: PolicyTarget,
  { indicator }: TargetPart,
  years: readonly YearCard[],
  asOf: string,
): Pick<PartEvidence, "narrowing"> {
  const measure = MEASURES[indicator?.key ?? ""];
  const ofGap = indicator && measure ? kept({ id: indicator.key }, years) : [];
  const { baselineYear } = document;
  if (!measure || deadline === undefined || baselineYear === undefined || ofGap.length === 0) return {};
  const { state, baseline } = narrowing({ years: ofGap, measure, baselineYear, deadline, asOf });
  const { year, insteadOf } = baseline ?? {};
  const label = year !== undefined && insteadOf !== undefined;
  return { narrowing: { state, ...(label && { label: { kind: "other_baseline_year", year, insteadOf } }) } };
}

/** The states that were decided; of the judgement from now only a label that a later month brings. */
function asFixed(result: TargetResult, { parts }: FixedTarget): TargetResult {
  const fixed = result.parts.map(({ part, result: now }, i) => {
    const was = parts[i];
    if (!was) return { part, result: now };
    const { gap: _, note: __, ...rest } = now;
    // What we have written ourselves.
    const decided = { ...rest, ...was, used: now.used } as PartResult;
    return { part, result: decided };
  });
  const worst = fixed.find(({ result: { state } }) => state === worstOf(fixed.map((one) => one.result.state)));
  return { ...result, parts: fixed, ...(worst && { state: worst.result.state, rule: worst.result.rule }) };
}

const WORST_FIRST = ["missed", "at_risk", "insufficient", "on_track", "achieved"] as const;

function worstOf(states: readonly string[]): string | undefined {
  return WORST_FIRST.find((state) => states.includes(state));
}

/**
 * The state of a closed target to be decided for good: when nothing can be recorded for its deadline any more, and something was
 * evaluated in time. Without that there is nothing to decide: it stays insufficient by the rules themselves.
 */
export function toFix(target: PolicyTarget, state: ViewState, today: string): FixedTarget | undefined {
  const { deadline } = target;
  const { result, series, view, fixedOn } = state;
  if (fixedOn !== undefined || deadline === undefined || !result.isClosed) return undefined;
  if (computedAs(target.id) === target.id && result.parts.length === 0) return undefined;
  if (dayNumber(today) <= lastRecordDay(deadline)) return undefined;
  const parts = result.parts.map(({ result: { state: its, rule, gap, note, used } }, i) => ({
    state: its,
    rule,
    ...(gap !== undefined && { gap }),
    ...(note !== undefined && { note }),
    used: used.flatMap(({ asOf }) => {
      const one = series[i]?.find((each) => each.asOf === asOf);
      return one ? [{ asOf: one.asOf, modelVersion: one.modelVersion, revision: one.revision }] : [];
    }),
  }));
  const isDecided = result.parts.some(({ result: { state: its, used } }) => used.length > 0 || its !== "insufficient");
  return isDecided ? { target: target.id, view, fixedOn: today, parts } : undefined;
}
