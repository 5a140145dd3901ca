// Share of a group's schools for which something holds, when it is not known of every school whether it belongs (scoring model 5.5, E12).
import { Exact } from "../exact.ts";
import { atLeast, MODEL_VERSION, type ModelParameters, PARAMETERS } from "../parameters.ts";
import { boundsOf } from "../share.ts";
import type { Truth } from "../truth.ts";

/** A school of the scope that the group is taken from, such as all schools of a county. */
export interface ShareSchool {
  id: string;
  /** Whether it belongs to the group; `undefined`: not classified. */
  member: Truth;
  /** Whether it has what is counted, such as WIFI_FULL; `undefined`: not known. */
  holds: Truth;
}

export type GroupShareReason = "no_school" | "too_many_unclassified" | "too_few_known_schools";

interface GroupShareInputs {
  /** Members for which it holds; with `no` the denominator. */
  yes: number;
  no: number;
  /** Ids of members of which it is not known. */
  unknown: string[];
  /** Ids of schools of which it is not known whether they belong: beside a value they are the note "2 unclassified". */
  unclassified: string[];
  /** All schools of the scope. */
  schools: number;
  /** With every unknown member a no, and every unclassified school a member and a no; then all of them a yes. */
  lo: Exact;
  hi: Exact;
  modelVersion: string;
}

export type GroupShare = GroupShareInputs &
  ({ status: "value"; value: Exact } | { status: "insufficient"; reason: GroupShareReason });

/**
 * T / (T + F) over the members, schools equal. Insufficient when more schools of the scope are unclassified than the limit allows, or
 * too few members are known. The interval holds whatever the unclassified schools turn out to be.
 */
export function groupShare(schools: readonly ShareSchool[], parameters: ModelParameters = PARAMETERS): GroupShare {
  const members = schools.filter(({ member }) => member === true);
  const unclassified = schools.flatMap(({ id, member }) => (member === undefined ? [id] : []));
  const unknown = members.flatMap(({ id, holds }) => (holds === undefined ? [id] : []));
  const yes = members.filter(({ holds }) => holds === true).length;
  const no = members.length - yes - unknown.length;
  const inputs: GroupShareInputs = {
    yes,
    no,
    unknown,
    unclassified,
    schools: schools.length,
    ...boundsOf({ yes, no, unknown: unknown.length + unclassified.length }),
    modelVersion: MODEL_VERSION,
  };
  const reason = whyInsufficient(inputs, members.length, parameters);
  return reason === undefined
    ? { status: "value", value: Exact.ratio(yes, yes + no), ...inputs }
    : { status: "insufficient", reason, ...inputs };
}

function whyInsufficient(
  { yes, no, unclassified, schools }: GroupShareInputs,
  members: number,
  { unclassifiedLimit, countyKnownSchools }: ModelParameters,
): GroupShareReason | undefined {
  const { numerator, denominator } = unclassifiedLimit;
  if (unclassified.length * denominator > schools * numerator) return "too_many_unclassified";
  if (members === 0) return "no_school";
  return yes + no > 0 && atLeast(yes + no, members, countyKnownSchools) ? undefined : "too_few_known_schools";
}
