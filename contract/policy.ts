// Policy targets as the collector shows them: each clause verbatim, with its state and why (scoring model section 10).
import Type, { type Static } from "typebox";

/** 已达成, 进展正常, 有风险, 未达成, 数据不足, 仅跟踪, 不适用. */
export const TARGET_STATES = [
  "achieved",
  "on_track",
  "at_risk",
  "missed",
  "insufficient",
  "tracked",
  "out_of_reach",
] as const;
export type TargetState = (typeof TARGET_STATES)[number];

/** Why a state is insufficient. */
export const TARGET_GAPS = [
  "no_evaluation_at_deadline",
  "interval_spans_value",
  "no_recent_value",
  "one_good_month_only",
  "no_baseline",
  "too_few_years",
  "year_without_value",
  "not_computed",
  "model_version_differs",
] as const;
export type TargetGap = (typeof TARGET_GAPS)[number];

const Text = Type.String();
const State = Type.Enum([...TARGET_STATES]);

/** A number that the clause names, as it is written there: `0.95`, `share of schools`. */
const AskedSchema = Type.Object({ text: Text, unit: Text });

/** One number for one population; each is judged apart. */
const PartSchema = Type.Object({
  population: Text,
  asked: Type.Optional(AskedSchema),
  /** Of a trend. */
  indicator: Type.Optional(Text),
  state: State,
  gap: Type.Optional(Type.Enum([...TARGET_GAPS])),
});

export const PolicyTargetSchema = Type.Object({
  id: Text,
  /** With its number, where it has one; verbatim. */
  document: Type.Object({ text: Text, number: Type.Optional(Text), title: Text }),
  section: Text,
  /** The clause, verbatim. */
  phraseZh: Text,
  meaningEn: Text,
  kind: Text,
  comparator: Type.Optional(Text),
  asked: Type.Array(AskedSchema),
  /** A day; absent for floors without a deadline and for facts. */
  deadline: Type.Optional(Text),
  scope: Text,
  group: Text,
  /** M measured, I inventory, D declared, X out of reach; the first is the one that counts. */
  evidence: Type.Array(Text),
  indicators: Type.Array(Text),
  howEvidenced: Text,
  note: Type.Optional(Text),
  /** Id of the target whose figures it is judged on; its own, unless it repeats or precedes another. */
  computedAs: Text,
  /** Its deadline has passed: the state is fixed. */
  isClosed: Type.Boolean(),
  state: State,
  parts: Type.Array(PartSchema),
});

export const PolicyTargetListSchema = Type.Object({
  /** The day for which the states hold. */
  asOf: Text,
  modelVersion: Text,
  targets: Type.Array(PolicyTargetSchema),
});

export type PolicyTargetView = Static<typeof PolicyTargetSchema>;
export type PolicyTargetList = Static<typeof PolicyTargetListSchema>;
