// All that is computed of one school at one moment: the judgement of its rooms and devices, its indicators, its scorecard.
import type { Scorecard } from "../card/card.ts";
import type { IndicatorId } from "../indicators/catalogue.ts";
import type { IndicatorValue } from "../indicators/value.ts";
import type { SchoolJudgement } from "../judge.ts";

/** Indicators by id; one that is not there does not speak of schools, and what nothing feeds is there as not observable. */
export type SchoolIndicators = ReadonlyMap<IndicatorId, IndicatorValue>;

export interface SchoolResult {
  schoolId: string;
  asOfMs: number;
  judgement: SchoolJudgement;
  indicators: SchoolIndicators;
  card: Scorecard;
}
