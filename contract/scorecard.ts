// The scorecard of a school as the collector shows it (scoring model 9): dimensions, gates, interval, and why there is no point value.
import Type, { type Static } from "typebox";

const Text = Type.String();
const Points = Type.Number();

/** One indicator, or several that count as one. */
const CardPartSchema = Type.Object({
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

const CardDimensionSchema = Type.Object({
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

export const ScorecardSchema = Type.Object({
  /** A school's id. */
  scope: Text,
  asOf: Text,
  modelVersion: Text,
  /** 代理指标，非认定结果 / proxy, not a recognition. */
  note: Type.Object({ zh: Text, en: Text }),
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
  band: Type.Optional(Text),
  smartReady: Type.Object({ ready: Type.Enum(["yes", "no", "insufficient"]), reasons: Type.Array(Text) }),
  gates: Type.Array(Type.Object({ gate: Text, state: Type.Enum(["active", "inactive", "unknown"]) })),
  dimensions: Type.Array(CardDimensionSchema),
});

export type ScorecardView = Static<typeof ScorecardSchema>;
