// Targets that share one computation, and goals of the project's own where a clause names no number; both checked against the file.
import { Exact } from "../exact.ts";
import type { PolicyTarget } from "./target.ts";

/** One target takes the series of evaluations that is computed for another. */
export interface Relation {
  target: string;
  computedAs: string;
  /** `restates`: the same in every respect. `superseded`: the same figure, judged by its own number and deadline. */
  how: "restates" | "superseded";
  reason: string;
}

/** Scoring model section 10: restated targets point to one computation. */
export const RELATIONS: readonly Relation[] = [
  {
    target: "A16",
    computedAs: "A05",
    how: "restates",
    reason: "The measures of the document repeat its main target: full wireless coverage of rural schools.",
  },
  {
    target: "B23",
    computedAs: "B10",
    how: "restates",
    reason: "The main tasks of the plan repeat its overall target: a new-type teaching space in every school.",
  },
  {
    target: "B64",
    computedAs: "D46",
    how: "superseded",
    reason:
      "The count is cumulative: D46 raises the 5000 spaces of B64 to 10000 by 2027. B64 stays a closed case of 2025.",
  },
];

/** A goal that the project proposes for a clause without a number. It is shown beside the target and never gives it a state. */
export interface OwnGoal {
  target: string;
  /** As the note of the target writes it. */
  text: string;
  value: Exact;
  population: string;
}

export const OWN_GOALS: readonly OwnGoal[] = [
  { target: "B60", text: "0.90", value: Exact.of(0.9), population: "school:*" },
  { target: "D71", text: "1.00", value: Exact.of(1), population: "county:*" },
];

/** The target whose evaluations this one is judged on: itself, unless it is restated or superseded. */
export function computedAs(id: string): string {
  return RELATIONS.find(({ target }) => target === id)?.computedAs ?? id;
}

export function ownGoalOf(id: string): OwnGoal | undefined {
  return OWN_GOALS.find(({ target }) => target === id);
}

/** Where the file no longer says what the tables above say; empty when it does. */
export function relationProblems(targets: ReadonlyMap<string, PolicyTarget>): string[] {
  return [
    ...RELATIONS.flatMap((relation) => {
      const [one, other] = [targets.get(relation.target), targets.get(relation.computedAs)];
      if (!one || !other) return [`${relation.target} or ${relation.computedAs} is missing, expected both`];
      const problem = relation.how === "restates" ? restatementProblem(one, other) : successionProblem(one, other);
      return problem === undefined ? [] : [`${one.id} ${problem}`];
    }),
    ...OWN_GOALS.flatMap(({ target: id, text }) => {
      const target = targets.get(id);
      if (target === undefined) return [`${id} is missing, expected it for its own goal`];
      const isAsSaid = target.values.length === 0 && target.note?.includes(text);
      return isAsSaid ? [] : [`${id} column note: expected no number in value and the own goal ${text} in note`];
    }),
  ];
}

function restatementProblem(one: PolicyTarget, other: PolicyTarget): string | undefined {
  const columns = ["kind", "comparator", "unit", "deadline", "scope", "group", "primaryEvidence"] as const;
  const differing = columns.find((column) => one[column] !== other[column]);
  if (differing !== undefined) return `column ${differing}: is not as in ${other.id}, which it restates`;
  if (numbersOf(one) !== numbersOf(other)) return `column value: is not as in ${other.id}, which it restates`;
  if (indicatorsOf(one) !== indicatorsOf(other)) return `column indicator: is not as in ${other.id}, which it restates`;
  const says = `restates ${other.id}`;
  return one.note === says || one.howEvidenced === says ? undefined : `column note: expected "${says}"`;
}

function successionProblem(old: PolicyTarget, next: PolicyTarget): string | undefined {
  if (indicatorsOf(old) !== indicatorsOf(next) || old.unit !== next.unit || old.comparator !== next.comparator) {
    return `column indicator: expected the same figure as ${next.id}, which supersedes it`;
  }
  const [before, after] = [old.values[0], next.values[0]];
  if (!before || !after?.number.isAbove(before.number)) return `column value: expected less than ${next.id} asks`;
  const isLater = old.deadline !== undefined && next.deadline !== undefined && old.deadline < next.deadline;
  if (!isLater) return `column deadline: expected one before that of ${next.id}`;
  return next.note?.includes(`supersedes ${old.id}`)
    ? undefined
    : `column note: ${next.id} does not say it supersedes it`;
}

function numbersOf({ values }: PolicyTarget): string {
  return values.map(({ text, unit }) => `${text} ${unit}`).join();
}

function indicatorsOf({ indicators }: PolicyTarget): string {
  return indicators.map(({ key, group = "" }) => `${key}{${group}}`).join();
}
