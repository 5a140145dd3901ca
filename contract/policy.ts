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

/** Labels that stand beside a state (section 10). */
export const TARGET_LABELS = ["held", "regressed", "reached_late", "other_baseline_year"] as const;
export type TargetLabel = (typeof TARGET_LABELS)[number];

const LabelSchema = Type.Object({
  /** 保持 held · 回退 regressed · 逾期达成 reached late (`month`) · counted from `year` and not from `insteadOf`. */
  kind: Type.Enum([...TARGET_LABELS]),
  month: Type.Optional(Text),
  year: Type.Optional(Type.Integer()),
  insteadOf: Type.Optional(Type.Integer()),
});

/** One number for one population; each is judged apart. */
const PartSchema = Type.Object({
  population: Text,
  asked: Type.Optional(AskedSchema),
  /** What it is judged by, `WIFI_FULL_SHARE`; absent where no indicator of the model says what the clause counts. */
  indicator: Type.Optional(Text),
  state: State,
  gap: Type.Optional(Type.Enum([...TARGET_GAPS])),
  label: Type.Optional(LabelSchema),
  /** The newest evaluation that counts; absent without any. */
  latest: Type.Optional(
    Type.Object({
      asOf: Text,
      value: Type.Optional(Type.Number()),
      lo: Type.Optional(Type.Number()),
      hi: Type.Optional(Type.Number()),
    }),
  ),
  /** Where it leads by the deadline, where a rule projects it. */
  projected: Type.Optional(Type.Number()),
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
  /** The day on which the state of a closed one was fixed here; absent while it is open, or nothing is fixed yet. */
  fixedOn: Type.Optional(Text),
  /** How: threshold, floor, trend, narrowing, allocation, quota, tracked, out_of_reach. */
  method: Text,
  state: State,
  parts: Type.Array(PartSchema),
});

/** A monthly evaluation as it was kept: a figure on one day, for one population. */
export const EvaluationSchema = Type.Object({
  month: Text,
  asOf: Text,
  value: Type.Optional(Type.Number()),
  lo: Type.Optional(Type.Number()),
  hi: Type.Optional(Type.Number()),
  numerator: Type.Optional(Type.Number()),
  denominator: Type.Optional(Type.Number()),
  meetsMinimum: Type.Boolean(),
  /** The day on which the newest of its evidence was recorded. */
  recordedOn: Text,
  modelVersion: Text,
  revision: Type.Integer({ minimum: 1 }),
  /** Whether the rule that decided looked at it. */
  isUsed: Type.Boolean(),
  reasons: Type.Array(Type.Object({ reason: Text, count: Type.Integer({ minimum: 0 }) })),
});

/** Rule 4: the slope of the last months, carried to the deadline. */
const TrendProjectionSchema = Type.Object({
  method: Type.Literal("theil_sen"),
  points: Type.Array(Type.Object({ month: Text, midpoint: Type.Number() })),
  slopePerMonth: Type.Number(),
  fromMonth: Text,
  fromValue: Type.Number(),
  /** Whole months from there to the deadline. */
  months: Type.Integer(),
  /** Where shares end; absent for what is no share. */
  limit: Type.Optional(Type.Number()),
  value: Type.Number(),
  lo: Type.Optional(Type.Number()),
  hi: Type.Optional(Type.Number()),
});

/** Rule 5: the straight line from the baseline to what is asked for. */
const LineProjectionSchema = Type.Object({
  method: Type.Literal("straight_line"),
  baselineOn: Text,
  baselineValue: Type.Number(),
  fromDay: Text,
  fromValue: Type.Number(),
  /** What the line asks on that day, and how far the value may stay behind it. */
  expected: Type.Number(),
  tolerance: Type.Number(),
});

/** A part with everything it was judged on. */
const PartDetailSchema = Type.Intersect([
  PartSchema,
  Type.Object({
    /** Rule of section 10: `1` to `6`, trend, narrowing, allocation. */
    rule: Text,
    /** What is not known decides: on what is known alone the state could be better. */
    note: Type.Optional(Type.Literal("evidence")),
    /** Oldest first; of every model version that there is. */
    series: Type.Array(EvaluationSchema),
    projection: Type.Optional(Type.Union([TrendProjectionSchema, LineProjectionSchema])),
    baseline: Type.Optional(Type.Object({ on: Text, value: Type.Number(), source: Text })),
    /** Of a trend: each year against the one before it. */
    years: Type.Optional(
      Type.Array(
        Type.Object({
          year: Type.Integer(),
          before: Type.Optional(Type.Number()),
          value: Type.Optional(Type.Number()),
          improved: Type.Optional(Type.Boolean()),
        }),
      ),
    ),
  }),
]);

/** Which list of counties a target is judged on (section 2): `issued` is the one that counts, `current` a second view. */
export const LIST_VIEWS = ["issued", "current"] as const;
export type ListView = (typeof LIST_VIEWS)[number];

const ListViewSchema = Type.Object({
  view: Type.Enum([...LIST_VIEWS]),
  /** The date whose list was taken; absent: it is not known when the document was issued, so nothing can be judged on that list. */
  listOn: Type.Optional(Text),
  state: State,
  parts: Type.Array(PartDetailSchema),
});

/** GET /v1/policy-targets/:id[?asOf=]. */
export const PolicyTargetDetailSchema = Type.Intersect([
  PolicyTargetSchema,
  Type.Object({
    asOf: Text,
    modelVersion: Text,
    /** 代理指标，非认定结果 / proxy, not a recognition. */
    proxy: Type.Object({ zh: Text, en: Text }),
    /** Targets that share its figures. */
    related: Type.Array(Type.Object({ id: Text, how: Type.Enum(["restates", "superseded"]), reason: Text })),
    /** One for a target that names no dated list, two for one that does; the first is the state of the target. */
    views: Type.Array(ListViewSchema),
    /** A goal of this project's own for a clause without a number: shown, never judged. */
    ownGoal: Type.Optional(Type.Object({ text: Text, population: Text })),
  }),
]);

export const PolicyTargetListSchema = Type.Object({
  /** The day for which the states hold. */
  asOf: Text,
  modelVersion: Text,
  targets: Type.Array(PolicyTargetSchema),
});

export type PolicyTargetView = Static<typeof PolicyTargetSchema>;
export type PolicyTargetPart = PolicyTargetView["parts"][number];
export type PolicyTargetDetail = Static<typeof PolicyTargetDetailSchema>;
export type PolicyListView = PolicyTargetDetail["views"][number];
export type PolicyPartDetail = PolicyListView["parts"][number];
export type EvaluationView = Static<typeof EvaluationSchema>;
export type PolicyTargetList = Static<typeof PolicyTargetListSchema>;
