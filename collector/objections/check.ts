// Whether an objection can be recorded: it is to one figure that there is, of a day that has come. Every problem at once.
import type { Problem } from "../../contract/errors.ts";
import { type NewObjection, OBJECTED_KINDS } from "../../contract/objections.ts";
import { problemIf } from "../declared/refused.ts";
import { dayOf, dayText } from "../inventory/day.ts";

/** What there is to object to. */
export interface Objected {
  isScope(scope: string): boolean;
  isIndicator(id: string): boolean;
  isTarget(id: string): boolean;
  /** Id of the school that a venue belongs to; `undefined` for no venue. */
  schoolOfVenue(id: string): string | undefined;
}

export interface ObjectionContext extends Objected {
  /** Day as inventory/day.ts has it. */
  today: number;
  isUploaded(sha256: string): boolean;
}

/** Empty for an objection that can be recorded. Its shape has been checked before. */
export function objectionProblems(objection: NewObjection, context: ObjectionContext): Problem[] {
  const { scope, asOf, attachments = [] } = objection;
  return [
    ...problemIf(!context.isScope(scope), "scope", `"${scope}" is no school, region, zone or group`),
    ...objectedProblems(objection, context),
    ...dayProblems(asOf, context.today),
    ...attachments.flatMap(({ sha256 }, i) =>
      problemIf(!context.isUploaded(sha256), `attachments[${i}].sha256`, `no file ${sha256} was uploaded`),
    ),
  ];
}

function objectedProblems(objection: NewObjection, context: ObjectionContext): Problem[] {
  const { scope, indicator, venue, target } = objection;
  const given = OBJECTED_KINDS.filter((kind) => objection[kind] !== undefined);
  const [, second] = given;
  if (given.length === 0) return [{ path: "indicator", message: "say what it is to: indicator, venue or target" }];
  if (second !== undefined) return [{ path: second, message: `an objection is to one of ${given.join(", ")}` }];
  const school = venue === undefined ? undefined : context.schoolOfVenue(venue);
  return [
    ...problemIf(indicator !== undefined && !context.isIndicator(indicator), "indicator", `there is no "${indicator}"`),
    ...problemIf(target !== undefined && !context.isTarget(target), "target", `there is no "${target}"`),
    ...problemIf(venue !== undefined && school === undefined, "venue", `there is no "${venue}"`),
    ...problemIf(school !== undefined && school !== scope, "venue", `${venue} belongs to ${school}, not to ${scope}`),
  ];
}

function dayProblems(asOf: string, today: number): Problem[] {
  const day = dayOf(asOf);
  if (day === undefined) return [{ path: "asOf", message: `"${asOf}" is no day, expected one such as 2026-09-01` }];
  return problemIf(day > today, "asOf", `${asOf} is after today, ${dayText(today)}`);
}
