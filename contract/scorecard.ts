// Scorecards as the collector shows them (scoring model 5.5, 6, 9): of a school, and of a region, zone or group from its schools.
//
// GET /v1/scorecards/:scope answers one of two cards, told apart by `kind`: `school`, or anything else. Numbers are doubles for
// people; beside them, in `exact`, stands what they are exactly, as `27/30` in lowest terms (`9/10`): verdicts were made on that.
// Absent is absent: without its minimum evidence a figure has no `value`, only `lo` and `hi` as far as something bounds it.
import Type, { type Static } from "typebox";
import { SchoolCoverageSchema } from "./api.ts";

const Text = Type.String();
const Points = Type.Number();
const Count = Type.Integer({ minimum: 0 });
const Share = Type.Number({ minimum: 0, maximum: 1 });
const Day = Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" });
/** A fraction in lowest terms: `19/20`, `3/1`, `-1/3`. */
const Fraction = Type.String({ pattern: "^-?\\d+/[1-9]\\d*$" });

/** Kinds of what a scorecard is of. A group is a list of the policy documents, such as `mountain26` or `rural`, or one of groups.csv. */
export const SCOPE_KINDS = ["school", "county", "city", "province", "zone", "group"] as const;
export type ScopeKind = (typeof SCOPE_KINDS)[number];

export const FIGURE_STATES = ["known", "insufficient", "not_applicable", "not_observable"] as const;
export type FigureState = (typeof FIGURE_STATES)[number];

/** A code with how often it holds; the codes are those of the indicators and of contract/api.ts FIGURE_REASONS. */
export const CountedReasonSchema = Type.Object({ reason: Text, count: Count });

/** What a figure's numbers are exactly; each is there when the double beside it is. */
const ExactNumbersSchema = Type.Object({
  value: Type.Optional(Fraction),
  lo: Type.Optional(Fraction),
  hi: Type.Optional(Fraction),
  numerator: Type.Optional(Fraction),
  denominator: Type.Optional(Fraction),
  whole: Type.Optional(Fraction),
});

/** One indicator of a school or a group, with everything it was made of but its parts. */
export const IndicatorFigureSchema = Type.Object({
  /** As in GET /v1/indicators, where names, formula, unit, window and minimum evidence stand. */
  id: Text,
  /**
   * Which of several figures of one indicator: absent is the one the model means. `students`: weighted by students. `venues`: rooms
   * pooled. `equal`: every unit weighs the same. `primary`, `junior`, … : of the schools of one stage.
   */
  variant: Type.Optional(Text),
  /** `known` has a value; `insufficient` lacks minimum evidence; `not_observable`: nothing here feeds it. */
  state: Type.Enum([...FIGURE_STATES]),
  /** In the unit of the indicator. */
  value: Type.Optional(Type.Number()),
  /** What it is at least and at most, whatever is not known; absent where nothing bounds it. */
  lo: Type.Optional(Type.Number()),
  hi: Type.Optional(Type.Number()),
  /** What was divided by what; of counts, medians and coefficients of variation absent. */
  numerator: Type.Optional(Type.Number()),
  denominator: Type.Optional(Type.Number()),
  /** Items that it is made of, those among them of which nothing is known; `lo` and `hi` are shares of these. */
  whole: Type.Optional(Type.Number()),
  exact: ExactNumbersSchema,
  /** Of one that does not apply: why, such as `no_own_website`. */
  notApplicable: Type.Optional(Text),
  /** Kinds of evidence: `M`, `I`, `D`, `M+I`, … */
  evidence: Text,
  /** Share of expected slots that are known, of what stands behind it; absent for what is not measured or was not expected. */
  evidenceShare: Type.Optional(Share),
  /** Of a group: schools (or counties) of which the figure is known, and all of them. */
  units: Type.Optional(Type.Object({ known: Count, all: Count })),
  /** Why it does not suffice, what its unknown part consists of, what was left out. */
  reasons: Type.Array(CountedReasonSchema),
  modelVersion: Text,
});

/** What a card was made from. The same inputs give the same card, to the byte. */
export const ResultInputsSchema = Type.Object({
  /** The version of the inventory that held on the day; absent: this collector keeps no versions. */
  inventory: Type.Optional(Text),
  /** SHA-256 of the evidence in the window; of a group of its schools' results. */
  evidence: Text,
  /** Of what was declared; absent: nothing was. */
  declared: Type.Optional(Text),
  /** First and last day that it looks at; absent without a teaching day. */
  fromDay: Type.Optional(Day),
  toDay: Type.Optional(Day),
  /** The day on which the newest of all this was recorded: a result whose inputs came later cannot decide a closed target. */
  recordedOn: Day,
});

/** Of a result that is kept. */
export const KeptSchema = Type.Object({
  /** Counted from 1 for each scope, day and model version; a new one is made when inputs changed, and the old ones stay. */
  revision: Type.Integer({ minimum: 1 }),
  computedAt: Text,
  /** Of the kept bytes. */
  sha256: Text,
});

/** One indicator, or several that count as one, in a dimension of a school's card. */
export const CardPartSchema = Type.Object({
  /** An indicator's id, or two with `+` between. */
  id: Text,
  formula: Text,
  /** Of the model, and after it took its share of what does not apply. */
  weight: Points,
  appliedWeight: Points,
  state: Type.Enum(["known", "insufficient", "not_applicable"]),
  /** From 0 to 1; only of a known one. */
  value: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  points: Type.Optional(Points),
  evidence: Type.Array(Text),
  /** Codes: why it is insufficient, or does not apply. */
  reasons: Type.Array(Text),
});

export const CardDimensionSchema = Type.Object({
  /** D1 to D6. */
  id: Text,
  nameZh: Text,
  nameEn: Text,
  weight: Points,
  /** Only there when enough of its weight is known. */
  point: Type.Optional(Points),
  lo: Points,
  hi: Points,
  knownWeight: Points,
  parts: Type.Array(CardPartSchema),
});

/** Points out of 100 with their interval, and what of the weight is known. */
export const TotalSchema = Type.Object({
  /** Absent while the minimum evidence is not met; then `withheld` says why. */
  point: Type.Optional(Points),
  lo: Points,
  hi: Points,
  /** Points and weight of what is known, and the weight of all that applies. */
  points: Points,
  knownWeight: Points,
  weight: Points,
  withheld: Type.Array(Text),
  exact: Type.Object({ point: Type.Optional(Fraction), lo: Fraction, hi: Fraction }),
});

/** How a school's attestation (declared, the legal fact) stands beside what was computed (section 9.4). */
export const STANDINGS = ["confirmed", "unverified", "contradicted", "ready_not_attested", "not_attested"] as const;
export type StandingName = (typeof STANDINGS)[number];

const NoteSchema = Type.Object({ zh: Text, en: Text });

/** What both kinds of card begin with. */
const headOf = {
  /** A school's id, a region's code, a zone's or a group's id. */
  scope: Text,
  name: Text,
  nameEn: Type.Optional(Text),
  /** The moment of which it speaks: now, or the end of the day that was asked for. */
  asOf: Text,
  modelVersion: Text,
  /** 代理指标，非认定结果 / proxy, not a recognition. Stands wherever a card is shown. */
  note: NoteSchema,
  /** `now`: computed for this answer, or within the last half minute. `stored`: a result that is kept; `kept` then says which. */
  computed: Type.Enum(["now", "stored"]),
  kept: Type.Optional(KeptSchema),
  /** Absent of a card that is computed now: what it is made from changes while it is asked for. */
  inputs: Type.Optional(ResultInputsSchema),
} as const;

export const ScorecardSchema = Type.Object({
  ...headOf,
  kind: Type.Literal("school"),
  county: Text,
  /** What point, lo and hi are exactly. */
  exact: Type.Object({ point: Type.Optional(Fraction), lo: Fraction, hi: Fraction }),
  /** Out of 100, as the gates leave it; absent while the minimum evidence is not met. */
  point: Type.Optional(Points),
  lo: Points,
  hi: Points,
  /** Points and weight of what is known, and the weight of all that applies. */
  points: Points,
  knownWeight: Points,
  weight: Points,
  /** Why there is no point value. */
  withheld: Type.Array(Text),
  /** excellent, meets, basic, weak. */
  band: Type.Optional(Text),
  /** As it was before the gates. */
  ungated: TotalSchema,
  /** Dimensions 1 to 4 as if they were the whole: what the gaps between schools and counties are measured on. */
  infraIndex: TotalSchema,
  smartReady: Type.Object({ ready: Type.Enum(["yes", "no", "insufficient"]), reasons: Type.Array(Text) }),
  /** Whether the school is attested; absent: nobody has entered it. */
  attested: Type.Optional(Type.Boolean()),
  /** Absent without `attested`. */
  standing: Type.Optional(Type.Enum([...STANDINGS])),
  gates: Type.Array(Type.Object({ gate: Text, state: Type.Enum(["active", "inactive", "unknown"]) })),
  dimensions: Type.Array(CardDimensionSchema),
  /** Every indicator that speaks of a school, in the order of GET /v1/indicators. */
  indicators: Type.Array(IndicatorFigureSchema),
  /** WIFI_COVER and WIFI_FULL with the window, main venues by their verdict. */
  coverage: SchoolCoverageSchema,
  /** The result is from before a break; `lastTeachingDay` then says from when. */
  frozen: Type.Boolean(),
  lastTeachingDay: Type.Optional(Day),
});

/** A school or a county within a group's card. */
export const UnitSchema = Type.Object({
  id: Text,
  name: Text,
  nameEn: Type.Optional(Text),
  kind: Type.Enum(["school", "county", "city"]),
  /** Of a school: WIFI_FULL. */
  full: Type.Optional(Type.Enum(["true", "false", "unknown"])),
  /** Of a school: its score and band, absent without minimum evidence; of a county: how many schools, and how many of them are full. */
  point: Type.Optional(Points),
  band: Type.Optional(Text),
  schools: Type.Optional(Count),
  fullSchools: Type.Optional(Type.Object({ yes: Count, no: Count, unknown: Count })),
  /** INFRA_INDEX: of a school its own, of a county the mean of its schools. */
  infraIndex: Type.Optional(Points),
  /** Mean share of known slots; absent when nothing was expected. */
  evidenceShare: Type.Optional(Share),
  /** Whether it belongs; `unclassified`: not known. Absent where all of them do. */
  member: Type.Optional(Type.Enum(["yes", "unclassified"])),
});

/** How the schools of a group are spread over bands. Points of dimensions are not pooled: the model has no such figure. */
export const DistributionSchema = Type.Object({
  /** Schools with a score, by band; a band that no school has is 0. */
  bands: Type.Object({ excellent: Count, meets: Count, basic: Count, weak: Count }),
  /** Schools without one. */
  insufficient: Count,
  /** Of the scores that there are; absent without any. The mean is for orientation and no indicator. */
  min: Type.Optional(Points),
  mean: Type.Optional(Points),
  max: Type.Optional(Points),
  /** SMART_READY. */
  ready: Type.Object({ yes: Count, no: Count, insufficient: Count }),
});

/** One unit in a coefficient of variation: numbers as in `exact`. */
const GapUnitSchema = Type.Object({
  id: Text,
  value: Type.Optional(Type.Number()),
  exact: Type.Optional(Fraction),
  /** Students, where they are the weights and known. */
  students: Type.Optional(Count),
  /** Why it takes no part. */
  leftOut: Type.Optional(Text),
});

/** A gap between units (section 6.1): beside a coefficient always mean, min, max and n. */
export const GapSchema = Type.Object({
  /** CV_COUNTY, CV_SCHOOL, CV_URBAN_RURAL, GAP_URBAN_RURAL. */
  id: Text,
  variant: Type.Optional(Text),
  state: Type.Enum(["known", "insufficient"]),
  /** Why not: too_few_units, weight_missing, mean_zero, too_many_unclassified, no_school, too_few_known_schools. */
  reason: Type.Optional(Text),
  value: Type.Optional(Type.Number()),
  mean: Type.Optional(Type.Number()),
  min: Type.Optional(Type.Number()),
  max: Type.Optional(Type.Number()),
  n: Count,
  weighting: Type.Enum(["students", "equal"]),
  units: Type.Array(GapUnitSchema),
  /** CV² exactly: what years are compared on. */
  exactSquared: Type.Optional(Fraction),
});

/** A gap over the years, on matched panels (section 6.2). */
export const NarrowingSchema = Type.Object({
  id: Text,
  variant: Type.Optional(Text),
  state: Type.Enum(["achieved", "on_track", "at_risk", "missed", "insufficient"]),
  /** Why: year_widened, flat_overall, narrower_than_baseline, panel_too_small, no_second_year, … */
  basis: Text,
  /** `baseline 2026, not 2021` where monitoring began later. */
  baseline: Type.Optional(
    Type.Object({ year: Type.Integer(), insteadOf: Type.Optional(Type.Integer()), label: Type.Optional(Text) }),
  ),
  years: Type.Array(
    Type.Object({
      year: Type.Integer(),
      /** Absent where one of the two years has no value, or the panel is too small to be published. */
      state: Type.Optional(Type.Enum(["narrowed", "flat", "widened"])),
      reason: Type.Optional(Text),
      earlier: Type.Optional(Type.Number()),
      later: Type.Optional(Type.Number()),
      change: Type.Optional(Type.Number()),
      matched: Type.Optional(Count),
      units: Type.Optional(Count),
    }),
  ),
});

const StandingShareSchema = Type.Object({
  numerator: Count,
  denominator: Count,
  value: Type.Optional(Share),
});

export const GroupCardSchema = Type.Object({
  ...headOf,
  kind: Type.Enum(["county", "city", "province", "zone", "group"]),
  /** The region above; of a zone its county. */
  parent: Type.Optional(Text),
  schools: Count,
  /** Absent when the number of one school is not known. */
  students: Type.Optional(Count),
  /** Schools of which it is not known whether they belong; beside a value they are a note. */
  unclassified: Type.Optional(Type.Object({ schools: Count, of: Count })),
  /** Of a list of the policy documents: the day of the list that was taken, and the last day on which it was confirmed. */
  list: Type.Optional(Type.Object({ on: Text, lists: Type.Array(Text), confirmedOn: Type.Optional(Day) })),
  /**
   * Pooled from schools and never averaged: WIFI_FULL_SHARE first (schools equal; `students` and `venues` beside it), then every
   * indicator that can be pooled, in the order of GET /v1/indicators.
   */
  indicators: Type.Array(IndicatorFigureSchema),
  distribution: DistributionSchema,
  /** Attested schools, and beside them how many of these the data confirm (section 9.4). */
  smartRate: Type.Object({
    figure: IndicatorFigureSchema,
    notEntered: Count,
    byStanding: Type.Object({
      confirmed: Count,
      unverified: Count,
      contradicted: Count,
      ready_not_attested: Count,
      not_attested: Count,
    }),
    confirmed: StandingShareSchema,
    unverified: StandingShareSchema,
    contradicted: StandingShareSchema,
  }),
  gaps: Type.Array(GapSchema),
  /** Only in results that are kept, from those of earlier years. */
  narrowing: Type.Array(NarrowingSchema),
  /** The counties of a city or province, the schools of everything else. */
  units: Type.Array(UnitSchema),
});

/** What GET /v1/scorecards/:scope answers. */
export const AnyScorecardSchema = Type.Union([ScorecardSchema, GroupCardSchema]);

/** Something that a figure is made of. */
export const FigurePartSchema = Type.Object({
  id: Text,
  /** What `id` names: a `venue` and a `device` have pages of their own (`href`), an `item` is a check, a class, a capability. */
  kind: Type.Enum(["venue", "device", "school", "county", "item"]),
  name: Type.Optional(Text),
  /** Where it goes on: `/v1/venues/:id` has the slots of each day, `/v1/scorecards/:scope/indicators/:id` the figure of a school. */
  href: Type.Optional(Text),
  /** In points. */
  weight: Type.Optional(Type.Number()),
  value: Type.Optional(Type.Number()),
  lo: Type.Optional(Type.Number()),
  hi: Type.Optional(Type.Number()),
  numerator: Type.Optional(Type.Number()),
  denominator: Type.Optional(Type.Number()),
  whole: Type.Optional(Type.Number()),
  exact: ExactNumbersSchema,
  /** Of a venue: its verdict (contract/api.ts VENUE_VERDICTS). */
  verdict: Type.Optional(Text),
  /** Why it is not known, or left out. */
  reason: Type.Optional(Text),
  /** It has a value and takes part. */
  isCounted: Type.Boolean(),
});

/** "Why?": GET /v1/scorecards/:scope/indicators/:id[?asOf=]: one figure with its parts. */
export const FigureDetailSchema = Type.Object({
  ...headOf,
  kind: Type.Enum([...SCOPE_KINDS]),
  /** One, or several where the indicator has variants. */
  figures: Type.Array(IndicatorFigureSchema),
  nameZh: Text,
  nameIndicatorEn: Text,
  formula: Text,
  unit: Text,
  window: Text,
  minimum: Text,
  parts: Type.Array(FigurePartSchema),
});

export type CountedReason = Static<typeof CountedReasonSchema>;
export type IndicatorFigure = Static<typeof IndicatorFigureSchema>;
export type ResultInputs = Static<typeof ResultInputsSchema>;
export type Kept = Static<typeof KeptSchema>;
export type CardPart = Static<typeof CardPartSchema>;
export type CardDimension = Static<typeof CardDimensionSchema>;
export type TotalView = Static<typeof TotalSchema>;
export type ScorecardView = Static<typeof ScorecardSchema>;
export type UnitView = Static<typeof UnitSchema>;
export type Distribution = Static<typeof DistributionSchema>;
export type GapView = Static<typeof GapSchema>;
export type NarrowingView = Static<typeof NarrowingSchema>;
export type GroupCardView = Static<typeof GroupCardSchema>;
export type AnyScorecard = Static<typeof AnyScorecardSchema>;
export type FigurePart = Static<typeof FigurePartSchema>;
export type FigureDetail = Static<typeof FigureDetailSchema>;
