// Everything that is computed of one school at one moment, from its judgement, its inventory, what was declared of it and what was
// read from the store. Pure.
//
// Every indicator of the catalogue that speaks of a school is in the result; what nothing feeds is there as not observable, and
// never as 0.
import { dayOf } from "../../inventory/day.ts";
import { INDICATORS, type IndicatorId, isIndicatorId } from "../indicators/catalogue.ts";
import { type IndicatorValue, notObservable } from "../indicators/value.ts";
import { cardOf, cardValues } from "./card-values.ts";
import { classroomOf } from "./classroom-values.ts";
import { coverageValues } from "./coverage-values.ts";
import { declaredValues } from "./declared-values.ts";
import { evidenceValues } from "./evidence-values.ts";
import { networkValues } from "./network-values.ts";
import type { SchoolResult } from "./result.ts";
import { roomValues } from "./room-values.ts";
import { securityValues } from "./security-values.ts";
import { sensingValues } from "./sensing-values.ts";
import { type FeedInput, viewOf } from "./view.ts";

export type { FeedInput };

/** Indicators that speak of a school, in the order of the catalogue. */
export const SCHOOL_INDICATORS: readonly IndicatorId[] = Object.keys(INDICATORS)
  .filter(isIndicatorId)
  .filter((id) => INDICATORS[id].level === "school");

/** @throws CampusError `INDICATOR_OUT_OF_RANGE` when an indicator is not what its unit allows */
export function feedSchool(input: FeedInput): SchoolResult {
  const { school, asOfMs, judgement } = input;
  const view = viewOf(input);
  const fed = new Map<IndicatorId, IndicatorValue>();
  const take = (values: readonly IndicatorValue[]) => {
    for (const value of values) fed.set(value.id, value);
  };
  take(coverageValues(view));
  take(networkValues(view));
  take(sensingValues(view));
  take([classroomOf(view).health]);
  take(roomValues(view));
  take(evidenceValues(view));
  take(securityValues(view));
  take(declaredValues(view));
  const confirmedDay = dayOf(school.inventoryConfirmedAt ?? "");
  const facts = { asOfMs, ...(confirmedDay !== undefined && { inventoryConfirmedDay: confirmedDay }) };
  const card = cardOf(fed, facts, view.parameters);
  take(cardValues(card));
  return {
    schoolId: school.id,
    asOfMs,
    judgement,
    indicators: new Map(SCHOOL_INDICATORS.map((id) => [id, fed.get(id) ?? notObservable(id)])),
    card,
  };
}

/** Classroom devices that were not seen on ten teaching days in a row, or more: unused or removed (scoring model 8). */
export function unusedDevices(input: FeedInput): readonly { id: string; days: number }[] {
  return classroomOf(viewOf(input)).unused;
}
