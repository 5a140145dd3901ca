// Indicators of the scoring model as the collector shows them: what each says, and whether it can be observed.
import Type, { type Static } from "typebox";

const Text = Type.String();

export const IndicatorSchema = Type.Object({
  /** As in the model: `WIFI_COVER`. */
  id: Text,
  /** Section of the scoring model. */
  section: Text,
  nameZh: Text,
  nameEn: Text,
  formula: Text,
  unit: Text,
  window: Text,
  /** Minimum evidence; `–` for none. */
  minimum: Text,
  /** M measured, I inventory, D declared; the leading one first. */
  source: Text,
  /** Whether this program can observe it now. */
  isObservable: Type.Boolean(),
  /** Metrics, columns of the inventory and kinds of declarations (`declared:rate`) that it is made of. */
  inputs: Type.Array(Text),
  /** What is missing, also where it can be observed in part. */
  missing: Type.Optional(Text),
});

export const IndicatorListSchema = Type.Object({ modelVersion: Text, indicators: Type.Array(IndicatorSchema) });

export type IndicatorView = Static<typeof IndicatorSchema>;
export type IndicatorList = Static<typeof IndicatorListSchema>;
